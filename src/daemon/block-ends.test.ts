import { expect, it } from 'vitest';
import { parseNetwork } from '../base/address.ts';
import { BlockEnds } from './block-ends.ts';

const subject = parseNetwork('203.0.113.7') ?? expect.fail();

it('BlockEnds.add() gives the latest end of a subject and a group', () => {
  const ends = new BlockEnds();
  const ask = (group: string, until: number): number => ends.add({ subject, group, until });
  expect([ask('all', 100), ask('all', 50), ask('p22', 20), ask('all', 200)]).toEqual([100, 100, 20, 200]);
  ends.prune(150);
  expect(ask('all', 1)).toBe(200);
  ends.release(subject);
  expect(ask('all', 1)).toBe(1);
  ends.prune(1);
  expect(ask('p22', 2)).toBe(2);
});

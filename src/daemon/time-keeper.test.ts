import { describe, expect, it } from 'vitest';
import { parseAddress } from '../base/address.ts';
import type { Attempt } from '../model.ts';
import { TimeKeeper } from './time-keeper.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const HOUR = 3_600_000;
const pattern = { filter: 'sshd', number: 1, service: 'ssh', kind: 'ssh.login', voice: undefined };

function attempt(time: number): Attempt {
  const address = parseAddress('203.0.113.7');
  if (!address) throw new Error('no address');
  return {
    ...{ time, address, pattern: { ...pattern, syslog: true, success: false }, user: 'root', target: undefined },
    ...{ file: { host: 'web1', path: 'auth.log', modified: 0 }, offset: 0, count: 1, session: '', line: '' },
  };
}

describe('TimeKeeper', () => {
  it.each([
    ['an old line of a log that is read for the first time', false, -30 * HOUR, -30 * HOUR],
    ['a line that is late by minutes', true, -10 * 60_000, -10 * 60_000],
    ['a line of a clock that is a little ahead', true, 50_000, 50_000],
    ['a new line with a time an hour ago', true, -HOUR, 0],
    ['a new line with a time in an hour', true, HOUR, 0],
    ['an old log whose clock was ahead of us', false, HOUR, 0],
  ])('%s', (_, isFresh, difference, expected) => {
    const keeper = new TimeKeeper();
    if (isFresh) keeper.caughtUp();
    expect(keeper.dated(attempt(NOW + difference), NOW).time - NOW).toBe(expected);
  });

  it('tells of a clock that is off when three lines in a row are, and no more when one is right', () => {
    const keeper = new TimeKeeper();
    keeper.caughtUp();
    const say = (difference: number): string | undefined => {
      keeper.dated(attempt(NOW + difference), NOW);
      return keeper.sentence;
    };
    expect([say(-2 * HOUR), say(-2 * HOUR)]).toEqual([undefined, undefined]);
    expect(say(-2 * HOUR)).toMatch(/dated 2h behind this host's clock; they are counted as of now/);
    expect(say(HOUR)).toMatch(/1h ahead of/);
    expect(say(0)).toBeUndefined();
  });
});

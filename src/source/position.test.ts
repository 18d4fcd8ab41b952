import { describe, expect, it } from 'vitest';
import { HEAD_BYTES, hashOf, KnownPositions, type SourcePosition } from './position.ts';

const HEAD = Buffer.alloc(HEAD_BYTES, 'the first lines of a log\n');

function position(given: Partial<SourcePosition> & { readonly of?: Buffer }): SourcePosition {
  const { of: head = HEAD, ...rest } = given;
  const found = { host: 'web1', path: 'auth.log', headLength: head.length, headHash: hashOf(head), position: 9000 };
  return { ...found, ...rest };
}

describe('KnownPositions', () => {
  const short = position({ of: HEAD.subarray(0, 50), position: 50 });
  const cases: ReadonlyArray<
    readonly [what: string, known: readonly SourcePosition[], head: Buffer, expected: number | undefined]
  > = [
    ['the log that begins so', [position({ position: 7 })], HEAD, 7],
    ['a log by its name only', [position({ of: Buffer.from('another') })], HEAD, undefined],
    ['the log of another host', [position({ host: 'web2' })], HEAD, undefined],
    ['a log that was renamed', [position({ path: 'auth.log.1', position: 8 })], HEAD, 8],
    ['a log that was shorter then', [short], HEAD, 50],
    ['a log that is shorter now', [position({})], HEAD.subarray(0, 50), undefined],
    ['the longer of two heads', [position({ position: 3 }), short], HEAD, 3],
    ['the same path before a longer head', [position({ path: 'copy', position: 3 }), short], HEAD, 50],
    ['the later of two', [position({ position: 3 }), position({ position: 2 })], HEAD, 2],
    ['anything by an empty head', [position({ of: Buffer.alloc(0) })], HEAD, undefined],
    ['an empty log', [position({})], Buffer.alloc(0), undefined],
  ];
  it.each(cases)('find() and %s', (_what, known, head, expected) => {
    expect(new KnownPositions(known).find('web1', 'auth.log', head)?.position).toBe(expected);
  });
});

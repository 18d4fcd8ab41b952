import { expect, it } from 'vitest';
import { earlierLines } from './earlier-lines.ts';
import { GivenLine } from './line.ts';

const file = { host: 'h', path: '/log', modified: 0 };
const before = { ...file, path: '/log.1' };

function line(offset: number, length = 100, part = file): GivenLine {
  return new GivenLine('', '', { file: part, offset, line: 'x'.repeat(length) });
}

function offsets(lines: readonly GivenLine[], own: number): number[] | undefined {
  return earlierLines(lines, { file, offset: own })?.map(({ offset }) => offset);
}

it('are none for a failure of one line', () => {
  expect(offsets([line(7)], 7)).toBeUndefined();
});

it('are those before it, also of another part of the log, and none whose place nobody knows', () => {
  const lines = [line(7, 1, before), new GivenLine('', 'x'), line(3), line(7)];
  expect(earlierLines(lines, { file, offset: 7 })?.map((each) => [each.file, each.offset])).toEqual([
    [before, 7],
    [file, 3],
  ]);
});

it('are the first and the latest, however many an attacker writes', () => {
  const many = Array.from({ length: 500 }, (_, i) => line(i));
  expect(offsets(many, 499)).toEqual([0, 491, 492, 493, 494, 495, 496, 497, 498]);
  const long = Array.from({ length: 9 }, (_, i) => line(i, 8_192));
  expect(offsets(long, 8)).toEqual([0, 6, 7]);
});

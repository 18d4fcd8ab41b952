import { expect, it } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';

it.each([
  ['90s', 90_000],
  ['10m', 600_000],
  ['1h 30m', 5_400_000],
  ['7d', 604_800_000],
  ['4w', 2_419_200_000],
])('parseDuration() reads %s', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

it.each([[''], ['10'], ['m'], ['-1m'], ['1.5h'], ['1y'], ['1h30'], ['99999999999999w'], ['1 h']])(
  'parseDuration() refuses %j',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

it.each([
  [0, '0s'],
  [499, '0s'],
  [90_000, '1m 30s'],
  [3_600_000, '1h'],
  [90_061_000, '1d 1h'],
  [604_800_000, '1w'],
  [3_601_000, '1h'],
])('formatDuration() writes %d as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

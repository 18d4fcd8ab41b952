/** From events of a log to bans: restarts, ends before their time, what the log does not say. */
import { expect, it } from 'vitest';
import { endingOf, type SpanEvent, spansOf } from './spans.ts';

const HOUR = 3_600_000;

/** `ban 0 60`: at the hour 0, planned until 60. */
function events(...texts: readonly string[]): SpanEvent[] {
  const what = ['ban', 'restore', 'increase', 'unban', 'lifted'] as const;
  return texts.map((text, id) => {
    const [word = '', time, until] = text.split(' ');
    const end = until === undefined ? undefined : Number(until) * HOUR;
    return {
      what: what.find((each) => each === word) ?? 'ban',
      time: Number(time) * HOUR,
      until: end,
      failures: 0,
      id,
    };
  });
}

/** From, until, released, in hours. */
function bansOf(...texts: readonly string[]): unknown[] {
  return [...spansOf(events(...texts))].map((span) => {
    const { until, released } = endingOf(span, 0.5 * HOUR);
    const times = [span.from, until, released].map((time) => (time === undefined ? undefined : time / HOUR));
    return span.isRestored ? [...times, 'restored'] : times;
  });
}

it.each([
  ['a ban and its end', ['ban 1', 'unban 3'], [[1, 3, undefined]]],
  ['an end as planned', ['ban 1 3', 'unban 3.001'], [[1, 3, undefined]]],
  ['an end before its time', ['ban 1 5', 'unban 3'], [[1, 5, 3]]],
  ['an end long after it was planned', ['ban 1 3', 'unban 5'], [[1, 5, undefined]]],
  ['a ban that goes on', ['ban 1 9'], [[1, 9, undefined]]],
  ['a ban that goes on for good', ['ban 1 Infinity'], [[1, Number.POSITIVE_INFINITY, undefined]]],
  ['a ban for good that somebody ended', ['ban 1 Infinity', 'unban 3'], [[1, Number.POSITIVE_INFINITY, 3]]],
  ['a ban of which nothing is known', ['ban 1'], [[1, 1.5, undefined]]],
  [
    'two bans',
    ['ban 1', 'unban 2', 'ban 3', 'unban 4'],
    [
      [1, 2, undefined],
      [3, 4, undefined],
    ],
  ],
  [
    'a ban without an end before the next',
    ['ban 1', 'ban 3', 'unban 4'],
    [
      [1, 3, undefined],
      [3, 4, undefined],
    ],
  ],
  [
    'a plan that cannot have lasted',
    ['ban 1 9', 'ban 3 4'],
    [
      [1, 3, undefined],
      [3, 4, undefined],
    ],
  ],
  ['a restart', ['ban 1', 'lifted 2', 'restore 2.1', 'unban 5'], [[1, 5, undefined]]],
  [
    'three restarts',
    ['ban 1 9', 'lifted 2', 'restore 3', 'lifted 4', 'restore 5', 'lifted 6', 'restore 7'],
    [[1, 9, undefined]],
  ],
  ['a restart whose stop looked like an end', ['ban 1', 'unban 2', 'restore 2.1', 'unban 5'], [[1, 5, undefined]]],
  ['a stop for good', ['ban 1', 'lifted 2'], [[1, 2, undefined]]],
  ['a stop for good of what is planned to go on', ['ban 1 9', 'lifted 2'], [[1, 9, undefined]]],
  ['a beginning before the log', ['restore 1', 'unban 3'], [[1, 3, undefined, 'restored']]],
  ['an end without a beginning', ['unban 1', 'lifted 2'], []],
  ['a longer end', ['ban 1 2', 'increase 1.001 5'], [[1, 5, undefined]]],
  ['a longer end that was logged first', ['increase 1 5', 'ban 1.001 2'], [[1.001, 5, undefined]]],
  [
    'a longer end of another ban',
    ['ban 1 2', 'unban 2', 'increase 3 5', 'ban 4 4.5'],
    [
      [1, 2, undefined],
      [4, 4.5, undefined],
    ],
  ],
])('%s', (_, texts, expected) => {
  expect(bansOf(...texts)).toEqual(expected);
});

it('a clock that was set back makes no ban that ends before it begins', () => {
  expect(endingOf({ from: 10, until: undefined, ended: 5, bound: undefined }, HOUR)).toEqual({
    until: 10,
    released: undefined,
  });
  expect(endingOf({ from: HOUR, until: 9 * HOUR, ended: 5, bound: undefined }, HOUR)).toEqual({
    until: 9 * HOUR,
    released: HOUR,
  });
});

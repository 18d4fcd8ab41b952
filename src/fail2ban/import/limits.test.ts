import { expect, it } from 'vitest';
import { limitsOf } from '../config/jail-limits.ts';
import { strictest, translateLimits } from './limits.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function translated(options: Record<string, string>): ReturnType<typeof translateLimits> {
  const values = new Map(Object.entries({ maxretry: '5', findtime: '10m', bantime: '1h', ...options }));
  return translateLimits(
    limitsOf(values, (option) => `jail [x] ${option}`),
    values,
  );
}

it('translateLimits() leaves bans as long as they were where they do not grow', () => {
  const { limits, notes } = translated({});

  expect(limits).toEqual({ maxRetry: 5, findTime: 10 * MINUTE, banTime: HOUR, growth: 1, maxBanTime: HOUR });
  expect([...notes]).toEqual([]);
});

it.each([
  [{ 'bantime.maxtime': '5w', 'bantime.overalljails': 'true' }, 2, 35 * DAY, undefined],
  [{ 'bantime.overalljails': 'true' }, 2, 3_650 * DAY, undefined],
  [{ 'bantime.multipliers': '1 3 9 27', 'bantime.overalljails': 'true' }, 3, 27 * HOUR, undefined],
  [{ 'bantime.multipliers': '1 5 10', 'bantime.overalljails': 'true' }, 3.16, 10 * HOUR, /1h, 5h, 10h/],
  [{ 'bantime.formula': 'ban.Time * (1 + ban.Count)', 'bantime.overalljails': 'true' }, 1.43, 21 * HOUR, /the mean/],
  [{ 'bantime.maxtime': '1w' }, 2, 7 * DAY, /bans of all jails count/],
])('translateLimits() finds how bans grow: %j', (options, growth, maxBanTime, note) => {
  const { limits, notes } = translated({ 'bantime.increment': 'true', ...options });

  expect(limits).toMatchObject({ banTime: HOUR, growth, maxBanTime });
  if (note) expect(notes.get('growth')).toMatch(note);
  else expect(notes.get('growth')).toBeUndefined();
});

it('translateLimits() says what cannot be said here: bans without an end, and by chance', () => {
  const { limits, notes, isForGood } = translated({
    bantime: '-1',
    'bantime.increment': 'true',
    'bantime.rndtime': '10m',
  });

  expect(isForGood).toBe(true);
  expect(limits).toMatchObject({ banTime: 3_650 * DAY, growth: 1, maxBanTime: 3_650 * DAY });
  expect(notes.get('banTime')).toMatch(/ten years/);
  expect(notes.get('maxBanTime')).toMatch(/rndtime/);
});

it('strictest() bans whoever one of them would have banned, as long as the longest', () => {
  const [one, other] = [translated({ maxretry: '3', bantime: '10m' }), translated({ findtime: '1d' })];

  expect(strictest([one.limits, other.limits])).toEqual({
    ...{ maxRetry: 3, findTime: DAY, banTime: HOUR, growth: 1, maxBanTime: HOUR },
  });
});

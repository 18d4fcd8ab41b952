import { describe, expect, it } from 'vitest';
import { parseArithmetic } from './arithmetic.ts';
import { parseBanTime } from './ban-time.ts';
import { evaluate } from './evaluate.ts';
import { parseSeconds } from './seconds.ts';

describe('parseSeconds()', () => {
  it.each([
    ['600', 600],
    ['-1', -1],
    ['10m', 600],
    ['1d12h30m', 131_400],
    ['1d 12H', 129_600],
    ['1h + 30min', 5_400],
    ['1year-6mo', 15_778_800],
    ['2 * 0.5y', 31_557_600],
    ['(1h 30m) * 2', 10_800],
    ['1/2h', 1_800],
    ['.5h', 1_800],
  ])('%s is %d', (text, seconds) => {
    expect(parseSeconds(text)).toBe(seconds);
  });

  it.each(['LIZARD', '', '1x', 'h', '1h -', '1/0', '__import__', 'm*1', '1;2', '1e5'])('refuses %j', (text) => {
    expect(() => parseSeconds(text)).toThrow();
  });
});

describe('evaluate()', () => {
  it.each([
    ['2 ** 3 ** 2', 512],
    ['-2 ** 2', -4],
    ['7 // 2 + -7 // 2', -1],
    ['-7 % 3', 2],
    ['1 << 3 | 1', 9],
    ['~5 & 7', 2],
    ['6 ^ 3', 5],
    ['16 >> 2', 4],
    ['1 if 2 > 1 > 0 else 5', 1],
    ['1 if 1 < 2 < 2 else 5', 5],
    ['0 or 3 and 4', 4],
    ['not 0 + 1', 0],
    ['round(2.5) + int(2.9) + max(1, 2, 3)', 7],
    ['math.exp(0) + math.sqrt(4)', 3],
    ['True + 1 != 3', 1],
  ])('%s is %d', (text, value) => {
    expect(evaluate(parseArithmetic(text))).toBe(value);
  });

  it.each([
    ['x', '"x" means nothing here'],
    ['open(1)', 'there is no function "open" here'],
    ['constructor', 'means nothing here'],
    ['toString()', 'there is no function'],
    ['1 if 2', '"if" without "else"'],
    ['(1', 'a bracket does not close'],
    ['max(1 2)', 'a bracket does not close'],
    ['1 2', '"2" is not expected'],
    ['1 << 1000', 'has no finite value'],
    ['10 ** 400', 'has no finite value'],
    ["'a'", 'not an arithmetic expression'],
    ['('.repeat(200), 'nested too deep'],
    ['-'.repeat(200), 'nested too deep'],
    ['1+'.repeat(600), 'not an arithmetic expression'],
  ])('refuses %j', (text, message) => {
    expect(() => evaluate(parseArithmetic(text))).toThrow(message);
  });
});

describe('parseBanTime()', () => {
  const times = (options: Parameters<typeof parseBanTime>[0], random = 0): number[] => {
    const banTime = parseBanTime(options);
    return [0, 1, 2, 3, 25].map((count) => Math.round(banTime.next(600, count, random)));
  };

  it('doubles by itself, and no longer after twenty bans', () => {
    expect(times({})).toEqual([600, 1_200, 2_400, 4_800, 600 * 2 ** 20]);
  });

  it('goes by multipliers, of which the last repeats', () => {
    expect(times({ multipliers: '1 2 4  8', factor: '2' })).toEqual([1_200, 2_400, 4_800, 9_600, 9_600]);
  });

  it('goes by a formula, never below the first ban, up to the longest', () => {
    const formula = 'ban.Time * math.exp(float(ban.Count+1)*banFactor)/math.exp(1*banFactor)';
    expect(times({ formula, factor: '0.5', maxtime: '1h' })).toEqual([600, 989, 1_631, 2_689, 3_600]);
    expect(times({ formula: 'ban.Count' })).toEqual([600, 600, 600, 600, 600]);
  });

  it('adds a random time at the end', () => {
    expect(times({ multipliers: '1', maxtime: '5m', rndtime: '10m' }, 0.5)).toEqual([600, 600, 600, 600, 600]);
  });

  it('refuses a formula with a name that is none', () => {
    expect(() => parseBanTime({ formula: '1 if ban.Count < 100 else os.system' })).toThrow(
      '"os.system" means nothing here',
    );
  });
});

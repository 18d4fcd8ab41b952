import { describe, expect, it } from 'vitest';
import { type Finding, ZoneHealth } from './zone-health.ts';

const GOOD: Finding = { type: 'good', isComplete: true };
const FAILED: Finding = { type: 'failed', why: 'no answer' };

/** Seconds at which a zone is tried within a day, where each trial finds the same. */
function trials(finding: Finding): number[] {
  let now = 0;
  const health = new ZoneHealth('bl.example.net', () => now);
  const found: number[] = [];
  for (; now < 86_400_000; now += 1_000) {
    if (!health.isDue) continue;
    found.push(now / 1_000);
    health.tried(finding);
  }
  return found;
}

describe('ZoneHealth', () => {
  it.each<readonly [string, Finding, readonly number[]]>([
    ['works every hour', GOOD, [0, 3_600, 7_200, 10_800, 14_400, 18_000]],
    ['is silent soon, and ever more rarely', FAILED, [0, 30, 90, 210, 450, 930, 1_530, 2_130]],
    [
      'refuses after ten minutes, then an hour',
      { type: 'refused', code: '127.255.255.254' },
      [0, 600, 1_800, 4_200, 7_800],
    ],
    ['lists everything every hour', { type: 'everything' }, [0, 3_600, 7_200]],
  ])('tries a zone that %s', (_, finding, first) => {
    expect(trials(finding).slice(0, first.length)).toEqual(first);
  });

  it('begins anew with every change', () => {
    let now = 0;
    const health = new ZoneHealth('bl.example.net', () => now);
    for (let n = 0; n < 6; n++) health.tried(FAILED);
    health.tried(GOOD);
    for (let n = 0; n < 3; n++) health.asked(FAILED);
    expect(health.state).toBe('silent');
    now = 29_999;
    expect(health.isDue).toBe(false);
    now = 30_000;
    expect(health.isDue).toBe(true);
  });

  it('takes three failures in a row, and one refusal', () => {
    const health = new ZoneHealth('bl.example.net', () => 0);
    health.tried(GOOD);
    for (let n = 0; n < 10; n++) for (const finding of [FAILED, FAILED, GOOD]) health.asked(finding);
    expect(health.state).toBe('good');
    health.asked({ type: 'refused', code: '127.255.255.255' });
    expect([health.state, health.problem?.what]).toEqual(['refusing', expect.stringContaining('too many questions')]);
    // What was under way tells nothing new.
    health.asked(GOOD);
    health.asked(FAILED);
    expect(health.state).toBe('refusing');
  });

  it('is due when the clock was set back', () => {
    let now = 1_000_000;
    const health = new ZoneHealth('bl.example.net', () => now);
    health.tried(GOOD);
    now = 0;
    expect(health.isDue).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { Ticker } from './ticker.ts';

function ticker(): { at: (now: number) => Ticker } {
  let now = 0;
  const made = new Ticker({ clock: () => now, monotonic: () => 0, everyMs: 1_000, tick: () => undefined });
  return {
    at: (time) => {
      now = time;
      return made;
    },
  };
}

describe('Ticker', () => {
  it('says when something is due, each by itself, and not at once', () => {
    const { at } = ticker();
    expect([at(0).isTime('a', 10), at(5).isTime('b', 10), at(9).isTime('a', 10)]).toEqual([false, false, false]);
    expect([at(10).isTime('a', 10), at(10).isTime('b', 10), at(15).isTime('b', 10)]).toEqual([true, false, true]);
    expect([at(11).isTime('a', 10), at(20).isTime('a', 10)]).toEqual([false, true]);
  });

  it('puts nothing off for long when the clock is set back', () => {
    const { at } = ticker();
    at(1_000_000).isTime('a', 10);
    expect([at(500).isTime('a', 10), at(505).isTime('a', 10), at(510).isTime('a', 10)]).toEqual([true, false, true]);
  });

  it('sees the clock set, forward and back, and each time once', () => {
    const { at } = ticker();
    const hour = 3_600_000;
    expect([at(hour).jumped(), at(hour).jumped(), at(0).jumped()]).toEqual([true, false, true]);
  });
});

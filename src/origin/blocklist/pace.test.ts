import { describe, expect, it } from 'vitest';
import { Pace } from './pace.ts';

interface Asked {
  readonly name: string;
  answer(): void;
}

function makePace(change: Partial<ConstructorParameters<typeof Pace>[0]> = {}) {
  const time = { now: 0 };
  const pace = new Pace({ clock: () => time.now, burst: 4, perSecond: 1_000, atATime: 2, waiting: 3, ...change });
  const asked: Asked[] = [];
  const ask = (name: string): Promise<string | undefined> =>
    pace.run(() => new Promise<string>((resolve) => asked.push({ name, answer: () => resolve(name) })));
  return { pace, time, asked, ask };
}

describe('Pace', () => {
  it('asks so many at a time, in their order, and drops what is too much', async () => {
    const { pace, asked, ask } = makePace();
    const answers = ['a', 'b', 'c', 'd', 'e', 'f'].map(ask);
    expect(asked.map(({ name }) => name)).toEqual(['a', 'b']);
    expect([await answers[5], pace.dropped]).toEqual([undefined, 1]);
    asked[0]?.answer();
    expect(await answers[0]).toBe('a');
    await expect.poll(() => asked.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('asks no more than it has earned, and goes on by itself', async () => {
    const { time, asked, ask } = makePace({ burst: 1, atATime: 10 });
    void ask('a');
    void ask('b');
    time.now -= 5_000;
    void ask('c');
    expect(asked.map(({ name }) => name)).toEqual(['a']);
    time.now += 5_001;
    await expect.poll(() => asked.map(({ name }) => name)).toEqual(['a', 'b']);
    time.now += 60_000;
    await expect.poll(() => asked.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('goes on after a question that fails', async () => {
    const { pace } = makePace({ atATime: 1 });
    const first = pace.run(() => Promise.reject(new Error('broken')));
    const second = pace.run(() => Promise.resolve('well'));
    await expect(first).rejects.toThrow('broken');
    expect(await second).toBe('well');
  });
});

import { expect, it } from 'vitest';
import { Cache } from './cache.ts';

it('keeps an answer for its time, and the newest where there are too many', () => {
  const cache = new Cache<string>(2);
  cache.keep('a', 'first', { now: 100, forMs: 10 });
  expect([cache.get('a', 100), cache.get('a', 109), cache.get('a', 110)]).toEqual(['first', 'first', undefined]);
  for (const key of ['a', 'b', 'a', 'c']) cache.keep(key, key, { now: 200, forMs: 10 });
  expect(['a', 'b', 'c'].map((key) => cache.get(key, 205))).toEqual(['a', undefined, 'c']);
  cache.keep('d', 'd', { now: 200, forMs: 0 });
  expect(cache.get('d', 200)).toBeUndefined();
  // It is of the future: the clock was set back.
  expect(cache.get('c', 199)).toBeUndefined();
});

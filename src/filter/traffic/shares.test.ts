import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Shares } from './shares.ts';

const HOUR = 3_600_000;

/** Samples a second apart, then an hour later the clock moves. */
function past(keys: readonly string[]): Shares {
  const shares = new Shares();
  for (const [index, key] of keys.entries()) shares.add(key, index * 1_000);
  shares.turn(keys.length * 1_000 + HOUR);
  return shares;
}

describe('Shares', () => {
  it('knows nobody before an hour is over and enough was seen', () => {
    const shares = new Shares();
    for (let i = 0; i < 100; i++) shares.add(`visitor ${i}`, i);
    shares.turn(HOUR - 1);
    expect(shares.isNew('somebody')).toBe(false);
    shares.turn(HOUR);
    expect(shares.isNew('somebody')).toBe(true);
    expect(past(['a', 'b', 'c']).isNew('d')).toBe(false);
    expect(past(['a', 'b', 'c', 'a']).isNew('d')).toBe(true);
  });

  it('takes who only now makes many requests for new', () => {
    const shares = past(['a', 'b', 'c', 'd']);
    for (let i = 0; i < 1_000; i++) shares.add('e', 2 * HOUR + i);
    shares.turn(3 * HOUR - 1);
    expect(shares.isNew('e')).toBe(true);
    shares.turn(3 * HOUR);
    expect(shares.isNew('e')).toBe(false);
  });

  it('finds whoever had a sixth of the past, among however many, and takes nobody for one who had a fiftieth', () => {
    const many = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 60, maxLength: 400 });
    fc.assert(
      fc.property(many, fc.integer({ min: 0, max: 6 }), (numbers, offset) => {
        const keys = numbers.map((number, i) => ((i + offset) % 6 === 0 ? 'large' : `visitor ${number}`));
        const shares = past([...keys, 'large', 'large', 'large']);
        expect(shares.isNew('large')).toBe(false);
        const counts = new Map<string, number>();
        for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
        for (const [key, count] of counts) if (count * 50 < keys.length) expect(shares.isNew(key)).toBe(true);
      }),
    );
  });

  it('forgets in time who had many', () => {
    const shares = past(Array.from({ length: 250 }, () => 'before'));
    expect(shares.isNew('before')).toBe(false);
    for (let hour = 2; hour < 20; hour++) {
      for (let i = 0; i < 100; i++) shares.add(`visitor ${hour} ${i}`, hour * HOUR + i);
      shares.turn((hour + 1) * HOUR);
    }
    expect(shares.isNew('before')).toBe(true);
  });

  it('is the same when it is saved and restored', () => {
    const shares = past(['a', 'a', 'a', 'b']);
    shares.add('c', 2 * HOUR);
    const again = new Shares();
    again.restore(JSON.parse(JSON.stringify(shares.save())));
    expect(again.save()).toEqual(shares.save());
    expect([again.isNew('a'), again.isNew('b')]).toEqual([false, true]);
  });
});

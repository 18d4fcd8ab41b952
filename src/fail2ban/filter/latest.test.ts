import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Latest } from './latest.ts';

it('keeps the latest so many, as a Map would that loses its first', () => {
  const step = fc.record({ key: fc.constantFrom(...'abcdefghijklmnop'), isDelete: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const latest = new Latest<{ key: string; i: number }>(5);
      const model = new Map<string, number>();
      for (const [i, { key, isDelete }] of steps.entries()) {
        expect(latest.get(key)?.i).toBe(model.get(key));
        if (isDelete || model.has(key)) {
          latest.delete(key);
          model.delete(key);
          continue;
        }
        const [oldest] = model.keys();
        if (model.size === 5 && oldest !== undefined) model.delete(oldest);
        latest.add({ key, i });
        model.set(key, i);
      }
    }),
  );
});

it('tells keys apart whose hash is the same', () => {
  const latest = new Latest<{ key: string }>(3);
  const keys = ['x0123456789', 'y0123456789', 'z0123456789'];
  for (const key of keys) {
    expect(latest.get(key)).toBe(undefined);
    latest.add({ key });
  }
  latest.delete('y0123456789');
  expect(keys.map((key) => latest.get(key)?.key)).toEqual(['x0123456789', undefined, 'z0123456789']);
});

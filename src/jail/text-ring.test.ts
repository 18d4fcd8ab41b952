import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TextRing } from './text-ring.ts';

const text = fc.uint8Array({ maxLength: 300 }).map((codes) => String.fromCharCode(...codes));

it('TextRing gives back every byte of what it holds, and holds the last', () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 20 }), (texts, every) => {
      const ring = new TextRing(1_000);
      const places: number[] = [];
      for (const [i, each] of texts.entries()) {
        places.push(ring.write(each));
        if (i % every === 0) expect(ring.read(places[i] ?? -1, each.length)).toBe(each);
      }
      const held = texts.filter((each, i) => {
        const place = places[i] ?? -1;
        if (ring.holds(place)) expect(ring.read(place, each.length)).toBe(each);
        return ring.holds(place);
      });
      expect(held.length).toBeGreaterThanOrEqual(Math.min(texts.length, 2));
    }),
  );
});

it('TextRing keeps apart what was gathered before its end and what begins anew', () => {
  const ring = new TextRing(16_384);
  const texts = Array.from({ length: 500 }, (_, i) => `${i} `.padEnd(100, String(i % 10)));
  const places = texts.map((each) => ring.write(each));
  const held = texts.filter((_, i) => ring.holds(places[i] ?? -1));
  expect(held.length).toBeGreaterThan(150);
  expect(held).toEqual(texts.slice(-held.length));
  expect(held.map((each, i) => ring.read(places[texts.length - held.length + i] ?? -1, each.length))).toEqual(held);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Bubble } from './bubbles.ts';
import type { Label } from './labels.ts';
import { placeLabels } from './labels.ts';
import { fitted, widthOf } from './measure.ts';

const FRAME = { width: 960, height: 500, place: () => ({ x: 0, y: 0 }) };
const LABELING = { size: 13, most: 18, leaders: true, number: String };

const bubble = fc
  .record({
    x: fc.integer({ min: 0, max: 960 }),
    y: fc.integer({ min: 0, max: 500 }),
    radius: fc.integer({ min: 2, max: 40 }),
    name: fc.constantFrom(
      'Germany',
      'Netherlands',
      'United Kingdom',
      'Türkiye',
      'China',
      'Papua New Guinea',
      'Chad',
      '',
    ),
  })
  .map(({ x, y, radius, name }): Bubble => ({ at: { x, y }, radius, count: radius * radius, name, details: name }));

function box({ name, number, x, y, anchor, size }: Label) {
  const width = widthOf(`${name} ${number}`.trim(), size);
  const left = x - { start: 0, middle: width / 2, end: width }[anchor];
  return { left, right: left + width, top: y - size * 0.8, bottom: y + size * 0.2 };
}

test('placeLabels() names a country once, within the frame, and no name stands on another', () => {
  fc.assert(
    fc.property(fc.array(bubble, { maxLength: 40 }), (list) => {
      const bubbles = list.toSorted((a, b) => b.count - a.count);
      const names = placeLabels(bubbles, FRAME, LABELING).filter((label) => label.name !== '');

      expect(new Set(names.map((label) => label.name)).size).toBe(names.length);
      for (const [i, label] of names.entries()) {
        const one = box(label);
        expect(one.left >= 0 && one.right <= FRAME.width && one.top >= 0 && one.bottom <= FRAME.height).toBe(true);
        for (const other of names.slice(i + 1).map(box)) {
          const apart =
            one.right <= other.left || one.left >= other.right || one.bottom <= other.top || one.top >= other.bottom;
          expect(apart).toBe(true);
        }
      }
    }),
  );
});

test('placeLabels() gives a number to a name only where it is the number of all its country', () => {
  const at = (x: number, name: string, radius: number): Bubble => {
    return { at: { x, y: 200 }, radius, count: radius * 2, name, details: '' };
  };
  const labels = placeLabels(
    [at(600, 'Chad', 30), at(200, 'China', 3), at(400, 'Iran', 3), at(900, 'Iran', 2)],
    FRAME,
    LABELING,
  );

  expect(labels.map(({ name, number }) => `${name} ${number}`.trim())).toEqual(['60', 'Chad', 'China 6', 'Iran']);
});

test('fitted() cuts what is wider than its room, and marks the cut', () => {
  expect(fitted('Internet Utilities', 13, 500)).toBe('Internet Utilities');
  expect(fitted('W'.repeat(100), 13, 100)).toMatch(/^W+…$/);
  expect(widthOf(fitted('漢字'.repeat(40), 13, 100), 13)).toBeLessThanOrEqual(113);
});

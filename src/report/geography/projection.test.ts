import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Projection } from './projection.ts';
import { azimuthal, equalEarth } from './projection.ts';

const STEP = 1e-4;
const RADIANS = Math.PI / 180;

/** How much larger a small piece of the globe is on the plane, by its area. */
function stretch(project: Projection, longitude: number, latitude: number): number {
  const at = project(longitude, latitude);
  const east = project(longitude + STEP, latitude);
  const north = project(longitude, latitude + STEP);
  const area = Math.abs((east.x - at.x) * (north.y - at.y) - (north.x - at.x) * (east.y - at.y));
  return area / ((STEP * RADIANS) ** 2 * Math.cos(latitude * RADIANS));
}

const latitude = fc.double({ min: -80, max: 80, noNaN: true });
const longitude = fc.double({ min: -170, max: 170, noNaN: true });

describe('equalEarth', () => {
  test('equalEarth() has the size that its authors give: 2.7066 to the side, 1.3173 up', () => {
    const project = equalEarth(0);

    expect(project(180, 0).x).toBeCloseTo(2.70663, 4);
    expect(project(0, 90).y).toBeCloseTo(-1.31736, 4);
    expect(equalEarth(11)(11, 0)).toEqual({ x: 0, y: -0 });
  });

  test('equalEarth() keeps areas', () => {
    const project = equalEarth(0);
    const equator = stretch(project, 0, 0);

    fc.assert(
      fc.property(longitude, latitude, (x, y) => {
        expect(stretch(project, x, y) / equator).toBeCloseTo(1, 3);
      }),
    );
  });

  test('equalEarth() has north above and east to the right', () => {
    const project = equalEarth(11);

    expect(project(20, 50).y).toBeLessThan(project(20, 40).y);
    expect(project(20, 50).x).toBeGreaterThan(project(10, 50).x);
  });
});

describe('azimuthal', () => {
  test('azimuthal() keeps areas, and has its center in the middle', () => {
    const project = azimuthal(15, 52);

    expect(project(15, 52).x).toBeCloseTo(0, 9);
    expect(project(15, 52).y).toBeCloseTo(0, 9);
    const near = fc.tuple(fc.double({ min: -40, max: 70, noNaN: true }), fc.double({ min: 5, max: 80, noNaN: true }));
    fc.assert(
      fc.property(near, ([x, y]) => {
        expect(stretch(project, x, y)).toBeCloseTo(1, 3);
      }),
    );
  });

  test('azimuthal() gives every place of the globe a finite one', () => {
    const project = azimuthal(15, 52);

    fc.assert(
      fc.property(
        fc.double({ min: -180, max: 191, noNaN: true }),
        fc.double({ min: -90, max: 90, noNaN: true }),
        (x, y) => {
          expect(Number.isFinite(project(x, y).x + project(x, y).y)).toBe(true);
        },
      ),
    );
    expect(Number.isFinite(project(-165, -52).x)).toBe(true);
  });
});

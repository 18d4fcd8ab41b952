import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COUNTRIES } from './countries.ts';
import { frameOf, isInside } from './frame.ts';
import {
  BORDERS_OF_REGION,
  BORDERS_OF_WORLD,
  LAND_OF_REGION,
  LAND_OF_WORLD,
  STEPS_OF_REGION,
  STEPS_OF_WORLD,
} from './outlines.ts';
import type { Line } from './polyline.ts';
import { decodeLines } from './polyline.ts';
import { centerFinder, REGION_NAMES, REGIONS } from './regions.ts';

/** Of ISO 3166-1 as `Intl` knows it: codes that have a name, are not old ones, and are countries. */
function countryCodes(): string[] {
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const groups = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ', 'AC', 'CP', 'CQ', 'DG', 'EA', 'IC', 'TA']);
  return letters
    .flatMap((a) => letters.map((b) => `${a}${b}`))
    .filter((code) => names.of(code) !== undefined && !groups.has(code))
    .filter((code) => Intl.getCanonicalLocales(`und-${code}`)[0] === `und-${code}`);
}

describe('centerFinder', () => {
  const centerOf = centerFinder();

  test('centerFinder() knows every country, and nothing else', () => {
    const codes = countryCodes();

    expect(codes.length).toBeGreaterThan(240);
    expect(codes.filter((code) => centerOf(code) === undefined)).toEqual([]);
    for (const code of ['ZZ', '', 'us', '__proto__', 'constructor']) expect(centerOf(code)).toBeUndefined();
  });

  test.each([
    ['SG', 1.4, 103.8, 'east-asia'],
    ['HK', 22.4, 114.1, 'east-asia'],
    ['IE', 53.2, -8.2, 'europe'],
    ['MT', 35.9, 14.4, 'europe'],
    ['BH', 26, 50.5, 'west-asia'],
    ['US', 38.9, -99, 'north-america'],
    ['BR', -10.8, -53.1, 'south-america'],
    ['ZA', -29, 25, 'africa'],
    ['AU', -25.6, 134.4, 'oceania'],
  ])('centerFinder() has %s at %d, %d in %s', (code, latitude, longitude, region) => {
    const center = centerOf(code);

    expect(center?.region).toBe(region);
    expect(Math.abs((center?.latitude ?? 99) - latitude)).toBeLessThan(2);
    expect(Math.abs((center?.longitude ?? 999) - longitude)).toBeLessThan(2);
  });

  test('every region has a name, and a map that shows nearly all of its countries', () => {
    for (const region of REGIONS) {
      const frame = frameOf(region, 960);
      const own = Object.keys(COUNTRIES).filter((code) => centerOf(code)?.region === region);
      const shown = own.filter((code) => {
        const { longitude = 0, latitude = 0 } = centerOf(code) ?? {};
        return isInside(frame, frame.place(longitude, latitude));
      });

      expect(REGION_NAMES[region]).not.toBe('');
      // Islands far out in the oceans are on the map of the world only.
      expect(shown.length, region).toBeGreaterThanOrEqual(Math.floor(own.length * (region === 'oceania' ? 0.5 : 0.85)));
    }
  });
});

/** By the crossings of a ray: inside an odd number of outlines is land. */
function isLand(rings: readonly Line[], longitude: number, latitude: number): boolean {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      const [ax = 0, ay = 0] = [ring[i], ring[i + 1]];
      const [bx = 0, by = 0] = [ring[(i + 2) % ring.length], ring[(i + 3) % ring.length]];
      if (ay > latitude !== by > latitude && longitude < ((bx - ax) * (latitude - ay)) / (by - ay) + ax)
        inside = !inside;
    }
  }
  return inside;
}

describe.each([
  ['world', LAND_OF_WORLD, BORDERS_OF_WORLD, STEPS_OF_WORLD],
  ['region', LAND_OF_REGION, BORDERS_OF_REGION, STEPS_OF_REGION],
] as const)('the outlines of the %s', (_name, land, borders, steps) => {
  const rings = decodeLines(land, steps);

  test.each([
    ['Berlin', 52.5, 13.4, true],
    ['Chicago', 41.8, -88, true],
    ['Beijing', 39.9, 116.4, true],
    ['Chukotka, beyond 180 degrees', 67, 182, true],
    ['Sydney’s west', -33.8, 150.5, true],
    ['the Atlantic', 30, -40, false],
    ['the Caspian Sea', 41, 51, false],
    ['the Baltic', 58, 20, false],
  ])('%s', (_place, latitude, longitude, expected) => {
    expect(isLand(rings, longitude, latitude)).toBe(expected);
  });

  test('have Singapore, Hong Kong, Malta and Bahrain, however small', () => {
    const centerOf = centerFinder();
    const near = (code: string): boolean => {
      const { latitude = 0, longitude = 0 } = centerOf(code) ?? {};
      return rings.some((ring) => {
        for (let i = 0; i < ring.length; i += 2) {
          if (Math.hypot((ring[i] ?? 0) - longitude, (ring[i + 1] ?? 0) - latitude) < 0.7) return true;
        }
        return false;
      });
    };

    expect(['SG', 'HK', 'MT', 'BH'].filter((code) => !near(code))).toEqual([]);
  });

  test('stay on the globe, and no line jumps', () => {
    for (const line of [...rings, ...decodeLines(borders, steps)]) {
      for (let i = 0; i < line.length; i += 2) {
        const [x = 0, y = 0] = [line[i], line[i + 1]];
        expect(x >= -172 && x <= 195 && Math.abs(y) <= 90).toBe(true);
        if (i > 0) expect(Math.abs(x - (line[i - 2] ?? 0))).toBeLessThan(60);
      }
    }
  });
});

test('decodeLines() reads what was written: steps in zigzag, five bits a character', () => {
  expect([...(decodeLines('AB', 1)[0] ?? [])]).toEqual([0, -1]);
  expect(decodeLines('CA EB', 2).map((line) => [...line])).toEqual([
    [0.5, 0],
    [1, -0.5],
  ]);
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ABCgh_-09 ') }), (text) => {
      expect(decodeLines(text, 10)).toHaveLength(text.split(' ').length);
    }),
  );
});

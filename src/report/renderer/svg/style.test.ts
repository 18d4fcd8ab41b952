/** Colors are numbers too: contrast as WCAG computes it, and what is left of a difference for who sees few colors. */
import { describe, expect, test } from 'vitest';
import type { Palette } from './style.ts';
import { DARK, LIGHT } from './style.ts';

type Linear = readonly [red: number, green: number, blue: number];

function linear(color: string): Linear {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return [red, green, blue];
}

function luminance([red, green, blue]: Linear): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [more = 0, less = 0] = [luminance(linear(a)), luminance(linear(b))].sort((x, y) => y - x);
  return (more + 0.05) / (less + 0.05);
}

/** Machado, Oliveira and Fernandes (2009), at full strength: without red cones, without green ones. */
const BLINDNESS: Readonly<Record<string, readonly Linear[]>> = {
  'all cones': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'no red cones': [
    [0.152_286, 1.052_583, -0.204_868],
    [0.114_503, 0.786_281, 0.099_216],
    [-0.003_882, -0.048_116, 1.051_998],
  ],
  'no green cones': [
    [0.367_322, 0.860_646, -0.227_968],
    [0.280_085, 0.672_501, 0.047_413],
    [-0.011_82, 0.042_94, 0.968_881],
  ],
};

/** CIE L*a*b*, in which a distance of 2 is just seen side by side. */
function lab([red, green, blue]: Linear): Linear {
  const f = (t: number): number => (t > 216 / 24_389 ? Math.cbrt(t) : (841 / 108) * t + 4 / 29);
  const x = f((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.950_47);
  const y = f(luminance([red, green, blue]));
  const z = f((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.088_83);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function difference(a: string, b: string, matrix: readonly Linear[]): number {
  const seen = (color: string): Linear => {
    const [red, green, blue] = linear(color);
    const [x = 0, y = 0, z = 0] = matrix.map((row) => Math.max(0, row[0] * red + row[1] * green + row[2] * blue));
    return lab([x, y, z]);
  };
  const [p, q] = [seen(a), seen(b)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

const schemes: ReadonlyArray<readonly [string, Palette]> = [
  ['light', LIGHT],
  ['dark', DARK],
];

describe.each(schemes)('the %s palette', (_, palette) => {
  const { paper, ink, soft, accent, land, series, on, shades, onShades } = palette;

  test('has text that can be read: 4.5 to 1', () => {
    for (const color of [ink, soft, accent]) expect(contrast(color, paper)).toBeGreaterThanOrEqual(4.5);
    for (const [i, color] of series.entries()) expect(contrast(on[i] ?? '', color), color).toBeGreaterThanOrEqual(4.5);
    for (const [i, color] of shades.entries())
      expect(contrast(onShades[i] ?? '', color), color).toBeGreaterThanOrEqual(4.5);
  });

  test('has names on the map that can be read over land', () => {
    expect(contrast(ink, land)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(Object.entries(BLINDNESS))('has series that are told apart with %s', (_name, matrix) => {
    const pairs = series.flatMap((a, i) => series.slice(i + 1).map((b) => [a, b] as const));
    // Seven times what is just seen side by side; parts have gaps and numbers besides.
    const close = pairs.filter(([a, b]) => difference(a, b, matrix) < 15).map((pair) => pair.join(' '));
    expect(close).toEqual([]);
  });

  test.each(Object.entries(BLINDNESS))('has shades that only rise with %s', (_name, matrix) => {
    const steps = shades.slice(1).map((shade, i) => difference(shade, shades[i] ?? '', matrix));
    expect(Math.min(...steps)).toBeGreaterThan(7);
    const light = shades.map((shade) => luminance(linear(shade)));
    expect(light).toEqual([...light].sort((a, b) => (palette === LIGHT ? b - a : a - b)));
  });
});

import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { landOfEarth } from '../../report/geography/land.ts';
import { locatorMap, type Place } from './locator.ts';
import { encodePng } from './png.ts';

/** As the PNG specification writes it, without tables. */
function crcOf(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

interface Decoded {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, opacity. */
  readonly at: (x: number, y: number) => readonly number[];
}

/** Of the form that we write. */
function decode(png: Buffer): Decoded {
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const body = png.subarray(at + 4, at + 8 + length);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crcOf(body));
    chunks.set(body.toString('latin1', 0, 4), body.subarray(4));
    at += length + 12;
  }
  expect([...chunks.keys()]).toEqual(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);
  const chunk = (name: string): Buffer => chunks.get(name) ?? Buffer.alloc(0);
  const [width, height] = [chunk('IHDR').readUInt32BE(0), chunk('IHDR').readUInt32BE(4)];
  const lines = inflateSync(chunk('IDAT'));
  expect(lines.length).toBe((width + 1) * height);
  const at = (x: number, y: number): readonly number[] => {
    const color = lines[y * (width + 1) + 1 + x] ?? 0;
    return [...chunk('PLTE').subarray(3 * color, 3 * color + 3), chunk('tRNS')[color] ?? -1];
  };
  return { width, height, at };
}

describe('encodePng()', () => {
  it('writes dots with their colors and opacities', () => {
    const palette = [
      { red: 0, green: 0, blue: 0, alpha: 0 },
      { red: 10, green: 20, blue: 30, alpha: 200 },
    ];
    const { width, height, at } = decode(encodePng({ width: 2, height: 2, palette, dots: Uint8Array.of(0, 1, 1, 0) }));
    expect([width, height, at(0, 0), at(1, 0), at(0, 1), at(1, 1)]).toEqual([
      ...[2, 2, [0, 0, 0, 0], [10, 20, 30, 200], [10, 20, 30, 200], [0, 0, 0, 0]],
    ]);
  });

  it('refuses what is no picture', () => {
    const color = { red: 0, green: 0, blue: 0, alpha: 0 };
    const dots = Uint8Array.of(0);
    expect(() => encodePng({ width: 2, height: 2, palette: [color], dots })).toThrow(RangeError);
    expect(() => encodePng({ width: 1, height: 1, palette: [], dots })).toThrow(RangeError);
    expect(() => encodePng({ width: 1, height: 1, palette: Array(257).fill(color), dots })).toThrow(RangeError);
  });
});

describe('locatorMap()', () => {
  const geography = landOfEarth();
  const mapOf = (latitude: number, longitude: number, isMiddle = false): Decoded =>
    decode(locatorMap({ latitude, longitude, isMiddle }, geography));
  const RED = [0xd4, 0x2f, 0x3a, 255];
  const LAND = [0x8b, 0x97, 0xa1, 255];

  it('marks the place in the middle, on the land around it', () => {
    const { width, height, at } = mapOf(47.0, 8.0);
    expect([width, height]).toEqual([1_040, 400]);
    expect(at(520, 200)).toEqual(RED);
    // A degree of latitude is 12.5 dots, one of longitude 8.5: Burgundy, and the sea west of Corsica.
    expect(at(520 - 30, 200)).toEqual(LAND);
    expect(at(520 - 4, 200 + 65)[3]).toBe(0);
  });

  it('draws a wide ring where no more than the country is known', () => {
    const { at } = mapOf(46.8, 8.2, true);
    expect(at(520, 200)).not.toEqual(RED);
    expect(at(520 + 34, 200)).toEqual(RED);
  });

  it.each<[string, Place]>([
    ['the pole', { latitude: 90, longitude: 0, isMiddle: false }],
    ['the other pole', { latitude: -90, longitude: 180, isMiddle: false }],
    ['both sides of the Bering Strait', { latitude: 65.7, longitude: -168.9, isMiddle: false }],
    ['the far side of it', { latitude: 66, longitude: -169.8, isMiddle: true }],
    ['the middle of the ocean', { latitude: 0, longitude: -140, isMiddle: false }],
  ])('draws %s, small enough for a mail', (_, place) => {
    const png = locatorMap(place, geography);
    const { width, height, at } = decode(png);
    expect(png.length).toBeLessThan(40_000);
    let marked = 0;
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) if (String(at(x, y)) === String(RED)) marked++;
    expect(marked).toBeGreaterThan(100);
  });
});

/** Pictures for tests: PNG in and out, smaller, and how much two differ. Nothing but zlib. No test in here. */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** Three bytes a pixel, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** Bytes a pixel, by the color type of the header: gray, RGB, palette, RGBA. */
const CHANNELS = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [6, 4],
]);

/** Of eight bits a channel, not interlaced: what browsers and rasterizers write. Throws for any other. */
export function decodePng(bytes: Buffer): Picture {
  if (!bytes.subarray(0, 8).equals(SIGNATURE)) throw new Error('not a PNG');
  const data: Buffer[] = [];
  let header: Buffer = Buffer.alloc(0);
  let palette: Buffer = Buffer.alloc(0);
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') header = body;
    if (type === 'PLTE') palette = body;
    if (type === 'IDAT') data.push(body);
    at += length + 12;
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth, color, , , interlaced] = header.subarray(8);
  const channels = CHANNELS.get(color ?? -1);
  if (depth !== 8 || channels === undefined || interlaced !== 0) throw new Error('a PNG of another sort');
  const rows = unfiltered(inflateSync(Buffer.concat(data)), { width, height, channels });
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let k = 0; k < 3; k++) {
      const value = rows[pixel * channels + (channels < 3 ? 0 : k)] ?? 0;
      rgb[pixel * 3 + k] = color === 3 ? (palette[value * 3 + k] ?? 0) : value;
    }
  }
  return { width, height, rgb };
}

function unfiltered(
  data: Buffer,
  { width, height, channels }: { width: number; height: number; channels: number },
): Uint8Array {
  const stride = width * channels;
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = data[y * (stride + 1)] ?? 0;
    for (let i = 0; i < stride; i++) {
      const at = y * stride + i;
      const left = i < channels ? 0 : (out[at - channels] ?? 0);
      const up = y === 0 ? 0 : (out[at - stride] ?? 0);
      const corner = y === 0 || i < channels ? 0 : (out[at - stride - channels] ?? 0);
      out[at] = (data[y * (stride + 1) + 1 + i] ?? 0) + guessed(filter, { left, up, corner });
    }
  }
  return out;
}

/** What a byte is likely to be, by its neighbors. */
function guessed(filter: number, { left, up, corner }: { left: number; up: number; corner: number }): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

/** With at most 256 colors, the commonest; others become the nearest of them. */
export function encodePng({ width, height, rgb }: Picture): Buffer {
  const binAt = (pixel: number): number =>
    ((rgb[pixel * 3] ?? 0) >> 3) * 1024 + ((rgb[pixel * 3 + 1] ?? 0) >> 3) * 32 + ((rgb[pixel * 3 + 2] ?? 0) >> 3);
  const counts = new Map<number, { count: number; first: number }>();
  for (let pixel = 0; pixel < width * height; pixel++) {
    const bin = counts.get(binAt(pixel));
    if (bin === undefined) counts.set(binAt(pixel), { count: 1, first: pixel });
    else bin.count++;
  }
  const common = [...counts].sort(([, a], [, b]) => b.count - a.count || a.first - b.first).slice(0, 256);
  const palette = Buffer.from(common.flatMap(([, { first }]) => [...rgb.subarray(first * 3, first * 3 + 3)]));
  const numbers = new Map(common.map(([bin], index) => [bin, index]));
  const rows = Buffer.alloc((width + 1) * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const bin = binAt(pixel);
    const number = numbers.get(bin) ?? nearest(palette, rgb.subarray(pixel * 3, pixel * 3 + 3));
    numbers.set(bin, number);
    rows[pixel + Math.floor(pixel / width) + 1] = number;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function nearest(palette: Buffer, color: Uint8Array): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (let i = 0; i < palette.length / 3; i++) {
    const distance = [0, 1, 2].reduce((sum, k) => sum + ((palette[i * 3 + k] ?? 0) - (color[k] ?? 0)) ** 2, 0);
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}

function chunk(type: string, body: Buffer): Buffer {
  const whole = Buffer.alloc(body.length + 12);
  whole.writeUInt32BE(body.length, 0);
  whole.write(type, 4, 'latin1');
  whole.set(body, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, body.length + 8)), body.length + 8);
  return whole;
}

/** Each pixel is the mean of a square of `step` × `step`: letters become gray, and how their edges are drawn is lost. */
export function shrunk({ width, height, rgb }: Picture, step: number): Picture {
  const [across, down] = [Math.floor(width / step), Math.floor(height / step)];
  const out = new Uint8Array(across * down * 3);
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      for (let k = 0; k < 3; k++) {
        let sum = 0;
        for (let v = 0; v < step; v++)
          for (let u = 0; u < step; u++) sum += rgb[((y * step + v) * width + x * step + u) * 3 + k] ?? 0;
        out[(y * across + x) * 3 + k] = Math.round(sum / step ** 2);
      }
    }
  }
  return { width: across, height: down, rgb: out };
}

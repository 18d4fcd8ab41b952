/** PNG files of at most 256 colors, each with its opacity: what a small drawing needs, and no more. */
import { crc32, deflateSync } from 'node:zlib';

export interface Color {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  /** 0 to 255. */
  readonly alpha: number;
}

export interface Image {
  readonly width: number;
  readonly height: number;
  /** At most 256. */
  readonly palette: readonly Color[];
  /** A number of the palette for each dot, line by line. */
  readonly dots: Uint8Array;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** @throws RangeError when the dots are not as many as the size says, or the palette is none. */
export function encodePng({ width, height, palette, dots }: Image): Buffer {
  if (dots.length !== width * height) throw new RangeError(`${dots.length} dots are not ${width} × ${height}`);
  if (palette.length === 0 || palette.length > 256) throw new RangeError(`${palette.length} colors are no palette`);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a dot, which are numbers of the palette.
  header.set([8, 3], 8);
  // Each line begins with the number of its filter: none, for a palette has no gradients.
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) lines.set(dots.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flatMap(({ red, green, blue }) => [red, green, blue]))),
    chunk('tRNS', Buffer.from(palette.map(({ alpha }) => alpha))),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

import { constants, gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gunzipped } from './gunzip.ts';

describe('gunzipped()', () => {
  it('gives back what was packed, however the pieces are cut and whatever the members', async () => {
    const texts = fc.array(fc.uint8Array({ maxLength: 3000 }), { minLength: 1, maxLength: 4 });
    const property = fc.asyncProperty(texts, fc.integer({ min: 1, max: 40 }), async (members, pieceBytes) => {
      const packed = Buffer.concat(members.map((member) => gzipSync(member)));

      const { bytes, damage } = await unpacked(piecesOf(packed, pieceBytes));

      expect(bytes.equals(Buffer.concat(members))).toBe(true);
      expect(damage).toBeUndefined();
    });
    await fc.assert(property, { numRuns: 40 });
  });

  it('gives all that a truncated file holds, at every length', async () => {
    const packed = gzipSync(noisyText(700));
    for (let length = 2; length < packed.length; length += 7) {
      const part = packed.subarray(0, length);
      const held = gunzipSync(part, { finishFlush: constants.Z_SYNC_FLUSH });

      const { bytes, damage } = await unpacked([part]);

      expect(bytes.equals(held), `at ${length}`).toBe(true);
      expect(damage).toBe('it ends too early');
    }
  });

  it('gives what comes before a damaged byte when the file can be read again', async () => {
    const text = noisyText(40_000);
    const packed = gzipSync(text);
    for (const at of [3000, 20_000, packed.length - 9_000]) {
      const damaged = Buffer.from(packed);
      damaged.fill(0xff, at, at + 64);

      const { bytes, damage } = await unpacked(piecesOf(damaged, 65_536), 'repeatable');

      expect(damage).toBeDefined();
      const common = commonLength(bytes, text);
      expect(common / text.length).toBeGreaterThan((at / packed.length) * 0.9);
    }
  });

  it('gives less of a stream, which cannot be read again, and says so too', async () => {
    const damaged = gzipSync(noisyText(100));
    damaged.fill(0xff, damaged.length - 60, damaged.length - 10);

    const { damage } = await unpacked([damaged]);

    expect(damage).toBeDefined();
  });

  const behind: ReadonlyArray<readonly [what: string, tail: Buffer, expected: string | undefined]> = [
    ['nothing', Buffer.alloc(0), undefined],
    ['zeros, as on a tape', Buffer.alloc(100_000), undefined],
    ['zeros and a member', Buffer.concat([Buffer.alloc(512), gzipSync('more')]), 'there is data behind its end'],
    ['zeros and a far member', Buffer.concat([Buffer.alloc(50_000), gzipSync('x')]), 'there is data behind its end'],
    ['text', Buffer.from('no gzip at all'), 'incorrect header check'],
  ];
  it.each(behind)('gives the whole log when %s follows it', async (_what, tail, expected) => {
    const packed = Buffer.concat([gzipSync('one\ntwo\n'), tail]);

    for (const pieceBytes of [7, 1000, 65_536]) {
      const { bytes, damage } = await unpacked(piecesOf(packed, pieceBytes), 'repeatable');

      expect(bytes.toString()).toBe('one\ntwo\n');
      expect(damage).toBe(expected);
    }
  });

  it('says of a log whose checksum is wrong that the damage may be anywhere', async () => {
    const packed = gzipSync(noisyText(100));
    packed.writeUInt32LE(packed.readUInt32LE(packed.length - 8) ^ 1, packed.length - 8);
    const { bytes, damage } = await unpacked(piecesOf(packed, 65_536), 'repeatable');

    expect(bytes).toEqual(noisyText(100));
    expect(damage).toBe('its checksum is wrong, and nobody knows where the damage is');
  });

  it('holds no more of a decompression bomb than a piece makes', async () => {
    const bomb = gzipSync(Buffer.alloc(300_000_000));
    let total = 0;
    let largest = 0;
    const before = process.memoryUsage().arrayBuffers;
    for await (const bytes of gunzipped({
      pieces: () => piecesOf(bomb, 65_536),
      repeatable: false,
      onDamage: () => 0,
    })) {
      total += bytes.length;
      if (total % 10_000_000 < bytes.length) largest = Math.max(largest, process.memoryUsage().arrayBuffers - before);
    }

    expect(total).toBe(300_000_000);
    expect(largest).toBeLessThan(120_000_000);
  });

  it('stops when its reader does', async () => {
    let asked = 0;
    function* pieces(): Generator<Buffer> {
      for (;;) {
        asked++;
        yield gzipSync(noisyText(10));
      }
    }
    for await (const bytes of gunzipped({ pieces, repeatable: false, onDamage: () => 0 })) if (bytes.length > 0) break;

    expect(asked).toBe(1);
  });
});

async function unpacked(
  pieces: Iterable<Buffer>,
  repeatable: 'repeatable' | 'once' = 'once',
): Promise<{ bytes: Buffer; damage: string | undefined }> {
  const all: Buffer[] = [];
  let damage: string | undefined;
  const list = [...pieces];
  const source = { pieces: () => list, repeatable: repeatable === 'repeatable', onDamage };
  function onDamage(why: string): void {
    damage = why;
  }
  for await (const bytes of gunzipped(source)) all.push(Buffer.from(bytes));
  return { bytes: Buffer.concat(all), damage };
}

function* piecesOf(bytes: Buffer, length: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

/** Lines that hardly repeat, so that a damaged byte is a damaged byte. */
function noisyText(lines: number): Buffer {
  let seed = 12345;
  const numbers = Array.from({ length: lines }, () => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return seed.toString(36);
  });
  return Buffer.from(numbers.map((number) => `line ${number}\n`).join(''));
}

function commonLength(a: Buffer, b: Buffer): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i;
}

/** Decompresses gzip from pieces to pieces, member after member, and gives what can be read of a damaged file. */
import { createGunzip, type Gunzip } from 'node:zlib';

/**
 * What is decompressed at a time. Deflate packs at most 1,032 to 1, so that a decompression bomb costs 17 MB and not
 * its own size; ordinary logs pack 10 to 1, and smaller pieces spend more time on the way to zlib's thread than in it.
 */
const FEED_BYTES = 16_384;
const OUTPUT_BYTES = 65_536;

export interface Compressed {
  /** The compressed bytes from the beginning. A piece may be reused when the next one is asked for. */
  pieces(): AsyncIterable<Buffer> | Iterable<Buffer>;
  /** Whether `pieces` can be called again. */
  readonly repeatable: boolean;
  /** Hears why the rest could not be read. */
  onDamage(why: string): void;
}

/** The uncompressed bytes. */
export async function* gunzipped(source: Compressed): AsyncGenerator<Buffer> {
  const inflation = new Inflation();
  try {
    for await (const piece of source.pieces()) {
      let at = 0;
      for (; at < piece.length && !inflation.over; at += FEED_BYTES) {
        for (const bytes of await inflation.feed(piece.subarray(at, at + FEED_BYTES))) yield bytes;
      }
      inflation.pass(piece.subarray(at));
    }
    for (const bytes of await inflation.end()) yield bytes;
  } finally {
    inflation.close();
  }
  if (inflation.lost && source.repeatable) yield* remains(source, inflation);
  if (inflation.failure !== undefined) source.onDamage(inflation.failure);
}

/**
 * zlib keeps to itself what it made of the piece in which it failed, up to 64 KB of log. A second pass feeds that piece
 * byte by byte, and so loses only what the failing byte made.
 */
async function* remains(source: Compressed, before: Inflation): AsyncGenerator<Buffer> {
  const inflation = new Inflation();
  try {
    for await (const piece of source.pieces()) {
      for (let at = 0, length = 0; at < piece.length && !inflation.over; at += length) {
        length = inflation.taken < before.taken ? FEED_BYTES : 1;
        const known = inflation.given;
        for (const bytes of fresh(await inflation.feed(piece.subarray(at, at + length)), before.given - known))
          yield bytes;
      }
      if (inflation.over) return;
    }
  } finally {
    inflation.close();
  }
}

/** The pieces without their first `known` bytes. */
function fresh(pieces: readonly Buffer[], known: number): readonly Buffer[] {
  if (known <= 0) return pieces;
  const rest = Buffer.concat(pieces).subarray(known);
  return rest.length > 0 ? [rest] : [];
}

/** One pass of zlib. */
class Inflation {
  /** Compressed bytes that went through without failure. */
  taken = 0;
  /** Uncompressed bytes made of them. */
  given = 0;
  /** Whether nothing more will come: the end, or a failure. */
  over = false;
  failure: string | undefined;
  /** Whether output was lost with it. A file that merely ends too early has given all that it holds. */
  lost = false;
  #output: Buffer[] = [];
  #wake: () => void = () => undefined;
  readonly #gunzip: Gunzip = createGunzip({ chunkSize: OUTPUT_BYTES });

  constructor() {
    this.#gunzip.on('data', (bytes: Buffer) => this.#output.push(bytes));
    this.#gunzip.on('end', () => {
      this.over = true;
    });
    this.#gunzip.on('error', (error) => {
      this.failure ??= sentence(error);
      this.over = true;
    });
    this.#gunzip.on('close', () => this.#wake());
  }

  /** What zlib makes of the piece, which may be reused then. */
  async feed(piece: Buffer): Promise<readonly Buffer[]> {
    await new Promise<void>((resolve) => {
      // After a failure, a write is never answered: only the stream's end is.
      this.#wake = resolve;
      this.#gunzip.write(piece, () => resolve());
    });
    if (this.failure === undefined) this.taken += piece.length;
    else this.lost = true;
    this.pass(piece.subarray(piece.length - Math.max(0, this.taken - this.#gunzip.bytesWritten)));
    return this.#made();
  }

  async end(): Promise<readonly Buffer[]> {
    if (this.over) return this.#made();
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#gunzip.end();
    });
    return this.#made();
  }

  /** Takes note of bytes that are not fed any more. Zeros may pad the last block of a tape; other bytes are a loss. */
  pass(rest: Buffer): void {
    if (!this.over || this.failure !== undefined) return;
    if (rest.some((byte) => byte !== 0)) this.failure = 'there is data behind its end';
  }

  close(): void {
    this.#gunzip.destroy();
  }

  #made(): readonly Buffer[] {
    const output = this.#output;
    this.#output = [];
    for (const bytes of output) this.given += bytes.length;
    return output;
  }
}

/** In zlib's words. */
const CHECKS = /^incorrect (?:data|length) check$/;

function sentence(error: Error): string {
  if ('code' in error && error.code === 'Z_BUF_ERROR') return 'it ends too early';
  // Only the end of a member tells: all of it was read by then, with whatever the damage made of it.
  return CHECKS.test(error.message) ? 'its checksum is wrong, and nobody knows where the damage is' : error.message;
}

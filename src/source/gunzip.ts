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
  const first = new Inflation();
  let given = 0;
  for await (const bytes of first.run(source.pieces(), Number.POSITIVE_INFINITY)) {
    given += bytes.length;
    yield bytes;
  }
  if (first.failure !== undefined && source.repeatable) yield* remains(source, first.taken, given);
  if (first.failure !== undefined) source.onDamage(first.failure);
}

/**
 * zlib keeps to itself what it made of the piece in which it failed, up to 64 KB of log. A second pass feeds that piece
 * byte by byte, and so loses only what the failing byte made.
 */
async function* remains(source: Compressed, taken: number, given: number): AsyncGenerator<Buffer> {
  let known = given;
  for await (const bytes of new Inflation().run(source.pieces(), taken)) {
    const fresh = bytes.subarray(Math.min(known, bytes.length));
    known -= bytes.length - fresh.length;
    if (fresh.length > 0) yield fresh;
  }
}

/** One pass of zlib over the pieces. */
class Inflation {
  /** Compressed bytes that went through without failure. */
  taken = 0;
  failure: string | undefined;
  #over = false;
  #output: Buffer[] = [];
  readonly #gunzip: Gunzip = createGunzip({ chunkSize: OUTPUT_BYTES });
  readonly #closed: Promise<void>;

  constructor() {
    this.#closed = new Promise((resolve) => {
      this.#gunzip.on('close', resolve);
    });
    this.#gunzip.on('data', (bytes: Buffer) => this.#output.push(bytes));
    this.#gunzip.on('error', (error) => {
      this.failure ??= sentence(error);
      this.#over = true;
    });
    this.#gunzip.on('end', () => {
      this.#over = true;
    });
  }

  /** From compressed byte `slowFrom` on it feeds single bytes. */
  async *run(pieces: AsyncIterable<Buffer> | Iterable<Buffer>, slowFrom: number): AsyncGenerator<Buffer> {
    try {
      for await (const piece of pieces) {
        for (let at = 0; at < piece.length && !this.#over; ) {
          const length = this.taken < slowFrom ? FEED_BYTES : 1;
          const part = piece.subarray(at, at + length);
          await this.#feed(part);
          yield* this.#made();
          if (this.failure === undefined) this.taken += part.length;
          at += part.length;
        }
        this.#checkPadding(piece);
      }
      await this.#end();
      yield* this.#made();
    } finally {
      this.#gunzip.destroy();
    }
  }

  /** Resolves when zlib has made all it can of the piece, or has given up. */
  #feed(piece: Buffer): Promise<void> {
    const written = new Promise<void>((resolve) => {
      this.#gunzip.write(piece, () => resolve());
    });
    return Promise.race([written, this.#closed]);
  }

  #end(): Promise<void> {
    if (!this.#over) this.#gunzip.end();
    return this.#closed;
  }

  #made(): Buffer[] {
    const output = this.#output;
    this.#output = [];
    return output;
  }

  /** Zeros may fill up the last block of a tape or disk; anything else behind the last member is not read. */
  #checkPadding(piece: Buffer): void {
    if (!this.#over || this.failure !== undefined) return;
    const consumed = Math.max(0, piece.length - (this.taken - this.#gunzip.bytesWritten));
    if (piece.subarray(Math.min(consumed, piece.length)).some((byte) => byte !== 0)) {
      this.failure = 'there is data behind the padding';
    }
  }
}

function sentence(error: Error): string {
  return 'code' in error && error.code === 'Z_BUF_ERROR' ? 'it ends too early' : error.message;
}

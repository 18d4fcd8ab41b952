/** Opens what was named and finds out how its bytes are to be had: plain, gzip, from a file or from a pipe. */
import { accessSync, closeSync, constants, createReadStream, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { gunzipped } from './gunzip.ts';
import { type ByteInput, headOf, type Intake, PlainInput, PulledInput } from './input.ts';
import { codeOf } from './refusal.ts';

export interface OpenLog {
  readonly input: ByteInput;
  readonly compressed: boolean;
  /** Bytes on the disk, 0 when nobody knows. */
  readonly size: number;
  /** When the log was last written, milliseconds since 1970; undefined when nobody knows. */
  readonly modified: number | undefined;
  /** The same for two names of one file. */
  readonly identity: string;
}

const PIECE_BYTES = 65_536;
/** A gzip header: its magic number, and at 4 the time of the packed file in seconds. */
const GZIP_HEADER_BYTES = 10;

/** Opens a regular file. Throws the errors of the file system. */
export function openFile(path: string): OpenLog {
  // A pipe that took the file's place since it was listed must not hold us up.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(descriptor);
    const header = headOf(descriptor, GZIP_HEADER_BYTES);
    const log = { size: stats.size, identity: identityOf(stats) };
    if (!isGzip(header)) {
      return { ...log, input: new PlainInput(descriptor), compressed: false, modified: stats.mtimeMs };
    }
    const packed = header.length === GZIP_HEADER_BYTES ? header.readUInt32LE(4) * 1000 : 0;
    return { ...log, input: gzipFile(descriptor), compressed: true, modified: packed || stats.mtimeMs };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** Opens a pipe by its name. */
export function openPipe(path: string): Promise<OpenLog> {
  accessSync(path, constants.R_OK);
  return openStream(createReadStream(path, { highWaterMark: PIECE_BYTES }), path);
}

/** Takes over a stream that is open already, standard input say. */
export async function openStream(stream: AsyncIterable<Uint8Array>, name: string): Promise<OpenLog> {
  const intake: Intake = { taken: 0, damage: undefined };
  const pieces = counted(stream, intake);
  const first: Buffer[] = [];
  let length = 0;
  // A pipe may give its bytes one by one, and the magic number has two.
  while (length < 2) {
    const next = await pieces.next();
    if (next.done) break;
    first.push(next.value);
    length += next.value.length;
  }
  const head = Buffer.concat(first);
  const all = continued(head, pieces);
  const compressed = isGzip(head);
  const bytes = compressed ? gunzippedInto(() => all, intake, { repeatable: false }) : all;
  const input = new PulledInput(bytes, intake, () => undefined);
  return { input, compressed, size: 0, modified: undefined, identity: `stream ${name}` };
}

export function identityOf(stats: Stats): string {
  return `${stats.dev}:${stats.ino}`;
}

export function isGzip(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/** Takes over the open gzip file: closing the input closes it. */
export function gzipFile(descriptor: number): PulledInput {
  const intake: Intake = { taken: 0, damage: undefined };
  const bytes = gunzippedInto(() => piecesOf(descriptor, intake), intake, { repeatable: true });
  return new PulledInput(bytes, intake, () => closeSync(descriptor));
}

function gunzippedInto(
  pieces: () => AsyncIterable<Buffer> | Iterable<Buffer>,
  intake: Intake,
  { repeatable }: { readonly repeatable: boolean },
): AsyncGenerator<Buffer> {
  return gunzipped({
    pieces,
    repeatable,
    onDamage: (why) => {
      intake.damage ??= `the gzip data is damaged: ${why}`;
    },
  });
}

/** The file piece by piece, in one buffer. */
function* piecesOf(descriptor: number, intake: Intake): Generator<Buffer> {
  const room = Buffer.allocUnsafeSlow(PIECE_BYTES);
  let offset = 0;
  for (;;) {
    let count = 0;
    try {
      count = readSync(descriptor, room, 0, room.length, offset);
    } catch (error) {
      intake.damage = `a read failed (${codeOf(error)})`;
    }
    if (count === 0) return;
    offset += count;
    // A second pass over a damaged file is no progress.
    intake.taken = Math.max(intake.taken, offset);
    yield room.subarray(0, count);
  }
}

async function* counted(stream: AsyncIterable<Uint8Array>, intake: Intake): AsyncGenerator<Buffer> {
  try {
    for await (const piece of stream) {
      intake.taken += piece.length;
      yield Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    }
  } catch (error) {
    intake.damage = `a read failed (${codeOf(error)})`;
  }
}

async function* continued(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (first.length > 0) yield first;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

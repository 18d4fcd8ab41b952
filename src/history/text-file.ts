/** The text of a file or of standard input, unpacked when it is gzip: its beginning, and all of it. */
import { ProblemError } from '../base/problem.ts';
import { type OpenLog, openFile, openStream } from '../source/open.ts';
import { refusalOf } from '../source/refusal.ts';
import { unreadable } from './source.ts';

const PIECE_BYTES = 65_536;
/** How people name standard input. */
export const STANDARD_INPUT = '-';

export interface Text {
  readonly path: string;
  /** Bytes on the disk, 0 when nobody knows. */
  readonly size: number;
  /** @throws ProblemError when it cannot be read to its end */
  pieces(): AsyncIterable<string>;
}

/** The first 4 KiB of a file, unpacked. @throws ProblemError when it cannot be read. */
export async function headOf(path: string): Promise<Buffer> {
  return opened(path, async (log) => {
    const head = await log.input.head();
    // A file cut so short that it tells nothing, or half of its first line, is not empty and no other thing.
    expectWhole(log, path);
    return head;
  });
}

/** @throws ProblemError when it cannot be opened */
export async function textOf(path: string): Promise<Text> {
  if (path === STANDARD_INPUT) return { path, size: 0, pieces: () => piecesOf(path) };
  return opened(path, async ({ size }) => ({ path, size, pieces: () => piecesOf(path) }));
}

async function opened<T>(path: string, look: (log: OpenLog) => Promise<T>): Promise<T> {
  const log = await open(path);
  try {
    return await look(log);
  } finally {
    await log.input.close();
  }
}

async function open(path: string): Promise<OpenLog> {
  try {
    return path === STANDARD_INPUT ? await openStream(process.stdin, path) : openFile(path);
  } catch (error) {
    const { status, what, hint } = refusalOf(error, path);
    throw new ProblemError(status, hint === undefined ? { where: path, what } : { where: path, what, hint });
  }
}

async function* piecesOf(path: string): AsyncGenerator<string> {
  const log = await open(path);
  const { input } = log;
  const room = Buffer.alloc(PIECE_BYTES);
  const decoder = new TextDecoder('utf-8');
  try {
    input.start(0);
    for (;;) {
      const count = await input.read(room, 0, room.length);
      if (count === 0) break;
      yield decoder.decode(room.subarray(0, count), { stream: true });
    }
    yield decoder.decode();
    expectWhole(log, path);
  } finally {
    await input.close();
  }
}

/** @throws ProblemError when damage was met so far */
function expectWhole({ input }: OpenLog, path: string): void {
  const { damage } = input.intake;
  if (damage !== undefined) throw unreadable([{ where: path, what: damage }]);
}

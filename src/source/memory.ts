/** Logs in memory: for tests, and for whoever has the bytes already. Read by the same reader as files. */
import type { Clock } from '../base/clock.ts';
import { type Intake, PulledInput } from './input.ts';
import type { OpenLog } from './open.ts';
import type { PartOrigin } from './part.ts';
import { KnownPositions } from './position.ts';
import { Pace } from './progress.ts';
import { Series } from './series.ts';
import type { LogSeries, SourcePosition } from './source.ts';

export interface MemoryLog {
  readonly host?: string;
  readonly name: string;
  /** Oldest first. Lines get their newlines here; bytes are taken as they are. */
  readonly parts: ReadonlyArray<{
    readonly path: string;
    readonly content: readonly string[] | Uint8Array;
    /** Milliseconds since 1970, 0 by default. */
    readonly modified?: number;
  }>;
}

export interface MemoryOptions {
  readonly positions?: readonly SourcePosition[];
  /** How many bytes arrive at a time, 64 KiB by default: a chunk holds the whole lines among them. */
  readonly pieceBytes?: number;
}

export function memoryLogs(logs: readonly MemoryLog[], options: MemoryOptions = {}): readonly LogSeries[] {
  const known = new KnownPositions(options.positions ?? []);
  const unhurried: Clock = () => 0;
  const pace = new Pace(unhurried, undefined);
  return logs.map(({ host = 'memory', name, parts }) => {
    const origins = parts.map(({ path, content, modified = 0 }): PartOrigin & { readonly size: number } => {
      const bytes = bytesOf(content);
      const open = (): OpenLog => openBytes(bytes, options.pieceBytes ?? 65_536, path);
      return { file: { host, path, modified }, open, size: bytes.length };
    });
    const size = origins.reduce((sum, part) => sum + part.size, 0);
    return new Series({ host, name, parts: origins, size }, known, pace);
  });
}

function bytesOf(content: readonly string[] | Uint8Array): Buffer {
  if (content instanceof Uint8Array) return Buffer.from(content);
  return Buffer.from(content.map((line) => `${line}\n`).join(''));
}

function openBytes(bytes: Buffer, pieceBytes: number, path: string): OpenLog {
  const intake: Intake = { taken: 0, damage: undefined };
  const input = new PulledInput(piecesOf(bytes, pieceBytes, intake), intake, () => undefined);
  return { input, compressed: false, size: bytes.length, modified: undefined, identity: path };
}

async function* piecesOf(bytes: Buffer, pieceBytes: number, intake: Intake): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const piece = bytes.subarray(at, at + pieceBytes);
    intake.taken += piece.length;
    yield piece;
  }
}

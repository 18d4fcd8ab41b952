/** A log with its rotated parts, read oldest first as one stream of chunks in one buffer. */
import type { Chunk, LogFile } from '../model.ts';
import { LineCutter } from './cutter.ts';
import { type FileOutcome, LogPart, type PartOrigin } from './part.ts';
import type { KnownPositions } from './position.ts';
import type { Pace } from './progress.ts';

export interface SeriesOrigin {
  readonly host: string;
  readonly name: string;
  /** Oldest first. */
  readonly parts: readonly PartOrigin[];
  readonly size: number;
}

export class Series {
  readonly host: string;
  readonly name: string;
  readonly files: readonly LogFile[];
  readonly size: number;
  readonly #parts: readonly LogPart[];
  readonly #pace: Pace;

  constructor(origin: SeriesOrigin, known: KnownPositions, pace: Pace) {
    this.host = origin.host;
    this.name = origin.name;
    this.size = origin.size;
    this.files = origin.parts.map((part) => part.file);
    this.#parts = origin.parts.map((part) => new LogPart(part, known));
    this.#pace = pace;
    pace.expect(origin.parts.length, origin.size);
  }

  async *chunks(): AsyncGenerator<Chunk> {
    const cutter = new LineCutter();
    for (const part of this.#parts) yield* part.chunks(cutter, this.#pace);
  }

  outcomes(): readonly FileOutcome[] {
    return this.#parts.map((part) => part.outcome());
  }
}

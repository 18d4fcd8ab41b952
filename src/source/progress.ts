/** How far the reading of all logs has come, and when it is time to let others run. */
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../base/clock.ts';
import type { LogFile } from '../model.ts';

export interface Progress {
  /** What is being read. */
  readonly file: LogFile;
  /** Bytes as they lie on the disk: of a gzip file the compressed ones. */
  readonly bytesRead: number;
  /** As far as known: 0 for standard input; a log may grow while it is read. */
  readonly bytesTotal: number;
  readonly filesDone: number;
  readonly filesTotal: number;
}

/** Ten times a second looks fluent, and the terminal is slower than we are. */
const REPORT_EVERY_MS = 100;
/** A few milliseconds of reading: signals and timers wait no longer than that. */
const BREATHE_EVERY_BYTES = 8_388_608;

export class Pace {
  readonly #clock: Clock;
  readonly #onProgress: ((progress: Progress) => void) | undefined;
  #bytesRead = 0;
  #bytesTotal = 0;
  #filesDone = 0;
  #filesTotal = 0;
  #reported = Number.NEGATIVE_INFINITY;
  #sinceBreath = 0;

  constructor(clock: Clock, onProgress: ((progress: Progress) => void) | undefined) {
    this.#clock = clock;
    this.#onProgress = onProgress;
  }

  /** Adds files that will be read. */
  expect(files: number, bytes: number): void {
    this.#filesTotal += files;
    this.#bytesTotal += bytes;
  }

  /** Bytes were read. A promise is for waiting: the event loop has its turn. */
  advance(file: LogFile, bytes: number): Promise<void> | undefined {
    this.#bytesRead += bytes;
    if (this.#onProgress && this.#clock() - this.#reported >= REPORT_EVERY_MS) this.#report(file);
    this.#sinceBreath += bytes;
    if (this.#sinceBreath < BREATHE_EVERY_BYTES) return undefined;
    this.#sinceBreath = 0;
    return setImmediate();
  }

  /** A file was read to its end. The last one is always reported. */
  done(file: LogFile): void {
    this.#filesDone++;
    if (this.#filesDone === this.#filesTotal) this.#report(file);
  }

  #report(file: LogFile): void {
    this.#reported = this.#clock();
    this.#onProgress?.({
      file,
      bytesRead: this.#bytesRead,
      bytesTotal: this.#bytesTotal,
      filesDone: this.#filesDone,
      filesTotal: this.#filesTotal,
    });
  }
}

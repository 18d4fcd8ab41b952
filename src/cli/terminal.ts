/** The terminal: how wide, whether it takes color, and a progress bar on standard error. */
import { EXIT } from '../base/problem.ts';
import { ellipsis, printable } from '../base/text.ts';
import type { Progress } from '../source/source.ts';
import { writeFailureOf } from './write-failure.ts';

export interface TerminalShape {
  readonly width: number;
  readonly color: boolean;
  /** Its locale does not say that it takes UTF-8. */
  readonly ascii: boolean;
}

/** Some terminals do not tell how wide they are, or say 0. */
const WIDTH = 80;
/** Longer lines are hard to read, whatever the window. */
const WIDTH_MAX = 120;

/** What standard output takes, or a file. `NO_COLOR` and `FORCE_COLOR` as everywhere; no file has colors, and all are UTF-8. */
export function outputShape(to: 'terminal' | 'file' = 'terminal'): TerminalShape {
  const { columns, isTTY } = process.stdout;
  const { NO_COLOR, FORCE_COLOR, COLUMNS, LC_ALL, LC_CTYPE, LANG } = process.env;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0';
  return {
    width: Math.min(columns || Number(COLUMNS) || WIDTH, WIDTH_MAX),
    color: to === 'terminal' && !NO_COLOR && (forced || isTTY === true),
    ascii: to === 'terminal' && !/utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || ''),
  };
}

/** What a closed pipe says, at the first write and at later ones. */
export const CLOSED: ReadonlySet<string | undefined> = new Set(['EPIPE', 'ERR_STREAM_DESTROYED']);

/** Ends the process: what was asked for cannot be told, and a full disk is no fault of the program. */
export function stopWithoutOutput(error: unknown): never {
  process.stderr.write(`rapsheet: standard output: ${writeFailureOf(error).what}\n`);
  process.exit(EXIT.unavailable);
}

/** From now on a closed standard output does not end the process; `left` tells when it was closed. */
export function outliveReader(): { readonly left: boolean } {
  const reader = { left: false };
  process.stdout.removeAllListeners('error');
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!CLOSED.has(error.code)) stopWithoutOutput(error);
    reader.left = true;
  });
  return reader;
}

const BLOCKS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const BAR = 24;
/** Ten times a second looks fluent, and the terminal is slower than we are. */
const TELL_EVERY_MS = 100;

/** Shows how far reading has come, on a terminal; anywhere else it does nothing. */
export class ProgressBar {
  readonly #started: number;
  readonly #clock: () => number;
  #shown = false;
  #told = Number.NEGATIVE_INFINITY;

  constructor(clock: () => number) {
    this.#clock = clock;
    this.#started = clock();
  }

  show(progress: Progress): void {
    this.#write(progressLine(progress, this.#clock() - this.#started));
  }

  /** Of work that is counted; called as often as one likes. */
  count(share: number, what: string): void {
    const now = this.#clock();
    if (now - this.#told < TELL_EVERY_MS) return;
    this.#told = now;
    this.#write(`${barOf(share)} ${percentOf(share)}  ${what}`);
  }

  /** Of work without an end. */
  tell(what: string): void {
    this.#write(what);
  }

  #write(line: string): void {
    if (!process.stderr.isTTY) return;
    this.#shown = true;
    process.stderr.write(`\r\u001b[K${ellipsis(printable(line), (process.stderr.columns || WIDTH) - 1)}`);
  }

  clear(): void {
    if (this.#shown) process.stderr.write('\r\u001b[K');
    this.#shown = false;
  }
}

/** One line: bar, share, rate, time left, file. */
export function progressLine(progress: Progress, elapsedMs: number): string {
  const { bytesRead, bytesTotal, filesDone, filesTotal, file } = progress;
  const share = bytesTotal > 0 ? Math.min(1, bytesRead / bytesTotal) : 0;
  const rate = bytesRead / Math.max(1, elapsedMs);
  const left = rate > 0 ? Math.max(0, bytesTotal - bytesRead) / rate / 1000 : 0;
  const parts = [
    percentOf(share),
    `${(rate / 1000).toFixed(0)} MB/s`,
    ...(bytesTotal > 0 ? [`${Math.ceil(left)} s left`] : []),
    `${filesDone}/${filesTotal} files`,
    file.path,
  ];
  return `${barOf(share)} ${parts.join('  ')}`;
}

function barOf(share: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * BAR * 8);
  return ('█'.repeat(eighths >> 3) + (BLOCKS[eighths & 7] ?? '')).padEnd(BAR);
}

function percentOf(share: number): string {
  return `${Math.floor(share * 100)}%`.padStart(4);
}

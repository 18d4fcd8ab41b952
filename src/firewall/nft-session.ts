/**
 * One nft that goes on: a line of commands is a transaction, committed in half a millisecond instead of the five that a
 * process takes. nft says nothing about a line that succeeded, and its echo (`-e`) would read every set back first; so
 * each line is followed by one that is wrong on purpose and comes back in an error, in order, on the same stream.
 */
import type { RunningProgram } from '../base/program.ts';
import type { Runner } from './runner.ts';

/** A transaction takes milliseconds; when the kernel's lock is held for long, seconds. */
const PATIENCE_MS = 10_000;
/** An error repeats the line (at most 32 KiB) for each mistake; more is not an answer. */
const ANSWER_MAX = 4_194_304;
/** Then a new one is begun: nft keeps 5 KB of each line, and is to stay below 10 MB. */
const LINES_MAX = 1_000;

/** nft writes the lines that it was given into a file of this folder when it ends. It shall not: there is no such folder. */
const NO_HISTORY = { HOME: '/dev/null' } as const;

/** What nft said about a line: its errors, empty when the line was done. Undefined: it died, and nobody knows. */
export type Answer = string | undefined;

export class NftSession {
  readonly #runner: Runner;
  #child: RunningProgram | undefined;
  #lines = 0;
  #heard = '';
  #waiting: { readonly mark: string; readonly done: (answer: Answer) => void } | undefined;

  constructor(runner: Runner) {
    this.#runner = runner;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** One at a time. @throws ProgramError when nft is not installed. */
  async send(line: string): Promise<Answer> {
    if (this.#lines >= LINES_MAX) this.close();
    const child = this.#child ?? this.#start();
    const mark = `end-${++this.#lines}-mark`;
    this.#heard = '';
    const answered = new Promise<Answer>((done) => {
      this.#waiting = { mark, done };
    });
    const timer = setTimeout(() => this.close(), PATIENCE_MS);
    child.stdin.write(`${line}\n${mark}\n`);
    try {
      return await answered;
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    const child = this.#child;
    if (!child) return;
    this.#forget(child);
    child.kill('SIGKILL');
    child.stdin.end();
  }

  #start(): RunningProgram {
    const child = this.#runner.start('nft', ['-i'], NO_HISTORY);
    this.#child = child;
    this.#lines = 0;
    child.stdin.on('error', () => undefined);
    child.on('error', () => this.#forget(child));
    child.on('close', () => this.#forget(child));
    child.stdout.resume();
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (piece: string) => {
      if (child === this.#child) this.#hear(piece);
    });
    return child;
  }

  #hear(piece: string): void {
    if (!this.#waiting) return;
    this.#heard += piece;
    const at = this.#heard.indexOf(`\n${this.#waiting.mark}\n`);
    if (at >= 0) this.#answer(errorsBefore(this.#heard.slice(0, at)));
    else if (this.#heard.length > ANSWER_MAX) this.close();
  }

  #answer(answer: Answer): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#heard = '';
    waiting?.done(answer);
  }

  #forget(child: RunningProgram): void {
    if (child !== this.#child) return;
    this.#child = undefined;
    this.#lines = 0;
    this.#answer(undefined);
  }
}

/** What was said before the mark came back, without the complaint about the mark itself. */
function errorsBefore(heard: string): string {
  const lines = heard.split('\n');
  // The caret under the mark before this one may come late.
  while (lines[0] !== undefined && /^[\s^]*$/.test(lines[0])) lines.shift();
  return lines.slice(0, -1).join('\n').trim();
}

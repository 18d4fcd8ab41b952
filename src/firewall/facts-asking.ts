/** Puts questions to the system's programs, with a limit on time, and keeps which were answered and which were not. */
import { ProgramError, type ProgramResult } from '../base/program.ts';
import { ellipsis, printable } from '../base/text.ts';
import type { Runner } from './runner.ts';
import { SYSTEM } from './runner.ts';

/** Each answers within milliseconds, conntrack with 100,000 entries within a second; ten times that is stuck. */
const PATIENCE_MS = 5_000;
/** All together: whoever asked at three in the morning waits for it. */
const ALL_MS = 20_000;
/** The first line of a complaint tells why. */
const COMPLAINT_MAX = 120;
/** The rules of a host with Kubernetes; to read more would hold up the daemon for longer than a tenth of a second. */
const READ_MAX = 16_777_216;
/** What is told is text for people; no question has so many parts. */
const TOLD_MAX = 32;

export interface AskingOptions {
  readonly runner?: Pick<Runner, 'run'> | undefined;
  readonly clock: () => number;
}

export class Asking {
  readonly #options: AskingOptions;
  readonly #end: number;
  readonly #checked = new Set<string>();
  readonly #failed = new Map<string, string>();

  constructor(options: AskingOptions) {
    this.#options = options;
    this.#end = options.clock() + ALL_MS;
  }

  get checked(): string[] {
    return [...this.#checked].filter((what) => !this.#failed.has(what));
  }

  get failed(): string[] {
    return [...this.#failed].map(([what, why]) => `${what} (${why})`);
  }

  /** How it ended, whatever its status; undefined when it did not run to its end. */
  async ask(what: string, program: string, args: readonly string[]): Promise<ProgramResult | undefined> {
    const left = this.#end - this.#options.clock();
    if (left <= 0) return this.fail(what, 'no time left');
    const { runner = SYSTEM } = this.#options;
    try {
      const result = await runner.run(program, args, { timeoutMs: Math.min(PATIENCE_MS, left) });
      this.#checked.add(what);
      return result;
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error;
      return this.fail(what, error.message);
    }
  }

  /** What it printed; undefined when it failed. */
  async answer(what: string, program: string, args: readonly string[]): Promise<string | undefined> {
    const result = await this.ask(what, program, args);
    if (!result) return undefined;
    if (result.status === 0) return result.out;
    return this.fail(what, `${program}: ${result.err.trim().split('\n')[0] ?? ''}`);
  }

  fail(what: string, why: string): undefined {
    if (this.#failed.size < TOLD_MAX) this.#failed.set(what, ellipsis(printable(why), COMPLAINT_MAX));
    return undefined;
  }

  /** What a parser makes of a text; a text that it cannot read is one more question without an answer. */
  read<T>(what: string, text: string | undefined, parse: (text: string) => T): T | undefined {
    if (text === undefined) return undefined;
    if (text.length > READ_MAX) return this.fail(what, 'its answer is too long');
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return this.fail(what, 'its answer cannot be read');
    }
  }
}

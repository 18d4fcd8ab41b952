/**
 * `ignorecommand` of a jail: a command that says, by ending with 0, that somebody is not to be banned after all. fail2ban
 * asks it at every failure; it is asked here once a ban, before the ban takes effect. What it said may be remembered
 * (`ignorecache`).
 */
import { EXIT, ProblemError } from '../../base/problem.ts';
import { ArithmeticError } from '../config/arithmetic.ts';
import { CallError, parseCall } from '../config/call.ts';
import type { JailFile } from '../config/jail-file.ts';
import { parseSeconds } from '../config/seconds.ts';
import { shellWords } from '../config/shell-words.ts';
import { type BanFacts, type Surroundings, valuesOf } from './ban-facts.ts';
import { type Command, fillIn, tagsIn } from './shell-text.ts';

export interface IgnoreCommand {
  /** With tags. */
  readonly text: string;
  /** The file that it begins with, when it is named with its whole path. */
  readonly file: string | undefined;
  readonly cache: CacheOptions | undefined;
}

export interface CacheOptions {
  /** What answers are remembered by, with tags: `<ip>`. */
  readonly key: string;
  readonly maxCount: number;
  readonly maxTimeMs: number;
}

/** As long as a command of an action may take when nothing else is said. */
export const IGNORE_TIMEOUT_MS = 60_000;
/** Answers that are remembered at most, whatever the option says: some 10 MB. */
const ANSWERS_MAX = 100_000;

/** @throws ProblemError for an `ignorecache` that is none */
export function readIgnoreCommand({ options, placeOf }: JailFile): IgnoreCommand | undefined {
  const text = options.get('ignorecommand')?.trim() ?? '';
  if (text === '') return undefined;
  const [first = ''] = shellWords(text) ?? [];
  return {
    text,
    file: first.startsWith('/') ? first : undefined,
    cache: cacheOf(options.get('ignorecache') ?? '', placeOf('ignorecache')),
  };
}

function cacheOf(text: string, place: string): CacheOptions | undefined {
  if (text.trim() === '') return undefined;
  try {
    const { options } = parseCall(`cache[${text}]`);
    const key = options.get('key');
    if (key === undefined) throw new CallError('it has no key');
    const count = options.get('max-count') ?? '100';
    if (!/^\d{1,9}$/.test(count)) throw new CallError(`max-count is no number: "${count}"`);
    const maxTimeMs = 1_000 * parseSeconds(options.get('max-time') ?? '300');
    return { key, maxCount: Math.min(Number(count), ANSWERS_MAX), maxTimeMs };
  } catch (error) {
    if (!(error instanceof CallError || error instanceof ArithmeticError)) throw error;
    throw new ProblemError(EXIT.badConfig, { where: place, what: error.message });
  }
}

/** One jail's command, with what it said before. */
export class Ignoring {
  readonly #command: IgnoreCommand;
  readonly #around: Surroundings;
  readonly #run: (command: Command, subject: string) => Promise<number | null>;
  /** By key, the oldest first. */
  readonly #answers = new Map<string, { readonly isIgnored: boolean; readonly until: number }>();

  /** `run`: the status that the command ends with. */
  constructor(
    command: IgnoreCommand,
    around: Surroundings,
    run: (command: Command, subject: string) => Promise<number | null>,
  ) {
    this.#command = command;
    this.#around = around;
    this.#run = run;
  }

  /** Whether the ban is not to be. A command that fails says no. */
  async isIgnored(facts: BanFacts): Promise<boolean> {
    const { text, cache } = this.#command;
    const key = cache && (await this.#keyOf(cache.key, facts));
    const known = key === undefined ? undefined : this.#answers.get(key);
    if (known && this.#around.clock() < known.until) return known.isIgnored;
    const command = fillIn(text, await valuesOf(tagsIn(text), facts, this.#around));
    const isIgnored = (await this.#run(command, facts.subject.text)) === 0;
    if (key !== undefined && cache) this.#remember(key, isIgnored, cache);
    return isIgnored;
  }

  /** No shell sees it: the values may stand in it as they are. */
  async #keyOf(key: string, facts: BanFacts): Promise<string> {
    const values = await valuesOf(tagsIn(key), facts, this.#around);
    return key.replace(/<([^ <>]+)>/g, (whole, tag: string) => values.get(tag)?.text ?? whole);
  }

  #remember(key: string, isIgnored: boolean, { maxCount, maxTimeMs }: CacheOptions): void {
    this.#answers.delete(key);
    this.#answers.set(key, { isIgnored, until: this.#around.clock() + maxTimeMs });
    while (this.#answers.size > maxCount) {
      const [oldest] = this.#answers.keys();
      if (oldest === undefined) return;
      this.#answers.delete(oldest);
    }
  }
}

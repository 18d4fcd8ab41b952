/** The commands of an action for one family of addresses: what the file and the jail say is in them, what a ban says is not. */
import { EXIT, ProblemError } from '../../base/problem.ts';
import { parseBoolean } from '../boolean.ts';
import type { ActionFile } from '../config/action-file.ts';
import { ArithmeticError } from '../config/arithmetic.ts';
import { splitWords } from '../config/call.ts';
import { parseSeconds } from '../config/seconds.ts';
import { replaceTags } from '../config/tags.ts';
import { type BanFacts, type Family, hostValue, type Occasion, type Surroundings, valuesOf } from './ban-facts.ts';
import { type Command, fillIn, tagsIn } from './shell-text.ts';

export type Operation =
  | 'actionstart'
  | 'actionstop'
  | 'actionflush'
  | 'actionreload'
  | 'actioncheck'
  | 'actionrepair'
  | 'actionban'
  | 'actionprolong'
  | 'actionreban'
  | 'actionunban';

/** Only a ban knows them, even if an option has their name. */
const OF_A_BAN = ['matches', 'ipmatches', 'ipjailmatches', 'bantime'];
const CONDITION = /^\w+\?family=/;
const USUAL_TIMEOUT_S = 60;
/** A command that goes on for longer holds up all that comes after it. */
const TIMEOUT_MAX_S = 86_400;

export class ActionCommands {
  readonly name: string;
  /** Some option has a value of its own for a family. */
  readonly isConditional: boolean;
  readonly startsOnDemand: boolean;
  readonly repairsOnUnban: boolean;
  /** What was told before is not told again at a start. */
  readonly skipsRestored: boolean;
  /** Which families are started together; `''` stands for both where they do not differ. */
  readonly families: readonly (Family | '')[];
  readonly timeoutMs: number;
  readonly #properties: ReadonlyMap<string, string>;
  readonly #place: string;
  readonly #static = new Map<string, string>();

  /** @throws ProblemError for a time that is none, and for tags that refer to themselves */
  constructor(file: ActionFile, { hasIPv6 }: { readonly hasIPv6: boolean }) {
    const { properties } = file;
    this.name = file.name;
    this.#place = file.files.at(-1) ?? file.file;
    this.timeoutMs = 1_000 * timeoutOf(properties.get('timeout'), this.#place);
    this.#properties = new Map(
      [...properties, ['timeout', String(this.timeoutMs / 1_000)] as const].filter(
        ([name]) => !OF_A_BAN.includes(name),
      ),
    );
    this.isConditional = [...properties.keys()].some((name) => CONDITION.test(name));
    const onDemand = properties.get('actionstart_on_demand');
    this.startsOnDemand = onDemand === undefined ? this.isConditional : parseBoolean(onDemand);
    this.repairsOnUnban = parseBoolean(properties.get('actionrepair_on_unban') ?? '');
    this.skipsRestored = parseBoolean(properties.get('norestored') ?? '');
    this.families = familiesOf(properties.get('families'), { hasIPv6, isConditional: this.isConditional });
    for (const family of ['', 'inet4', 'inet6'] as const) this.text('actionban', family);
  }

  /** Whether there is such a command, for whatever family. */
  has(operation: Operation): boolean {
    return (this.#properties.get(operation) ?? '').trim() !== '';
  }

  /** The command as far as it is the same for all bans of a family; empty when there is nothing to do. */
  text(operation: Operation, family: Family | ''): string {
    const key = `${operation} ${family}`;
    const known = this.#static.get(key);
    if (known !== undefined) return known;
    const text = this.#replaced(operation, family);
    this.#static.set(key, text);
    return text;
  }

  /** The command of a ban, or of the beginning or end of it all. */
  async filled(text: string, about: BanFacts | Occasion, around: Surroundings): Promise<Command> {
    return fillIn(text, await valuesOf(tagsIn(text), about, around));
  }

  /** A check or a repair, which are told nothing but the family. */
  bare(text: string, around: Pick<Surroundings, 'names'>): Command {
    const values = tagsIn(text).flatMap((tag) => {
      const value = hostValue(tag, around);
      return value ? [[tag, value] as const] : [];
    });
    return fillIn(text, new Map(values));
  }

  #replaced(operation: Operation, family: Family | ''): string {
    const replaced = replaceTags(new Map([...this.#properties, ['', `<${operation}>`]]), {
      ignored: new Set(OF_A_BAN),
      further: () => undefined,
      place: this.#place,
      ...(family === '' ? {} : { condition: `family=${family}` }),
    });
    if (!this.#properties.has(operation) && !this.#properties.has(`${operation}?family=${family}`)) return '';
    const text = replaced.get('') ?? '';
    return family === '' ? text : text.replaceAll('<family>', family);
  }
}

function familiesOf(
  given: string | undefined,
  { hasIPv6, isConditional }: { hasIPv6: boolean; isConditional: boolean },
): readonly (Family | '')[] {
  const named = splitWords(given ?? '').filter((word): word is Family => word === 'inet4' || word === 'inet6');
  if (named.length > 0) return named;
  if (!isConditional) return [''];
  return hasIPv6 ? ['inet4', 'inet6'] : ['inet4'];
}

function timeoutOf(text: string | undefined, where: string): number {
  if (text === undefined || text.trim() === '') return USUAL_TIMEOUT_S;
  try {
    const seconds = parseSeconds(text);
    if (seconds > 0) return Math.min(seconds, TIMEOUT_MAX_S);
    throw new ArithmeticError(`"${text}" is no time to wait`, 0);
  } catch (error) {
    if (!(error instanceof ArithmeticError)) throw error;
    throw new ProblemError(EXIT.badConfig, { where, what: `timeout: ${error.message}` });
  }
}

/**
 * Carries out one change. nft does all of a transaction or nothing, so that one element that the kernel refuses would keep
 * all others out: a transaction that fails is halved until what is at fault stands alone.
 */
import type { Network } from '../base/address.ts';
import { failureOf, isFull, isMissing, refusalOf } from './nft-errors.ts';
import { changeCommands, type Lane, laneCommands, laneOf, setOf, type TableShape } from './nft-script.ts';
import type { NftTransactions } from './nft-transactions.ts';
import { familyOf, prefixOf, type Screening, type Wanted } from './screening.ts';

/** Steps in one transaction: the text stays below a megabyte or two, and a failure repeats no more than these. */
const CHUNK = 20_000;
/** So many subjects that are at fault, each alone, are not: something else is wrong. */
const REFUSALS_MAX = 100;

/** One thing that a transaction does. */
type Step = { readonly block: Wanted } | { readonly release: Network };

export interface SettlementOptions {
  readonly transactions: NftTransactions;
  readonly shape: TableShape;
  /** By the names of their sets; new ones are added. */
  readonly lanes: Map<string, Lane>;
  /** Told what was refused. */
  readonly screening: Screening;
  /** Throws when a failure is not of what was asked for. */
  readonly examine: (said: string) => Promise<void>;
}

export class Settlement {
  readonly #options: SettlementOptions;
  /** Sets that were found full: thousands of others need not find it again, one by one. */
  readonly #full = new Set<string>();
  #refusals = 0;

  constructor(options: SettlementOptions) {
    this.#options = options;
  }

  /** Releases what is to be released, then blocks what was screened. @throws FirewallError */
  async run(release: readonly Network[]): Promise<void> {
    const { wanted } = this.#options.screening;
    const steps: Step[] = [...release.map((subject) => ({ release: subject })), ...wanted.map((block) => ({ block }))];
    for (let from = 0; from < steps.length; from += CHUNK) await this.#settle(steps.slice(from, from + CHUNK));
  }

  async #settle(steps: readonly Step[]): Promise<void> {
    const { transactions, lanes, shape, examine } = this.#options;
    const hopeful = steps.filter((step) => !this.#isHopeless(step));
    const [first] = hopeful;
    if (first === undefined) return;
    const fresh = this.#freshLanes(hopeful);
    const making = [...fresh.values()].flatMap((lane) => laneCommands(shape, lane));
    const commands = [...making, ...this.#commandsOf(hopeful)];
    const said = commands.length === 0 ? '' : await transactions.run(commands);
    if (said === '') {
      for (const [set, lane] of fresh) lanes.set(set, lane);
      return;
    }
    await examine(said);
    if (hopeful.length === 1) {
      await this.#giveUp(first, said);
      return;
    }
    const middle = Math.ceil(hopeful.length / 2);
    await this.#settle(hopeful.slice(0, middle));
    await this.#settle(hopeful.slice(middle));
  }

  #commandsOf(steps: readonly Step[]): string[] {
    const block = steps.flatMap((step) => ('block' in step ? [step.block] : []));
    const release = steps.flatMap((step) => ('release' in step ? [step.release] : []));
    const places = release.map((subject) => this.#lanesFor(subject));
    return changeCommands(this.#options.shape.table, places, { block, release });
  }

  /** The sets that may hold a subject. */
  #lanesFor(subject: Network): Lane[] {
    const [family, prefix] = [familyOf(subject), prefixOf(subject)];
    return [...this.#options.lanes.values()].filter((lane) => lane.family === family && lane.prefix === prefix);
  }

  /** The first network of its length: its set and rule are made in the transaction that fills them. */
  #freshLanes(steps: readonly Step[]): Map<string, Lane> {
    const fresh = new Map<string, Lane>();
    for (const step of steps) {
      if (!('block' in step)) continue;
      const lane = laneOf(step.block.subject, step.block.group);
      if (!this.#options.lanes.has(setOf(lane))) fresh.set(setOf(lane), lane);
    }
    return fresh;
  }

  /** A step that failed alone. */
  async #giveUp(step: Step, said: string): Promise<void> {
    const { transactions, shape, screening } = this.#options;
    if ('block' in step) {
      screening.refuse(step.block, refusalOf(said, shape.capacity));
      if (isFull(said)) this.#full.add(setOf(laneOf(step.block.subject, step.block.group)));
      else if (++this.#refusals > REFUSALS_MAX) throw failureOf(said);
      return;
    }
    // To release is to add and to delete, and a full set takes nothing: deleted alone, set by set, if it is there.
    for (const lane of this.#lanesFor(step.release)) {
      const element = `element inet ${shape.table} ${setOf(lane)} { ${step.release.base.text} }`;
      const left = await transactions.run([`delete ${element}`]);
      if (left !== '' && !isMissing(left)) throw failureOf(left);
    }
  }

  #isHopeless(step: Step): boolean {
    if (!('block' in step) || !this.#full.has(setOf(laneOf(step.block.subject, step.block.group)))) return false;
    this.#options.screening.refuse(step.block, refusalOf('No space left', this.#options.shape.capacity));
    return true;
  }
}

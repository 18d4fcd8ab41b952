/**
 * nftables: a table of its own, `inet rapsheet`. What the kernel holds is the truth; this remembers only which sets it
 * made, so that one more ban is one line to nft.
 */
import type { Network } from '../base/address.ts';
import type { Block } from '../model.ts';
import {
  ALL_PORTS,
  type BlockOrder,
  type Change,
  type Firewall,
  FirewallError,
  type FirewallOptions,
} from './firewall.ts';
import { failureOf, hasError, isGeneral, isMissing, programFailure } from './nft-errors.ts';
import { type NftListing, readListing } from './nft-listing.ts';
import {
  fillCommands,
  type Lane,
  laneOf,
  removalCommands,
  setOf,
  type TableShape,
  tableCommands,
  usualLanes,
} from './nft-script.ts';
import { Settlement } from './nft-settlement.ts';
import { NftTransactions } from './nft-transactions.ts';
import { watchTable } from './nft-watch.ts';
import { type Runner, SYSTEM } from './runner.ts';
import { Screening, type Wanted } from './screening.ts';
import { Turns } from './turns.ts';

export const TABLE = 'rapsheet';
/** An element takes about 200 bytes of the kernel's memory that cannot be swapped: 100 MB for a full set. */
const CAPACITY = 524_288;
export interface NftablesOptions extends FirewallOptions {
  readonly runner?: Runner;
  readonly table?: string;
  /** The most elements of one set. */
  readonly capacity?: number;
}

/** Starts nothing and changes nothing before it is used. */
export function nftablesFirewall(options: NftablesOptions): Firewall {
  return new Nftables(options);
}

/** Whether this system takes our table. @throws FirewallError saying why not. */
export async function probeNftables(options: NftablesOptions): Promise<void> {
  await new Nftables(options).probe();
}

class Nftables implements Firewall {
  readonly name = 'nftables';
  readonly #options: NftablesOptions;
  readonly #transactions: NftTransactions;
  readonly #turns = new Turns();
  #shape: TableShape;
  /** The lanes of the table by the names of their sets; undefined while it is not known to be there. */
  #lanes: Map<string, Lane> | undefined;
  #probed = false;
  #stopWatching: (() => void) | undefined;

  constructor(options: NftablesOptions) {
    const { runner = SYSTEM, table = TABLE, capacity = CAPACITY, groups, hooks } = options;
    this.#options = options;
    this.#transactions = new NftTransactions(runner);
    this.#shape = { table, groups, hooks, capacity, counters: true };
  }

  apply(change: Change): Promise<readonly Block[]> {
    return this.#turns.take(async () => {
      const screening = new Screening(change.block ?? [], this.#options);
      this.#lanes ??= await this.#adopt();
      await this.#settle(this.#lanes, screening, change.release ?? []);
      return screening.blocks(this.#options.clock());
    });
  }

  replace(orders: readonly BlockOrder[]): Promise<readonly Block[]> {
    return this.#turns.take(async () => {
      const screening = new Screening(orders, this.#options);
      await this.probe();
      const lanes = this.#lanesFor(screening.wanted);
      const { table } = this.#shape;
      const make = tableCommands(this.#shape, lanes.values());
      const said = await this.#transactions.run([...make, ...fillCommands(table, screening.wanted)]);
      if (said !== '') await this.#replaceInParts(make, lanes, screening);
      this.#lanes = lanes;
      return screening.blocks(this.#options.clock());
    });
  }

  list(): Promise<readonly BlockOrder[]> {
    return this.#turns.take(async () => {
      const listing = await this.#read(false);
      if (!listing) throw this.#gone();
      this.#complain(listing);
      return listing.orders;
    });
  }

  remove(): Promise<void> {
    return this.#turns.take(async () => {
      this.#lanes = undefined;
      const said = await this.#transactions.run(removalCommands(this.#shape.table));
      if (said !== '') throw failureOf(said);
    });
  }

  async close(): Promise<void> {
    this.#stopWatching?.();
    await this.#turns.take(async () => this.#transactions.close());
  }

  watch(onChange: (who: string) => void): () => void {
    this.#stopWatching?.();
    const { runner = SYSTEM } = this.#options;
    const stop = watchTable({
      runner,
      table: this.#shape.table,
      isOwn: (by) => this.#transactions.isOwn(by),
      onChange,
    });
    this.#stopWatching = stop;
    return stop;
  }

  /** Asks nft, once, whether the kernel would take the table, and whether its elements can count. */
  async probe(): Promise<void> {
    if (this.#probed) return;
    const lanes = [...this.#lanesFor([]).values()];
    let said = await this.#transactions.check(tableCommands(this.#shape, lanes));
    if (said !== '' && !isGeneral(said)) {
      const plain = { ...this.#shape, counters: false };
      said = await this.#transactions.check(tableCommands(plain, lanes));
      if (said === '') this.#shape = plain;
    }
    if (said !== '') throw failureOf(said);
    this.#probed = true;
  }

  #lanesFor(block: readonly Wanted[]): Map<string, Lane> {
    const groups = [ALL_PORTS, ...this.#options.groups.map(({ name }) => name)];
    const lanes = [...groups.flatMap(usualLanes), ...block.map(({ subject, group }) => laneOf(subject, group))];
    return new Map(lanes.map((lane) => [setOf(lane), lane]));
  }

  /** The table of an earlier run when it is whole; else a new one when there is none. */
  async #adopt(): Promise<Map<string, Lane>> {
    await this.probe();
    const listing = await this.#read(true);
    if (listing) {
      this.#complain(listing);
      return new Map(listing.lanes.map((lane) => [setOf(lane), lane]));
    }
    const lanes = this.#lanesFor([]);
    const said = await this.#transactions.run(tableCommands(this.#shape, lanes.values()));
    if (said !== '') throw failureOf(said);
    return lanes;
  }

  /** Not whole for once: the kernel refuses something, and what it takes must be in force. */
  async #replaceInParts(make: readonly string[], lanes: Map<string, Lane>, screening: Screening): Promise<void> {
    const said = await this.#transactions.run(make);
    if (said !== '') throw failureOf(said);
    this.#lanes = lanes;
    await this.#settle(lanes, screening, []);
  }

  #settle(lanes: Map<string, Lane>, screening: Screening, release: readonly Network[]): Promise<void> {
    const [transactions, shape] = [this.#transactions, this.#shape];
    const examine = (said: string): Promise<void> => this.#examine(said);
    return new Settlement({ transactions, shape, lanes, screening, examine }).run(release);
  }

  /** @throws FirewallError when the failure is not of what was asked for. */
  async #examine(said: string): Promise<void> {
    if (isGeneral(said)) throw failureOf(said);
    if (!isMissing(said)) return;
    const listing = await this.#read(true);
    if (!listing) {
      this.#lanes = undefined;
      throw this.#gone();
    }
    this.#complain(listing);
  }

  /** What nft lists of the table; undefined when there is none. Terse: without its elements. */
  async #read(terse: boolean): Promise<NftListing | undefined> {
    const { table } = this.#shape;
    const { out, err } = await this.#transactions.ask(['-j', ...(terse ? ['-t'] : []), 'list', 'table', 'inet', table]);
    if (hasError(err)) {
      if (isMissing(err)) return undefined;
      throw failureOf(err);
    }
    try {
      return readListing(out, this.#shape, this.#options.clock());
    } catch (error) {
      throw programFailure(new Error(`nft's listing cannot be read: ${String(error)}`, { cause: error }));
    }
  }

  #complain({ faults }: NftListing): void {
    if (faults.length === 0) return;
    this.#lanes = undefined;
    throw new FirewallError(`the table inet ${this.#shape.table} was altered: ${faults.join('; ')}`, {
      hint: 'it is made anew from the record; find out what alters it',
    });
  }

  #gone(): FirewallError {
    return new FirewallError(`the table inet ${this.#shape.table} is not there`, {
      hint: 'it is made anew from the record; another program may have flushed the ruleset',
    });
  }
}

/**
 * ipset with iptables, for hosts without nftables. Sets with timeouts for addresses and for networks; chains of its own,
 * first in INPUT and FORWARD. A block of more than 24 days ends in the kernel before its ban (TIMEOUT_MAX_S) and is put
 * in again by the next comparison.
 */
import { parseNetwork } from '../base/address.ts';
import { ProgramError, type ProgramResult } from '../base/program.ts';
import type { Block } from '../model.ts';
import { type BlockOrder, type Change, type Firewall, FirewallError, type FirewallOptions } from './firewall.ts';
import { ipsetFailure, type RestoreLine, restoreLines } from './ipset-restore.ts';
import {
  addLine,
  allSets,
  createLine,
  faultsOf,
  holds,
  type IpsetSet,
  type IpsetShape,
  removalText,
  rulesText,
  spareOf,
} from './ipset-script.ts';
import { type Runner, SYSTEM } from './runner.ts';
import { familyOf, Screening, type Wanted } from './screening.ts';
import { Turns } from './turns.ts';

const PREFIX = 'rapsheet';
/** An element takes about 100 bytes of the kernel's memory that cannot be swapped: 50 MB for a full set. */
const CAPACITY = 524_288;
/** Others hold the lock of iptables for a moment; whoever holds it for longer is stuck. */
const LOCK_S = '10';
const TOOLS = { 4: 'iptables', 6: 'ip6tables' } as const;

export interface IpsetOptions extends FirewallOptions {
  readonly runner?: Runner;
  /** Begins the names of sets and chains; at most 8 characters. */
  readonly prefix?: string;
  /** The most elements of one set. */
  readonly capacity?: number;
}

/** Starts nothing and changes nothing before it is used. */
export function ipsetFirewall(options: IpsetOptions): Firewall {
  return new Ipset(options);
}

/** Whether this system has it. @throws FirewallError saying why not. */
export async function probeIpset(options: IpsetOptions): Promise<void> {
  await new Ipset(options).probe();
}

class Ipset implements Firewall {
  readonly name = 'ipset';
  readonly #options: IpsetOptions;
  readonly #runner: Runner;
  readonly #shape: IpsetShape;
  readonly #turns = new Turns();
  /** Why IPv6 cannot be blocked; undefined when it can, or is not known yet. */
  #withoutSix: string | undefined;
  #made = false;

  constructor(options: IpsetOptions) {
    const { runner = SYSTEM, prefix = PREFIX, capacity = CAPACITY, groups, hooks } = options;
    this.#options = options;
    this.#runner = runner;
    this.#shape = { prefix, groups, hooks, capacity };
  }

  apply(change: Change): Promise<readonly Block[]> {
    return this.#turns.take(async () => {
      const screening = new Screening(change.block ?? [], this.#options);
      if (!this.#made) await this.#adopt();
      const sets = this.#sets();
      const releases = (change.release ?? []).flatMap((subject) =>
        sets.filter((set) => holds(set, subject)).map(({ name }) => ({ text: `del ${name} ${subject.text}` })),
      );
      await this.#restore([...releases, ...this.#additions(screening, ({ name }) => name)], screening);
      return screening.blocks(this.#options.clock());
    });
  }

  replace(orders: readonly BlockOrder[]): Promise<readonly Block[]> {
    return this.#turns.take(async () => {
      const screening = new Screening(orders, this.#options);
      await this.#make(screening);
      return screening.blocks(this.#options.clock());
    });
  }

  list(): Promise<readonly BlockOrder[]> {
    return this.#turns.take(async () => {
      const listings = await this.probe();
      const sets = await this.#setNames();
      this.#complain(listings, sets);
      const now = this.#options.clock();
      const orders: BlockOrder[] = [];
      for (const set of this.#sets()) {
        const { out } = await this.#must('ipset', ['save', set.name]);
        for (const line of out.split('\n')) {
          const order = orderIn(line, set, now);
          if (order) orders.push(order);
        }
      }
      return orders;
    });
  }

  remove(): Promise<void> {
    return this.#turns.take(async () => {
      this.#made = false;
      for (const [family, listed] of await this.probe()) {
        await this.#must(`${TOOLS[family]}-restore`, ['-w', LOCK_S, '--noflush'], removalText(this.#shape, listed));
      }
      await this.#destroy(await this.#setNames());
    });
  }

  async close(): Promise<void> {
    await this.#turns.take(async () => undefined);
  }

  /** What iptables lists of each family that can be blocked. @throws FirewallError when not even IPv4 can. */
  async probe(): Promise<Map<4 | 6, string[]>> {
    const listings = new Map<4 | 6, string[]>();
    await this.#must('ipset', ['list', '-n']);
    const { out } = await this.#must('iptables', ['-w', LOCK_S, '-S']);
    listings.set(4, out.split('\n'));
    try {
      const six = await this.#must('ip6tables', ['-w', LOCK_S, '-S']);
      listings.set(6, six.out.split('\n'));
      this.#withoutSix = undefined;
    } catch (error) {
      this.#withoutSix = error instanceof Error ? error.message : String(error);
    }
    return listings;
  }

  /** What an earlier run made, when it is whole; else anew when there is nothing. */
  async #adopt(): Promise<void> {
    const listings = await this.probe();
    const sets = await this.#setNames();
    if (sets.length === 0) return this.#make(new Screening([], this.#options));
    this.#complain(listings, sets);
    this.#made = true;
  }

  async #make(screening: Screening): Promise<void> {
    const listings = await this.probe();
    const sets = this.#sets();
    await this.#restore(
      [
        ...sets.flatMap((set) => [
          { text: createLine(this.#shape, set) },
          { text: createLine(this.#shape, set, spareOf(set.name)) },
          { text: `flush ${spareOf(set.name)}` },
        ]),
        ...this.#additions(screening, ({ name }) => spareOf(name)),
        ...sets.flatMap(({ name }) => [
          { text: `swap ${spareOf(name)} ${name}` },
          { text: `destroy ${spareOf(name)}` },
        ]),
      ],
      screening,
    );
    for (const [family, listed] of listings) {
      await this.#must(`${TOOLS[family]}-restore`, ['-w', LOCK_S, '--noflush'], rulesText(this.#shape, family, listed));
    }
    const names = new Set(sets.map(({ name }) => name));
    await this.#destroy((await this.#setNames()).filter((name) => !names.has(name)));
    this.#made = true;
  }

  #additions(screening: Screening, target: (set: IpsetSet) => string): RestoreLine[] {
    const sets = this.#sets();
    return screening.wanted.flatMap((wanted) => {
      if (familyOf(wanted.subject) === 6 && this.#withoutSix !== undefined) {
        screening.refuse(wanted, `IPv6 cannot be blocked here: ${this.#withoutSix}`);
        return [];
      }
      const set = sets.find((candidate) => candidate.group === wanted.group && holds(candidate, wanted.subject));
      return set ? [lineFor(target(set), wanted)] : [];
    });
  }

  async #restore(lines: readonly RestoreLine[], screening: Screening): Promise<void> {
    await restoreLines(lines, screening, async (input) => {
      const result = await this.#run('ipset', ['-exist', 'restore'], input);
      if (/does not exist/.test(result.err)) {
        this.#made = false;
        throw new FirewallError('the sets of ipset are not there', { hint: 'they are made anew from the record' });
      }
      return result;
    });
  }

  #sets(): IpsetSet[] {
    return allSets(this.#shape, this.#withoutSix === undefined ? [4, 6] : [4]);
  }

  async #setNames(): Promise<string[]> {
    const { out } = await this.#must('ipset', ['list', '-n']);
    return out.split('\n').filter((name) => name.startsWith(`${this.#shape.prefix}_`));
  }

  async #destroy(sets: readonly string[]): Promise<void> {
    for (const set of sets) await this.#must('ipset', ['destroy', set]);
  }

  #complain(listings: ReadonlyMap<4 | 6, string[]>, sets: readonly string[]): void {
    const faults = [...listings].flatMap(([family, listed]) => faultsOf(this.#shape, family, listed));
    const missing = this.#sets().filter(({ name }) => !sets.includes(name));
    if (missing.length > 0) faults.push(`${missing.length} sets of ipset are missing`);
    if (faults.length === 0) return;
    this.#made = false;
    throw new FirewallError(faults.join('; '), { hint: 'it is made anew from the record; find out what alters it' });
  }

  async #must(program: string, args: readonly string[], input?: string): Promise<ProgramResult> {
    const result = await this.#run(program, args, input);
    if (result.status !== 0) throw ipsetFailure(result.err);
    return result;
  }

  async #run(program: string, args: readonly string[], input?: string): Promise<ProgramResult> {
    try {
      return await this.#runner.run(program, args, input === undefined ? {} : { input });
    } catch (error) {
      if (!(error instanceof ProgramError)) throw error;
      throw new FirewallError(error.message, { hint: 'install the packages ipset and iptables', cause: error });
    }
  }
}

function lineFor(set: string, wanted: Wanted): RestoreLine {
  return { text: addLine(set, wanted), adds: { set, wanted } };
}

/** `add NAME 192.0.2.1 timeout 99`; 0 is for good. */
function orderIn(line: string, { name, group }: IpsetSet, now: number): BlockOrder | undefined {
  const match = /^add (\S+) (\S+) timeout (\d+)/.exec(line);
  if (match?.[1] !== name || match[2] === undefined) return undefined;
  const subject = parseNetwork(match[2]);
  const seconds = Number(match[3]);
  return subject && { subject, group, until: seconds === 0 ? Number.POSITIVE_INFINITY : now + seconds * 1000 };
}

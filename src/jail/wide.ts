/**
 * Who of one network was banned lately. When enough of it was, the network itself is proposed for a ban: an IPv4 /24, an IPv6
 * /56 or /48. Whether it may be banned is for the caller to say.
 */
import { type Address, contains, isIPv4, type Network, networkOf, parseNetwork } from '../base/address.ts';
import type { Evidence } from '../model.ts';
import { evidenceOf, type KeptEvidence, keptOf, keyOf, type MemoryRow, partsOf, Remembered } from './memory.ts';
import type { WideOptions } from './options.ts';

/** Bans within a window: more in a day come with an attack of which the latest say enough. Half a kilobyte each. */
const MEMBERS_MAX = 20_000;
/** IPv4 networks smaller than this are seldom one party, larger ones never. */
const IPV4_PREFIX = 24;
/** What one customer is given, and what one site is given. The smaller one first. */
const IPV6_PREFIXES = [56, 48] as const;
/** Lines of evidence, the newest of as many members. */
const EVIDENCE_MAX = 16;
/** Members named in a reason. */
const NAMED_MAX = 16;

interface Member {
  readonly subject: Network;
  readonly host: string;
  readonly time: number;
  /** The newest line that led to its ban. */
  readonly evidence: Evidence | undefined;
}

/** A network of which enough was banned. */
export interface WideFound {
  readonly network: Network;
  readonly limit: number;
  readonly findTime: number;
  /** How many parts of it were banned. */
  readonly banned: number;
  /** How many addresses (IPv6: networks that count as one) it has. */
  readonly size: number;
  readonly members: readonly string[];
  readonly evidence: readonly Evidence[];
}

export class WideWatch {
  readonly #options: WideOptions;
  readonly #ipv6Prefix: number;
  /** By host and subject, in the order of the bans. */
  readonly #members: Remembered<Member>;
  /** By host and largest network, its members by key, in the order of their first bans. */
  readonly #groups = new Map<string, Map<string, Member>>();

  constructor(options: WideOptions, ipv6Prefix: number) {
    this.#options = options;
    this.#ipv6Prefix = ipv6Prefix;
    this.#members = new Remembered(({ time, evidence }) => {
      const content: Content = [time, evidence && keptOf(evidence)];
      return { until: time + options.findTime, content: JSON.stringify(content) };
    });
  }

  /** Notes a ban. The networks of which enough is banned by now, the largest first. */
  add(member: Member): WideFound[] {
    const levels = this.#levelsOf(member.subject.base);
    if (levels.length === 0) return [];
    this.#put(member);
    this.#drop(member.time - this.#options.findTime);
    const group = this.#groups.get(this.#groupOf(member)) ?? new Map<string, Member>();
    const found = levels.flatMap((prefix, index) => this.#look(member, group, [levels[index - 1], prefix]) ?? []);
    return found.reverse();
  }

  /** Forgets the bans of a network and of what lies in it: somebody ended them. */
  forget(network: Network, host: string): void {
    for (const [key, member] of this.#members.entries()) {
      if (member.host === host && contains(network, member.subject.base)) this.#remove(key);
    }
  }

  take(): MemoryRow[] {
    return this.#members.take();
  }

  rows(): MemoryRow[] {
    return this.#members.rows();
  }

  recall({ key, content }: MemoryRow): void {
    const [, host, text] = partsOf(key);
    const subject = parseNetwork(String(text));
    if (!subject || content === undefined) return;
    const [time, kept] = readContent(content);
    this.#put({ subject, host: String(host), time, evidence: kept && evidenceOf(kept) });
  }

  #levelsOf(base: Address): readonly number[] {
    if (isIPv4(base)) return [IPV4_PREFIX];
    return IPV6_PREFIXES.filter((prefix) => prefix < this.#ipv6Prefix);
  }

  /** Whether enough of the network of `prefix` was banned, counted in parts of the prefix before it. */
  #look(
    { subject, time }: Member,
    group: ReadonlyMap<string, Member>,
    [finer, prefix]: readonly [finer: number | undefined, prefix: number],
  ): WideFound | undefined {
    const { findTime } = this.#options;
    const v4 = isIPv4(subject.base);
    const limit = v4 ? this.#options.ipv4 : this.#options.ipv6;
    // Nearly all groups are too small for it.
    if (group.size < limit) return undefined;
    const network = networkOf(subject.base, prefix);
    const inside = [...group.values()].filter((each) => contains(network, each.subject.base));
    const lately = inside.filter((each) => each.time > time - findTime);
    // Without finer parts each member is one.
    const banned =
      finer === undefined
        ? lately.length
        : new Set(lately.map((each) => networkOf(each.subject.base, finer).text)).size;
    if (banned < limit) return undefined;
    return {
      ...{ network, limit, findTime, banned },
      size: 2 ** ((v4 ? 32 : this.#ipv6Prefix) - prefix),
      members: inside.slice(-NAMED_MAX).map((each) => each.subject.text),
      evidence: inside.slice(-EVIDENCE_MAX).flatMap(({ evidence }) => evidence ?? []),
    };
  }

  #groupOf({ subject, host }: Member): string {
    return `${networkOf(subject.base, this.#levelsOf(subject.base).at(-1) ?? 0).text} ${host}`;
  }

  #put(member: Member): void {
    const key = keyOf(['wide', member.host, member.subject.text]);
    this.#members.put(key, member);
    const group = this.#groupOf(member);
    const members = this.#groups.get(group) ?? new Map<string, Member>();
    this.#groups.set(group, members.set(key, member));
  }

  /** Lets go of what is too old, and of what is too much. */
  #drop(before: number): void {
    for (const [key, { time }] of this.#members.entries()) {
      if (time > before && this.#members.size <= MEMBERS_MAX) return;
      this.#remove(key);
    }
  }

  #remove(key: string): void {
    const member = this.#members.get(key);
    if (!member) return;
    this.#members.remove(key);
    const group = this.#groupOf(member);
    const members = this.#groups.get(group);
    members?.delete(key);
    if (members?.size === 0) this.#groups.delete(group);
  }
}

type Content = readonly [time: number, evidence: KeptEvidence | undefined];

/** Written by this program in a transaction, so it is what it was; JSON has null for what is undefined. */
function readContent(content: string): Content {
  const [time, evidence] = JSON.parse(content);
  return [time, evidence ?? undefined];
}

/**
 * DNS blocklists (DNSBL, RFC 5782): whether an address is listed, by asking the zones that the user names. They learn the
 * address; nobody is asked unless a zone is configured. Nothing may wait for it that matters: an answer comes in
 * milliseconds, or late, or never.
 */
import type { Address } from '../base/address.ts';
import type { Problem } from '../base/problem.ts';
import { openDns } from './blocklist/dns.ts';
import { Pace } from './blocklist/pace.ts';
import { type Listing, Zone, type ZoneAnswer, type ZoneCounts, type ZoneOptions } from './blocklist/zone.ts';
import { localAddresses } from './special.ts';

export type { Listing, ZoneCounts, ZoneOptions } from './blocklist/zone.ts';

export interface BlocklistOptions {
  readonly zones: readonly ZoneOptions[];
  /** Undefined: the resolvers of the system. */
  readonly resolver: { readonly host: string; readonly port: number } | undefined;
  /** How long one question may take, in milliseconds. */
  readonly timeoutMs: number;
  /** How long an answer is used again at most, in milliseconds. */
  readonly cacheMs: number;
  readonly clock: () => number;
}

/** What the lists say of an address, for the record. */
export interface Checked {
  /** By zone in the order of the configuration, then by code. */
  readonly listings: readonly Listing[];
  /** The zones that were asked and do not list it, by what they are called. */
  readonly unlisted: readonly string[];
}

export interface Blocklists {
  /**
   * Where the address is listed, by zone in the order of the configuration, then by code. Never rejects. Empty for who is
   * not listed, for addresses that mean something only here, and where nobody could be asked.
   */
  lookup(address: Address): Promise<readonly Listing[]>;
  /**
   * The same, told from not knowing; of lists that are set aside it says nothing. Undefined for addresses that mean something
   * only here. Rejects when a list has not answered this time, and when all are set aside.
   */
  check(address: Address): Promise<Checked | undefined>;
  /** To be called now and then: tries zones that are due, so that one that fails is known before it is needed. */
  look(): void;
  /** What is wrong with zones now, by what they are called. */
  problems(): ReadonlyMap<string, Problem>;
  readonly counts: readonly ZoneCounts[];
  /** Look-ups that were not made because too many waited. */
  readonly dropped: number;
  /** Ends what is under way: it finds nothing. */
  close(): void;
}

/**
 * Three a second are 259,200 a day: Spamhaus answers those who ask less than 300,000 times for nothing. A botnet of some
 * hundreds is looked up at once; whoever waits behind them waits for minutes at most.
 */
const PACE = { perSecond: 3, burst: 300, atATime: 32, waiting: 1_000 } as const;
/** Addresses that are looked up at a time, some hundred bytes each. */
const ASKED_MAX = 1_000;

export function openBlocklists(options: BlocklistOptions): Blocklists {
  const { clock, cacheMs } = options;
  const dns = openDns(options);
  const pace = new Pace({ ...PACE, clock });
  const zones = options.zones.map((zone) => new Zone(zone, { dns, pace, clock, cacheMs }));
  const isLocal = localAddresses();
  const asked = new Map<string, Promise<readonly ZoneAnswer[]>>();
  let refused = 0;

  /** Each address once at a time, whoever wants to know. Undefined when there is no room. */
  function answersFor(address: Address): Promise<readonly ZoneAnswer[]> | undefined {
    const before = asked.get(address.text);
    if (before) return before;
    if (asked.size >= ASKED_MAX) {
      refused++;
      return undefined;
    }
    const all = Promise.all(zones.map((zone) => zone.lookup(address)));
    const answers = all.finally(() => asked.delete(address.text));
    asked.set(address.text, answers);
    return answers;
  }

  return {
    lookup: async (address) => (isLocal(address) ? [] : listingsIn((await answersFor(address)) ?? [])),
    check: async (address) => (isLocal(address) ? undefined : checkedFrom(await answersFor(address))),
    look: () => {
      for (const zone of zones) void zone.look();
    },
    problems: () => new Map(zones.flatMap(({ problem, counts }) => (problem ? [[counts.zone, problem] as const] : []))),
    get counts() {
      return zones.map((zone) => zone.counts);
    },
    get dropped() {
      return pace.dropped + refused;
    },
    close: () => dns.close(),
  };
}

function listingsIn(answers: readonly ZoneAnswer[]): readonly Listing[] {
  return answers.flatMap((answer) => (answer.type === 'known' ? answer.listings : []));
}

/** One that is silent for once is asked again; one that is silent for days must not keep the others from being heard. */
function checkedFrom(answers: readonly ZoneAnswer[] | undefined): Checked {
  if (!answers) throw new Error('too many wait for the blocklists');
  const failed = answers.find((answer) => answer.type === 'failed');
  if (failed) throw new Error(failed.why);
  const known = answers.flatMap((answer) => (answer.type === 'known' ? [answer] : []));
  if (known.length === 0) {
    throw new Error(answers.flatMap((answer) => (answer.type === 'known' ? [] : [answer.why])).join(', '));
  }
  const unlisted = known.filter(({ listings }) => listings.length === 0).map(({ zone }) => zone);
  return { listings: listingsIn(known), unlisted };
}

/**
 * What people are told: a notice says what happened, in facts; each channel has its own words for it. Notices wait in the
 * ledger's outbox as JSON, so they hold nothing but JSON: times are epoch milliseconds, text cut from a log is latin1.
 */
import { jsonFields } from '../base/json.ts';
import type { Origin, Reason } from '../model.ts';

export type Notice = BanNotice | DigestNotice | ReportNotice | TestNotice;

interface Told {
  /** The same for whatever tells the same; a channel sends it once. */
  readonly key: string;
  readonly made: number;
  /** The host that it is about; undefined: all of the ledger. */
  readonly host: string | undefined;
}

/** One ban, at once. */
export interface BanNotice extends Told {
  readonly sort: 'ban';
  /** Why it is told at once; empty where all bans are. */
  readonly news: readonly News[];
  readonly ban: ToldBan;
}

/** What makes a ban news. */
export type News =
  /** Nobody of its network was banned before. */
  | 'network'
  /** Nothing of its kind led to a ban on this host before. */
  | 'kind'
  /** The address was banned on other hosts, too. */
  | 'hosts'
  /** It is blocked and gets through, or cannot be blocked. */
  | 'ineffective'
  /** The first of a campaign. */
  | 'campaign'
  /** A whole network. */
  | 'wide';

export interface ToldBan {
  /** `BanRecord.id`. */
  readonly id: number;
  /** Address or network, canonical text. */
  readonly subject: string;
  readonly host: string;
  readonly jail: string;
  readonly service: string;
  readonly kind: string;
  readonly from: number;
  /** Null: for good. */
  readonly until: number | null;
  readonly prior: number;
  readonly reason: Reason;
  readonly origin: Origin;
  /** `left`: to the actions of an existing fail2ban. */
  readonly block: 'blocked' | 'refused' | 'ineffective' | 'dry-run' | 'pending' | 'left';
  /** Why it was refused, or has no effect. */
  readonly why: string | undefined;
  readonly evidence: readonly ToldLine[];
  /** The rap sheet in short. */
  readonly record: {
    /** With this one. */
    readonly bans: number;
    /** When the first of them began. */
    readonly first: number;
    /** All hosts that banned it, sorted. */
    readonly hosts: readonly string[];
    /** Attempts by kind, the most first; at most ten. */
    readonly kinds: readonly Counted[];
  };
}

export interface ToldLine {
  readonly time: number;
  readonly path: string;
  readonly offset: number;
  /** As it was logged, cut. */
  readonly line: string;
}

export interface Counted {
  readonly name: string;
  readonly count: number;
}

/** All bans since the digest before, as they were recorded; imported ones are left out. */
export interface DigestNotice extends Told {
  readonly sort: 'digest';
  readonly every: 'hour' | 'day' | 'week' | 'month';
  /** When the digest before was made, and when this one was. After an outage it is longer than `every` says. */
  readonly from: number;
  readonly until: number;
  readonly bans: number;
  readonly addresses: number;
  /** Recorded in the time, of whomever: of those who were not banned, too. */
  readonly attempts: number;
  /** The same of the digest before; undefined for the first. */
  readonly before: { readonly bans: number; readonly addresses: number; readonly attempts: number } | undefined;
  /** Bans by country (ISO 3166), organization, kind and host, the most first; at most ten of each, unknown ones left out. */
  readonly countries: readonly Counted[];
  readonly organizations: readonly Counted[];
  readonly kinds: readonly Counted[];
  readonly hosts: readonly Counted[];
  /** Bans grouped by what they have in common, the largest group first. They are all bans: a ban is in one group. */
  readonly groups: readonly DigestGroup[];
  /** Bans of groups that there was no room for. */
  readonly rest: number;
  /** What was news and not told at once, because too much was told already. */
  readonly held: readonly ToldBan[];
  readonly heldRest: number;
}

export interface DigestGroup {
  readonly by: 'campaign' | 'network' | 'address';
  /** The account (latin1, cut), the network, the address. */
  readonly name: string;
  readonly organization: string | undefined;
  readonly country: string | undefined;
  readonly bans: number;
  readonly addresses: number;
  readonly kinds: readonly string[];
  /** Some of its addresses. */
  readonly members: readonly string[];
}

/** The report of a month that is over. */
export interface ReportNotice extends Told {
  readonly sort: 'report';
  /** `2026-10`. */
  readonly month: string;
  /** Sentences that sum it up. */
  readonly summary: readonly string[];
  /** The HTML file, where it was written. */
  readonly path: string;
}

/** That messages arrive. */
export interface TestNotice extends Told {
  readonly sort: 'test';
  readonly by: string;
}

/** A notice from the text in which it waited; undefined when it is none of ours. */
export function noticeFrom(text: string): Notice | undefined {
  const { progress: _, ...value } = jsonFields(text) ?? {};
  return isNotice(value) ? value : undefined;
}

/** What is written there is of our own making, so its sort says all. */
function isNotice(value: unknown): value is Notice {
  if (typeof value !== 'object' || value === null || !('sort' in value) || !('key' in value)) return false;
  return typeof value.key === 'string' && ['ban', 'digest', 'report', 'test'].includes(String(value.sort));
}

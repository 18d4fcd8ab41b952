/** What jails are made of, and what they tell their owner beside the bans. */
import type { Address, Network } from '../base/address.ts';
import type { Attempt, Ban } from '../model.ts';

/** The long window of a jail: who stays below `maxRetry` in `findTime` is banned at this weight in this time. */
export interface SlowOptions {
  readonly maxRetry: number;
  readonly findTime: number;
}

/** When a network is banned because of what was banned in it. */
export interface WideOptions {
  /** Addresses of an IPv4 /24. */
  readonly ipv4: number;
  /** Networks of an IPv6 /56, and /56 of a /48. */
  readonly ipv6: number;
  readonly findTime: number;
}

/** When many addresses that try one account are a campaign. */
export interface CampaignOptions {
  readonly addresses: number;
  /** How often an address of a campaign may fail. */
  readonly tries: number;
  readonly findTime: number;
}

export interface JailOptions {
  readonly name: string;
  /** Kinds that it counts: `ssh.login`, or `ssh.*` for all that begin so. */
  readonly kinds: readonly string[];
  readonly maxRetry: number;
  readonly findTime: number;
  readonly banTime: number;
  /** The n-th ban lasts `banTime × growth^(n-1)`, at most `maxBanTime`. */
  readonly growth: number;
  readonly maxBanTime: number;
  /** Of this jail, over the default weights. */
  readonly weights: ReadonlyMap<string, number>;
  /** Undefined: there is no long window. */
  readonly slow?: SlowOptions | undefined;
  /** Of a jail that is another program's (ticket-jails.ts). */
  readonly ticket?: TicketOptions | undefined;
}

/** How a jail of fail2ban counts and bans. */
export interface TicketOptions {
  /** `fail2ban`: estimated from the rate when the first failure is older than `findTime`; `window`: what lies in it. */
  readonly counting: 'fail2ban' | 'window';
  /** Lines of a subject that are kept. */
  readonly maxMatches: number;
  /** Whether earlier bans make failures count more and bans last longer: none, those of the jail, those of all jails. */
  readonly increment: 'none' | 'jail' | 'all jails';
  /** Earlier bans are known for so long, and for thrice as long as they lasted. */
  readonly memoryMs: number;
  /** Who is never banned by this jail, as of now: asked at every failure. */
  readonly allow: () => readonly AllowEntry[];
  /** What the jail makes of a ban by another jail, if it watches those: a failure of its own. */
  readonly hears?: ((ban: Pick<Ban, 'jail' | 'subject' | 'host' | 'from'>) => Attempt | undefined) | undefined;
  /** Milliseconds of a ban after so many earlier ones, infinite for good. `random` is from 0 to 1, 1 not included. */
  length(prior: number, random: number): number;
}

/** An earlier ban of a subject. */
export interface PastBan {
  readonly host: string;
  readonly jail: string;
  readonly from: number;
  readonly until: number;
  readonly prior: number;
}

export interface AllowEntry {
  readonly network: Network;
  readonly reason: string;
  /** Epoch milliseconds; undefined for good. */
  readonly until: number | undefined;
}

/** Why a subject is not banned though it reached a limit. */
export interface Protection {
  /** As a sentence's end: "an address of this host (eth0)", "alice is logged in from it". */
  readonly why: string;
  /** `always`: never banned. `trusted`: banned when it attacks far beyond the limit (strikes.ts). */
  readonly strength: 'always' | 'trusted';
  /** The name of the proxy that it is: something to configure, not to trust. */
  readonly proxy?: string | undefined;
  /** The log that tells so, where it is not known by its name. */
  readonly log?: string | undefined;
}

/** That a protected subject reached a limit. */
export interface Spared {
  readonly subject: Network;
  readonly host: string;
  readonly jail: string;
  /** The weighted count that was reached, and the limit of the jail. */
  readonly score: number;
  readonly limit: number;
  readonly protection: Protection;
  /** The one that reached it. */
  readonly attempt: Attempt;
  /** Limits that it reached within a day, with this one; no more are counted than it takes to be banned. */
  readonly strikes: number;
  /** It was too often for a trusted one: the ban follows. */
  readonly banned: boolean;
}

export interface JailsOptions {
  readonly jails: readonly JailOptions[];
  /** Default weight of each kind. */
  readonly weights: ReadonlyMap<string, number>;
  readonly allow: readonly AllowEntry[];
  /** IPv6 is counted and banned by networks of this prefix. */
  readonly ipv6Prefix: number;
  /** How often a subject was banned before, over all hosts and jails. */
  priorBans(subject: Network): number;
  /** Earlier bans of a subject, in the order in which they were made; for jails whose bans grow by their own. */
  pastBans?(subject: Network): Iterable<PastBan>;
  /** For ban times that are partly left to chance: from 0 to 1, 1 not included. */
  random?(): number;
  /**
   * Whether who goes on while banned is banned for longer, as by fail2ban, without a ban of its own. Only where a ban has no
   * effect: the kernel ends a block when it was told to.
   */
  readonly prolongs?: boolean | undefined;
  /** Undefined: no network is banned for its addresses. */
  readonly wide?: WideOptions | undefined;
  /** Undefined: each address is judged alone. */
  readonly campaign?: CampaignOptions | undefined;
  /** Kinds of which anybody can make lines about any address: they lead to short bans of that address, and no more. */
  readonly forgeable?: ReadonlySet<string> | undefined;
  /** Bytes for the lines of attempts that may become evidence. */
  readonly evidenceBytes: number;
  /** What protects a subject, or any address in it, at a time. Asked when it reaches a limit, not for each attempt. */
  protection?(subject: Network, time: number): Protection | undefined;
  /** The proxy that an address is known to be: behind it are many, so that no web jail bans it. */
  proxyOf?(address: Address): string | undefined;
  onSpared?(spared: Spared): void;
  /** Hears of attempts of the banned: something lets them through, or the ban is for the record only. */
  onWhileBanned?(attempt: Attempt, count: number, at: { readonly subject: Network; readonly host: string }): void;
}

export interface JailCounts {
  /** Attempts of allowlisted addresses. */
  readonly allowed: number;
  /** Attempts of addresses while they were banned on that host; a firewall would have stopped them. */
  readonly whileBanned: number;
  /** Attempts that no jail counts. */
  readonly uncounted: number;
  /** Attempts not counted because too many addresses were under watch. */
  readonly dropped: number;
}

/** What one jail did since it was made, and what it has in view. */
export interface JailActivity {
  readonly name: string;
  /** Subjects with something in their window. */
  readonly watched: number;
  /** Attempts of its kinds, also of those whom it may not ban or has banned. */
  readonly attempts: number;
  readonly bans: number;
}

/** How far a subject is in one jail. */
export interface Standing {
  readonly jail: string;
  /** The weighted count in the window. */
  readonly score: number;
  readonly limit: number;
  readonly findTime: number;
  /** When the oldest attempt in the window was made. */
  readonly oldest: number;
  /** Attempts in the window, as lines. */
  readonly entries: number;
}

/** A subject whose window is full. */
export interface OverLimit {
  readonly subject: Network;
  readonly host: string;
  readonly jail: string;
  readonly score: number;
  readonly limit: number;
}

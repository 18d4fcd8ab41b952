/**
 * The nouns of the path, one a stage: Chunk, Attempt, Ban, Block, and the rows that the ledger gives back.
 * Types only. Each is complete when it is made; a later stage wraps it and never fills in blanks.
 * Times are milliseconds since 1970 (UTC); text cut from a log is latin1, one character a byte (base/text.ts).
 */
import type { Address, Network } from './base/address.ts';
import type { NetworkType } from './base/network-type.ts';

export type { Answer, Finding, Listings, Registration, ReverseName, TorExit } from './base/finding.ts';

/** A log, or one rotated part of it. */
export interface LogFile {
  readonly host: string;
  /** As the user would name it; `-` for standard input. */
  readonly path: string;
  /** When it was last written: the year for dates that have none is found from it. */
  readonly modified: number;
}

/** A piece of a log in whole lines. */
export interface Chunk {
  readonly file: LogFile;
  /** Whole lines, each with its newline. Valid until the next chunk of the same source is asked for. */
  readonly bytes: Buffer;
  /** Where `bytes` begins in the log (uncompressed). */
  readonly offset: number;
}

/** A line of a log, and where it stands. */
export interface LogLine {
  readonly file: LogFile;
  /** Of its first byte in the file. */
  readonly offset: number;
  /** Byte for byte, without its newline. */
  readonly line: string;
}

/** What recognizes a line: one pattern of a filter. Shared by all its attempts. */
export interface Pattern {
  readonly filter: string;
  /** From 1, in the order of the filter's file. */
  readonly number: number;
  readonly service: string;
  readonly kind: string;
  /**
   * Several patterns may tell of one event: sshd and PAM each log a wrong password. Patterns with different voices in
   * one session are such echoes, and the loudest voice counts (filter/echo.ts). Undefined: no other line repeats it.
   */
  readonly voice: string | undefined;
  /** Whether it reads syslog, which often writes one line to several files. */
  readonly syslog: boolean;
  /** Whether it tells that somebody was let in. Such an attempt succeeded honestly: it is never counted. */
  readonly success: boolean;
  /**
   * Whether it tells that nearly all requests of a log come from the address (filter/traffic/): a fact about the log.
   * Such an attempt is none; it is never counted.
   */
  readonly isSole?: true;
  /** The only jail that counts it, where a jail has a filter of its own (fail2ban/). */
  readonly jail?: string;
}

/** A hostile line, recognized. */
export interface Attempt {
  readonly time: number;
  readonly address: Address;
  readonly pattern: Pattern;
  /** The user name that was tried. */
  readonly user: string | undefined;
  /** What it was aimed at: the request, the recipient. */
  readonly target: string | undefined;
  readonly file: LogFile;
  /** Of the line's first byte in the file. */
  readonly offset: number;
  /** How many attempts the line stands for: 3 for "auth failed, 3 attempts". */
  readonly count: number;
  /** What the line shares with its echoes beside the address: the process id, or nothing. */
  readonly session: string;
  /** The line, byte for byte, without its newline. */
  readonly line: string;
  /** Lines before it that it needs to be understood: the one that names the address, say. Few; most need none. */
  readonly earlier?: readonly LogLine[] | undefined;
}

/** A line that led to a ban, kept for good. */
export interface Evidence {
  readonly time: number;
  readonly address: Address;
  readonly kind: string;
  readonly filter: string;
  readonly pattern: number;
  readonly user: string | undefined;
  readonly target: string | undefined;
  readonly path: string;
  readonly offset: number;
  /** 0: it counts nothing by itself, and stands before the line that needs it to be understood. */
  readonly count: number;
  readonly line: string;
}

/** Why a ban was made. */
export type Reason = ThresholdReason | SlowReason | WideReason | CampaignReason | ManualReason | ImportedReason;

/** A jail's limit was reached. */
export interface ThresholdReason {
  readonly rule: 'threshold';
  /** The weighted count that was reached, and the limit of the jail. */
  readonly score: number;
  readonly limit: number;
  /** The window, in milliseconds. */
  readonly findTime: number;
  /** Attempts by kind within the window. */
  readonly kinds: Readonly<Record<string, number>>;
}

/** An address stayed below the limit of its jail, for days. */
export interface SlowReason {
  readonly rule: 'slow';
  /** The weighted count that was reached, and the limit of the long window. */
  readonly score: number;
  readonly limit: number;
  /** The long window, in milliseconds. */
  readonly findTime: number;
  /** Since when it was counted. */
  readonly since: number;
}

/** So many of a network were banned that all of it is. */
export interface WideReason {
  readonly rule: 'wide';
  /** How many parts of it were banned within the window, and how many it takes. */
  readonly banned: number;
  readonly limit: number;
  readonly findTime: number;
  /** How many addresses, or networks that count as one, it has; and how many of them attacked lately. */
  readonly size: number;
  readonly attacked: number;
  /** Some of the banned, canonical text. */
  readonly members: readonly string[];
}

/** One of many addresses that tried one account. */
export interface CampaignReason {
  readonly rule: 'campaign';
  /** The account (latin1), and the service that it is of. */
  readonly user: string;
  readonly service: string;
  /** How many addresses had tried it within the window when the ban was made. */
  readonly addresses: number;
  readonly findTime: number;
  /** When it began; with account and service it is what the bans of one campaign share. */
  readonly since: number;
}

/** A person wanted it. */
export interface ManualReason {
  readonly rule: 'manual';
  /** Who, as the system knows the person who asked. */
  readonly by: string;
  /** What was given as the reason; may be empty. */
  readonly why: string;
}

/** Where the history of another program was read: which of its records. */
export type HistoryForm = 'fail2ban-db' | 'fail2ban-log' | 'crowdsec-db' | 'csv';

/** Another program decided it, by rules of its own. */
export interface ImportedReason {
  readonly rule: 'imported';
  readonly from: HistoryForm;
  /** What that program, or the file, says of it; may be empty. */
  readonly text: string;
}

/** A decision. Made once, never edited. */
export interface Ban {
  readonly subject: Network;
  readonly host: string;
  readonly jail: string;
  readonly service: string;
  /** The kind with the most attempts in the window. */
  readonly kind: string;
  readonly from: number;
  readonly until: number;
  /** Earlier bans of the same subject, on all hosts. */
  readonly prior: number;
  readonly reason: Reason;
  readonly evidence: readonly Evidence[];
}

/** The effect of a ban, or why there is none. */
export type Block =
  | { readonly state: 'blocked'; readonly at: number }
  | { readonly state: 'refused'; readonly at: number; readonly why: string }
  /** It is in the kernel, and the address still gets through: why (firewall/diagnosis.ts). */
  | { readonly state: 'ineffective'; readonly at: number; readonly why: string }
  | { readonly state: 'dry-run' };

/** Where an address comes from. Looked up once for a ban, frozen. `undefined` is "unknown" and is printed so. */
export interface Origin {
  /** ISO 3166-1 alpha-2. */
  readonly country: string | undefined;
  readonly asn: number | undefined;
  /** One name for all names and ASNs of a company (data/organizations.toml). */
  readonly organization: string | undefined;
  /** What the source calls it. */
  readonly organizationAsGiven: string | undefined;
  /** The announced network that holds the address. */
  readonly network: string | undefined;
  /** The research scanner that it belongs to (data/scanners.toml). */
  readonly scanner: string | undefined;
  /** What sort of network it is; undefined in ledgers of before it was looked up, too. */
  readonly type?: NetworkType | undefined;
  readonly latitude: number | undefined;
  readonly longitude: number | undefined;
  /** Which data said so: `country: geo-whois-asn-country 2026-06-17`, ... in the order of asking. */
  readonly sources: readonly string[];
}

/** A span of time, `from` included, `until` excluded. */
export interface Period {
  readonly from: number;
  readonly until: number;
  /** `2024-10`, `2024-10-01 to 2024-10-14`. */
  readonly name: string;
}

/** Which part of the ledger a question is about. */
export interface Scope {
  readonly period: Period;
  /** All hosts when undefined. */
  readonly host: string | undefined;
}

/** A ban as the ledger gives it back, without its evidence. */
export interface BanRecord {
  readonly id: number;
  /** Address or network, canonical text. */
  readonly subject: string;
  readonly host: string;
  readonly jail: string;
  readonly service: string;
  readonly kind: string;
  readonly from: number;
  readonly until: number;
  readonly prior: number;
  readonly origin: Origin;
  /** Whose decision it was, when it was another program's. */
  readonly importedFrom?: HistoryForm | undefined;
}

/** A ban as a report reads it. */
export interface ReportedBan extends BanRecord {
  /** By which rule it was made; `reasonOf` has the rest of the reason. */
  readonly rule: Reason['rule'];
}

/** What a line of evidence was aimed at (latin1, cut). */
export interface Aim {
  /** `BanRecord.id`. */
  readonly ban: number;
  readonly host: string;
  readonly time: number;
  readonly address: Address;
  readonly kind: string;
  readonly user: string | undefined;
  readonly target: string | undefined;
}

/** Attempts of one address on one day. */
export interface Tally {
  /** Days since 1970-01-01, in the ledger's time zone. */
  readonly day: number;
  readonly host: string;
  readonly address: string;
  readonly service: string;
  readonly kind: string;
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

/** How often a user name was tried on one day. */
export interface UserTally {
  readonly day: number;
  readonly host: string;
  readonly service: string;
  /** Undefined: all names of that day beyond the limit of the ledger. */
  readonly user: string | undefined;
  readonly count: number;
}

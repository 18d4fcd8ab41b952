/** What clients of fail2ban can ask about: the jails of a running server and what can be done to them. */
import type { Given } from '../config/interpolate.ts';
import type { Value } from './value.ts';

export interface Served {
  /** The version of fail2ban that clients are told. */
  readonly version: string;
  /** Options of the server: `dbfile`, `loglevel`, ... */
  readonly options: Given;
  /** The names of the jails, in their order. */
  jails(): readonly string[];
  /** Undefined when there is no jail of that name. */
  jail(name: string): ServedJail | undefined;
  /** Bans in a jail. Those that are banned already, or protected, are not counted. */
  ban(jail: string, subjects: readonly string[]): Promise<number>;
  /** Lifts bans of these subjects, or all of them; in one jail, or in all. How many were lifted. */
  unban(subjects: readonly string[] | 'all', jail: string | undefined): Promise<number>;
  /** Reads the configuration again. @throws ProblemError with all that is wrong in it, or when the jail is none of it. */
  reload(jail: string | undefined): Promise<void>;
}

export interface ServedJail {
  readonly name: string;
  readonly backend: string;
  /** Subjects with failures in view, and failures since the start. */
  readonly failed: { readonly current: number; readonly total: number };
  /** Paths of the logs that are followed. */
  readonly files: readonly string[];
  /** Matches of the journal; none where it is not read. */
  readonly journal: readonly string[];
  /** In force. */
  readonly banned: readonly ServedBan[];
  /** Bans since the start, with those that were in force then. */
  readonly totalBanned: number;
  /** Seconds, as numbers or as what they are called: answers to `get JAIL ...`, by the option. */
  readonly options: ReadonlyMap<string, Value>;
}

export interface ServedBan {
  readonly subject: string;
  /** Epoch seconds. */
  readonly from: number;
  /** Seconds; -1 for good. */
  readonly length: number;
  readonly asn: number | undefined;
  readonly country: string | undefined;
}

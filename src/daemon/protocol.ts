/**
 * What is said over the control socket: one JSON object a line, a request and its answer. Part of the public interface
 * (docs/control.md): fields are added, never changed.
 */
import type { ExitStatus, Problem } from '../base/problem.ts';

export type Request =
  | { readonly verb: 'status' }
  /** Bans in force. */
  | { readonly verb: 'list'; readonly jail?: string }
  | {
      readonly verb: 'ban';
      readonly subject: string;
      readonly forMs?: number;
      readonly why?: string;
      readonly by: string;
    }
  | { readonly verb: 'unban'; readonly subject: string; readonly why?: string; readonly by: string }
  | { readonly verb: 'unban-all'; readonly why?: string; readonly by: string }
  /** How far an address is: its windows, whether it is protected, blocked, effective. */
  | { readonly verb: 'explain'; readonly address: string }
  /** Reads the configuration again; `confirmed`: also where it would take a protection away. */
  | { readonly verb: 'reload'; readonly confirmed: boolean }
  /** Ends a trial for good: the blocks stay. */
  | { readonly verb: 'confirm' }
  | { readonly verb: 'metrics' }
  /** A command of fail2ban's client; what its server would answer. */
  | { readonly verb: 'fail2ban'; readonly command: readonly string[]; readonly by: string };

export type Answer =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly status: ExitStatus; readonly problems: readonly Problem[] };

/** What `status` answers. Times are ISO 8601 in UTC, or null. */
export interface Status {
  readonly version: string;
  readonly host: string;
  readonly pid: number;
  readonly since: string;
  /** `trial`: blocks end by themselves at `trialUntil` unless confirmed; `dry-run`: bans without blocks. */
  readonly mode: 'enforcing' | 'dry-run' | 'trial';
  readonly trialUntil: string | null;
  /** `reading`: lines from before the start are still being read. */
  readonly phase: 'reading' | 'following' | 'stopping';
  readonly firewall: {
    readonly name: string;
    /** Blocks that the kernel holds by our account; those that wait to be made. */
    readonly blocked: number;
    readonly queued: number;
    readonly lastReconciled: string | null;
  };
  readonly ledger: {
    readonly path: string;
    /** Attempts and bans that are not on the disk yet. */
    readonly pending: number;
    readonly lastCommit: string | null;
  };
  readonly jails: readonly JailStatus[];
  readonly logs: readonly LogStatus[];
  /** What is wrong now, the worst first. Empty: all is well. */
  readonly problems: readonly StandingProblem[];
  /** The DNS blocklists that are asked; none unless the configuration names them. */
  readonly blocklists: readonly BlocklistStatus[];
  /** Bans that have no effect, with the reason and the way out. */
  readonly ineffective: readonly IneffectiveBan[];
  /** Addresses that are never banned at the moment, and why. */
  readonly protected: readonly { readonly subject: string; readonly why: string }[];
  /** A reload that waits for `rapsheet reload --confirm`. */
  readonly reload: {
    readonly since: string;
    readonly changes: readonly string[];
    readonly risks: readonly string[];
  } | null;
  readonly counts: {
    readonly lines: number;
    readonly attempts: number;
    readonly bans: number;
    readonly whileBanned: number;
    readonly spared: number;
    readonly setAside: number;
    readonly dropped: number;
  };
  /** Who is asked about banned addresses, as far as anybody is. */
  readonly findings?: readonly FindingStatus[] | undefined;
  /** The actions of an existing fail2ban, where there are any. */
  readonly actions?: readonly ActionStatus[] | undefined;
  readonly memoryBytes: number;
}

/** What becomes of an action of a jail. */
export interface ActionStatus {
  readonly jail: string;
  readonly action: string;
  /** `taken over`: our firewall blocks instead. `left out`, `not supported`: it is not run. */
  readonly fate: 'taken over' | 'run' | 'not supported' | 'left out';
  readonly why: string;
  /** `idle` until its first ban, where it begins with that. Null when it is not run. */
  readonly state: 'idle' | 'started' | null;
  /** Bans and unbans that it is to be told of. */
  readonly waiting: number;
  /** Since the start: what it was told of and failed. */
  readonly failures: number;
}

/** What others say of banned addresses. Counts are since the start, or since others are asked. */
export interface FindingStatus {
  /** `reverse-name`, `registration`, `tor-exit`, `listings`. */
  readonly about: string;
  readonly waiting: number;
  readonly answered: number;
  readonly unanswered: number;
  /** Bans that were not asked about: too many at a time. */
  readonly dropped: number;
}

export interface JailStatus {
  readonly name: string;
  /** Addresses with something in their window. */
  readonly watched: number;
  /** Since the start, or the last reload. */
  readonly attempts: number;
  readonly bans: number;
  /** Those that our firewall blocks, or would but for the dry run. */
  readonly inForce: number;
  /** Bans in force that the actions of fail2ban's jail were told of, where ours blocks none of the jail. */
  readonly leftToActions?: number | undefined;
  /** Lines that its filter of fail2ban gave up, because they would have taken too long; left out when there were none. */
  readonly givenUp?: number | undefined;
}

export interface LogStatus {
  readonly name: string;
  readonly host: string;
  readonly state: 'followed' | 'waiting' | 'unreadable';
  readonly format: string | null;
  readonly bytes: number;
  readonly behind: number;
  readonly lines: number;
  readonly attempts: number;
  readonly lastLine: string | null;
}

export interface BlocklistStatus {
  readonly zone: string;
  /** `good`: it is asked; all others: it is not, and is tried again later. */
  readonly state: 'untried' | 'good' | 'refusing' | 'silent' | 'broken';
  /** Addresses looked up since the start, and what came of it. */
  readonly listed: number;
  readonly unlisted: number;
  readonly failed: number;
}

/** A problem that lasts. */
export interface StandingProblem extends Problem {
  readonly since: string;
  /** `error`: attackers may get through, or nothing is recorded. `warning`: look at it. */
  readonly severity: 'error' | 'warning';
}

export interface IneffectiveBan {
  readonly subject: string;
  readonly since: string;
  /** Attempts logged after the block. */
  readonly attempts: number;
  /** Which of the known causes; `docs/ineffective.md` explains each. */
  readonly cause: string;
  readonly what: string;
  readonly remedy: string;
}

/** A row of what `list` answers. */
export interface BanInForce {
  readonly subject: string;
  readonly jail: string;
  readonly kind: string;
  readonly from: string;
  /** Null: for good. */
  readonly until: string | null;
  readonly prior: number;
  readonly country: string | null;
  readonly organization: string | null;
  /** By our firewall. */
  readonly blocked: boolean;
  /** True where the actions of fail2ban's jail block instead, or whatever they do. */
  readonly leftToActions?: boolean | undefined;
}

/** What `explain` answers. */
export interface AddressStanding {
  readonly subject: string;
  /** Why it is never banned; null when nothing protects it. */
  readonly protectedBy: string | null;
  readonly windows: readonly {
    readonly jail: string;
    readonly score: number;
    readonly limit: number;
    readonly findTimeMs: number;
    readonly oldest: string;
  }[];
  readonly inForce: readonly BanInForce[];
  readonly ineffective: IneffectiveBan | null;
}

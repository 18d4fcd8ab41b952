/** What a daemon is started with: its settings, and everything through which it reaches beyond its own process. */
import type { Address } from '../base/address.ts';
import type { Log } from '../base/log.ts';
import type { Problem } from '../base/problem.ts';
import type { Config } from '../config/config.ts';
import type { ActionPlan } from '../fail2ban/action/actions.ts';
import type { LeftOut } from '../fail2ban/adopt.ts';
import type { Diagnosis } from '../firewall/diagnosis.ts';
import type { Firewall } from '../firewall/firewall.ts';
import type { HostFacts } from '../host/host.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Attempt } from '../model.ts';
import type { Blocklists } from '../origin/blocklist.ts';
import type { Informant } from '../origin/enricher.ts';
import type { LiveSource } from '../source/live.ts';
import type { Stages } from './live.ts';
import type { Held, Target } from './target.ts';

export type { Held } from './target.ts';

export interface DaemonOptions {
  readonly config: Config;
  readonly ledgerPath: string;
  readonly host: string;
  readonly version: string;
  readonly clock: () => number;
  /** Milliseconds of a clock that nobody sets: the two together tell when the other was. */
  readonly monotonic: () => number;
  readonly log: Log;
  /** No firewall: bans without blocks. */
  readonly dryRun: boolean;
  /** Blocks end after so many milliseconds unless somebody confirms. */
  readonly trialMs: number | undefined;
  /** What the world is to the daemon; replaced in tests. */
  readonly world: World;
}

/** Everything that reaches beyond the process. */
export interface World {
  openLedger(path: string): Promise<Ledger>;
  openFirewall(config: Config): Promise<Firewall>;
  /** The logs of a configuration; says what it will watch. */
  openSources(config: Config, opening: SourceOpening): Promise<readonly LiveSource[]>;
  stages(config: Config): Stages;
  /** The DNS blocklists that a configuration names; undefined when it names none, and then nobody is asked. */
  openBlocklists(config: Config): Blocklists | undefined;
  /** Who is asked about banned addresses, `blocklists` among them. @throws ProblemError for a file that cannot be used */
  informants(config: Config, blocklists: Pick<Blocklists, 'check'>): readonly Informant[];
  readHost(): HostFacts | Promise<HostFacts>;
  /** Ends the connections of those who are blocked now. */
  cut(subjects: ReadonlyArray<Target['subject']>): Promise<void>;
  diagnose(held: Held, attempts: readonly Attempt[], around: Enforcement): Promise<Diagnosis>;
  /** What an existing fail2ban has run for its bans; undefined where there is none. @throws ProblemError */
  actions?(config: Config): ActionPlan | undefined;
  /** The names of this host, as actions write them. */
  hostNames?(): { readonly full: string; readonly short: string };
  /** The name of an address by DNS, for actions that want it. */
  hostName?(address: Address): Promise<string | undefined>;
  /** The configuration as its files are now. @throws ProblemError with every mistake. */
  loadConfig(): Config;
  /** What of an existing fail2ban is wanted and cannot be used; undefined where there is none. */
  leftOut?(config: Config): LeftOut | undefined;
}

/** How bans are enforced at the moment. */
export interface Enforcement {
  readonly config: Config;
  /** The name of the firewall in use. */
  readonly firewall: string;
  /** Who changed our part of it last. */
  readonly changedBy: string | undefined;
}

export interface SourceOpening {
  readonly ledger: Ledger;
  readonly onWake: () => void;
  readonly say: (sentence: string) => void;
  /** What is wrong with what was found; replaces what was told before. */
  readonly tell: (problems: readonly Problem[]) => void;
}

/** Opens ledger, logs and path for a daemon: at its start, and when it begins again. */
import type { Problem, ProblemError } from '../base/problem.ts';
import type { Config } from '../config/config.ts';
import type { Spared } from '../jail/jail.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { isLocal } from '../pipeline.ts';
import type { LiveSource } from '../source/live.ts';
import type { BanActions } from './actions.ts';
import type { Effects } from './effects.ts';
import type { Inquiries } from './inquiries.ts';
import { Live, type Stages } from './live.ts';
import type { NeverBan } from './never-ban.ts';
import type { Problems } from './problems.ts';
import { openOrSubstitute } from './record-keeping.ts';
import { loginStates, restoreLogins } from './saved-logins.ts';
import type { DaemonOptions } from './world.ts';

export interface Opened {
  readonly ledger: Ledger;
  /** It is not the real one. */
  readonly isSubstitute: boolean;
  readonly problem: Problem | undefined;
  /** Nothing was ever recorded in it. */
  readonly isNew: boolean;
  readonly live: Live;
  readonly sources: readonly LiveSource[];
}

export interface Opening {
  readonly options: DaemonOptions;
  readonly config: Config;
  readonly stages: Stages;
  readonly neverBan: NeverBan;
  readonly problems: Problems;
  readonly effects: Effects;
  readonly actions: Pick<BanActions, 'seen'>;
  readonly inquiries: Inquiries;
  readonly onWake: () => void;
  /** What was found wrong with the ledger while it was used. */
  readonly damage: ProblemError | undefined;
  /** Not the first time. */
  readonly isAgain: boolean;
  /** Called with a ledger that knows the bans in force, before the logs are opened and what was counted is brought back. */
  readonly onLedger: (ledger: Ledger) => void;
}

/** @throws ProblemError for what only a person can mend */
export async function openAll(opening: Opening): Promise<Opened> {
  const { options, config, problems } = opening;
  const { world, ledgerPath } = options;
  const { damage, isAgain: mustGoOn } = opening;
  const place = { path: ledgerPath, open: (path: string) => world.openLedger(path), damage, mustGoOn };
  const opened = await openOrSubstitute(place);
  const { ledger } = opened;
  try {
    restoreLogins(opening.neverBan, ledger);
    const isNew = ledger.newestRecent() === 0 && ledger.positions(options.host).length === 0;
    if (!isNew && !opened.problem && !mustGoOn) opening.onLedger(ledger);
    const say = (sentence: string): void => options.log.info(sentence);
    const tell = (found: readonly Problem[]): void => {
      problems.replace('watch:', 'warning', new Map(found.map((problem) => [problem.what, problem])));
    };
    const sources = await world.openSources(config, { ledger, onWake: opening.onWake, say, tell });
    return { ...opened, isNew, sources, live: liveOf(opening, ledger, sources) };
  } catch (error) {
    ledger.close();
    throw error;
  }
}

function liveOf(opening: Opening, ledger: Ledger, sources: readonly LiveSource[]): Live {
  const { options, stages, neverBan, effects, actions, problems, inquiries } = opening;
  const { host, clock, log } = options;
  return new Live({
    ...{ ledger, host, clock, stages, sources, inquiries },
    hooks: {
      protection: (subject, time) => neverBan.of(subject, time),
      onSpared: (spared) => {
        log.warn(sparedWords(spared), sparedFields(spared));
        const { proxy, log: path } = spared.protection;
        if (proxy !== undefined) problems.raise(`proxy:${proxy}`, 'warning', proxyProblem(proxy, path));
      },
      onWhileBanned: (attempt, count, { subject }) => {
        effects.see(attempt, count, subject);
        actions.seen(subject, attempt.time);
      },
    },
    onLogin: (attempt) => {
      if (isLocal(attempt)) neverBan.login(attempt);
    },
    states: () => loginStates(neverBan),
  });
}

/** `path`: the log that nearly all of its requests come from it. */
function proxyProblem(proxy: string, path: string | undefined): Problem {
  const where = 'general.trusted_proxies';
  const what = `attacks on the web server come through ${proxy}, and nobody can be banned for them`;
  const hint =
    "name its networks, and log the client's address in a column of its own (docs/configuration.md, Behind a proxy)";
  if (path === undefined) return { where, what, hint };
  const nearlyAll = `nearly all requests in ${path} come from it, as through a proxy, a NAT or a container's bridge`;
  return {
    where,
    what,
    hint: `${nearlyAll}; let the log have the clients' addresses (docs/configuration.md, Behind a proxy)`,
  };
}

function sparedWords({ banned }: Spared): string {
  return banned
    ? 'a trusted address attacks far beyond the limit, and is banned'
    : 'an address that must not be banned reached a limit';
}

function sparedFields({ subject, jail, score, limit, protection, strikes }: Spared): Record<string, string | number> {
  return { subject: subject.text, jail, score, limit, strikes, why: protection.why };
}

/** One replay: opens the stages, runs the path in one transaction, saves how far it came. Talks to nobody. */

import { parseNetwork } from '../base/address.ts';
import { systemClock } from '../base/clock.ts';
import { recordedKinds } from '../config/blocklists.ts';
import type { Config } from '../config/config.ts';
import type { FilterSet } from '../filter/filter.ts';
import type { JailCounts } from '../jail/jail.ts';
import type { Ledger, StoredPosition } from '../ledger/ledger.ts';
import type { Origins } from '../origin/origin.ts';
import { type Observer, type OpenState, type Outcome, run } from '../pipeline.ts';
import {
  type FileOutcome,
  findLogs,
  type LogSeries,
  type Progress,
  type Skipped,
  type SourceRequest,
} from '../source/source.ts';
import { keepCredits } from './credits.ts';
import { jailsOf } from './stages.ts';

export interface ReplayRequest {
  readonly config: Config;
  readonly filter: FilterSet;
  readonly ledger: Ledger;
  readonly origins: Origins;
  readonly requests: readonly SourceRequest[];
  readonly observer: Observer;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface ReplayResult {
  readonly outcome: Outcome;
  readonly files: readonly FileOutcome[];
  readonly skipped: readonly Skipped[];
  readonly jails: JailCounts;
  /** Who reached limits and was not banned, because it is a proxy: why, and how often. */
  readonly proxies: ReadonlyMap<string, { readonly why: string; readonly times: number }>;
}

/** The name under which open windows and sessions are kept. */
const OPEN_STATE = 'replay';

/** All of it is recorded, or nothing. */
export async function replayLogs(request: ReplayRequest): Promise<ReplayResult> {
  const { config, filter, ledger, origins, requests, observer } = request;
  const hosts = [...new Set(requests.map(({ host }) => host))];
  const positions = hosts.flatMap((host) => ledger.positions(host));
  const { series, skipped } = await findLogs(requests, {
    clock: systemClock,
    positions,
    onProgress: request.onProgress,
  });
  const proxies = new Map<string, { why: string; times: number }>();
  const jails = jailsOf(config, {
    priorBans: (subject) => ledger.priorBans(subject),
    pastBans: (subject) => [...ledger.bansExactly(subject)],
    prolongs: true,
    onSpared: ({ protection: { proxy, why } }) => {
      if (proxy !== undefined) proxies.set(proxy, { why, times: (proxies.get(proxy)?.times ?? 0) + 1 });
    },
  });
  const before = openStateOf(ledger);
  jails.recall(ledger.memory());
  jails.takeMemory();
  if (before) {
    for (const host of hosts) {
      for (const { subject, from, until, jail } of ledger.inForce(host, before.last)) {
        const network = parseNetwork(subject);
        if (network) jails.resume(network, host, { from, until, jail });
      }
    }
  }
  const stages = { logs: series, filter, kinds: recordedKinds(config.kinds, 'nobody'), jails, ledger, origins };
  ledger.begin();
  try {
    const outcome = await run(stages, before, observer);
    const files = series.flatMap((log) => log.outcomes());
    savePositions(ledger, files, outcome.last);
    ledger.saveState(OPEN_STATE, JSON.stringify(outcome.open));
    keepCredits(ledger, origins.sources);
    ledger.saveMemory(jails.takeMemory());
    ledger.forgetMemory(outcome.last);
    ledger.commit();
    return { outcome, files, skipped, jails: jails.counts, proxies };
  } catch (error) {
    ledger.rollback();
    throw error;
  }
}

/** Written by this program in the same transaction as everything else, so it is what it was. */
function openStateOf(ledger: Ledger): OpenState | undefined {
  const text = ledger.state(OPEN_STATE);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Whether there is anything to read, before a ledger is made for it. @throws ProblemError as `findLogs` does. */
export async function expectLogs(requests: readonly SourceRequest[]): Promise<void> {
  // Standard input can be read only once, and not for a look.
  const named = requests.map(({ host, paths }) => ({ host, paths: paths.filter((path) => path !== '-') }));
  await findLogs(
    named.filter(({ paths }) => paths.length > 0),
    { clock: systemClock },
  );
}

function savePositions(ledger: Ledger, files: readonly FileOutcome[], lastTime: number): void {
  for (const { position, resumed } of files) {
    if (position) ledger.savePosition({ ...position, lastTime }, isStored(resumed) ? resumed.id : undefined);
  }
}

function isStored(position: object | undefined): position is StoredPosition {
  return position !== undefined && 'id' in position;
}

export type { LogSeries };

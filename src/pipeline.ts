/**
 * The path, composed once:
 *
 *     source ──Chunk──▶ filter ──Attempt──▶ jail ──Ban──▶ firewall ──Block──▶ ledger
 *
 * Live or replayed, from one log or from many hosts: the same path. It reads no clock and decides nothing itself.
 */

import type { Format } from './filter/definition.ts';
import { EchoCounter, type EchoState } from './filter/echo.ts';
import type { FilterCounts, LogFilter } from './filter/filter.ts';
import { Naming } from './filter/naming.ts';
import { inOrderOfTime } from './filter/timeline.ts';
import type { Firewall } from './firewall/firewall.ts';
import type { Jails, OpenWindow } from './jail/jail.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Attempt, Ban, Chunk, Origin } from './model.ts';
import type { Origins } from './origin/origin.ts';

export interface Stages {
  /** A log's chunks, oldest first; one for each log. */
  readonly logs: ReadonlyArray<{ readonly name: string; readonly host: string; chunks(): AsyncIterable<Chunk> }>;
  readonly filter: { open(): LogFilter };
  /** All kinds of attempt, for the recording under the most telling one. */
  readonly kinds: Iterable<string>;
  readonly jails: Jails;
  readonly firewall: Firewall;
  readonly ledger: Pick<Ledger, 'tally' | 'ban' | 'block'>;
  readonly origins: Pick<Origins, 'lookup'>;
}

/** Hears of what passes; `print` and progress are made of it. */
export interface Observer {
  onAttempt?(attempt: Attempt, count: number): void;
  onBan?(ban: Ban, origin: Origin): void;
}

export interface LogOutcome {
  readonly name: string;
  readonly host: string;
  readonly format: Format | undefined;
  readonly counts: FilterCounts;
}

export interface Outcome {
  readonly logs: readonly LogOutcome[];
  readonly attempts: number;
  readonly bans: number;
  /** Time of the last attempt, 0 when there was none. */
  readonly last: number;
  /** What must be known to go on where this ended. */
  readonly open: OpenState;
}

/** Saved with the ledger's transaction, given back to the next run. */
export interface OpenState {
  readonly last: number;
  readonly sessions: EchoState | undefined;
  readonly windows: readonly OpenWindow[];
}

/** Runs the logs through the stages, in the order of time over all of them. */
export async function run(stages: Stages, before: OpenState | undefined, observer: Observer): Promise<Outcome> {
  const echo = new EchoCounter({ copies: stages.logs.length > 1 ? 'look' : 'none' });
  if (before?.sessions) echo.restore(before.sessions);
  if (before) stages.jails.restore(before.windows);
  const naming = new Naming(stages.kinds, (attempt, count) => stages.ledger.tally(attempt, count));
  const logs = stages.logs.map((log) => ({ log, filter: stages.filter.open() }));
  const streams = logs.map(({ log, filter }) => attemptsOf(log.chunks(), filter));
  const total = { attempts: 0, bans: 0, last: before?.last ?? 0 };
  for await (const batch of inOrderOfTime(streams)) {
    for (const attempt of batch) {
      const count = echo.count(attempt);
      naming.take(attempt, { added: count, echoed: echo.echoed });
      if (count === 0) continue;
      total.attempts += count;
      if (attempt.time > total.last) total.last = attempt.time;
      observer.onAttempt?.(attempt, count);
      const ban = stages.jails.judge(attempt, count);
      if (!ban) continue;
      total.bans++;
      enforce(stages, ban, observer);
    }
  }
  naming.flush();
  return {
    ...total,
    logs: logs.map(({ log: { name, host }, filter: { format, counts } }) => ({ name, host, format, counts })),
    open: { last: total.last, sessions: echo.save(total.last), windows: stages.jails.save(total.last) },
  };
}

/** The ban is in the ledger before it is in the kernel. */
function enforce(stages: Stages, ban: Ban, observer: Observer): void {
  const origin = stages.origins.lookup(ban.subject.base);
  const id = stages.ledger.ban(ban, origin);
  stages.ledger.block(id, stages.firewall.block(ban));
  observer.onBan?.(ban, origin);
}

async function* attemptsOf(chunks: AsyncIterable<Chunk>, filter: LogFilter): AsyncGenerator<readonly Attempt[]> {
  for await (const chunk of chunks) yield filter.attempts(chunk);
  yield filter.finish();
}

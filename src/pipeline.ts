/**
 * The path, composed once:
 *
 *     source ──Chunk──▶ filter ──Attempt──▶ jail ──Ban──▶ firewall ──Block──▶ ledger
 *
 * `Path` is its middle, from attempt to ban; `run` is all of it over logs that end. Live, the daemon feeds the same
 * `Path` (daemon/live.ts) and asks a real firewall. It reads no clock and decides nothing itself.
 */

import type { Format } from './filter/definition.ts';
import { EchoCounter, type EchoState } from './filter/echo.ts';
import type { FilterCounts, FilterSet, LogFilter } from './filter/filter.ts';
import { Naming } from './filter/naming.ts';
import { inOrderOfTime } from './filter/timeline.ts';
import type { Jails, OpenWindow } from './jail/jail.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Attempt, Ban, Chunk, Origin } from './model.ts';
import type { Origins } from './origin/origin.ts';

/** What the path is made of. */
export interface PathStages {
  /** All kinds of attempt, for the recording under the most telling one. */
  readonly kinds: Iterable<string>;
  readonly jails: Jails;
  readonly origins: Pick<Origins, 'lookup'>;
  readonly record: Recorder;
}

/** Where what happened goes: the ledger, or what waits to be written to it. */
export interface Recorder {
  tally(attempt: Attempt, count: number): void;
  /** A decision; whoever records it sees to its effect, the ledger first. */
  ban(ban: Ban, origin: Origin): void;
  /** A login that went well. */
  login?(attempt: Attempt): void;
  /** Likewise, and failures before it count no more. */
  cleared?(attempt: Attempt): void;
}

/** Whether a log is of this host's own making. Whoever can send syslog over the network could log himself in. */
export function isLocal({ file }: Attempt): boolean {
  return !/^(?:udp|tcp):/.test(file.path);
}

/** Hears of what passes; `print` and progress are made of it. */
export interface Observer {
  onAttempt?(attempt: Attempt, count: number): void;
  onBan?(ban: Ban, origin: Origin): void;
  /** A login that went well. */
  onLogin?(attempt: Attempt): void;
  /** More was found out about an attempt that was heard of before. */
  onFound?(attempt: Attempt): void;
}

/** Saved with the ledger's transaction, given back to the next run. */
export interface OpenState {
  readonly last: number;
  readonly sessions: EchoState | undefined;
  readonly windows: readonly OpenWindow[];
}

/** From attempts, in the order of time, to bans. */
export class Path {
  attempts = 0;
  bans = 0;
  /** Time of the last attempt, 0 when there was none. */
  last = 0;
  readonly #stages: PathStages;
  readonly #echo: EchoCounter;
  readonly #naming: Naming;
  readonly #observer: Observer;

  /** `copies`: whether one line may be in several of the logs. */
  constructor(stages: PathStages, options: { readonly copies: 'look' | 'none'; readonly observer?: Observer }) {
    this.#stages = stages;
    this.#echo = new EchoCounter(options);
    this.#naming = new Naming(stages.kinds, (attempt, count) => stages.record.tally(attempt, count));
    this.#observer = options.observer ?? {};
  }

  /** Judges an attempt; returns the ban that it led to. */
  take(attempt: Attempt): Ban | undefined {
    const { jails, record } = this.#stages;
    if (attempt.pattern.isSole) {
      jails.solePeer(attempt);
      return undefined;
    }
    if (attempt.pattern.success) {
      record.login?.(attempt);
      this.#observer.onLogin?.(attempt);
      if (isLocal(attempt) && jails.cleared(attempt)) record.cleared?.(attempt);
      return undefined;
    }
    const count = this.#echo.count(attempt);
    this.#naming.take(attempt, { added: count, echoed: this.#echo.echoed });
    if (count === 0) return undefined;
    this.attempts += count;
    if (attempt.time > this.last) this.last = attempt.time;
    this.#observer.onAttempt?.(attempt, count);
    return this.#judge(attempt, count);
  }

  /**
   * Judges what was found out about an attempt that was taken before: the same line, of a kind below its own
   * (`mail.relay.listed`). It is no further attempt, and takes the other's place in the record. Who is banned by now is left
   * alone: nobody got through.
   */
  found(attempt: Attempt): Ban | undefined {
    this.#observer.onFound?.(attempt);
    this.#naming.take(attempt, { added: 0, echoed: attempt.count });
    return this.#stages.jails.isBanned(attempt) ? undefined : this.#judge(attempt, attempt.count);
  }

  #judge(attempt: Attempt, count: number): Ban | undefined {
    const { jails } = this.#stages;
    const ban = jails.judge(attempt, count);
    if (!ban) return undefined;
    this.#made(ban);
    for (const further of jails.takeFurther()) this.#made(further);
    return ban;
  }

  #made(ban: Ban): void {
    this.bans++;
    const origin = this.#stages.origins.lookup(ban.subject.base);
    this.#stages.record.ban(ban, origin);
    this.#observer.onBan?.(ban, origin);
  }

  /** Records what waited long enough for its name; `now` as in the logs. */
  expire(now: number): void {
    this.#naming.expire(now);
  }

  /** Records all that waits. */
  flush(): void {
    this.#naming.flush();
  }

  /** What must be known to go on where this ended. */
  save(): OpenState {
    const { last } = this;
    return { last, sessions: this.#echo.save(last), windows: this.#stages.jails.save(last) };
  }

  restore({ last, sessions, windows }: OpenState): void {
    this.last = last;
    if (sessions) this.#echo.restore(sessions);
    this.#stages.jails.restore(windows);
  }
}

export interface Stages extends Omit<PathStages, 'record'> {
  /** A log's chunks, oldest first; one for each log. */
  readonly logs: ReadonlyArray<{ readonly name: string; readonly host: string; chunks(): AsyncIterable<Chunk> }>;
  readonly filter: FilterSet;
  readonly ledger: Pick<Ledger, 'tally' | 'ban' | 'block'>;
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
  readonly open: OpenState;
}

/** Runs logs that end through the stages, in the order of time over all of them. Bans have no effect. */
export async function run(stages: Stages, before: OpenState | undefined, observer: Observer): Promise<Outcome> {
  const record = dryRecorder(stages.ledger);
  const path = new Path({ ...stages, record }, { copies: stages.logs.length > 1 ? 'look' : 'none', observer });
  if (before) path.restore(before);
  const logs = stages.logs.map((log) => ({ log, filter: stages.filter.open() }));
  const streams = logs.map(({ log, filter }) => attemptsOf(log.chunks(), filter));
  for await (const batch of inOrderOfTime(streams)) for (const attempt of batch) path.take(attempt);
  path.flush();
  const { attempts, bans, last } = path;
  return {
    ...{ attempts, bans, last },
    logs: logs.map(({ log: { name, host }, filter: { format, counts } }) => ({ name, host, format, counts })),
    open: path.save(),
  };
}

/** The ban and that it has no effect, at once. */
function dryRecorder(ledger: Stages['ledger']): Recorder {
  return {
    tally: (attempt, count) => ledger.tally(attempt, count),
    ban: (ban, origin) => ledger.block(ledger.ban(ban, origin), { state: 'dry-run' }),
  };
}

async function* attemptsOf(chunks: AsyncIterable<Chunk>, filter: LogFilter): AsyncGenerator<readonly Attempt[]> {
  for await (const chunk of chunks) yield filter.attempts(chunk);
  yield filter.finish();
}

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
import { elsewhere, type FilterCounts, type FilterSet, type FilterState, type LogFilter } from './filter/filter.ts';
import { Naming } from './filter/naming.ts';
import { inOrderOfTime } from './filter/timeline.ts';
import type { JailSet, OpenWindow } from './jail/jail.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Attempt, Ban, Chunk, Origin } from './model.ts';
import type { Origins } from './origin/origin.ts';

/** What the path is made of. */
export interface PathStages {
  /** All kinds of attempt, for the recording under the most telling one. */
  readonly kinds: Iterable<string>;
  readonly jails: JailSet;
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
  /** Of the logs of a run: how each was left. */
  readonly logs?: readonly LeftLog[];
}

/** What a log's filter knew at an offset. */
export interface LeftLog {
  readonly host: string;
  readonly name: string;
  readonly at: number;
  readonly filter: FilterState;
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
  const left = new Map((before?.logs ?? []).map((log) => [keyOf(log), log]));
  const logs = stages.logs.map((log) => new ReadLog(log, stages.filter, left.get(keyOf(log))));
  const streams = logs.map((log) => log.attempts());
  for await (const batch of inOrderOfTime(streams)) for (const attempt of batch) path.take(attempt);
  path.flush();
  const { attempts, bans, last } = path;
  return {
    ...{ attempts, bans, last },
    logs: logs.map((log) => log.outcome()),
    open: { ...path.save(), logs: newest([...left.values(), ...logs.flatMap((log) => log.save())]) },
  };
}

/** The ban and that it has no effect, at once. */
function dryRecorder(ledger: Stages['ledger']): Recorder {
  return {
    tally: (attempt, count) => ledger.tally(attempt, count),
    ban: (ban, origin) => ledger.block(ledger.ban(ban, origin), { state: 'dry-run' }),
  };
}

/** A log and its filter, which is opened with what the run before knew of it. */
class ReadLog {
  readonly #log: Stages['logs'][number];
  readonly #filters: FilterSet;
  readonly #left: LeftLog | undefined;
  #filter: LogFilter | undefined;
  #end = 0;

  constructor(log: Stages['logs'][number], filters: FilterSet, left: LeftLog | undefined) {
    this.#log = log;
    this.#filters = filters;
    this.#left = left;
  }

  async *attempts(): AsyncGenerator<readonly Attempt[]> {
    for await (const chunk of this.#log.chunks()) {
      this.#filter ??= this.#filters.open(this.#stateAt(chunk.offset));
      this.#end = chunk.offset + chunk.bytes.length;
      yield this.#filter.attempts(chunk);
    }
    if (this.#filter) yield this.#filter.finish();
  }

  outcome(): LogOutcome {
    const { name, host } = this.#log;
    const { format, counts } = this.#filter ?? this.#filters.open();
    return { name, host, format, counts };
  }

  /** Nothing where nothing has to be known to go on. What a guard held back was decided at the end of the run. */
  save(): LeftLog[] {
    const { name, host } = this.#log;
    const { format, traffic } = this.#filter?.save() ?? {};
    // Standard input is another log each time.
    if (!traffic || name === '-') return [];
    return [{ name, host, at: this.#end, filter: { format, guard: undefined, traffic } }];
  }

  #stateAt(offset: number): FilterState | undefined {
    if (!this.#left) return undefined;
    return this.#left.at === offset ? this.#left.filter : elsewhere(this.#left.filter);
  }
}

/** Each log once. */
function newest(left: readonly LeftLog[]): LeftLog[] {
  const byKey = new Map<string, LeftLog>();
  for (const log of left) {
    byKey.delete(keyOf(log));
    byKey.set(keyOf(log), log);
  }
  return [...byKey.values()].slice(-LEFT_MAX);
}

/** Of logs that were read, how they were left is kept of the last ones: a kilobyte each, as a rule. */
const LEFT_MAX = 256;

function keyOf({ host, name }: Pick<LeftLog, 'host' | 'name'>): string {
  return JSON.stringify([host, name]);
}

/**
 * Going on where the last run ended, however it ended: what was judged lately is judged again, without a record, until
 * windows, sessions and names that wait are as they were. The logs need not be there any more for that.
 */
import { type Network, parseNetwork } from '../base/address.ts';
import { AttemptReader } from '../filter/attempt-text.ts';
import type { JailSet } from '../jail/jail.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Attempt, Pattern } from '../model.ts';
import type { LeftLog, OpenState, Path, Recorder } from '../pipeline.ts';
import type { RecentEntry, RecentEvent } from './pending.ts';

/** The name under which `replay` leaves its open windows; a daemon that starts on its ledger goes on with them. */
const REPLAY_STATE = 'replay';
/** Longer than a name is waited for and a session lives (filter/naming.ts, filter/echo.ts). */
const MEMORY_MS = 1_800_000;

/** A recorder that can be switched off while the past is gone through again. */
export class Switch implements Recorder {
  isOn = false;
  readonly #record: Recorder;

  constructor(record: Recorder) {
    this.#record = record;
  }

  tally(attempt: Attempt, count: number): void {
    if (this.isOn) this.#record.tally(attempt, count);
  }

  ban(...given: Parameters<Recorder['ban']>): void {
    if (this.isOn) this.#record.ban(...given);
  }

  login(attempt: Attempt): void {
    if (this.isOn) this.#record.login?.(attempt);
  }

  cleared(attempt: Attempt): void {
    if (this.isOn) this.#record.cleared?.(attempt);
  }
}

export interface Recovery {
  readonly ledger: Ledger;
  readonly host: string;
  readonly path: Path;
  readonly jails: JailSet;
  readonly patterns: Iterable<Pattern>;
  /** The longest window of all jails. */
  readonly longestMs: number;
  readonly now: number;
}

/** How long back the past matters. */
export function horizonOf(longestMs: number): number {
  return Math.max(longestMs, MEMORY_MS) + MEMORY_MS;
}

/** How a replay left the logs, for a daemon that has not read any yet. */
export function replayedLogs(ledger: Pick<Ledger, 'state'>): readonly LeftLog[] {
  const text = ledger.state(REPLAY_STATE);
  return text === undefined ? [] : (parseState(text).logs ?? []);
}

/** Brings the path to where the ledger ends. Returns how many bans each jail has in force. */
export function recover(recovery: Recovery): ReadonlyMap<string, number> {
  const { ledger, host, path, jails } = recovery;
  const reader = new AttemptReader(recovery.patterns);
  // It is of after the last of the attempts: they must not count in it again.
  jails.recall(ledger.memory());
  jails.isPast = true;
  // Counted back from the newest entry and not from now: the host may have been off for a week.
  const newest = ledger.newestRecent();
  if (newest === 0) {
    const before = ledger.state(REPLAY_STATE);
    if (before !== undefined) path.restore(parseState(before));
  }
  for (const text of ledger.recent(newest - horizonOf(recovery.longestMs))) {
    const { now, events } = parseEntry(text);
    for (const event of events) again(event, { host, path, jails, reader });
    path.expire(now);
  }
  jails.isPast = false;
  jails.takeMemory();
  jails.clearSpans();
  const at = path.last === 0 ? recovery.now : Math.min(path.last, recovery.now);
  const inForce = new Map<string, number>();
  for (const { subject, from, until, jail } of ledger.inForce(host, at)) {
    const network = parseNetwork(subject);
    if (network) jails.resume(network, host, { from, until, jail });
    inForce.set(jail, (inForce.get(jail) ?? 0) + 1);
  }
  return inForce;
}

function again(
  event: RecentEvent,
  { host, path, jails, reader }: { host: string; path: Path; jails: JailSet; reader: AttemptReader },
): void {
  switch (event[0]) {
    case 'a':
      path.take(reader.read(event[1]));
      return;
    case 'l':
      path.found(reader.read(event[1]));
      return;
    case 'b':
      withSubject(event[1], (subject) => {
        const jail = event[4];
        jails.forget(subject, host, jail);
        jails.resume(subject, host, { from: event[2], until: event[3], jail });
      });
      return;
    case 'u':
      withSubject(event[1], (subject) => jails.forget(subject, host));
      return;
  }
}

function withSubject(text: string, action: (subject: Network) => void): void {
  const subject = parseNetwork(text);
  if (subject) action(subject);
}

/** Written by this program in a transaction, so it is what it was; likewise below. */
function parseEntry(text: string): RecentEntry {
  return JSON.parse(text);
}

function parseState(text: string): OpenState {
  return JSON.parse(text);
}

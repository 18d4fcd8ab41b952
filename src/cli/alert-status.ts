/** How the telling of people is, from the ledger: whether somebody does it, what waits, what was given up and why. */
import { systemClock } from '../base/clock.ts';
import { ProblemError } from '../base/problem.ts';
import { printable } from '../base/text.ts';
import { isoTime } from '../base/zone.ts';
import { areAlertsOn } from '../config/alerts.ts';
import type { Config } from '../config/config.ts';
import type { StandingProblem } from '../daemon/protocol.ts';
import { type Backlog, type Ledger, openLedger } from '../ledger/ledger.ts';
import { ALIVE_MS, type NotifyState, STATE_NAME, stateFrom } from '../notify/notify.ts';
import { ago } from './elapsed.ts';

export interface AlertStatus {
  /** Whether "rapsheet notify run" is at work. */
  readonly running: boolean;
  /** When it was last, ISO 8601. */
  readonly lastAlive: string | null;
  readonly channels: readonly Backlog[];
  /** News that wait for the next digest. */
  readonly held: number;
  readonly problems: readonly StandingProblem[];
}

/** A busy ledger may make it miss some of its times. */
const SILENT_MS = 4 * ALIVE_MS;

/** Undefined where nobody is to be told. */
export async function alertStatus({ alerts }: Config, path: string): Promise<AlertStatus | undefined> {
  if (!areAlertsOn(alerts)) return undefined;
  const now = systemClock();
  try {
    const ledger = await openLedger({ path, mode: 'read', clock: systemClock });
    try {
      return statusOf(ledger, now);
    } finally {
      ledger.close();
    }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const problem = warning(`what waits to be told cannot be read: ${error.message}`, now);
    return { running: false, lastAlive: null, channels: [], held: 0, problems: [problem] };
  }
}

function statusOf(ledger: Ledger, now: number): AlertStatus {
  const state = stateFrom(ledger.state(STATE_NAME));
  const channels = ledger.outbox.backlogs();
  const running = state !== undefined && Math.abs(now - state.alive) < SILENT_MS;
  return {
    running,
    lastAlive: state ? isoTime(state.alive) : null,
    channels,
    held: state ? state.held.length + state.heldRest : 0,
    problems: [
      ...(running ? [] : [nobodySends(state, now)]),
      ...givenUp(ledger, channels, now),
      ...late(ledger, channels),
      ...(state?.problems ?? []).map((what) => warning(what, state?.alive ?? now)),
    ],
  };
}

function nobodySends(state: NotifyState | undefined, now: number): StandingProblem {
  const hint = 'systemctl enable --now rapsheet-notify; without systemd: rapsheet notify run';
  return warning('alerts are configured, but nobody sends them', state?.alive ?? now, hint);
}

function givenUp(ledger: Ledger, channels: readonly Backlog[], now: number): StandingProblem[] {
  const count = channels.reduce((sum, { dead }) => sum + dead, 0);
  const [last] = ledger.outbox.list('dead', 1);
  if (count === 0 || !last) return [];
  const what = `${counted(count)} given up, the last one to ${last.channel}: ${last.error ?? 'unknown'}`;
  return [
    warning(what, last.ended ?? now, 'rapsheet notify list --dead; when it is mended: rapsheet notify retry all'),
  ];
}

/** What was tried and is tried again. */
function late(ledger: Ledger, channels: readonly Backlog[]): StandingProblem[] {
  const failed = ledger.outbox.list('waiting', LOOKED_AT).filter(({ error }) => error !== undefined);
  return channels.flatMap(({ channel, waiting }) => {
    const first = failed.findLast((message) => message.channel === channel);
    if (!first) return [];
    const what = `${counted(waiting)} waiting for ${channel}, which does not take them: ${first.error}`;
    return [warning(what, first.made, 'it is tried again; rapsheet notify list')];
  });
}

/** Each channel has at most some hundred waiting. */
const LOOKED_AT = 10_000;

function counted(count: number): string {
  return count === 1 ? '1 message is' : `${count.toLocaleString('en')} messages are`;
}

function warning(what: string, since: number, hint?: string): StandingProblem {
  const problem = { severity: 'warning', what, since: isoTime(since) ?? '' } as const;
  return hint === undefined ? problem : { ...problem, hint };
}

/** The line of it among the others of `status`. */
export function alertLine({ running, lastAlive, channels, held }: AlertStatus, now: number): string {
  const waiting = channels.reduce((sum, channel) => sum + channel.waiting, 0);
  const dead = channels.reduce((sum, channel) => sum + channel.dead, 0);
  const parts = [
    running ? `sent by "rapsheet notify run", at work ${ago(lastAlive, now)}` : 'nobody sends them',
    `${waiting.toLocaleString('en')} waiting`,
    ...(dead === 0 ? [] : [`${dead.toLocaleString('en')} given up`]),
    ...(held === 0 ? [] : [`${held.toLocaleString('en')} held back for the digest`]),
  ];
  return printable(`${'alerts'.padEnd(10)}${parts.join(', ')}`);
}

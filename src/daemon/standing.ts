/** What the daemon tells of itself: `status`, `list`, `explain`. */
import { type Address, countedNetwork, parseNetwork } from '../base/address.ts';
import { isoTime } from '../base/zone.ts';
import type { FilterCounts } from '../filter/filter.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { BanRecord } from '../model.ts';
import type { BanActions } from './actions.ts';
import type { Effects } from './effects.ts';
import type { Enforcer } from './enforcer.ts';
import { givenUpOf } from './given-up-lines.ts';
import type { Inquiries } from './inquiries.ts';
import type { IntakeLog } from './intake.ts';
import type { Live } from './live.ts';
import type { NeverBan } from './never-ban.ts';
import type { Problems } from './problems.ts';
import type { AddressStanding, BanInForce, JailStatus, LogStatus, Status } from './protocol.ts';
import type { Reload } from './reload.ts';

/** Everything that can be asked about. */
export interface Parts {
  readonly live: Live;
  readonly ledger: Ledger;
  readonly enforcer: Enforcer;
  readonly effects: Effects;
  readonly neverBan: NeverBan;
  readonly problems: Problems;
  readonly actions: Pick<BanActions, 'isLeft' | 'left'>;
  readonly host: string;
  readonly ipv6Prefix: number;
}

/** What the parts do not know. */
export type Surroundings = Pick<Status, 'version' | 'pid' | 'mode' | 'phase' | 'findings' | 'actions'> & {
  /** A reload that waits for a person. */
  readonly waiting: (Reload & { readonly since: number }) | undefined;
  readonly inquiries: Pick<Inquiries, 'status' | 'dropped'>;
  readonly now: number;
  readonly since: number;
  readonly trialUntil: number | undefined;
  readonly ledgerPath: string;
};

/** Lists in `status` are for reading. */
const LISTED_MAX = 100;

export function statusOf(parts: Parts, around: Surroundings): Status {
  const { live, enforcer, effects, neverBan, problems, host } = parts;
  const { version, pid, mode, phase, waiting, now } = around;
  const { name, blocked, queued, last } = enforcer.state;
  const logs = live.intake.logs();
  const counts = live.jails.counts;
  const sum = (of: (log: IntakeLog) => number): number => logs.reduce((total, log) => total + of(log), 0);
  return {
    ...{ version, host, pid, since: iso(around.since), mode, phase },
    reload: waiting ? { since: iso(waiting.since), changes: waiting.changes, risks: waiting.risks } : null,
    trialUntil: around.trialUntil === undefined ? null : iso(around.trialUntil),
    firewall: { name, blocked, queued, lastReconciled: isoOrNull(last) },
    ledger: { path: around.ledgerPath, pending: live.pending.size, lastCommit: isoOrNull(live.lastCommit) },
    jails: jailsOf(parts, now),
    logs: logs.map(logOf),
    problems: problems.list(),
    blocklists: around.inquiries.status,
    ineffective: effects.list().slice(0, LISTED_MAX),
    protected: neverBan.list(now).slice(0, LISTED_MAX),
    counts: {
      lines: sum(({ counts: each }) => each?.lines ?? 0),
      attempts: live.attempts,
      bans: live.bans,
      whileBanned: counts.whileBanned,
      spared: live.jails.spared + counts.allowed,
      setAside: sum(({ counts: each }) => (each ? setAsideOf(each) : 0)),
      dropped: counts.dropped + around.inquiries.dropped,
    },
    findings: around.findings,
    ...(around.actions && around.actions.length > 0 ? { actions: around.actions } : {}),
    memoryBytes: process.memoryUsage.rss(),
  };
}

/** Bans in force, in the order in which they were made. */
export function* bansInForce(
  parts: Parts,
  { now, jail }: { now: number; jail: string | undefined },
): Generator<BanInForce> {
  for (const record of parts.ledger.inForce(parts.host, now)) {
    if (jail === undefined || record.jail === jail) yield rowOf(record, parts);
  }
}

export function standingOf(parts: Parts, address: Address, now: number): AddressStanding {
  const { ledger, live, neverBan, effects, host, ipv6Prefix } = parts;
  const subject = countedNetwork(address, ipv6Prefix);
  const inForce = [...ledger.bansOf(subject)].filter((ban) => ban.host === host && ban.until > now);
  const still = new Set([...ledger.inForce(host, now)].map(({ id }) => id));
  return {
    subject: subject.text,
    protectedBy: neverBan.of(subject, now)?.why ?? null,
    windows: live.jails.standing(address, host, now).map(({ jail, score, limit, findTime, oldest }) => ({
      ...{ jail, score, limit, findTimeMs: findTime, oldest: iso(oldest) },
    })),
    inForce: inForce.filter(({ id }) => still.has(id)).map((record) => rowOf(record, parts)),
    ineffective: effects.of(subject) ?? null,
  };
}

function jailsOf({ live, enforcer, actions, ledger, host }: Parts, now: number): JailStatus[] {
  const inForce = new Map<string, number>();
  // The ledger has all of them, but reading 100,000 takes a tenth of a second in which nobody is banned.
  const bans = enforcer.isDry ? ledger.inForce(host, now) : enforcer.allHeld();
  for (const { jail } of bans) inForce.set(jail, (inForce.get(jail) ?? 0) + 1);
  const givenUp = new Map(givenUpOf(live).map(({ jail, times }) => [jail, times]));
  const leftToActions = actions.left;
  const rows = live.jails.watched(now).map((jail) => {
    const lines = givenUp.get(jail.name);
    const left = leftToActions.get(jail.name);
    return {
      ...{ ...jail, inForce: inForce.get(jail.name) ?? 0 },
      ...(left === undefined ? {} : { leftToActions: left }),
      ...(lines === undefined ? {} : { givenUp: lines }),
    };
  });
  const known = new Set(rows.map(({ name }) => name));
  // Bans by hand, and of jails that there are no more.
  const others = [...inForce].filter(([name]) => !known.has(name));
  return [...rows, ...others.map(([name, count]) => ({ name, watched: 0, attempts: 0, bans: 0, inForce: count }))];
}

function setAsideOf(counts: FilterCounts): number {
  const { unreadable, oversize, forwarded, forged, unknown, nameless = 0, exhausted = 0 } = counts;
  return unreadable + oversize + forwarded + forged + unknown + nameless + exhausted;
}

function logOf({ state, format, counts, attempts }: IntakeLog): LogStatus {
  const { name, host, bytes, behind, last } = state;
  const lines = counts?.lines ?? 0;
  return { name, host, state: state.state, format, bytes, behind, lines, attempts, lastLine: isoOrNull(last) };
}

function rowOf(record: BanRecord, { enforcer, actions }: Parts): BanInForce {
  const { subject, jail, kind, from, until, prior, origin } = record;
  const network = parseNetwork(subject);
  const blocked = network !== undefined && enforcer.held(network) !== undefined;
  return {
    ...{ subject, jail, kind, from: iso(from), prior },
    until: isoTime(until),
    country: origin.country ?? null,
    organization: origin.organization ?? null,
    blocked,
    ...(!blocked && actions.isLeft(jail) ? { leftToActions: true } : {}),
  };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

function isoOrNull(time: number | undefined): string | null {
  return time === undefined || time === 0 ? null : iso(time);
}

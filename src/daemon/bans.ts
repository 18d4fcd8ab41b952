/** Bans and unbans by hand, and how a ban of the ledger becomes something to enforce. */
import { type Network, parseNetwork } from '../base/address.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Ban } from '../model.ts';
import type { RecordedBan } from './pending.ts';
import { EVERYTHING, isReleased, type SpooledRelease, unbanScope } from './releases.ts';
import type { Parts } from './standing.ts';
import type { Target } from './target.ts';

/** A ban by hand without a length. */
export const MANUAL_MS = 86_400_000;
/** The name of the jail, the service and the kind of a ban that no attempt led to. */
const MANUAL = 'manual';

export interface ManualBan {
  readonly subject: string;
  readonly forMs: number | undefined;
  readonly why: string;
  readonly by: string;
  /** Whose ports are blocked; undefined: no jail's, but all. */
  readonly jail?: string | undefined;
}

/** A ban as a person wants it. @throws ProblemError when the subject is protected. */
export function manualBan(parts: Parts, { subject: text, forMs, why, by, jail = MANUAL }: ManualBan, now: number): Ban {
  const given = parseNetwork(text);
  if (!given) throw new ProblemError(EXIT.usage, { what: `${text} is no address or network` });
  const subject = unbanScope(given, parts.ipv6Prefix);
  const protection = parts.neverBan.of(subject, now);
  if (protection) {
    const hint = 'nobody is locked out by mistake: rapsheet status lists what is protected';
    throw new ProblemError(EXIT.no, { where: subject.text, what: `is not banned: ${protection.why}`, hint });
  }
  return {
    subject,
    ...{ host: parts.host, jail, service: MANUAL, kind: MANUAL, from: now, until: now + (forMs ?? MANUAL_MS) },
    prior: parts.ledger.priorBans(subject),
    reason: { rule: 'manual', by, why },
    evidence: [],
  };
}

/** The subjects of bans in force that an unban of `scope` ends: it, what lies in it, and what holds it. */
export function subjectsToRelease(parts: Parts, scope: Network | 'all', now: number): Network[] {
  const release = { scope: scope === 'all' ? EVERYTHING : unbanScope(scope, parts.ipv6Prefix).text, around: true };
  return subjectsOf(parts, now, ({ subject }) => isReleased(release, subject));
}

/** The subjects of bans that were ended while nobody listened (releases.ts). */
export function spooledSubjects(parts: Parts, releases: readonly SpooledRelease[], now: number): Network[] {
  return subjectsOf(parts, now, ({ subject, from }) =>
    releases.some((release) => release.at >= from && isReleased(release, subject)),
  );
}

/** Also what is not in the ledger yet, because it cannot be written or read: nobody stays locked out for that. */
function subjectsOf(
  parts: Parts,
  now: number,
  isMeant: (ban: { readonly subject: Network; readonly from: number }) => boolean,
): Network[] {
  const { enforcer } = parts;
  const subjects = new Map<string, Network>();
  for (const ban of [...recordedBans(parts, now), ...enforcer.allHeld(), ...enforcer.awaited()]) {
    if (isMeant(ban)) subjects.set(ban.subject.text, ban.subject);
  }
  return [...subjects.values()];
}

function recordedBans({ ledger, host }: Parts, now: number): Array<{ subject: Network; from: number }> {
  try {
    return [...ledger.inForce(host, now)].flatMap(({ subject: text, from }) => {
      const subject = parseNetwork(text);
      return subject ? [{ subject, from }] : [];
    });
  } catch (error) {
    if (error instanceof ProblemError) return [];
    throw error;
  }
}

/** A ban that was just made. */
export function targetOf(recorded: RecordedBan, groupOf: (jail: string) => string): Target {
  const { subject, jail, from, until } = recorded.ban;
  return { subject, jail, group: groupOf(jail), from, until, isOld: false, row: recorded, isAnswered: false };
}

/**
 * The bans in force as the ledger has them; `startedAt`: when this process began. Their rows are answered already but
 * for those that no block was recorded for.
 */
export function* wantedTargets(
  { ledger, host }: { readonly ledger: Ledger; readonly host: string },
  { now, startedAt, groupOf }: { now: number; startedAt: number; groupOf: (jail: string) => string },
): Generator<Target> {
  const unanswered = new Set(ledger.unanswered(host, now));
  for (const record of ledger.inForce(host, now)) {
    const subject = parseNetwork(record.subject);
    if (!subject) continue;
    const { id, jail, from, until } = record;
    const isAnswered = !unanswered.has(id);
    yield { subject, jail, group: groupOf(jail), from, until, isOld: from < startedAt, row: { id }, isAnswered };
  }
}

/** Drafts of reports, from the ledger and the configuration; and the registries asked for contacts, where that is wanted. */
import { systemClock } from '../base/clock.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import { dayOf, type Zone } from '../base/zone.ts';
import type { AbuseSettings } from '../config/abuse.ts';
import { isAbuseTold } from '../config/abuse.ts';
import type { Config } from '../config/config.ts';
import type { Ledger } from '../ledger/ledger.ts';
import {
  type Discretion,
  draftsOf,
  gatherDeeds,
  type LeftOut,
  letterOf,
  refreshDrafts,
  type ServiceWay,
} from '../notify/abuse/abuse.ts';
import { discretionOf } from './abuse-discretion.ts';
import { enrichBans } from './enrich-run.ts';
import { informantsOf } from './informants.ts';
import { gatherPrivacy } from './privacy.ts';
import { periodOf } from './scope.ts';

/** The first and the last day, in the ledger's zone. */
export interface Days {
  readonly first: number;
  readonly last: number;
}

/** Whom an attack of last week came from, the logs of a provider may still say. */
const DAYS = 7;
/** A year; each day is read for itself. */
const DAYS_MAX = 366;
const DAY_MS = 86_400_000;

/** Days that are over: of today there is more to come, and a contact gets one mail a day. */
export function reviewPeriod(text: string | undefined, { zone, now }: { zone: Zone; now: number }): Days {
  const yesterday = dayOf(zone, now) - 1;
  if (text === undefined) return { first: yesterday - DAYS + 1, last: yesterday };
  const { from, until } = periodOf(text, {}, zone);
  const first = dayOf(zone, from);
  const last = Math.min(dayOf(zone, until - 1), yesterday);
  if (first > last) {
    throw new ProblemError(EXIT.usage, {
      what: `${text} is not over yet`,
      hint: 'days are reported when they are over',
    });
  }
  return { first, last: Math.min(last, first + DAYS_MAX - 1) };
}

interface Drafting {
  readonly ledger: Ledger;
  readonly config: Config;
  readonly now: number;
}

/** What is left out. @throws ProblemError (78) when nobody is to be told */
export async function draftDays({ first, last }: Days, { ledger, config, now }: Drafting): Promise<LeftOut[]> {
  const { abuse } = config.alerts;
  if (!isAbuseTold(abuse)) {
    const hint = 'write mail = true, organization and contact under [abuse]; docs/abuse.md explains it';
    throw new ProblemError(EXIT.badConfig, { what: 'the configuration has nobody told of attackers', hint });
  }
  const discretion = await currentDiscretion(config, ledger);
  const { kinds } = config;
  const leftOut: LeftOut[] = [];
  for (let day = first; day <= last; day++) {
    const found = await gatherDeeds(day, { ledger, kinds, discretion, lines: abuse.lines });
    const services = abuse.review ? servicesOf(abuse) : [];
    const drafted = draftsOf(found.culprits, { day, now, kinds, reporter: abuse.reporter, services });
    refreshDrafts(ledger, { day, ...drafted, now });
    leftOut.push(...found.leftOut, ...drafted.leftOut);
  }
  return summed(leftOut);
}

export function servicesOf({ abuseipdb, blocklistDe }: AbuseSettings): ServiceWay[] {
  return [
    ...(abuseipdb === undefined ? [] : ['abuseipdb' as const]),
    ...(blocklistDe ? ['blocklist.de' as const] : []),
  ];
}

/** By what is known now of whom to be discreet about. */
export async function currentDiscretion(config: Config, ledger: Ledger): Promise<Discretion> {
  const { kinds, alerts } = config;
  // A name that is also a word of the mail is hidden only where it is a name.
  const reporter = alerts.abuse.reporter ?? { organization: '', contact: '' };
  const deed = { address: '', first: 0, last: 1, attempts: 1, kinds: [], lines: [] };
  const blank = letterOf({ desk: { contact: '', organization: '' }, day: 0, deeds: [deed], reporter, kinds });
  const own = [blank.text, ...[...kinds.values()].map(({ sentence }) => sentence)].join('\n');
  return discretionOf(await gatherPrivacy({ config, ledger }), config.filters, own);
}

/** The same reason of several days is one. */
function summed(parts: readonly LeftOut[]): LeftOut[] {
  const sums = new Map<LeftOut['reason'], LeftOut>();
  for (const { reason, count, subjects } of parts) {
    const before = sums.get(reason);
    const all = [...new Set([...(before?.subjects ?? []), ...subjects])].slice(0, 5);
    sums.set(reason, { reason, count: (before?.count ?? 0) + count, subjects: all });
  }
  return [...sums.values()].sort((a, b) => b.count - a.count);
}

/** Asks the registries about bans of these days that have no answer. @throws ProblemError (78) where that is not wanted */
export async function askForContacts(
  { first, last }: Days,
  { ledger, config }: { ledger: Ledger; config: Config },
): Promise<void> {
  const informants = informantsOf(config, systemClock).filter(({ about }) => about === 'registration');
  if (informants.length === 0) {
    const hint = 'write rdap = true under [origin]: the registries are then told the addresses';
    throw new ProblemError(EXIT.badConfig, { what: 'the configuration lets no registry be asked', hint });
  }
  const { zone } = ledger;
  const period = { from: zone.fromLocal(first * DAY_MS), until: zone.fromLocal((last + 1) * DAY_MS), name: '' };
  const limit = Number.POSITIVE_INFINITY;
  await enrichBans({
    ...{ ledger, scope: { period, host: undefined }, informants, limit, clock: systemClock },
    onProgress: () => undefined,
  });
}

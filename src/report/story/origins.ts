/**
 * Kinds of attack that come from few countries: where from, and by whose networks. Origins are known of the banned; research
 * scanners have a story of their own.
 */

import { Newest } from '../facts/newest.ts';
import { Numbers } from '../facts/numbers.ts';
import { WORD } from '../facts/profiles.ts';
import { MAILBOX_GROUP, MAILBOX_LOGINS } from '../question/kinds.ts';
import { rankEntries } from '../rank.ts';
import { percentOf } from '../table.ts';
import type { Place, Story, Telling } from './story.ts';
import { claimOf, MOST } from './story.ts';
import { trailFrom } from './trail.ts';

/** Fewer attempts, or those of fewer addresses, are a few people and no geography. */
const ATTEMPTS_MIN = 100;
const ADDRESSES_MIN = 10;
/** Countries and organizations that are named, and the percentage from which so few countries are worth a sentence. */
const NAMED = 3;
const PERCENT_MIN = 75;
const TRAIL = 3;

/** A kind, or kinds that people count together. */
interface Unit {
  readonly name: string;
  /** Where a table has its attempts. */
  readonly place: Place;
  readonly kinds: Set<string>;
  attempts: number;
  addresses: number;
  /** The number of the address that was counted last: it may have tried several of the kinds. */
  latest: number;
  /** By the number of the name. */
  readonly countries: Numbers;
  readonly organizations: Numbers;
}

export function origins(telling: Telling): readonly Story[] {
  const told = unitsOf(telling)
    .filter(({ attempts, addresses }) => attempts >= ATTEMPTS_MIN && addresses >= ADDRESSES_MIN)
    .map((unit) => ({ unit, ...mostIn(telling, unit) }))
    .filter(({ percent }) => percent >= PERCENT_MIN)
    .sort((a, b) => b.percent - a.percent || telling.compare(a.unit.name, b.unit.name));
  return told.slice(0, MOST).map(({ unit, countries, organizations, percent }) => ({
    topic: 'origins',
    subject: unit.name,
    text: telling.phrases.origins({ what: unit.name, attempts: unit.attempts, percent, countries, organizations }),
    claims: [claimOf(telling, unit.attempts, unit.place)],
    trail: trailOfKinds(telling, unit.kinds),
  }));
}

function unitsOf(telling: Telling): readonly Unit[] {
  const { attempts, bans, deeds } = telling.facts;
  const units = new Map<string, Unit>();
  const byDeed = Array.from({ length: deeds.size }, (_, deed) => {
    const unit = unitOf(telling, deed);
    const known = units.get(unit.name) ?? unit;
    units.set(unit.name, known);
    for (const kind of unit.kinds) known.kinds.add(kind);
    known.attempts += attempts.byDeed.at(deed);
    return known;
  });
  for (let address = 0; address < attempts.seen.things; address++) {
    const subject = attempts.subjectOf(address);
    if (subject < 0 || bans.of(subject, WORD.scanner) > 0) continue;
    for (let pair = attempts.seen.first(address); pair >= 0; pair = attempts.seen.next(pair)) {
      const unit = byDeed[attempts.seen.label(pair)];
      if (unit === undefined) continue;
      if (unit.latest !== address) unit.addresses++;
      unit.latest = address;
      unit.countries.add(bans.of(subject, WORD.country), attempts.seen.count(pair));
      unit.organizations.add(bans.of(subject, WORD.organization), attempts.seen.count(pair));
    }
  }
  return [...units.values()];
}

function unitOf({ facts: { deeds }, say }: Telling, deed: number): Unit {
  const [kind, service] = [deeds.second.text(deeds.secondOf(deed)), deeds.first.text(deeds.firstOf(deed))];
  const counts = { attempts: 0, addresses: 0, latest: -1, countries: new Numbers(), organizations: new Numbers() };
  if (!MAILBOX_LOGINS.has(kind)) {
    return { name: kind, place: ['kinds', { kind, service }, 'attempts'], kinds: new Set([kind]), ...counts };
  }
  const group = say(MAILBOX_GROUP);
  return { name: group, place: ['kind-groups', { group, service }, 'attempts'], kinds: new Set([kind]), ...counts };
}

/** The countries and organizations with the most attempts, and the percentage that is of these countries. */
function mostIn(telling: Telling, unit: Unit) {
  const { country, organization } = telling.facts.bans.origins.names;
  const countries = firstOf(telling, unit.countries, (id) => telling.countryName(country.text(id)));
  const organizations = firstOf(telling, unit.organizations, (id) => organization.text(id));
  const sum = countries.reduce((all, { count }) => all + count, 0);
  return { countries, organizations, percent: percentOf(sum, unit.attempts) ?? 0 };
}

/** Number 0 counts what is unknown. */
function firstOf({ compare }: Telling, counts: Numbers, nameOf: (id: number) => string) {
  const entries = Array.from({ length: counts.length }, (_, id) => ({ item: id - 1, count: counts.at(id) }));
  const known = entries.filter(({ item, count }) => item >= 0 && count > 0);
  const { listed } = rankEntries(known, { top: NAMED, labels: (id) => [nameOf(id)], compare });
  return listed.slice(0, NAMED).map(({ item, count }) => ({ name: nameOf(item), count }));
}

/** Of the sample: the ledger has no index of kinds. */
function trailOfKinds({ aims }: Telling, kinds: ReadonlySet<string>) {
  const newest = new Newest<number>(TRAIL);
  let last = -1;
  for (const { ban, kind } of aims.lines) {
    if (ban === last || !kinds.has(kind)) continue;
    last = ban;
    newest.add(ban);
  }
  return { ...trailFrom(newest), isTelling: ({ kind }: { kind: string }): boolean => kinds.has(kind) };
}

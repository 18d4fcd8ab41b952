/** The whole period in five sentences at the most: how many, from where, whose, what for, and who most of all. */

import { Numbers } from './facts/numbers.ts';
import { WORD } from './facts/profiles.ts';
import type { Share } from './phrase/phrase.ts';
import { mostPersistent, placesOf } from './question/offenders.ts';
import type { Inquiry } from './question/question.ts';
import type { Entry } from './rank.ts';
import { rankEntries } from './rank.ts';
import { claimOf, whoIs } from './story/story.ts';
import type { Cells, Claim, Statement } from './table.ts';
import { percentOf } from './table.ts';

/** Ranks that a sentence names. */
const RANKS = 3;

export function summaryOf(inquiry: Inquiry): readonly Statement[] {
  if (inquiry.facts.bans.total === 0) return [nothing(inquiry), ...deeds(inquiry)];
  return [counts(inquiry), ...countries(inquiry), ...organizations(inquiry), ...deeds(inquiry), ...persistent(inquiry)];
}

function nothing(inquiry: Inquiry): Statement {
  const period = inquiry.periodName(inquiry.options.scope.period.name);
  const { before } = inquiry.facts.comparison;
  return { text: inquiry.phrases.summary.nothing({ period, before }), claims: claimsBefore(inquiry) };
}

/** That the bans of the period before are those that are held against it. */
function claimsBefore(inquiry: Inquiry): Claim[] {
  const { before } = inquiry.facts.comparison;
  return before === undefined
    ? []
    : [claimOf(inquiry, before.bans, ['change', { what: inquiry.say('Bans') }, 'before'])];
}

function counts(inquiry: Inquiry): Statement {
  const { bans, hosts } = inquiry.facts;
  const addresses = bans.subjects.size;
  const countriesKnown = entriesOf(inquiry, 'country').length;
  return {
    text: inquiry.phrases.summary.counts({
      bans: bans.total,
      addresses,
      countries: countriesKnown,
      hosts,
      before: inquiry.facts.comparison.before,
    }),
    claims: [
      claimOf(inquiry, bans.total, ['totals', 'total', 'bans']),
      claimOf(inquiry, addresses, ['totals', 'total', 'addresses']),
      ...claimsBefore(inquiry),
    ],
  };
}

function countries(inquiry: Inquiry): Statement[] {
  const label = (id: number): string => inquiry.countryName(inquiry.facts.bans.origins.names.country.text(id));
  const found = shares(inquiry, entriesOf(inquiry, 'country'), { label, table: 'countries', key: 'country' });
  if (found === undefined) return [];
  return [{ text: inquiry.phrases.summary.countries(found), claims: found.claims }];
}

function organizations(inquiry: Inquiry): Statement[] {
  const { bans } = inquiry.facts;
  const entries = entriesOf(inquiry, 'organization');
  const label = (id: number): string => bans.origins.names.organization.text(id);
  const found = shares(inquiry, entries, { label, table: 'organizations', key: 'organization' });
  if (found === undefined) return [];
  const scanners = entriesOf(inquiry, 'scanner').reduce((sum, entry) => sum + entry.count, 0);
  const claim = claimOf(inquiry, scanners, ['scanners', 'items', 'addresses']);
  return [
    {
      text: inquiry.phrases.summary.organizations({ ...found, all: entries.length, scanners }),
      claims: scanners > 0 ? [...found.claims, claim] : found.claims,
    },
  ];
}

interface Naming {
  readonly label: (id: number) => string;
  readonly table: string;
  readonly key: string;
}

/** The first ranks of a table of addresses; undefined where none stands out. */
function shares(inquiry: Inquiry, entries: readonly Entry<number>[], { label, table, key }: Naming) {
  const by = { top: RANKS, labels: (id: number) => [label(id)], compare: inquiry.compare };
  const { listed } = rankEntries(entries, by);
  const named = listed.slice(0, RANKS);
  if (named.length === 0) return undefined;
  const all = inquiry.facts.bans.subjects.size;
  const list = named.map(({ item, count }) => shareOf({ name: label(item), count }, all));
  const claims = list.flatMap((share) =>
    claimsOf(inquiry, share, { table, row: { [key]: share.name }, column: 'addresses' }),
  );
  return { shares: list, ties: listed.length - named.length, claims };
}

function shareOf({ name, count }: { name: string; count: number }, all: number): Share {
  return { name, count, percent: percentOf(count, all) ?? 0 };
}

function claimsOf(
  inquiry: Inquiry,
  { count, percent }: Share,
  { table, row, column }: { table: string; row: Cells; column: string },
): Claim[] {
  return [
    claimOf(inquiry, count, [table, row, column]),
    { value: percent, written: inquiry.percent(percent), table, row, column: 'percent' },
  ];
}

/** How many addresses each known country, organization or scanner has, by the number of its name. */
function entriesOf({ facts }: Inquiry, trait: 'country' | 'organization' | 'scanner'): Entry<number>[] {
  const { bans } = facts;
  const counted = new Numbers();
  for (let subject = 0; subject < bans.subjects.size; subject++) counted.add(bans.of(subject, WORD[trait]), 1);
  const entries: Entry<number>[] = [];
  for (let id = 1; id < counted.length; id++)
    if (counted.at(id) > 0) entries.push({ item: id - 1, count: counted.at(id) });
  return entries;
}

function deeds(inquiry: Inquiry): Statement[] {
  const { attempts, deeds: labels } = inquiry.facts;
  const entries: Entry<number>[] = [];
  for (let deed = 0; deed < labels.size; deed++) {
    if (attempts.byDeed.at(deed) > 0) entries.push({ item: deed, count: attempts.byDeed.at(deed) });
  }
  const kindOf = (deed: number): string => labels.second.text(labels.secondOf(deed));
  const serviceOf = (deed: number): string => labels.first.text(labels.firstOf(deed));
  const by = { top: RANKS, labels: (deed: number) => [kindOf(deed), serviceOf(deed)], compare: inquiry.compare };
  const named = rankEntries(entries, by).listed.slice(0, RANKS);
  if (named.length === 0) return [];
  const list = named.map(({ item, count }) => shareOf({ name: kindOf(item), count }, attempts.total));
  const claims = list.flatMap((share, i) => {
    const row = { kind: share.name, service: serviceOf(named[i]?.item ?? -1) };
    return claimsOf(inquiry, share, { table: 'kinds', row, column: 'attempts' });
  });
  const sentences = new Map([...inquiry.options.kinds].map(([kind, { sentence }]) => [kind, inquiry.say(sentence)]));
  return [
    {
      text: inquiry.phrases.summary.deeds({ attempts: attempts.total, shares: list, sentences }),
      claims: [...claims, claimOf(inquiry, attempts.total, ['kinds', 'total', 'attempts'])],
    },
  ];
}

function persistent(inquiry: Inquiry): Statement[] {
  const found = mostPersistent(inquiry);
  if (found === undefined) return [];
  const { subject, bans: count } = found;
  const text = inquiry.facts.bans.subjects.text(subject);
  const { hosts } = placesOf(inquiry, subject);
  const figures = { who: whoIs(inquiry, subject), bans: count, hosts: hosts.length, ties: found.ties };
  return [
    {
      text: inquiry.phrases.summary.persistent(figures),
      claims: [claimOf(inquiry, count, ['offenders', { subject: text }, 'bans'])],
    },
  ];
}

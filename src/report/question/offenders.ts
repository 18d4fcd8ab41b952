/** Repeat offenders: addresses that were banned more than once, by bans. */
import { count, rankColumns, text, time } from '../column.ts';
import { finishTable, item, rankNotes, rest } from '../finish.ts';
import type { Entry, Ranked } from '../rank.ts';
import { rankEntries } from '../rank.ts';
import type { Cells, Column, Table } from '../table.ts';
import type { Inquiry } from './question.ts';
import { countryOf } from './question.ts';

export function offenders(inquiry: Inquiry): readonly Table[] {
  const { bans } = inquiry.facts;
  const { written, counted } = inquiry;
  const entries = repeatOffenders(inquiry);
  const labels = (subject: number): readonly string[] => [bans.subjects.text(subject)];
  const ranking = rankEntries(entries, { top: inquiry.options.top, labels, compare: inquiry.compare });
  const listed = ranking.listed.map((entry) => item(offenderCells(inquiry, entry)));
  const others = ranking.rest.reduce((sum, entry) => sum + entry.count, 0);
  const repeated = entries.reduce((sum, entry) => sum + entry.count, 0);
  const once = bans.total - repeated;
  const tie = (size: number, each: number): string =>
    `${counted(size, 'address', 'addresses')} with ${written(each)} bans each`;
  const table = finishTable({
    name: 'offenders',
    title: 'Repeat offenders',
    base: 'bans',
    columns: offenderColumns(),
    rows: [
      ...listed,
      ...rest({ subject: 'other offenders', bans: others }, others),
      ...rest({ subject: 'banned once', bans: once }, once),
    ],
    total: {},
    notes: [
      ...rankNotes(ranking, tie),
      `${written(entries.length)} of ${counted(bans.subjects.size, 'address', 'addresses')} came back after a ban.`,
    ],
    order: { by: 'bans', direction: 'falling', amongEquals: ['subject'] },
    top: inquiry.options.top,
    bar: 'bans',
  });
  return [table];
}

function offenderColumns(): readonly Column[] {
  return [
    ...rankColumns(),
    text('subject', 'Address', { overflow: 'whole' }),
    count('bans', 'Bans', { measure: 'bans' }),
    text('organization', 'Organization', { show: 'roomy', absent: 'unknown' }),
    text('country', 'Country', { show: 'always', absent: 'unknown' }),
    text('hosts', 'Hosts', { show: 'roomy' }),
    text('services', 'Services', { show: 'wide' }),
    time('first', 'First ban', 'wide'),
    time('last', 'Last ban', 'wide'),
  ];
}

function repeatOffenders(inquiry: Inquiry): Entry<number>[] {
  const { bans } = inquiry.facts;
  const entries: Entry<number>[] = [];
  for (let subject = 0; subject < bans.subjects.size; subject++) {
    const times = bans.of(subject, 'bans');
    if (times > 1) entries.push({ item: subject, count: times });
  }
  return entries;
}

function offenderCells(inquiry: Inquiry, entry: Ranked<number>): Cells {
  const { bans } = inquiry.facts;
  const places = placesOf(inquiry, entry.item);
  const list = (texts: string[]): string => [...new Set(texts)].sort(inquiry.compare).join(', ');
  return {
    rank: entry.rank,
    tied: entry.tied,
    subject: entry.labels[0] ?? '',
    organization: bans.nameOf(entry.item, 'organization') ?? null,
    country: countryOf(inquiry, entry.item) ?? null,
    bans: entry.count,
    hosts: list(places.map((place) => bans.hosts.text(bans.places.firstOf(place)))),
    services: list(places.map((place) => bans.services.text(bans.places.secondOf(place)))),
    first: bans.of(entry.item, 'first'),
    last: bans.of(entry.item, 'last'),
  };
}

/** Where an address was banned. */
function placesOf(inquiry: Inquiry, subject: number): number[] {
  const { seen } = inquiry.facts.bans;
  const places: number[] = [];
  for (let pair = seen.first(subject); pair >= 0; pair = seen.next(pair)) places.push(seen.label(pair));
  return places;
}

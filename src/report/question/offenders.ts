/** Repeat offenders: addresses that were banned more than once, by bans. */
import { count, rankColumns, text, time } from '../column.ts';
import { TIME, WORD } from '../facts/profiles.ts';
import { type Draft, finishTable, item, rankNotes, rest } from '../finish.ts';
import type { Entry, Ranked } from '../rank.ts';
import { rankEntries, sortEntries } from '../rank.ts';
import type { Cells, Column, Table } from '../table.ts';
import type { Inquiry } from './question.ts';
import { countryOf } from './question.ts';

export function offenders(inquiry: Inquiry): readonly Table[] {
  const { bans } = inquiry.facts;
  const entries = repeatOffenders(inquiry);
  const labels = (subject: number): readonly string[] => [bans.subjects.text(subject)];
  const ranking = rankEntries(entries, { top: inquiry.options.top, labels, compare: inquiry.compare });
  const listed = ranking.listed.map((entry) => item(offenderCells(inquiry, entry)));
  const others = ranking.rest.reduce((sum, entry) => sum + entry.count, 0);
  const repeated = entries.reduce((sum, entry) => sum + entry.count, 0);
  const once = bans.total - repeated;
  const draft: Draft = {
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
      ...rankNotes(ranking, { things: 'addresses', counts: 'bans' }, inquiry),
      inquiry.phrases.notes.cameBack({ addresses: entries.length, of: bans.subjects.size }),
    ],
    order: { by: 'bans', direction: 'falling', amongEquals: ['subject'] },
    top: inquiry.options.top,
    bar: 'bans',
  };
  return [finishTable(draft, inquiry)];
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
    const times = bans.of(subject, WORD.bans);
    if (times > 1) entries.push({ item: subject, count: times });
  }
  return entries;
}

function offenderCells(inquiry: Inquiry, entry: Ranked<number>): Cells {
  const { bans } = inquiry.facts;
  const { hosts, services } = placesOf(inquiry, entry.item);
  return {
    rank: entry.rank,
    tied: entry.tied,
    subject: entry.labels[0] ?? '',
    organization: bans.nameOf(entry.item, 'organization') ?? null,
    country: countryOf(inquiry, entry.item) ?? null,
    bans: entry.count,
    hosts: hosts.join(', '),
    services: services.join(', '),
    first: bans.timeOf(entry.item, TIME.first),
    last: bans.timeOf(entry.item, TIME.last),
  };
}

export interface MostPersistent {
  readonly subject: number;
  readonly bans: number;
  /** How many others have as many bans. */
  readonly ties: number;
}

/** Ties beyond which nobody stands out. */
const TIED = 50;

/** The address with the most bans, of equals the first by number; undefined where none came back or none stands out. */
export function mostPersistent({ facts, compare }: Inquiry): MostPersistent | undefined {
  const { bans } = facts;
  let most = 2;
  let tied: number[] = [];
  for (let subject = 0; subject < bans.subjects.size; subject++) {
    const times = bans.of(subject, WORD.bans);
    if (times > most) tied = [];
    if (times < most) continue;
    most = times;
    tied.push(subject);
  }
  if (tied.length === 0 || tied.length > TIED) return undefined;
  const labels = (subject: number): string[] => [bans.subjects.text(subject)];
  const [first] = sortEntries(
    tied.map((item) => ({ item, count: most })),
    { labels, compare },
  );
  return first && { subject: first.item, bans: most, ties: tied.length - 1 };
}

/** Where an address was banned, sorted. */
export function placesOf(inquiry: Inquiry, subject: number): { hosts: string[]; services: string[] } {
  const { seen, places, hosts, services } = inquiry.facts.bans;
  const found: number[] = [];
  for (let pair = seen.first(subject); pair >= 0; pair = seen.next(pair)) found.push(seen.label(pair));
  const sorted = (texts: string[]): string[] => [...new Set(texts)].sort(inquiry.compare);
  return {
    hosts: sorted(found.map((place) => hosts.text(places.firstOf(place)))),
    services: sorted(found.map((place) => services.text(places.secondOf(place)))),
  };
}

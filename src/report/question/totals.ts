/** How many: bans and unique addresses, in all, by service, and by host and service. */
import { count, percent, text } from '../column.ts';
import type { Spread, Spreads } from '../facts/pairs.ts';
import { spreadOf } from '../facts/pairs.ts';
import { type Draft, finishTable, item } from '../finish.ts';
import type { SharedSum } from '../phrase/note.ts';
import { sortEntries } from '../rank.ts';
import type { Cells, Column, Row, Table } from '../table.ts';
import { numberIn } from '../table.ts';
import type { Inquiry } from './question.ts';

export function totals(inquiry: Inquiry): readonly Table[] {
  const { services } = inquiry.facts.spreads;
  const table = serviceTable(inquiry, services, { name: 'totals', title: 'Totals', base: 'bans and unique addresses' });
  return [table, hosts(inquiry)];
}

export interface Heading {
  readonly name: string;
  readonly title: string;
  readonly base: string;
  /** Put before the measures when the table is about a part of the bans only. */
  readonly measure?: string;
}

/** Bans and unique addresses by service. */
export function serviceTable(inquiry: Inquiry, spreads: Spreads, heading: Heading): Table {
  const { services } = inquiry.facts.bans;
  const entries = services.texts().map((_, id) => ({ item: id, count: spreads.of(id).count }));
  const by = { labels: (id: number) => [services.text(id)], compare: inquiry.compare };
  const rows = sortEntries(entries, by)
    .filter((entry) => entry.count > 0)
    .map(({ item: id }) => item({ service: services.text(id), ...spreadCells(spreads.of(id)) }));
  const overlap = overlapOf(rows, spreads.all.shared, 'services');
  const draft: Draft = {
    ...heading,
    columns: [text('service', 'Service'), ...placeColumns(overlap, heading.measure ?? '', 'service')],
    rows,
    total: { addresses: spreads.all.things, shared: spreads.all.shared },
    notes: overlapNote(inquiry, overlap),
    order: { by: 'bans', direction: 'falling', amongEquals: ['service'] },
    bar: 'bans',
  };
  return finishTable(draft, inquiry);
}

function hosts(inquiry: Inquiry): Table {
  const { bans } = inquiry.facts;
  const spreads = spreadOf(bans.seen);
  const entries = Array.from({ length: bans.places.size }, (_, place) => ({ item: place, count: 0 }));
  const hostOf = (place: number): string => bans.hosts.text(bans.places.firstOf(place));
  const serviceOf = (place: number): string => bans.services.text(bans.places.secondOf(place));
  const by = { labels: (place: number) => [hostOf(place), serviceOf(place)], compare: inquiry.compare };
  const rows = sortEntries(entries, by).map(({ item: place }) =>
    item({ host: hostOf(place), service: serviceOf(place), ...spreadCells(spreads.of(place)) }),
  );
  const overlap = overlapOf(rows, spreads.all.shared, 'places');
  const draft: Draft = {
    name: 'hosts',
    title: 'Hosts',
    base: 'bans and unique addresses',
    columns: [text('host', 'Host'), text('service', 'Service'), ...placeColumns(overlap, '', undefined)],
    rows,
    total: { addresses: spreads.all.things, shared: spreads.all.shared },
    notes: overlapNote(inquiry, overlap),
    order: { by: 'host', direction: 'rising', amongEquals: ['service'] },
    bar: 'bans',
  };
  return finishTable(draft, inquiry);
}

function spreadCells(spread: Spread): Cells {
  return { bans: spread.count, addresses: spread.things, shared: spread.shared };
}

/** The numbers that a note calculates with are there however little room there is; percentages go first. */
function placeColumns({ sum }: Overlap, prefix: string, by: string | undefined): readonly Column[] {
  const overlaps = { type: 'overlaps', shared: 'shared' } as const;
  const [kept, left] = ['always', 'roomy'] as const;
  return [
    count('bans', 'Bans', { measure: `${prefix}bans`, by }),
    percent('bans', sum === undefined ? kept : left),
    count('addresses', 'Unique addresses', { rule: overlaps, measure: `${prefix}addresses`, by }),
    count('shared', 'Also elsewhere', { rule: { type: 'shared' }, show: sum === undefined ? left : kept }),
  ];
}

/** Addresses that are in several rows. */
interface Overlap {
  readonly addresses: number;
  readonly several: 'services' | 'places';
  /** How the rows make the total, where that can be read. */
  readonly sum: SharedSum | undefined;
}

function overlapOf(rows: readonly Row[], addresses: number, several: Overlap['several']): Overlap {
  // A sum of more than four parts is no longer read.
  if (addresses === 0 || rows.length > 4) return { addresses, several, sum: undefined };
  const parts = rows.map(({ cells }) => ({
    addresses: numberIn(cells, 'addresses'),
    shared: numberIn(cells, 'shared'),
  }));
  const total = parts.reduce((sum, part) => sum + part.addresses - part.shared, addresses);
  return { addresses, several, sum: { parts, total } };
}

/** Unique addresses do not add up; the note shows the sum that does. */
function overlapNote({ phrases }: Inquiry, overlap: Overlap): string[] {
  return overlap.addresses === 0 ? [] : [phrases.notes.shared(overlap)];
}

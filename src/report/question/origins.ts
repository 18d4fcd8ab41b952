/** Where the addresses come from: countries, organizations and types of network by unique addresses, in all and by service. */
import { count, percent, rankColumns, text } from '../column.ts';
import { Numbers } from '../facts/numbers.ts';
import { WORD } from '../facts/profiles.ts';
import { type Draft, finishTable, item, rankNotes, rest } from '../finish.ts';
import type { Things } from '../phrase/note.ts';
import type { Entry } from '../rank.ts';
import { rankEntries } from '../rank.ts';
import type { Cells, Column, Row, Table } from '../table.ts';
import type { Inquiry } from './question.ts';

/** Something that every address has one of, or that is unknown. */
export interface Trait {
  readonly name: string;
  readonly title: string;
  /** Key and heading of the column. */
  readonly key: string;
  readonly heading: string;
  readonly plural: Things;
  readonly trait: 'country' | 'organization' | 'type';
  readonly columns: readonly Column[];
  readonly label: (id: number) => string;
  /** The cells of `columns` by name, for the names that are listed, when these addresses are counted. */
  readonly details: (listed: ReadonlySet<number>, addresses: Int32Array) => (id: number) => Cells;
}

/** The table of a trait over all banned addresses, then one for each service that has bans, most bans first. */
export function traitTables(inquiry: Inquiry, trait: Trait): readonly Table[] {
  const { options } = inquiry;
  const whole = wholeTable(inquiry, trait);
  const parts = addressesByService(inquiry).map(({ service, addresses }) =>
    traitTable(inquiry, trait, {
      name: `${trait.name}-${service}`,
      title: `${trait.title}: ${service}`,
      base: `unique addresses banned under ${service}`,
      measure: `addresses/${service}`,
      addresses,
      top: options.topByService,
    }),
  );
  return [whole, ...parts];
}

/** The table of a trait over all banned addresses. */
export function wholeTable(inquiry: Inquiry, trait: Trait): Table {
  const { facts, options } = inquiry;
  const all = new Int32Array(facts.bans.subjects.size).map((_, subject) => subject);
  const heading = { name: trait.name, title: trait.title, base: 'unique addresses banned', measure: 'addresses' };
  return traitTable(inquiry, trait, { ...heading, addresses: all, top: options.top });
}

interface Slice {
  readonly name: string;
  readonly title: string;
  readonly base: string;
  readonly measure: string;
  readonly addresses: Int32Array;
  readonly top: number | 'all';
}

function traitTable(inquiry: Inquiry, trait: Trait, slice: Slice): Table {
  const { bans } = inquiry.facts;
  const counts = new Numbers();
  const word = WORD[trait.trait];
  for (const address of slice.addresses) counts.add(bans.of(address, word), 1);
  const entries = entriesOf(counts);
  const labels = (id: number): readonly string[] => [trait.label(id)];
  const ranking = rankEntries(entries, { top: slice.top, labels, compare: inquiry.compare });
  const detailsOf = trait.details(new Set(ranking.listed.map((entry) => entry.item)), slice.addresses);
  const listed = ranking.listed.map(({ item: id, count: addresses, rank, tied }) => {
    return item({ rank, tied, [trait.key]: trait.label(id), addresses, ...detailsOf(id) });
  });
  const notes = rankNotes(ranking, { things: trait.plural, counts: 'addresses' }, inquiry);
  const draft: Draft = {
    ...slice,
    columns: traitColumns(trait, slice.measure),
    rows: [...listed, ...restRows(trait, { others: ranking.rest, unknown: counts.at(0) })],
    total: {},
    notes: [...notes, ...othersNote(inquiry, trait, ranking.rest)],
    order: { by: 'addresses', direction: 'falling', amongEquals: [trait.key] },
    bar: 'addresses',
  };
  return finishTable(draft, inquiry);
}

function traitColumns(trait: Trait, measure: string): readonly Column[] {
  return [
    ...rankColumns(),
    text(trait.key, trait.heading),
    count('addresses', 'Unique addresses', { measure }),
    percent('addresses'),
    ...trait.columns,
  ];
}

function restRows(trait: Trait, rows: { others: readonly Entry<unknown>[]; unknown: number }): Row[] {
  const others = rows.others.reduce((sum, entry) => sum + entry.count, 0);
  return [
    ...rest({ [trait.key]: `other ${trait.plural}`, addresses: others }, others),
    ...rest({ [trait.key]: 'unknown', addresses: rows.unknown }, rows.unknown),
  ];
}

function othersNote(inquiry: Inquiry, trait: Trait, others: readonly Entry<unknown>[]): string[] {
  if (others.length < 2) return [];
  return [inquiry.phrases.notes.others({ count: others.length, things: trait.plural })];
}

/** Number 0 counts what is unknown; the others are one more than those of the names. */
function entriesOf(counts: Numbers): Entry<number>[] {
  const entries: Entry<number>[] = [];
  for (let i = 1; i < counts.length; i++) {
    if (counts.at(i) > 0) entries.push({ item: i - 1, count: counts.at(i) });
  }
  return entries;
}

/** The addresses that were banned under each service, the service with the most bans first. */
function addressesByService({ facts, compare }: Inquiry): Array<{ service: string; addresses: Int32Array }> {
  return [...facts.bannedByService]
    .map(([id, { things, count: bans }]) => ({ service: facts.bans.services.text(id), bans, addresses: things }))
    .sort((a, b) => b.bans - a.bans || compare(a.service, b.service));
}

/** Where the addresses come from: countries and organizations by unique addresses, in all and by service. */
import { count, percent, rankColumns, text } from '../column.ts';
import type { Names } from '../facts/names.ts';
import type { Numbers } from '../facts/numbers.ts';
import { finishTable, item, rankNotes, rest } from '../finish.ts';
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
  readonly plural: string;
  /** By address: its number in `names` plus 1, or 0. */
  readonly ids: Numbers;
  readonly names: Names;
  readonly columns: readonly Column[];
  readonly label: (id: number) => string;
  readonly extra: (id: number, addresses: readonly number[]) => Cells;
}

/** The table of a trait over all banned addresses, then one for each service that has bans, most bans first. */
export function traitTables(inquiry: Inquiry, trait: Trait): readonly Table[] {
  const { facts, options } = inquiry;
  const all = Array.from({ length: facts.bans.subjects.size }, (_, subject) => subject);
  const heading = { name: trait.name, title: trait.title, base: 'unique addresses banned', measure: 'addresses' };
  const whole = traitTable(inquiry, trait, { ...heading, addresses: all, top: options.top });
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

interface Slice {
  readonly name: string;
  readonly title: string;
  readonly base: string;
  readonly measure: string;
  readonly addresses: readonly number[];
  readonly top: number | 'all';
}

function traitTable(inquiry: Inquiry, trait: Trait, slice: Slice): Table {
  const groups = groupAddresses(trait.ids, slice.addresses);
  const unknown = groups.get(0)?.length ?? 0;
  groups.delete(0);
  const entries = [...groups].map(([id, addresses]) => ({ item: { id: id - 1, addresses }, count: addresses.length }));
  const labels = ({ id }: { id: number }): readonly string[] => [trait.label(id)];
  const ranking = rankEntries(entries, { top: slice.top, labels, compare: inquiry.compare });
  const listed = ranking.listed.map(({ item: group, count: addresses, rank, tied }) => {
    const extra = trait.extra(group.id, group.addresses);
    return item({ rank, tied, [trait.key]: trait.label(group.id), addresses, ...extra });
  });
  const notes = rankNotes(ranking, (size, each) => {
    return `${inquiry.written(size)} ${trait.plural} with ${inquiry.counted(each, 'address', 'addresses')} each`;
  });
  return finishTable({
    ...slice,
    columns: traitColumns(trait, slice.measure),
    rows: [...listed, ...restRows(trait, { others: ranking.rest, unknown })],
    total: {},
    notes: [...notes, ...othersNote(inquiry, trait, ranking.rest)],
    order: { by: 'addresses', direction: 'falling', amongEquals: [trait.key] },
    bar: 'addresses',
  });
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
  return [`There are ${inquiry.written(others.length)} other ${trait.plural}.`];
}

function groupAddresses(ids: Numbers, addresses: readonly number[]): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const address of addresses) {
    const id = ids.at(address);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [address]);
    else group.push(address);
  }
  return groups;
}

/** The addresses that were banned under each service, the service with the most bans first. */
function addressesByService(inquiry: Inquiry): Array<{ service: string; addresses: readonly number[] }> {
  const pairs = inquiry.facts.bansByService;
  const found = new Map<number, { bans: number; addresses: number[] }>();
  for (let address = 0; address < pairs.things; address++) {
    for (let pair = pairs.first(address); pair >= 0; pair = pairs.next(pair)) {
      const service = found.get(pairs.label(pair)) ?? { bans: 0, addresses: [] };
      found.set(pairs.label(pair), service);
      service.bans += pairs.count(pair);
      service.addresses.push(address);
    }
  }
  const names = inquiry.facts.bans.services;
  return [...found]
    .map(([id, { bans, addresses }]) => ({ service: names.text(id), bans, addresses }))
    .sort((a, b) => b.bans - a.bans || inquiry.compare(a.service, b.service));
}

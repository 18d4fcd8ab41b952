/** Countries and organizations, each address under the service that it was banned under: parts that sum to the whole. */
import { printable } from '../../base/text.ts';
import { count, rankColumns, text } from '../column.ts';
import { Numbers } from '../facts/numbers.ts';
import { WORD } from '../facts/profiles.ts';
import { type Draft, finishTable, item, rankNotes, rest } from '../finish.ts';
import type { Things } from '../phrase/note.ts';
import type { Entry } from '../rank.ts';
import { rankEntries } from '../rank.ts';
import type { Cell, Cells, Column, Row, Table } from '../table.ts';
import type { Inquiry } from './question.ts';

/** Services with a part of their own; more colors than these are not told apart. */
const SERVICES = 5;

export function byService(inquiry: Inquiry): readonly Table[] {
  const { country, organization } = inquiry.facts.bans.origins.names;
  return [
    splitTable(inquiry, {
      name: 'country-services',
      title: 'Countries and what they attack',
      key: 'country',
      heading: 'Country',
      plural: 'countries',
      label: (id) => inquiry.countryName(country.text(id)),
    }),
    splitTable(inquiry, {
      name: 'organization-services',
      title: 'Organizations and what they attack',
      key: 'organization',
      heading: 'Organization',
      plural: 'organizations',
      label: (id) => organization.text(id),
    }),
  ];
}

interface Split {
  readonly name: string;
  readonly title: string;
  readonly key: 'country' | 'organization';
  readonly heading: string;
  readonly plural: Things;
  readonly label: (id: number) => string;
}

/** A part of an address's row: one service only, another one only, or several of them. */
interface Part {
  readonly key: string;
  readonly heading: string;
}

function splitTable(inquiry: Inquiry, split: Split): Table {
  const { top } = inquiry.options;
  const parts = partsOf(inquiry);
  const counts = countParts(inquiry, split, parts);
  const entries = sumsOf(counts, parts.all.length);
  const used = parts.all.filter((_, i) => isUsed(counts, i, parts.all.length));
  const labels = (id: number): readonly string[] => [split.label(id)];
  const ranking = rankEntries(entries, { top, labels, compare: inquiry.compare });
  const cellsOf = (ids: Iterable<number>): Cells => partCells(counts, parts.all, ids);
  const others = ranking.rest.map((entry) => entry.item);
  const draft: Draft = {
    name: split.name,
    title: split.title,
    base: 'unique addresses banned, each under the one service that it was banned under',
    columns: columnsOf(split, used),
    rows: [
      ...ranking.listed.map(({ item: id, rank, tied }) =>
        item({ rank, tied, [split.key]: split.label(id), ...cellsOf([id]) }),
      ),
      ...restRow({ [split.key]: `other ${split.plural}`, ...cellsOf(others) }),
      ...restRow({ [split.key]: 'unknown', ...cellsOf([-1]) }),
    ],
    total: {},
    notes: rankNotes(ranking, { things: split.plural, counts: 'addresses' }, inquiry),
    order: { by: 'addresses', direction: 'falling', amongEquals: [split.key] },
    top,
    bar: 'addresses',
  };
  return finishTable(draft, inquiry);
}

function columnsOf(split: Split, parts: readonly Part[]): readonly Column[] {
  const rule = { type: 'adds', parts: parts.map((part) => part.key) } as const;
  return [
    ...rankColumns(),
    text(split.key, split.heading),
    ...parts.map((part) => count(part.key, part.heading, { show: 'roomy' })),
    count('addresses', 'Unique addresses', { rule, measure: 'addresses' }),
  ];
}

function restRow(cells: Cells): readonly Row[] {
  return rest(cells, typeof cells.addresses === 'number' ? cells.addresses : 0);
}

interface Parts {
  readonly all: readonly Part[];
  /** The part of an address, by the services that it was banned under. */
  readonly of: (subject: number) => number;
}

/** The services with the most bans, then those that there is no color for, then several at once. */
function partsOf(inquiry: Inquiry): Parts {
  const { bans, bansByService: pairs } = inquiry.facts;
  const named = servicesByBans(inquiry).slice(0, SERVICES);
  const [further, several] = [named.length, named.length + 1];
  const indexOf = bans.services.texts().map((service) => {
    const index = named.indexOf(service);
    return index < 0 ? further : index;
  });
  const of = (subject: number): number => {
    const first = pairs.first(subject);
    if (first >= 0 && pairs.next(first) >= 0) return several;
    return indexOf[pairs.label(first)] ?? further;
  };
  // A key is ours whatever the service is called: it begins with "only-".
  const all = named.map((service) => ({ key: `only-${service}`, heading: printable(service) }));
  return {
    all: [...all, { key: 'further', heading: 'other services' }, { key: 'several', heading: 'several services' }],
    of,
  };
}

/** All services that have bans, most first. */
function servicesByBans(inquiry: Inquiry): readonly string[] {
  const { deeds, bans } = inquiry.facts;
  const sums = new Map<string, number>();
  for (let deed = 0; deed < deeds.size; deed++) {
    const service = deeds.first.text(deeds.firstOf(deed));
    sums.set(service, (sums.get(service) ?? 0) + bans.byDeed.at(deed));
  }
  return [...sums]
    .filter(([, sum]) => sum > 0)
    .sort(([a, more], [b, less]) => less - more || inquiry.compare(a, b))
    .map(([service]) => service);
}

/** By number of the name plus 1 (0 for unknown) times the number of parts, plus the part. */
function countParts(inquiry: Inquiry, { key }: Split, parts: Parts): Numbers {
  const { bans } = inquiry.facts;
  const counts = new Numbers();
  for (let subject = 0; subject < bans.subjects.size; subject++) {
    counts.add(bans.of(subject, WORD[key]) * parts.all.length + parts.of(subject), 1);
  }
  return counts;
}

function isUsed(counts: Numbers, part: number, parts: number): boolean {
  for (let index = part; index < counts.length; index += parts) if (counts.at(index) > 0) return true;
  return false;
}

function sumsOf(counts: Numbers, parts: number): Entry<number>[] {
  const entries: Entry<number>[] = [];
  for (let start = parts; start < counts.length; start += parts) {
    let sum = 0;
    for (let part = 0; part < parts; part++) sum += counts.at(start + part);
    if (sum > 0) entries.push({ item: start / parts - 1, count: sum });
  }
  return entries;
}

function partCells(counts: Numbers, parts: readonly Part[], ids: Iterable<number>): Cells {
  const sums = parts.map(() => 0);
  for (const id of ids) {
    for (const i of sums.keys()) sums[i] = (sums[i] ?? 0) + counts.at((id + 1) * parts.length + i);
  }
  const cells = parts.map(({ key }, i): [string, Cell] => [key, sums[i] ?? 0]);
  return { ...Object.fromEntries(cells), addresses: sums.reduce((sum, one) => sum + one, 0) };
}

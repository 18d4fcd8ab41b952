/** What it did: bans and attempts by address, host and kind. */
import { count, percent, rankColumns, text, time } from '../column.ts';
import { type Draft, finishTable, item, rankNotes, rest } from '../finish.ts';
import { sentencesIn } from '../question/kinds.ts';
import { rankEntries, sortEntries } from '../rank.ts';
import type { Cells, Column, Table } from '../table.ts';
import type { Words } from '../words.ts';
import type { Deeds, SheetFacts } from './sheet-facts.ts';
import { FURTHER } from './sheet-facts.ts';

/** The addresses of a network, an ASN or a user name, by attempts. */
export function addresses(facts: SheetFacts, words: Words, top: number | 'all'): Table {
  const further = facts.bySubject.get(FURTHER);
  const known = [...facts.bySubject].filter(([subject]) => subject !== FURTHER);
  const entries = known.map(([subject, deeds]) => ({ item: { subject, deeds }, count: deeds.attempts }));
  const ranking = rankEntries(entries, { top, labels: ({ subject }) => [subject], compare: words.compare });
  const others = [...ranking.rest.map((entry) => entry.item.deeds), ...(further === undefined ? [] : [further])];
  const draft: Draft = {
    name: 'addresses',
    title: 'Addresses',
    base: 'bans and attempts',
    columns: [...rankColumns(), text('subject', 'Address', { overflow: 'whole' }), ...deedColumns()],
    rows: [
      ...ranking.listed.map(({ item: { subject, deeds }, rank, tied }) => {
        return item({ rank, tied, subject, ...deedCells(deeds) });
      }),
      ...rest(
        { subject: 'other addresses', bans: sum(others, 'bans'), attempts: sum(others, 'attempts') },
        others.length,
      ),
    ],
    total: {},
    notes: rankNotes(ranking, { things: 'addresses', counts: 'attempts' }, words),
    order: { by: 'attempts', direction: 'falling', amongEquals: ['subject'] },
    top,
    bar: 'attempts',
  };
  return finishTable(draft, words);
}

export function hosts(facts: SheetFacts, words: Words): Table {
  return deedsTable(facts.byPlace, words, {
    name: 'hosts',
    title: 'Hosts',
    columns: [text('host', 'Host'), text('service', 'Service')],
    cells: (key) => {
      const [host, service] = labelsOf(key);
      return { host, service };
    },
  });
}

export function kinds(
  facts: SheetFacts,
  words: Words,
  sentences: ReadonlyMap<string, { readonly sentence: string }>,
): Table {
  const sentenceOf = sentencesIn(sentences, words);
  return deedsTable(facts.byKind, words, {
    name: 'kinds',
    title: 'Kinds of attack',
    columns: [
      text('kind', 'Kind', { overflow: 'whole' }),
      text('service', 'Service', { show: 'wide' }),
      text('sentence', 'What they did', { show: 'roomy', overflow: 'fold' }),
    ],
    cells: (key) => {
      const [kind, service] = labelsOf(key);
      return { kind, service, sentence: sentenceOf(kind) };
    },
  });
}

interface Labeling {
  readonly name: string;
  readonly title: string;
  readonly columns: readonly Column[];
  readonly cells: (key: string) => Cells;
}

function deedsTable(deeds: ReadonlyMap<string, Deeds>, words: Words, labeling: Labeling): Table {
  const entries = [...deeds].map(([key, sums]) => ({ item: { key, sums }, count: sums.attempts }));
  const labels = ({ key }: { key: string }): readonly string[] => labelsOf(key);
  const rows = sortEntries(entries, { labels, compare: words.compare });
  const texts = labeling.columns.map((column) => column.key).filter((key) => key !== 'sentence');
  const draft: Draft = {
    name: labeling.name,
    title: labeling.title,
    base: 'bans and attempts',
    columns: [...labeling.columns, ...deedColumns()],
    rows: rows.map(({ item: { key, sums } }) => item({ ...labeling.cells(key), ...deedCells(sums) })),
    total: {},
    order: { by: 'attempts', direction: 'falling', amongEquals: texts },
    bar: 'attempts',
  };
  return finishTable(draft, words);
}

function deedColumns(): readonly Column[] {
  return [
    count('attempts', 'Attempts', { measure: 'attempts' }),
    percent('attempts', 'wide'),
    count('bans', 'Bans', { measure: 'bans' }),
    time('first', 'First', 'wide'),
    time('last', 'Last', 'wide'),
  ];
}

function deedCells(deeds: Deeds): Cells {
  return { bans: deeds.bans, attempts: deeds.attempts, first: deeds.first, last: deeds.last };
}

function labelsOf(key: string): [string, string] {
  const labels: unknown = JSON.parse(key);
  const [first, second]: readonly unknown[] = Array.isArray(labels) ? labels : [];
  return [String(first), String(second)];
}

function sum(deeds: readonly Deeds[], key: 'bans' | 'attempts'): number {
  return deeds.reduce((all, one) => all + one[key], 0);
}

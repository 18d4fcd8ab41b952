/** When: bans and attempts by day, or by month where there are too many days to read. */
import type { Zone } from '../../base/zone.ts';
import { dayName, dayOf } from '../../base/zone.ts';
import { count, text } from '../column.ts';
import { type Draft, finishTable, item } from '../finish.ts';
import type { Table } from '../table.ts';
import type { Words } from '../words.ts';
import type { Inquiry } from './question.ts';

/** A quarter by day still fits two screens. */
const DAYS = 100;

const DAY = 86_400_000;

interface Counts {
  bans: number;
  attempts: number;
}

export function days(inquiry: Inquiry): readonly Table[] {
  const { scope, zone } = inquiry.options;
  const { bans, attempts } = inquiry.facts;
  const found = new Map<number, Counts>();
  // A day without anything is a finding too, but a period of years, or without an end, is not filled with them.
  const { from, until } = scope.period;
  const isShort = until - from <= DAYS * DAY;
  const last = isShort ? dayOf(zone, until - 1) : Number.NEGATIVE_INFINITY;
  for (let day = isShort ? dayOf(zone, from) : 0; day <= last; day++) at(found, day);
  for (const [day, times] of bans.byDay) at(found, day).bans += times;
  for (const [day, times] of attempts.byDay) at(found, day).attempts += times;
  return [dayTable(found, isShort ? 'every day' : 'days with entries', { words: inquiry, zone })];
}

type Coverage = 'every day' | 'days with entries';

/** A row for each day that is given, days counted from 1970-01-01; or for each month. */
export function dayTable(
  counts: ReadonlyMap<number, Counts>,
  coverage: Coverage,
  { words, zone }: { words: Words; zone: Zone },
): Table {
  const unit = counts.size <= DAYS ? 'day' : 'month';
  const rows = new Map<string, Counts>();
  for (const day of [...counts.keys()].sort((a, b) => a - b)) {
    const row = at(rows, unit === 'day' ? dayName(day) : dayName(day).slice(0, -3));
    row.bans += counts.get(day)?.bans ?? 0;
    row.attempts += counts.get(day)?.attempts ?? 0;
  }
  const draft: Draft = {
    name: 'days',
    title: unit === 'day' ? 'Days' : 'Months',
    base: 'bans and attempts',
    columns: [
      text('day', unit === 'day' ? 'Day' : 'Month'),
      count('bans', 'Bans', { measure: 'bans' }),
      count('attempts', 'Attempts', { measure: 'attempts' }),
    ],
    rows: [...rows].map(([day, row]) => item({ day, ...row })),
    total: {},
    notes: [
      words.phrases.notes.daysIn({ zone: zone.name }),
      ...(coverage === 'every day' ? [] : [`${unit === 'day' ? 'Days' : 'Months'} without an entry are left out.`]),
    ],
    order: { by: 'day', direction: 'rising', amongEquals: [] },
    bar: 'bans',
  };
  return finishTable(draft, words);
}

function at<Key>(counts: Map<Key, Counts>, key: Key): Counts {
  const known = counts.get(key) ?? { bans: 0, attempts: 0 };
  counts.set(key, known);
  return known;
}

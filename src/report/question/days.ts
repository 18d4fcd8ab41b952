/** When: bans and attempts by day, or by month where there are too many days to read. */
import { dayName, dayOf } from '../../base/zone.ts';
import { count, text } from '../column.ts';
import { finishTable, item } from '../finish.ts';
import type { Row, Table } from '../table.ts';
import type { Inquiry } from './question.ts';

/** A quarter by day still fits two screens. */
const DAYS = 100;

export function days(inquiry: Inquiry): readonly Table[] {
  const { scope, zone } = inquiry.options;
  const from = dayOf(zone, scope.period.from);
  const until = dayOf(zone, scope.period.until - 1);
  const unit = until - from < DAYS ? 'day' : 'month';
  const table = finishTable({
    name: 'days',
    title: unit === 'day' ? 'Days' : 'Months',
    base: 'bans and attempts',
    columns: [
      text('day', unit === 'day' ? 'Day' : 'Month'),
      count('bans', 'Bans', { measure: 'bans' }),
      count('attempts', 'Attempts', { measure: 'attempts' }),
    ],
    rows: unit === 'day' ? dayRows(inquiry, { from, until }) : monthRows(inquiry),
    total: {},
    notes: [
      `Days are those of the time zone ${zone.name}.`,
      ...(unit === 'month' ? [`The period has more than ${DAYS} days; months without an entry are left out.`] : []),
    ],
    order: { by: 'day', direction: 'rising', amongEquals: [] },
    bar: 'bans',
  });
  return [table];
}

/** A row for each day of the period, and for a day outside it if the ledger has one, so that nothing is missing. */
function dayRows(inquiry: Inquiry, period: { from: number; until: number }): Row[] {
  const { bans, attempts } = inquiry.facts;
  const found = new Set([...bans.byDay.keys(), ...attempts.byDay.keys()]);
  for (let day = period.from; day <= period.until; day++) found.add(day);
  return [...found]
    .sort((a, b) => a - b)
    .map((day) => item({ day: dayName(day), bans: bans.byDay.get(day) ?? 0, attempts: attempts.byDay.get(day) ?? 0 }));
}

function monthRows(inquiry: Inquiry): Row[] {
  const { bans, attempts } = inquiry.facts;
  const months = new Map<string, { bans: number; attempts: number }>();
  const monthOf = (day: number): { bans: number; attempts: number } => {
    const name = dayName(day).slice(0, -3);
    const month = months.get(name) ?? { bans: 0, attempts: 0 };
    months.set(name, month);
    return month;
  };
  for (const [day, count] of bans.byDay) monthOf(day).bans += count;
  for (const [day, count] of attempts.byDay) monthOf(day).attempts += count;
  return [...months].map(([day, month]) => item({ day, ...month })).sort(byMonth);
}

/** Names of months (`2024-10`) are in the order of time as they are. */
function byMonth(a: Row, b: Row): number {
  return `${a.cells.day}` < `${b.cells.day}` ? -1 : 1;
}

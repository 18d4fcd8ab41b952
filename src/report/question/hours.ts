/** At what time of the week: bans by hour and weekday. */
import { count, text } from '../column.ts';
import { type Draft, finishTable, item } from '../finish.ts';
import type { Table } from '../table.ts';
import type { Inquiry } from './question.ts';

/** In the order of the week; keys of columns. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** A Monday, in UTC. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY = 86_400_000;

export function hours(inquiry: Inquiry): readonly Table[] {
  const { byHour } = inquiry.facts.bans;
  const { zone } = inquiry.options;
  const nameOf = new Intl.DateTimeFormat(inquiry.language, { weekday: 'short', timeZone: 'UTC' });
  const rows = Array.from({ length: 24 }, (_, hour) => {
    const counts = WEEKDAYS.map((weekday, day) => [weekday, byHour.at(day * 24 + hour)] as const);
    const bans = counts.reduce((sum, [, times]) => sum + times, 0);
    return item({ hour: `${String(hour).padStart(2, '0')}:00`, ...Object.fromEntries(counts), bans });
  });
  const draft: Draft = {
    name: 'hours',
    title: 'Hours of the week',
    base: 'bans',
    columns: [
      text('hour', 'Hour'),
      ...WEEKDAYS.map((weekday, day) => count(weekday, nameOf.format(MONDAY + day * DAY))),
      count('bans', 'Bans', { rule: { type: 'adds', parts: WEEKDAYS }, measure: 'bans' }),
    ],
    rows: inquiry.facts.bans.total === 0 ? [] : rows,
    total: {},
    notes: [inquiry.phrases.notes.hoursIn({ zone: zone.name })],
    order: { by: 'hour', direction: 'rising', amongEquals: [] },
  };
  return [finishTable(draft, inquiry)];
}

/** When: days as columns, hours of the week as a field of shades. */
import type { Chart } from '../figure.ts';
import { WEEKDAYS } from '../question/hours.ts';
import type { Inquiry } from '../question/question.ts';
import type { Table } from '../table.ts';
import type { Illustrated } from './illustration.ts';

export function times(_: Inquiry, tables: readonly Table[]): Illustrated {
  return { figures: tables.flatMap(timesOf), drawn: [] };
}

function timesOf({ name, title }: Table): readonly Chart[] {
  if (name === 'hours') return [{ name, title, table: name, type: 'heat', label: 'hour', series: WEEKDAYS }];
  if (name !== 'days') return [];
  const columns = { table: name, type: 'columns', label: 'day' } as const;
  const unit = title === 'Months' ? 'by month' : 'by day';
  return [
    { ...columns, name: 'days-bans', title: `Bans ${unit}`, base: 'bans', series: ['bans'] },
    { ...columns, name: 'days-attempts', title: `Attempts ${unit}`, base: 'attempts', series: ['attempts'] },
  ];
}

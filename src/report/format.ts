/** Cells as people read them, and as programs do. Neither is escaped for its format yet: that is the renderer's part. */
import { printable } from '../base/text.ts';
import type { Zone } from '../base/zone.ts';
import { isoTime, LAST_DATE, UTC, zoneOf } from '../base/zone.ts';
import type { Cell, Cells, Column, Report, Row } from './table.ts';
import { type Words, wordsOf } from './words.ts';

/** A row, or the total under them. */
export interface Line {
  readonly role: Row['role'] | 'total';
  readonly cells: Cells;
}

export type CellFormat = (column: Column, line: Line) => string;

/** For people: `1,698`, `25.1%`, `2=` for a tied rank, `2024-10-03 12:00:00` in the report's zone. Harmless to print. */
export function formatForPeople(report: Report): CellFormat {
  const zone = zoneOf(report.zone) ?? UTC;
  const words = wordsOf(report.language);
  const { drawing } = words.phrases;
  return (column, { role, cells }) => {
    const cell = cells[column.key] ?? null;
    if (column.type === 'text' && (cell === null || cell === '')) return role === 'item' ? column.absent : '';
    if (typeof cell !== 'number') return plainCell(cell, words);
    if (column.type === 'rank') return `${cell}${cells.tied === true ? '=' : ' '}`;
    if (column.type === 'percent') return words.percent(cell);
    if (column.type === 'time') return formatTime(cell, zone) ?? words.say('never');
    if (column.type === 'degrees') return drawing.degrees(cell, column.axis);
    if (column.type === 'duration') return Number.isFinite(cell) ? drawing.duration(cell) : words.say('without end');
    const isLabel = column.type === 'count' && column.rule.type === 'label';
    return isLabel ? String(cell) : words.written(cell);
  };
}

/** For programs: numbers as they are, times in ISO 8601 UTC with milliseconds; what has no end is `null`. */
export function rawCell(column: Column, cells: Cells): Cell {
  const cell = cells[column.key] ?? null;
  if (typeof cell !== 'number') return cell;
  if (!Number.isFinite(cell)) return null;
  return column.type === 'time' ? isoTime(cell) : cell;
}

/** Undefined for what is no time. */
function formatTime(time: number, zone: Zone): string | undefined {
  if (!(Math.abs(time) <= LAST_DATE)) return undefined;
  const local = isoTime(time + zone.offsetAt(time));
  return local === null ? undefined : local.slice(0, 19).replace('T', ' ');
}

function plainCell(cell: string | boolean | null, { say }: Words): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return printable(cell);
  return say(cell ? 'yes' : 'no');
}

/** Cells as people read them, and as programs do. Neither is escaped for its format yet: that is the renderer's part. */
import { formatDuration } from '../base/duration.ts';
import { printable } from '../base/text.ts';
import type { Zone } from '../base/zone.ts';
import { isoTime, LAST_DATE, UTC, zoneOf } from '../base/zone.ts';
import type { Cell, Cells, Column, Report, Row } from './table.ts';

/** A row, or the total under them. */
export interface Line {
  readonly role: Row['role'] | 'total';
  readonly cells: Cells;
}

export type CellFormat = (column: Column, line: Line) => string;

/** For people: `1,698`, `25.1%`, `2=` for a tied rank, `2024-10-03 12:00:00` in the report's zone. Harmless to print. */
export function formatForPeople(report: Report): CellFormat {
  const zone = zoneOf(report.zone) ?? UTC;
  const number = new Intl.NumberFormat(report.language);
  const decimal = { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 } as const;
  const percent = new Intl.NumberFormat(report.language, decimal);
  return (column, { role, cells }) => {
    const cell = cells[column.key] ?? null;
    if (column.type === 'text' && (cell === null || cell === '')) return role === 'item' ? column.absent : '';
    if (typeof cell !== 'number') return plainCell(cell);
    if (column.type === 'rank') return `${cell}${cells.tied === true ? '=' : ' '}`;
    if (column.type === 'percent') return percent.format(cell / 100);
    if (column.type === 'time') return formatTime(cell, zone);
    if (column.type === 'degrees') return formatDegrees(cell, column.axis);
    if (column.type === 'duration') return Number.isFinite(cell) ? formatDuration(cell) : 'without end';
    const isLabel = column.type === 'count' && column.rule.type === 'label';
    return isLabel ? String(cell) : number.format(cell);
  };
}

/** For programs: numbers as they are, times in ISO 8601 UTC with milliseconds; what has no end is `null`. */
export function rawCell(column: Column, cells: Cells): Cell {
  const cell = cells[column.key] ?? null;
  if (typeof cell !== 'number') return cell;
  if (!Number.isFinite(cell)) return null;
  return column.type === 'time' ? isoTime(cell) : cell;
}

/** `52.4° N`, `77.5° W`: a tenth of a degree is 11 km, and more than most data know. */
export function formatDegrees(degrees: number, axis: 'latitude' | 'longitude'): string {
  const [positive, negative] = axis === 'latitude' ? ['N', 'S'] : ['E', 'W'];
  return `${Math.abs(degrees).toFixed(1)}° ${degrees < 0 ? negative : positive}`;
}

function formatTime(time: number, zone: Zone): string {
  if (!(Math.abs(time) <= LAST_DATE)) return 'never';
  const local = isoTime(time + zone.offsetAt(time));
  return local === null ? 'never' : local.slice(0, 19).replace('T', ' ');
}

function plainCell(cell: string | boolean | null): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return printable(cell);
  return cell ? 'yes' : 'no';
}

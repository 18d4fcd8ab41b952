/** What is measured, as tables: a section a question, a row a contender, ratios to rapsheet in the same run. */

export interface Column {
  readonly name: string;
  /** Digits after the point. */
  readonly digits: number;
  /** What design.md asks of rapsheet; undefined where nothing is asked. */
  readonly most?: number;
  /** Who must not be better, where it was measured in the same run. */
  readonly rival?: string;
  /** Not comparable between contenders: no ratio. */
  readonly isPlain?: boolean;
}

export interface Row {
  readonly contender: string;
  /** In the order of the columns; undefined where there is none. */
  readonly values: ReadonlyArray<number | undefined>;
  readonly note: string;
}

export interface Section {
  readonly name: string;
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

const OURS = 'rapsheet';

/** A row for whoever cannot be measured. */
export function silentRow(contender: string, note: string): Row {
  return { contender, values: [], note };
}

/** As lines of aligned columns. */
export function render(section: Section): string {
  const { title, columns, rows } = section;
  const ours = rows.find(({ contender }) => contender === OURS);
  const head = ['', ...columns.map(({ name }) => name), ''];
  const body = rows.map((row) => [
    row.contender,
    ...columns.map((column, i) =>
      cell(column, { value: row.values[i], ours: row === ours ? undefined : ours?.values[i] }),
    ),
    row.note,
  ]);
  const bars =
    ours && columns.some(({ most }) => most !== undefined)
      ? [
          [
            'at most',
            ...columns.map(({ most, digits }) => (most === undefined ? '' : most.toFixed(digits))),
            verdict(section, ours),
          ],
        ]
      : [];
  return `\n${title}\n${aligned([head, ...body, ...bars])}`;
}

function cell(
  { digits, isPlain }: Column,
  { value, ours }: { value: number | undefined; ours: number | undefined },
): string {
  if (value === undefined) return '-';
  const text = value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  if (isPlain || ours === undefined || ours === 0) return text;
  const ratio = value / ours;
  return `${text} (×${ratio < 10 ? ratio.toPrecision(2) : ratio.toFixed(0)})`;
}

function verdict({ columns, rows }: Section, ours: Row): string {
  const above = columns.filter(({ most }, i) => most !== undefined && !((ours.values[i] ?? Number.NaN) <= most));
  const behind = columns.flatMap(({ name, rival }, i) => {
    const theirs = rows.find(({ contender }) => contender === rival)?.values[i];
    return theirs !== undefined && !((ours.values[i] ?? Number.NaN) <= theirs) ? `${name} (${rival} is quicker)` : [];
  });
  const missed = [...above.map(({ name }) => name), ...behind];
  return missed.length === 0 ? 'reached' : `MISSED: ${missed.join(', ')}`;
}

function aligned(lines: ReadonlyArray<readonly string[]>): string {
  const widths = (lines[0] ?? []).map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  const text = lines.map((cells) => {
    const padded = cells.map((each, i) =>
      i === 0 || i === cells.length - 1 ? each.padEnd(widths[i] ?? 0) : each.padStart(widths[i] ?? 0),
    );
    return padded.join('  ').trimEnd();
  });
  return `${text.join('\n')}\n`;
}

/** The value that so many of a hundred do not exceed. */
export function percentile(values: readonly number[], percent: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)];
}

/** Bans in a table with named columns, from whatever program or by hand. */
import { parseDuration } from '../base/duration.ts';
import { EXIT, likeliest, type Problem, ProblemError } from '../base/problem.ts';
import { Timestamps } from '../filter/timestamp.ts';
import { type CsvRow, csvRows } from './csv-rows.ts';
import { endOf, jailName, type PastBan, subjectOf, timeFault } from './past-ban.ts';
import { type HistorySource, isWanted, type Reading, recallLine } from './source.ts';
import type { Text } from './text-file.ts';

const FORM = 'csv';
/** What a column is for, by its name in the first row, in small letters. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  address: ['address', 'ip', 'ip_address', 'ipaddress', 'subject', 'host_ip', 'value'],
  time: ['time', 'from', 'since', 'start', 'banned_at', 'timestamp', 'date', 'timeofban', 'created_at'],
  until: ['until', 'to', 'end', 'expires', 'expires_at', 'expiration'],
  duration: ['duration', 'bantime', 'length', 'seconds'],
  jail: ['jail', 'filter', 'scenario', 'rule'],
  reason: ['reason', 'why', 'comment', 'message', 'note'],
  failures: ['failures', 'attempts', 'count', 'events_count'],
  kind: ['kind'],
};
/** What a cell says who means "for good". */
const FOR_GOOD: ReadonlySet<string> = new Set(['-1', 'permanent', 'forever', 'never', 'for good', 'infinite']);
const FAILURES_MAX = 1_000_000_000;
const REASON_CHARACTERS = 1_000;
/** Bad lines that are told one by one; the others are counted. */
const TOLD_MAX = 20;
/** 1e11 seconds is the year 5138, 1e11 milliseconds 1973: what is larger counts milliseconds. */
const SECONDS_MAX = 100_000_000_000;

/** Whether text begins with the names of columns that a table of bans has. */
export function isTable(head: string): boolean {
  const first = head.replace(/^\ufeff|^\xef\xbb\xbf/, '').split(/[\r\n]/)[0] ?? '';
  const names = first.split(/[,;\t]/).map((cell) => nameOf(cell.replaceAll('"', '')));
  return ['address', 'time'].every((column) => COLUMNS[column]?.some((word) => names.includes(word)));
}

function nameOf(cell: string): string {
  return cell.trim().toLowerCase().replaceAll(' ', '_');
}

export interface CsvSource extends HistorySource {
  /** The first lines that could not be read. */
  readonly problems: readonly Problem[];
}

export function csvTable(text: Text): CsvSource {
  const problems: Problem[] = [];
  return {
    ...{ form: FORM, path: text.path, size: text.size, problems },
    async read(reading) {
      const table = new Table(reading, text.path, problems);
      for await (const row of csvRows(withoutMark(text.pieces()))) {
        table.take(row);
        await reading.advance(row.cells.reduce((sum, cell) => sum + cell.length + 1, 0));
      }
      table.finish();
    },
    recall: recallLine,
    close: () => undefined,
  };
}

/** Spreadsheets of Windows begin a file with a mark of its encoding. */
async function* withoutMark(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let isFirst = true;
  for await (const piece of pieces) {
    yield isFirst ? piece.replace(/^\ufeff/, '') : piece;
    isFirst = false;
  }
}

class Table {
  readonly #reading: Reading;
  readonly #path: string;
  readonly #problems: Problem[];
  readonly #times: Timestamps;
  #columns: ReadonlyMap<string, number> | undefined;
  #width = 0;

  constructor(reading: Reading, path: string, problems: Problem[]) {
    this.#reading = reading;
    this.#path = path;
    this.#problems = problems;
    this.#times = new Timestamps({ zone: reading.zone, modified: reading.now });
  }

  take(row: CsvRow): void {
    if (row.flaw !== undefined) {
      this.#object(row.line, row.flaw);
      return;
    }
    if (!this.#columns) {
      this.#columns = columnsIn(row, this.#path);
      this.#width = row.cells.length;
      return;
    }
    if (row.isUnended && row.cells.length < this.#width) {
      this.#object(row.line, 'the file ends in the middle of this row');
      return;
    }
    const cell = (name: string): string => row.cells[this.#columns?.get(name) ?? -1]?.trim() ?? '';
    const ban = this.#banOf(cell, row);
    if (typeof ban === 'string') {
      this.#object(row.line, ban);
      return;
    }
    const example = `${this.#path}:${row.line}`;
    const { leavings, staging, source } = this.#reading;
    if (!isWanted(ban, example, { rules: this.#reading, form: FORM, leavings })) return;
    staging.addBan(ban, FORM, source);
  }

  /** @throws ProblemError when there was no row, not even of names. */
  finish(): void {
    if (!this.#columns) throw noTable(this.#path, 'it is empty');
  }

  /** What is wrong with the row, as a sentence. */
  #banOf(cell: (name: string) => string, { line }: CsvRow): PastBan | string {
    const address = cell('address');
    const subject = subjectOf(address);
    if (!subject) return `"${address}" is not an address that can be banned`;
    const from = this.#timeOf(cell('time'));
    if (Number.isNaN(from)) return `"${cell('time')}" is not a time (${TIMES})`;
    const fault = timeFault(from, this.#reading.now);
    if (fault) return `"${cell('time')}" is ${fault === 'future' ? 'in the future' : 'too long ago'}`;
    const until = this.#endOf(from, { until: cell('until'), duration: cell('duration') });
    if (typeof until === 'string') return until;
    const failures = cell('failures');
    if (!/^\d*$/.test(failures) || Number(failures) > FAILURES_MAX) return `"${failures}" is not a number of failures`;
    const kind = cell('kind');
    if (kind !== '' && !this.#reading.jails.isKind(kind)) return `there is no kind "${kind}" (docs/kinds.md)`;
    return {
      ...{ subject, from, until, ended: undefined, failures: Number(failures), place: line },
      jail: jailName(cell('jail')),
      text: cell('reason').slice(0, REASON_CHARACTERS),
      kind: kind === '' ? undefined : kind,
    };
  }

  #endOf(from: number, { until, duration }: { until: string; duration: string }): number | undefined | string {
    if ([until, duration].some((text) => FOR_GOOD.has(text.toLowerCase()))) return Number.POSITIVE_INFINITY;
    if (until !== '') {
      const end = this.#timeOf(until);
      if (Number.isNaN(end)) return `"${until}" is not a time (${TIMES})`;
      return endOf(from, end) ?? `it ends at ${until}, before it begins`;
    }
    if (duration === '') return undefined;
    const length = /^\d+(?:\.\d+)?$/.test(duration) ? Number(duration) * 1_000 : parseDuration(duration);
    if (length === undefined) return `"${duration}" is not a duration (seconds, or like 10m, 1h 30m, 7d)`;
    return endOf(from, from + length);
  }

  #timeOf(text: string): number {
    if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * (Number(text) < SECONDS_MAX ? 1_000 : 1);
    const [, day = '', clock = '00:00:00', seconds = '', rest = ''] =
      /^(\d\d\d\d-\d\d-\d\d)(?:[ T](\d\d:\d\d(:\d\d)?)(.*))?$/.exec(text) ?? [];
    const whole = `${day}T${clock}${clock.length === 5 && seconds === '' ? ':00' : ''}${rest.replaceAll(' ', '').replace(/^UTC$/, 'Z')}`;
    const time = this.#times.rfc3339(whole, 0);
    return this.#times.end === whole.length ? time : Number.NaN;
  }

  #object(line: number, what: string): void {
    const where = `${this.#path}:${line}`;
    this.#reading.leavings.add('line', `${where}: ${what}`);
    if (this.#problems.length < TOLD_MAX) this.#problems.push({ where, what });
  }
}

const TIMES = 'write 2024-10-03 12:00:00, 2024-10-03T12:00:00+02:00 or seconds since 1970';

/** Which column is where. @throws ProblemError (65) when there is none for addresses or times. */
function columnsIn({ cells }: CsvRow, path: string): ReadonlyMap<string, number> {
  const names = cells.map(nameOf);
  const columns = new Map<string, number>();
  for (const [column, words] of Object.entries(COLUMNS)) {
    const found = words.map((word) => names.indexOf(word)).find((index) => index >= 0);
    if (found !== undefined) columns.set(column, found);
  }
  for (const needed of ['address', 'time']) {
    if (columns.has(needed)) continue;
    const near = names.map((name) => likeliest(name, COLUMNS[needed] ?? [])).find((word) => word !== undefined);
    const hint = near === undefined ? '' : `; did you mean "${near}"?`;
    throw noTable(path, `no column is called ${COLUMNS[needed]?.slice(0, 3).join(', ')} or the like${hint}`);
  }
  return columns;
}

function noTable(path: string, why: string): ProblemError {
  const hint = 'the first row names the columns: address,time,duration,jail,reason';
  return new ProblemError(EXIT.badData, { where: path, what: `this is no table of bans: ${why}`, hint });
}

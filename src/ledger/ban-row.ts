/** A ban as a row of the table, read. */
import type { BanRecord, Reason, ReportedBan } from '../model.ts';
import type { Cells } from './row.ts';
import type { Vocabulary } from './vocabulary.ts';

/** How a ban without an end is written; every end that a calendar can name is smaller. */
export const FOR_GOOD = Number.MAX_SAFE_INTEGER;

/** The columns that a ban is read from, in this order. */
export const BAN_COLUMNS = 'id, subject, host, jail, service, kind, since, until, prior, origin, reason';
/** Where the number of the reason is among them. */
export const REASON_COLUMN = 10;

/** By the numbers of their reasons, the rules that are not the usual one. */
export type Rules = ReadonlyMap<number, Decision>;

/** A page of bans; `condition` may order and limit them. */
export function banPage(condition: string): string {
  return `SELECT json_group_array(json_array(${BAN_COLUMNS})) AS page FROM (SELECT ${BAN_COLUMNS} FROM ban WHERE ${condition})`;
}

/** Bans by their numbers, a JSON list, in the order of making. */
export const LISTED = banPage('id IN (SELECT value FROM json_each(?)) ORDER BY id');

/** From the record of which other program a ban is. */
export function importedFrom(reason: Reason): BanRecord['importedFrom'] {
  return reason.rule === 'imported' ? reason.from : undefined;
}

/** Which rule, and from which record of another program. */
export interface Decision {
  readonly rule: Reason['rule'];
  readonly importedFrom: BanRecord['importedFrom'];
}

export function banFrom(cells: Cells, { names, origins }: Vocabulary, form: BanRecord['importedFrom']): BanRecord {
  return {
    id: cells.number(0),
    subject: cells.text(1),
    host: names.get(cells.number(2)),
    jail: names.get(cells.number(3)),
    service: names.get(cells.number(4)),
    kind: names.get(cells.number(5)),
    from: cells.number(6),
    until: untilOf(cells),
    prior: cells.number(8),
    origin: origins.get(cells.number(9)),
    importedFrom: form,
  };
}

/** Written out again: a million copies of the other with a field more would take a second. */
export function reportedBanFrom(cells: Cells, { names, origins }: Vocabulary, rules: Rules): ReportedBan {
  const decision = rules.get(cells.number(REASON_COLUMN));
  return {
    id: cells.number(0),
    subject: cells.text(1),
    host: names.get(cells.number(2)),
    jail: names.get(cells.number(3)),
    service: names.get(cells.number(4)),
    kind: names.get(cells.number(5)),
    from: cells.number(6),
    until: untilOf(cells),
    prior: cells.number(8),
    origin: origins.get(cells.number(9)),
    importedFrom: decision?.importedFrom,
    rule: decision?.rule ?? 'threshold',
  };
}

function untilOf(cells: Cells): number {
  const until = cells.number(7);
  return until === FOR_GOOD ? Number.POSITIVE_INFINITY : until;
}

/** How the text of reasons with a rule begins (vocabulary.ts). */
export function beginningOf(rule: Reason['rule']): string {
  return `{"rule":"${rule}"`;
}

/** What comes behind all that begins with a closing quotation mark as its last character: the index finds what lies between. */
export function endOf(beginning: string): string {
  return `${beginning.slice(0, -1)}#`;
}

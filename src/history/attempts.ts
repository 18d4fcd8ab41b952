/**
 * Attempts that the records only count. A ledger cannot tell which attempts a sum is made of, so a day of an address and
 * kind that it has a sum of already is not added to: then the same log twice, or beside our own watching, counts once.
 */
import { parseAddress } from '../base/address.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Row } from '../ledger/row.ts';
import type { Attempt, Pattern } from '../model.ts';
import { PAGE_ROWS } from './foreign.ts';
import { kindFrom } from './jail-kinds.ts';
import type { StagedAttempts, Staging } from './staging.ts';

const COLUMNS = 'id, subject, kind, day, count, first, last';

/** Marks what the ledger has no sum of; how many attempts that is. */
export async function settleAttempts(
  staging: Staging,
  ledger: Ledger,
  { host, advance }: { host: string; advance(count: number): Promise<void> | undefined },
): Promise<number> {
  const mark = staging.query('UPDATE attempts SET fresh = 1 WHERE id = ?');
  let fresh = 0;
  let [address, known]: [string, ReadonlySet<string>] = ['', new Set()];
  for (const attempts of pagesOf(staging, { order: 'subject, id', condition: '1', size: PAGE_ROWS })) {
    for (const each of attempts) {
      if (each.subject !== address) [address, known] = [each.subject, talliedOf(ledger, each.subject, host)];
      if (known.has(`${each.day} ${each.kind}`)) continue;
      mark.run(each.id);
      fresh += each.count;
    }
    await advance(attempts.length);
  }
  return fresh;
}

/** Those that were marked, in pages of a size. */
export function freshAttempts(staging: Staging, size: number): Generator<readonly StagedAttempts[]> {
  return pagesOf(staging, { order: 'id, subject', condition: 'fresh = 1', size });
}

/** Whether a log counts the attempts of a day already, so that what a database says of its bans must not be added. */
export function countedBy(staging: Staging): (at: { subject: string; kind: string; day: number }) => boolean {
  const find = staging.query('SELECT 1 AS found FROM attempts WHERE subject = ? AND kind = ? AND day = ?');
  return ({ subject, kind, day }) => find.row(subject, kind, day) !== undefined;
}

/** Adds attempts of one address and kind to the ledger, within the caller's transaction. */
export class AttemptBook {
  readonly #ledger: Ledger;
  readonly #host: string;
  readonly #patterns = new Map<string, Pattern>();

  constructor(ledger: Ledger, host: string) {
    this.#ledger = ledger;
    this.#host = host;
  }

  /** `users`: names that were tried in as many of them, one each. */
  add(attempts: Omit<StagedAttempts, 'id' | 'day'>, users: readonly string[] = []): void {
    const { count, first, last } = attempts;
    const named = users.slice(0, count);
    for (const user of named) this.#tally(attempts, { count: 1, time: last, user });
    const others = count - named.length;
    if (others > 1) this.#tally(attempts, { count: others - 1, time: first, user: undefined });
    if (others > 0) this.#tally(attempts, { count: 1, time: last, user: undefined });
  }

  #tally(
    { subject, kind }: Pick<StagedAttempts, 'subject' | 'kind'>,
    { count, time, user }: { count: number; time: number; user: string | undefined },
  ): void {
    const address = parseAddress(subject);
    if (!address) return;
    const file = { host: this.#host, path: '', modified: time };
    const of = { pattern: this.#patternOf(kind), target: undefined, offset: 0, count, session: '', line: '' };
    const attempt: Attempt = { time, address, user, file, ...of };
    this.#ledger.tally(attempt, count);
  }

  /** One object a kind: the ledger tells them apart by that. */
  #patternOf(kind: string): Pattern {
    const known = this.#patterns.get(kind);
    if (known) return known;
    const { service } = kindFrom(kind);
    const pattern = { filter: '', number: 0, service, kind, voice: undefined, syslog: false, success: false };
    this.#patterns.set(kind, pattern);
    return pattern;
  }
}

function talliedOf(ledger: Ledger, subject: string, host: string): ReadonlySet<string> {
  const address = parseAddress(subject);
  const known = new Set<string>();
  if (!address) return known;
  for (const tally of ledger.talliesOf({ base: address, bits: 128, text: address.text })) {
    if (tally.host === host) known.add(`${tally.day} ${tally.kind}`);
  }
  return known;
}

/** `order`: the key of the pages. */
function* pagesOf(
  staging: Staging,
  { order, condition, size }: { order: 'subject, id' | 'id, subject'; condition: string; size: number },
): Generator<readonly StagedAttempts[]> {
  const page = staging.query(
    `SELECT ${COLUMNS} FROM attempts WHERE (${order}) > (?, ?) AND ${condition} ORDER BY ${order} LIMIT ${size}`,
  );
  const isBySubject = order === 'subject, id';
  let last: readonly [string | number, string | number] = isBySubject ? ['', 0] : [0, ''];
  for (;;) {
    const rows = page.rows(...last).map(attemptsFrom);
    if (rows.length > 0) yield rows;
    const end = rows.at(-1);
    if (!end || rows.length < size) return;
    last = isBySubject ? [end.subject, end.id] : [end.id, end.subject];
  }
}

function attemptsFrom(row: Row): StagedAttempts {
  return {
    id: row.number('id'),
    subject: row.text('subject'),
    kind: row.text('kind'),
    day: row.number('day'),
    count: row.number('count'),
    first: row.number('first'),
    last: row.number('last'),
  };
}

/**
 * CrowdSec's database (SQLite; the columns of version 1.0 to 1.7): `decisions` are its bans, `alerts` say when and after how
 * many events, `events` what each was about. Its lines are not kept by it. Decisions that came from lists of others are
 * no history of this host.
 */
import * as v from 'valibot';
import { parsedJson } from '../base/json.ts';
import { toLog } from '../base/text.ts';
import type { Database, Query } from '../ledger/database.ts';
import type { Row } from '../ledger/row.ts';
import {
  bytesOf,
  columnsOf,
  openForeign,
  PAGE_ROWS,
  pagesOf,
  ROW_BYTES,
  readably,
  touchOf,
  wholeOf,
} from './foreign.ts';
import { MANUAL_JAIL } from './jail-kinds.ts';
import { endOf, jailName, type LeftOut, type PastBan, subjectOf, timeFault } from './past-ban.ts';
import { type HistorySource, isWanted, type PastLine, type Reading, type Recollection } from './source.ts';

const FORM = 'crowdsec-db';
/** What CrowdSec's own words need; times, scopes, origins. */
const WORD_BYTES = 255;
/** What a person gave as the reason of a ban by hand. */
const REASON_BYTES = 1_024;
const EVENT_BYTES = 65_536;
/** A decision is about one overflow of a bucket; the first events say what it was. */
const EVENTS_MAX = 20;
/** The decisions of this machine, as CrowdSec names where they are from. */
export const OWN_ORIGINS: readonly string[] = ['crowdsec', 'cscli'];
const BANNED_SCOPES: ReadonlySet<string> = new Set(['ip', 'range']);

export function isCrowdSec(tables: ReadonlySet<string>): boolean {
  return tables.has('decisions') && tables.has('alerts');
}

/** @throws ProblemError as `openForeign` does, and 65 when it lacks what is needed of it. */
export function crowdSecDatabase(path: string): HistorySource {
  const database = openForeign(path);
  try {
    return readably(path, () => sourceOf(database, path));
  } catch (error) {
    database.close();
    throw error;
  }
}

function sourceOf(database: Database, path: string): HistorySource {
  const page = database.query(
    `SELECT d.id AS id, ${bytesOf('d.until', WORD_BYTES)}, ${bytesOf('d.created_at', WORD_BYTES)},
       ${bytesOf('d.scenario', REASON_BYTES)}, ${bytesOf('d.type', WORD_BYTES)}, ${bytesOf('d.scope', WORD_BYTES)},
       ${bytesOf('d.value', WORD_BYTES)}, ${bytesOf('d.origin', WORD_BYTES)}, ${wholeOf('d.simulated')},
       ${wholeOf('d.alert_decisions', 'alert')}, ${bytesOf('a.stopped_at', WORD_BYTES)}, ${wholeOf('a.events_count')}
     FROM decisions d LEFT JOIN alerts a ON a.id = d.alert_decisions WHERE d.id > ? ORDER BY d.id LIMIT ${PAGE_ROWS}`,
  );
  const rows = database.query('SELECT count(*) AS size FROM decisions').row()?.number('size') ?? 0;
  const hasEvents = columnsOf(database, 'events').has('alert_events');
  let evidence: ((ban: PastBan) => readonly PastLine[]) | undefined;
  return {
    form: FORM,
    path,
    size: rows * ROW_BYTES,
    async read(reading) {
      for (const rows of pagesOf(path, page)) {
        for (const row of rows) stage(row, reading);
        await reading.advance(rows.length * ROW_BYTES);
      }
      if (hasEvents) evidence = await eventsBy(database, reading, path);
    },
    recall: (ban) => readably(path, () => recall(ban, evidence?.(ban) ?? [])),
    close: () => database.close(),
  };
}

function stage(row: Row, reading: Reading): void {
  const { staging, leavings, now, source, origins } = reading;
  const text = (column: string): string => (row.has(column) ? row.bytes(column).toString('utf8') : '');
  const [origin, scenario, value] = [text('origin').toLowerCase(), text('scenario'), text('value')];
  const example = `${value} (${scenario}, ${origin})`;
  const subject = subjectOf(value);
  const until = timeOf(text('until'));
  const from = beginOf({ stopped: timeOf(text('stopped_at')), created: timeOf(text('created_at')), until });
  const isSimulated = row.has('simulated') && row.number('simulated') !== 0;
  const why =
    otherThanBan({ origin, type: text('type'), scope: text('scope'), isSimulated }, origins) ??
    (subject ? timeFault(from, now) : 'address');
  if (!subject || why) {
    leavings.add(why ?? 'address', example);
    return;
  }
  const isByHand = origin.startsWith('cscli') || origin === 'manual';
  const jail = isByHand ? MANUAL_JAIL : jailName(scenario);
  if (!isWanted({ jail, from }, example, { rules: reading, form: FORM, leavings })) return;
  const failures = !isByHand && row.has('events_count') ? Math.max(0, row.number('events_count')) : 0;
  const words = isByHand ? scenario : eventsText(failures);
  // Without an alert there is no evidence; no alert has the number 0.
  const place = row.has('alert') ? row.number('alert') : 0;
  const end = Number.isNaN(until) ? undefined : endOf(from, until);
  staging.addBan({ subject, jail, from, until: end, ended: undefined, failures, text: words, place }, FORM, source);
}

function eventsText(events: number): string {
  if (events === 0) return '';
  return events === 1 ? '1 event' : `${events} events`;
}

/** Why a decision is no ban of this host's own making. */
function otherThanBan(
  decision: { origin: string; type: string; scope: string; isSimulated: boolean },
  origins: ReadonlySet<string>,
): LeftOut | undefined {
  const { origin, type, scope, isSimulated } = decision;
  // `lists:NAME` is a list.
  if (!origins.has(origin.split(':')[0] ?? '')) return 'origin';
  if (type.toLowerCase() !== 'ban') return 'remedy';
  if (!BANNED_SCOPES.has(scope.toLowerCase())) return 'scope';
  return isSimulated ? 'simulated' : undefined;
}

/**
 * When a decision began: when its bucket overflowed. When it was written is later in a replay of old logs, and some
 * versions overwrite it when somebody deletes the decision, which sets its end to that moment.
 */
function beginOf({ stopped, created, until }: { stopped: number; created: number; until: number }): number {
  if (Number.isNaN(stopped)) return Number.isNaN(created) ? Number.NaN : created;
  return Number.isNaN(until) || stopped <= until ? stopped : created;
}

/** `2024-10-03 12:00:00.123456+00:00` and its like, as the drivers of its versions write them; NaN for anything else. */
export function timeOf(text: string): number {
  const [, day, clock, fraction = '', zone = 'Z'] = TIME.exec(text) ?? [];
  if (day === undefined) return Number.NaN;
  const offset = zone === 'Z' || zone === ' +0000 UTC' ? 'Z' : zone.trim().replace(/^([+-]\d\d):?(\d\d).*$/, '$1:$2');
  return Date.parse(`${day}T${clock}${fraction.slice(0, 4)}${offset}`);
}

const TIME = /^(\d\d\d\d-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(Z| ?[+-]\d\d:?\d\d(?: [A-Z]+)?)?$/;

function recall({ failures, text }: PastBan, events: readonly PastLine[]): Recollection {
  const [first, ...rest] = events;
  const lost = Math.max(0, failures - events.length);
  return { failures, text, lines: first ? [{ ...first, count: 1 + lost }, ...rest] : [] };
}

/** Older versions have no index from an alert to its events, so the pairs of both are put in order here, once. */
async function eventsBy(
  database: Database,
  { staging, source, advance }: Reading,
  path: string,
): Promise<(ban: PastBan) => readonly PastLine[]> {
  const page = database.query(
    `SELECT id, ${wholeOf('alert_events', 'alert')}, ${touchOf('serialized')} FROM events WHERE id > ? ORDER BY id LIMIT ${PAGE_ROWS}`,
  );
  const add = staging.query('INSERT INTO pair (source, place, evidence) VALUES (?, ?, ?)');
  for (const rows of pagesOf(path, page)) {
    for (const row of rows) if (row.has('alert')) add.run(source, row.number('alert'), row.number('id'));
    await advance(0);
  }
  const pairs = staging.query(
    `SELECT evidence FROM pair WHERE source = ? AND place = ? ORDER BY evidence LIMIT ${EVENTS_MAX}`,
  );
  const event = database.query(
    `SELECT ${bytesOf('time', WORD_BYTES)}, ${bytesOf('serialized', EVENT_BYTES)} FROM events WHERE id = ?`,
  );
  return ({ place }) => pairs.rows(source, place).flatMap((row) => eventOf(row.number('evidence'), event));
}

const metas = v.array(v.object({ key: v.string(), value: v.string() }));

/** What CrowdSec kept of a line, word for word, with the user name that it found in it. */
function eventOf(id: number, event: Query): PastLine[] {
  const row = event.row(id);
  if (!row?.has('serialized')) return [];
  const text = row.bytes('serialized');
  const parsed = v.safeParse(metas, parsedJson(text.toString('utf8')));
  const user = parsed.success ? parsed.output.find(({ key }) => key === 'target_user')?.value : undefined;
  const time = row.has('time') ? timeOf(row.bytes('time').toString('utf8')) : Number.NaN;
  return [
    {
      time: Number.isNaN(time) ? undefined : time,
      line: text.toString('latin1'),
      place: id,
      user: user ? toLog(user).slice(0, WORD_BYTES) : undefined,
      count: 1,
    },
  ];
}

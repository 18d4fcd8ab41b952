/** When all logs are read: their events, address by address, become bans that wait like all others. */

import { parseNetwork } from '../base/address.ts';
import type { Row } from '../ledger/row.ts';
import { PAGE_ROWS } from './foreign.ts';
import { type SpanEvent, spansOf } from './spans.ts';
import { type Staging, timeIn } from './staging.ts';

const RESTORED = 'restored when fail2ban started: it began earlier';
const SORTS: ReadonlyMap<string, SpanEvent['what']> = new Map(
  (['ban', 'restore', 'increase', 'unban', 'lifted'] as const).map((what) => [what, what]),
);

/** How many of the bans began before the log does. */
export function stageSpans(staging: Staging): number {
  let restored = 0;
  for (const events of byAddress(staging)) {
    const byId = new Map(events.map((event) => [event.id, event]));
    for (const span of spansOf(events)) {
      const event = byId.get(span.id);
      if (!event) continue;
      const { subject, jail, line, place, source } = event;
      if (span.isRestored) restored++;
      const text = span.isRestored ? RESTORED : failuresText(span.failures);
      staging.addBan({ ...span, subject, jail, text, line, place }, 'fail2ban-log', source);
    }
  }
  return restored;
}

/** `5 failures`; nothing where the record does not say. */
export function failuresText(failures: number): string {
  if (failures === 0) return '';
  return failures === 1 ? '1 failure' : `${failures} failures`;
}

type StagedEvent = ReturnType<typeof eventFrom>;

/** The events of one address in one jail after those of another, each in the order of time. */
function* byAddress(staging: Staging): Generator<readonly StagedEvent[]> {
  staging.run('CREATE INDEX event_by_address ON event (jail, subject, time, id)');
  const page = staging.query(
    `SELECT * FROM event WHERE (jail, subject, time, id) > (?, ?, ?, ?)
     ORDER BY jail, subject, time, id LIMIT ${PAGE_ROWS}`,
  );
  let group: StagedEvent[] = [];
  let last: readonly [string, string, number, number] = ['', '', 0, 0];
  for (;;) {
    const rows = page.rows(...last).map(eventFrom);
    for (const event of rows) {
      const before = group.at(-1);
      if (before && (before.jail !== event.jail || before.subject.text !== event.subject.text)) {
        yield group;
        group = [];
      } else if (before?.time === event.time && before.what === event.what) {
        // A copy of the log was given, too.
        continue;
      }
      group.push(event);
    }
    const end = rows.at(-1);
    if (!end || rows.length < PAGE_ROWS) break;
    last = [end.jail, end.subject.text, end.time, end.id];
  }
  if (group.length > 0) yield group;
}

function eventFrom(row: Row) {
  const subject = parseNetwork(row.text('subject'));
  const what = SORTS.get(row.text('what'));
  if (!subject || !what) throw new Error('a staged event has no subject or no sort');
  return {
    what,
    subject,
    id: row.number('id'),
    jail: row.text('jail'),
    time: row.number('time'),
    until: timeIn(row, 'until'),
    failures: row.number('failures'),
    place: row.number('place'),
    line: row.has('line') ? row.bytes('line').toString('latin1') : '',
    source: row.number('source'),
  };
}

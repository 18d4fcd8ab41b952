/**
 * What a fail2ban decides while it runs, from the log that it writes: to a file, to syslog, or to the journal. Unlike an
 * import, which wants the bans, this also hears of what led to them and of what kept them from being made.
 */
import * as v from 'valibot';
import { parseNetwork } from '../base/address.ts';
import { parsedJson } from '../base/json.ts';
import { detach, ellipsis, fromLog, printable, toLog } from '../base/text.ts';
import type { Zone } from '../base/zone.ts';
import type { Chunk } from '../model.ts';
import { asideOf, type Entry, entryOf } from './fail2ban-line.ts';
import { LogClock } from './log-clock.ts';
import { jailName } from './past-ban.ts';

/** What is read of one is three times shorter; what is longer quotes somebody. */
const LINE_CHARACTERS = 1_024;
/** An entry of the journal has its fields beside the message. */
const ENTRY_CHARACTERS = 16_384;
/** More jails than a server has. */
const JAILS_MAX = 10_000;
/** fail2ban bans ids and names too; none that anybody reads is longer. */
const SUBJECT_CHARACTERS = 255;
const BRACE = '{';

export interface ServerEvent {
  readonly what:
    | 'ban'
    /** A ban of before its restart, put back. */
    | 'restore'
    /** A ban ended, by time or by hand; not because the server stops. */
    | 'unban'
    /** `until`: the ban that it made a moment ago lasts longer. */
    | 'increase'
    | 'found'
    /** `by`: a failure that does not count. */
    | 'ignored'
    /** A limit was reached by somebody who is banned. */
    | 'held';
  readonly jail: string;
  /** An address or network in canonical text; anything else as it is, printable. */
  readonly subject: string;
  /** When it was logged, epoch milliseconds. */
  readonly time: number;
  /** Of a ban: its milliseconds, infinite for good, where the log has said how long those of the jail last. */
  readonly length?: number | undefined;
  readonly until?: number | undefined;
  readonly by?: string | undefined;
  /** Of a failure: its own time, where the log has it. */
  readonly failedAt?: number | undefined;
}

const journalEntry = v.object({
  MESSAGE: v.union([v.string(), v.array(v.number())]),
  __REALTIME_TIMESTAMP: v.pipe(v.string(), v.regex(/^\d{1,17}$/)),
});

/** One log of one server, in order. */
export class ServerLog {
  readonly #zone: Zone;
  #clock: LogClock;
  /** That the log speaks of at the moment. */
  #jail: string | undefined;
  readonly #lengths = new Map<string, number>();
  #isStopping = false;

  /** `zone`: of times that name none. */
  constructor(zone: Zone) {
    this.#zone = zone;
    this.#clock = new LogClock(zone, 0);
  }

  /** What the lines of a piece of the log tell. */
  read({ bytes, file }: Chunk): ServerEvent[] {
    if (this.#clock.modified !== file.modified) this.#clock = new LogClock(this.#zone, file.modified);
    const events: ServerEvent[] = [];
    const text = bytes.toString('latin1');
    for (let at = 0; at < text.length; ) {
      const end = text.indexOf('\n', at);
      const until = end < 0 ? text.length : end;
      const isEntry = text.startsWith(BRACE, at);
      if (until - at <= (isEntry ? ENTRY_CHARACTERS : LINE_CHARACTERS)) {
        const line = text.slice(at, until).replace(/\r$/, '');
        const event = isEntry ? this.#entry(line) : this.#line(line);
        if (event) events.push(event);
      }
      at = until + 1;
    }
    return events;
  }

  #line(line: string): ServerEvent | undefined {
    const time = this.#clock.read(line);
    return Number.isNaN(time) ? undefined : this.#said(line, this.#clock.end, time);
  }

  /** An entry of the journal, whose message may have a time of its own. */
  #entry(line: string): ServerEvent | undefined {
    const parsed = v.safeParse(journalEntry, parsedJson(fromLog(line)));
    if (!parsed.success) return undefined;
    const { MESSAGE: given, __REALTIME_TIMESTAMP: micros } = parsed.output;
    const message = typeof given === 'string' ? toLog(given) : Buffer.from(given).toString('latin1');
    const inner = this.#clock.read(message);
    return this.#said(message, Number.isNaN(inner) ? 0 : this.#clock.end, Number(micros) / 1_000);
  }

  #said(line: string, start: number, time: number): ServerEvent | undefined {
    const text = line.slice(start);
    const entry = entryOf(text) ?? asideOf(text);
    if (!entry) return undefined;
    switch (entry.what) {
      case 'jail':
        this.#jail = detach(entry.jail);
        return undefined;
      case 'bantime':
        if (this.#lengths.size >= JAILS_MAX) this.#lengths.clear();
        if (this.#jail !== undefined) this.#lengths.set(this.#jail, lengthOf(entry.seconds));
        return undefined;
      case 'stopping':
      case 'started':
        this.#isStopping = entry.what === 'stopping';
        return undefined;
      default:
        if (entry.what === 'unban' && this.#isStopping) return undefined;
        return { ...eventOf(entry, time), ...this.#more(entry, line, start) };
    }
  }

  #more(entry: Told, line: string, start: number): Pick<ServerEvent, 'length' | 'until' | 'by' | 'failedAt'> {
    switch (entry.what) {
      case 'ban': {
        const { seconds, jail } = entry;
        return { length: seconds === undefined ? this.#lengths.get(jail) : lengthOf(seconds) };
      }
      case 'found': {
        const failedAt = entry.at === undefined ? Number.NaN : this.#clock.at(line, start + entry.at);
        return Number.isNaN(failedAt) ? {} : { failedAt };
      }
      case 'increase': {
        const until = entry.end < 0 ? Number.POSITIVE_INFINITY : this.#clock.at(line, start + entry.end);
        return Number.isNaN(until) ? {} : { until };
      }
      case 'ignored':
        return { by: entry.by };
      default:
        return {};
    }
  }
}

type Told = Extract<Entry | NonNullable<ReturnType<typeof asideOf>>, { address: string }>;

function eventOf({ what, jail, address }: Told, time: number): ServerEvent {
  return { what, jail: jailName(fromLog(detach(jail))), subject: subjectText(fromLog(detach(address))), time };
}

/** An address or network in canonical text; any other text as it may be shown. */
export function subjectText(text: string): string {
  return parseNetwork(text)?.text ?? ellipsis(printable(text), SUBJECT_CHARACTERS);
}

function lengthOf(seconds: number): number {
  return seconds < 0 ? Number.POSITIVE_INFINITY : seconds * 1_000;
}

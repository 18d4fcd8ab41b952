/**
 * How the journal is asked, and where an entry of it stands. Its lines are read by the filters; here only the cursor is
 * taken out of the last one.
 */
import { printable } from '../base/text.ts';

/**
 * What a filter reads, and what says whose entry it is. Each field costs bytes in every line; `journalctl` adds the
 * cursor and the times by itself.
 */
const FIELDS = 'MESSAGE,SYSLOG_IDENTIFIER,_COMM,_PID,SYSLOG_PID,_SYSTEMD_UNIT,_HOSTNAME,N_DROPPED';
/** journald's own entry about messages that it dropped because a service logged too many. */
const DROPPED_MATCH = 'MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e';
/** The first run reads this much: more than the window of any usual jail, and not the journal of a year. */
const FIRST_RUN_MS = 86_400_000;
/** A field of the journal and its value: nothing that `journalctl` takes for an option or for a file. */
const MATCH = /^[A-Z0-9_]{1,64}=[^\0]{1,1024}$/;

/** A place in the journal: behind an entry, or at the first one since a time; and the offset that it has for us. */
export interface JournalPlace {
  /** Of the last entry that was read; undefined when none was. */
  readonly cursor: string | undefined;
  /** Epoch seconds: where reading begins when there is no cursor. */
  readonly since: number;
  /** Bytes of lines before it, over all runs: a line has the same offset when it is read again. */
  readonly offset: number;
}

/** The place as it is stored. */
export function formatPlace({ cursor, since, offset }: JournalPlace): string {
  return `${cursor ?? `since=${since}`}@${offset}`;
}

/** The place that was stored, else where a first run begins. */
export function parsePlace(stored: string | undefined, now: number): JournalPlace {
  const match = /^(?:since=(\d{1,12})|([\w;=+/-]{1,512}))@(\d{1,15})$/.exec(stored ?? '');
  if (!match) return { cursor: undefined, since: firstTime(now), offset: 0 };
  return { cursor: match[2], since: match[1] ? Number(match[1]) : firstTime(now), offset: Number(match[3]) };
}

function firstTime(now: number): number {
  return Math.max(0, Math.floor((now - FIRST_RUN_MS) / 1000));
}

/** The place by its time, where its cursor means nothing any more; what was logged in its second is read again. */
export function withoutCursor({ cursor, offset }: JournalPlace, now: number): JournalPlace {
  const micros = Number.parseInt(/;t=([\da-f]{1,13})(?:;|$)/.exec(cursor ?? '')?.[1] ?? '', 16);
  const since = Number.isNaN(micros) ? firstTime(now) : Math.floor(micros / 1_000_000);
  return { cursor: undefined, since, offset };
}

/** The cursor in a line of `journalctl -o json`. A quote inside a value is escaped, so no message can look like one. */
export function cursorOf(line: string): string | undefined {
  return /"__CURSOR" ?: ?"([\w;=+/-]{1,512})"/.exec(line)?.[1];
}

/** When an entry was received, epoch milliseconds; NaN when the line does not say. */
export function timeOf(line: string): number {
  return Math.floor(Number(/"__REALTIME_TIMESTAMP" ?: ?"(\d{1,17})"/.exec(line)?.[1] ?? Number.NaN) / 1000);
}

/**
 * Whether two cursors are of one entry. The entry may have come into another file, with another sequence number; boot,
 * time and the hash of its content stay.
 */
export function isSameEntry(a: string, b: string): boolean {
  return a === b || (contentOf(a) !== undefined && contentOf(a) === contentOf(b));
}

function contentOf(cursor: string): string | undefined {
  return /;b=.*$/.exec(cursor)?.[0];
}

/** Those of the matches that are none. */
export function wrongMatches(matches: readonly string[]): readonly string[] {
  return matches.filter((match) => !MATCH.test(match)).map(printable);
}

/**
 * The arguments that make `journalctl` write all entries from a place on, and those to come.
 *
 * The entry at the cursor is asked for too: that it comes first shows that it is still there, and asking for the ones
 * after it skips one when it is not. Alone, `-f` would leave out all boots but this one; with `--merge` it does not, but
 * then journals of other machines are read too, which the machine's own id keeps out.
 */
export function followArguments(
  matches: readonly string[],
  place: JournalPlace,
  machine: string | undefined,
): readonly string[] {
  const { cursor, since } = place;
  return [
    ...['--follow', '--no-tail', '--all', '--no-pager', '--output=json', `--output-fields=${fieldsFor(matches)}`],
    ...(machine === undefined ? [] : ['--merge']),
    cursor === undefined ? `--since=@${since}` : `--cursor=${cursor}`,
    '--',
    ...alternatives(matches.length === 0 ? [] : [...matches, DROPPED_MATCH], machine),
  ];
}

/** With those that the matches are about: whose entry it is, the reader may have to find out again. */
function fieldsFor(matches: readonly string[]): string {
  const asked = matches.filter((match) => MATCH.test(match)).map((match) => match.slice(0, match.indexOf('=')));
  return [...new Set([...FIELDS.split(','), ...asked])].join(',');
}

/** The arguments that make it write the newest entry. */
export function newestArguments(matches: readonly string[]): readonly string[] {
  const options = ['--lines=1', '--no-pager', '--output=json', '--output-fields=_COMM'];
  return [...options, '--', ...alternatives(matches, undefined)];
}

/** `A B + A C`: matches beside each other must all be true, `+` begins another way to be chosen. */
function alternatives(matches: readonly string[], machine: string | undefined): readonly string[] {
  const always = machine === undefined ? [] : [`_MACHINE_ID=${machine}`];
  const valid = matches.filter((match) => MATCH.test(match));
  if (valid.length === 0) return always;
  return valid.flatMap((match, index) => [...(index > 0 ? ['+'] : []), ...always, match]);
}

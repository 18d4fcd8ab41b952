/** An entry of the journal (`journalctl -o json`) as the original makes a line of it, and which jails want it. */

export interface JournalEntry {
  readonly text: string;
  /** Epoch milliseconds: when it was sent, else when it was received. */
  readonly time: number;
  readonly fields: ReadonlyMap<string, string>;
}

/** No log of another sort has lines that begin so and hold this. */
const SIGN = '"__REALTIME_TIMESTAMP"';
const BRACE = 123;

export function isJournalLine(line: Buffer): boolean {
  return line[0] === BRACE && line.includes(SIGN, 0, 'latin1');
}

/** Undefined when the line is no entry. */
export function parseEntry(line: Buffer): JournalEntry | undefined {
  let record: unknown;
  try {
    record = JSON.parse(line.toString('utf8'));
  } catch {
    return undefined; // A line that is cut short is none, whatever it was.
  }
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(Object(record))) {
    const text = textOf(value);
    if (text !== undefined) fields.set(name, text);
  }
  const micros = Number(fields.get('_SOURCE_REALTIME_TIMESTAMP') ?? fields.get('__REALTIME_TIMESTAMP'));
  if (!Number.isFinite(micros)) return undefined;
  return { text: lineOf(fields), time: micros / 1_000, fields };
}

/** Text, the bytes of what is no text, or several values of one name. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return undefined;
  if (value.every((byte) => typeof byte === 'number')) return Buffer.from(value).toString('utf8');
  return value.flatMap((each) => textOf(each) ?? []).join(' ');
}

/** `host ident[pid]: message`; what is not known is left out. */
function lineOf(fields: ReadonlyMap<string, string>): string {
  const words: string[] = [];
  const host = fields.get('_HOSTNAME');
  if (host) words.push(host);
  const identifier = fields.get('SYSLOG_IDENTIFIER') || fields.get('_COMM');
  if (identifier) {
    const pid = fields.get('SYSLOG_PID') || fields.get('_PID');
    const word = `${identifier}${pid ? `[${number(pid)}]` : ''}:`;
    words.push(word);
    if (word === 'kernel:') words.push(`[${monotonic(fields)}]`);
  }
  words.push(fields.get('MESSAGE') ?? '');
  return words.join(' ').replaceAll('\n', '\\n');
}

function number(text: string): string {
  return /^\s*[+-]?\d+\s*$/.test(text) ? String(Number(text)) : text;
}

function monotonic(fields: ReadonlyMap<string, string>): string {
  const micros = Number(fields.get('_SOURCE_MONOTONIC_TIMESTAMP') ?? fields.get('__MONOTONIC_TIMESTAMP') ?? 0);
  return (micros / 1_000_000).toFixed(6).padStart(12);
}

/** What of a journal a jail reads: any of these, each a value or several for every field. None at all: everything. */
export type JournalMatch = readonly ReadonlyMap<string, ReadonlySet<string>>[];

/** As the journal itself takes it; those with two underscores in front cannot be matched. */
const MATCH_WORD = /^(?!__)[A-Z0-9_]+=/;

/** The first word that is no match: without it the others would want more than was meant. */
export function wrongMatchWord(lines: readonly (readonly string[])[]): string | undefined {
  return lines.flat().find((word) => word !== '+' && !MATCH_WORD.test(word));
}

/** Words as they are written: values of one field are alternatives, fields must all be true, `+` begins anew. */
export function parseMatch(lines: readonly (readonly string[])[]): JournalMatch {
  const groups: Map<string, Set<string>>[] = [];
  for (const line of lines) {
    let group = new Map<string, Set<string>>();
    groups.push(group);
    for (const word of line) {
      const at = word.indexOf('=');
      if (word === '+') {
        group = new Map();
        groups.push(group);
      } else if (at > 0) {
        const name = word.slice(0, at);
        group.set(name, (group.get(name) ?? new Set()).add(word.slice(at + 1)));
      }
    }
  }
  return groups.filter(({ size }) => size > 0);
}

export function isMatched(match: JournalMatch, { fields }: JournalEntry): boolean {
  if (match.length === 0) return true;
  return match.some((group) => [...group].every(([name, values]) => values.has(fields.get(name) ?? '')));
}

/** All that is named in it, to ask the journal for. */
export function wordsOf(match: JournalMatch): string[] {
  return match.flatMap((group) =>
    [...group].flatMap(([name, values]) => [...values].map((value) => `${name}=${value}`)),
  );
}

/** The lines that a filter is tried on: of a file, of the journal, or as they stand on the command line. */
import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { EXIT, ProblemError } from '../base/problem.ts';
import { CallError, parseCall } from '../fail2ban/config/call.ts';
import { parseEntry } from '../fail2ban/filter/journal-entry.ts';
import { shortened } from '../fail2ban/trial/expressions.ts';
import type { TrialLine } from '../fail2ban/trial/trial.ts';
import { journalLines } from '../source/journal-export.ts';

export interface TrialLog {
  /** What is read, in the original's words. */
  readonly told: readonly string[];
  /** Whether each line comes with its time. */
  readonly isJournal: boolean;
  /** It was meant to be a file, it seems, and there is none. */
  readonly isLikelyPath?: boolean;
  readonly lines: AsyncIterable<TrialLine>;
  /** How much of it was read, from 0 to 1; undefined when nobody knows how much there is. */
  share(): number | undefined;
}

export interface TrialLogOptions {
  readonly encoding: string | undefined;
  /** Of the filter, or given on the command line: lines of matches, any of which an entry may have. */
  readonly journalMatch: readonly (readonly string[])[];
  /** Lines that are looked at together. */
  readonly maxLines: number;
}

/** Lines of a text that are told before it is read. */
const TOLD = 5;
/** A longer line is none of a log: it is cut into lines of this many characters. */
const LINE_MAX = 1 << 20;
const FIELDS =
  'MESSAGE,SYSLOG_IDENTIFIER,_COMM,_PID,SYSLOG_PID,_HOSTNAME,_SOURCE_REALTIME_TIMESTAMP,_SOURCE_MONOTONIC_TIMESTAMP';

/** Whether the word names the journal, and no file does. */
export function isJournalName(log: string): boolean {
  return log.startsWith('systemd-journal');
}

/** @throws ProblemError for a file that may not be read, an encoding that is none, options of the journal that are none. */
export function openTrialLog(log: string, options: TrialLogOptions): TrialLog {
  const size = fileSize(log);
  if (size !== undefined) return fileLog(log, size, options);
  if (isJournalName(log)) return journalLog(log, options);
  const lines = log.split('\n');
  const told =
    lines.length === 1 && options.maxLines <= 1
      ? [`Use      single line : ${shortened(log)}`]
      : [
          `Use      multi line : ${lines.length} line(s)`,
          ...lines.slice(0, TOLD).map((line, i) => `| ${String(i + 1).padStart(2)}: ${shortened(line)}`),
          ...(lines.length > TOLD ? ['| ...'] : []),
          '`-',
        ];
  const isLikelyPath = /^\.{0,2}\/\S+$/.test(log);
  return { told, isJournal: false, isLikelyPath, lines: given(lines), share: () => undefined };
}

function fileSize(path: string): number | undefined {
  try {
    const facts = statSync(path);
    return facts.isFile() ? facts.size : undefined;
  } catch {
    return undefined; // Then it is a line, as with the original.
  }
}

async function* given(lines: readonly string[]): AsyncGenerator<TrialLine> {
  for (const text of lines) yield { text };
}

function fileLog(path: string, size: number, { encoding = 'UTF-8' }: TrialLogOptions): TrialLog {
  const decode = decoderOf(encoding);
  const file = createReadStream(path);
  return {
    told: [`Use         log file : ${path}`, `Use         encoding : ${encoding}`],
    isJournal: false,
    lines: fileLines(path, file, decode),
    share: () => (size > 0 ? Math.min(1, file.bytesRead / size) : undefined),
  };
}

async function* fileLines(path: string, file: Readable, decode: Decoder): AsyncGenerator<TrialLine> {
  const bytes = /\.gz$/i.test(path) ? file.pipe(createGunzip()) : file;
  file.on('error', (error) => bytes.destroy(error));
  let rest = '';
  try {
    for await (const piece of bytes) {
      const lines = (rest + decode(piece, 'more')).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) yield { text };
      for (; rest.length > LINE_MAX; rest = rest.slice(LINE_MAX)) yield { text: rest.slice(0, LINE_MAX) };
    }
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new ProblemError(EXIT.noInput, { where: path, what: `cannot be read: ${what}` }, { cause: error });
  }
  rest += decode(Buffer.alloc(0), 'end');
  if (rest !== '') yield { text: rest };
}

type Decoder = (bytes: Buffer, more: 'more' | 'end') => string;

/** Bytes that are no text become a character that says so. */
function decoderOf(encoding: string): Decoder {
  const name = encoding.toLowerCase().replaceAll('_', '-');
  if (/^(?:latin-?1|l1|iso-?8859-1)$/.test(name)) return (bytes) => bytes.toString('latin1');
  if (/^(?:us-)?ascii$|^ansi-x3/.test(name)) {
    return (bytes) => bytes.toString('latin1').replace(/[\x80-\xff]/g, '\ufffd');
  }
  try {
    const decoder = new TextDecoder(/^(?:auto|utf8)$/.test(name) ? 'utf-8' : name, { ignoreBOM: true });
    return (bytes, more) => decoder.decode(bytes, { stream: more === 'more' });
  } catch {
    const hint = 'like UTF-8, latin1, windows-1252';
    throw new ProblemError(EXIT.usage, { what: `--encoding ${encoding}: not known`, hint });
  }
}

function journalLog(log: string, { encoding = 'UTF-8', journalMatch }: TrialLogOptions): TrialLog {
  const matches = journalMatch.flatMap((words, i) => (i === 0 ? words : ['+', ...words]));
  const asked = { matches, fields: FIELDS.split(','), ...journalPlace(log) };
  return {
    told: [
      'Use         systemd journal',
      `Use         encoding : ${encoding}`,
      ...(matches.length > 0 ? [`Use    journal match : ${matches.join(' ')}`] : []),
    ],
    isJournal: true,
    lines: entries(journalLines(asked)),
    share: () => undefined,
  };
}

async function* entries(lines: AsyncIterable<string>): AsyncGenerator<TrialLine> {
  for await (const line of lines) {
    const entry = parseEntry(Buffer.from(line));
    if (entry) yield { text: entry.text, time: entry.time };
  }
}

interface JournalPlace {
  folder?: string;
  files?: readonly string[];
  namespace?: string;
  extent?: 'system';
}

/** `systemd-journal[journalpath=..., journalfiles=..., namespace=..., journalflags=4]` */
function journalPlace(log: string): JournalPlace {
  const place: JournalPlace = {};
  for (const [name, value] of journalOptions(log)) {
    if (name === 'journalpath') place.folder = value;
    else if (name === 'journalfiles') place.files = value.split(/[\s,]+/).filter((file) => file !== '');
    else if (name === 'namespace') place.namespace = value;
    // 1: of this machine only, which ours are; 4: of the system, not of users.
    else if (name === 'journalflags') {
      if ((Number(value) & 4) > 0) place.extent = 'system';
    } else if (name !== 'rotated') {
      const hint = 'journalpath, journalfiles, namespace, journalflags';
      throw new ProblemError(EXIT.usage, { what: `systemd-journal has no option "${name}"`, hint });
    }
  }
  return place;
}

function journalOptions(log: string): ReadonlyMap<string, string> {
  try {
    return parseCall(log).options;
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    throw new ProblemError(EXIT.usage, { what: error.message });
  }
}

/**
 * What the daemon says of itself: a line each, for the journal, a file or a program. Lines can be caused by attackers, so
 * no text in them can act, none is long, and none comes more often than somebody could read.
 */
import { fstatSync } from 'node:fs';
import type { Clock } from './clock.ts';
import { ellipsis, printable, printableJson } from './text.ts';
import { isoTime } from './zone.ts';

/** The numbers are syslog's. */
const SEVERITY = { error: 3, warn: 4, notice: 5, info: 6, debug: 7 } as const;
export type LogLevel = keyof typeof SEVERITY;

/** `journal`: lines as systemd takes them, which knows the time itself. */
export type LogFormat = 'text' | 'json' | 'journal';

/** What differs from line to line; undefined is left out. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** A message should be the same for all lines of its sort, and what differs be in the fields: they are counted by it. */
export interface Log {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  notice(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  /** Tells what was held back, when it is time. To be called now and then; every line does it too. */
  settle(): void;
}

export interface LogOptions {
  readonly clock: Clock;
  readonly format: LogFormat;
  /** Gets whole lines with their newline. What it throws is swallowed and counted: a full disk must not stop a ban. */
  readonly write: (line: string) => void;
  /** The least that is written; `info` unless told otherwise. */
  readonly level?: LogLevel;
}

/** Longer messages and values are cut: one line stays below 8 KiB, which every collector takes whole. */
const MESSAGE_MAX = 1_000;
const VALUE_MAX = 300;
const FIELDS_MAX = 16;
const WINDOW_MS = 60_000;
/** Lines of one sort in a window: one a second can be read along, and makes 20 MB a day at the very worst. */
const LINES_MAX = 60;
/** Sorts of lines that are counted apart in a window; there are fewer in the program. The rest share one count. */
const SORTS_MAX = 200;
const OTHERS = 'others';

interface Line {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** How many lines of a sort were written and held back in the window, with one of the latter's level. */
interface Count {
  written: number;
  held: number;
  readonly level: LogLevel;
}

export function createLog(options: LogOptions): Log {
  const lines = new LimitedLines(options);
  const threshold = SEVERITY[options.level ?? 'info'];
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (SEVERITY[level] <= threshold) lines.add({ level, message, fields });
    };
  return {
    error: at('error'),
    warn: at('warn'),
    notice: at('notice'),
    info: at('info'),
    debug: at('debug'),
    settle: () => lines.settle(),
  };
}

/** Says nothing; for tests and for what nobody listens to. */
export const silentLog: Log = {
  error: () => undefined,
  warn: () => undefined,
  notice: () => undefined,
  info: () => undefined,
  debug: () => undefined,
  settle: () => undefined,
};

/**
 * `journal` when standard error is the journal's own stream, as systemd says by its device and inode: the variable alone
 * is inherited by programs whose output goes elsewhere.
 */
export function logFormat(
  environment: Readonly<Record<string, string | undefined>>,
  isTTY: boolean,
  streamOf: () => string = standardError,
): LogFormat {
  const stream = environment.JOURNAL_STREAM;
  return !isTTY && stream !== undefined && stream !== '' && stream === streamOf() ? 'journal' : 'text';
}

function standardError(): string {
  try {
    const { dev, ino } = fstatSync(2, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return 'closed';
  }
}

class LimitedLines {
  readonly #options: LogOptions;
  readonly #counts = new Map<string, Count>();
  #windowFrom = Number.NEGATIVE_INFINITY;
  #lost = 0;

  constructor(options: LogOptions) {
    this.#options = options;
  }

  add(line: Line): void {
    this.settle();
    // Whoever asked for debugging wants all of it.
    if (line.level !== 'debug' && !this.#mayWrite(line)) return;
    this.#write(line);
  }

  settle(): void {
    const now = this.#options.clock();
    // A clock that was set back begins a window too, or nothing would be written for as long.
    if (now >= this.#windowFrom && now - this.#windowFrom < WINDOW_MS) return;
    this.#windowFrom = now;
    for (const [sort, { held, level }] of this.#counts) {
      if (held > 0)
        this.#write({ level, message: 'lines like this one were held back', fields: { lines: held, like: sort } });
    }
    this.#counts.clear();
    if (this.#lost === 0) return;
    const lost = this.#lost;
    this.#lost = 0;
    this.#write({ level: 'warn', message: 'lines could not be written', fields: { lines: lost } });
  }

  #mayWrite({ level, message }: Line): boolean {
    const sort = `${level}: ${sortOf(message)}`;
    const key = this.#counts.has(sort) || this.#counts.size < SORTS_MAX ? sort : OTHERS;
    const count = this.#counts.get(key) ?? { written: 0, held: 0, level };
    this.#counts.set(key, count);
    if (count.written >= LINES_MAX) {
      count.held++;
      return false;
    }
    count.written++;
    return true;
  }

  #write(line: Line): void {
    try {
      this.#options.write(`${formatLine(line, this.#options.format, this.#options.clock())}\n`);
    } catch {
      this.#lost++;
    }
  }
}

/** A message without what is likely to differ: two addresses make no two sorts. */
function sortOf(message: string): string {
  return message.slice(0, 120).replace(/[0-9A-Fa-f.:/]*\d[0-9A-Fa-f.:/]*/g, '#');
}

function formatLine({ level, message, fields }: Line, format: LogFormat, now: number): string {
  const told = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .slice(0, FIELDS_MAX)
    .map(([key, value]) => [key.slice(0, 40), typeof value === 'string' ? ellipsis(value, VALUE_MAX) : value] as const);
  const said = ellipsis(message, MESSAGE_MAX);
  if (format === 'json') {
    const record = { time: isoTime(now), level, message: said, fields: Object.fromEntries(told) };
    return printableJson(record);
  }
  const text = [printable(said), ...told.map(([key, value]) => `${printable(key)}=${valueText(value)}`)].join(' ');
  return format === 'journal' ? `<${SEVERITY[level]}>${text}` : `${isoTime(now)} ${level.padEnd(6)} ${text}`;
}

/** As it is when that is clear, else as JSON, so that a value cannot look like the next field. */
function valueText(value: LogFields[string]): string {
  const text = `${value}`;
  return /^[^\s"'=\\]+$/.test(text) && printable(text) === text ? text : printableJson(text);
}

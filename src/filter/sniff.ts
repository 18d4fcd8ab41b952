/**
 * Tells from its first lines what a log is, so that only the filters for that format look at it. Some lines can be read
 * in two ways: `2024-10-03 12:00:01 app core: started` may be syslog, or an application's own log. Where a file's name
 * is one that a filter names in `logs`, it has that filter's format when its lines can be read so. Otherwise the format
 * is the first in the order of FORMATS, the strictest first, that most lines have.
 */
import { UTC } from '../base/zone.ts';
import { FORMATS, type Format } from './definition.ts';
import { ENVELOPES, readerOf } from './envelope/index.ts';
import { Timestamps } from './timestamp.ts';

/** A log may begin with a banner or a half line; so many lines are asked, and the most votes win. */
const LINES = 32;

/** Where logs of a format usually lie. */
export interface FormatHint {
  /** A glob. */
  readonly log: string;
  readonly format: Format;
}

export interface SniffOptions {
  readonly modified: number;
  readonly path?: string;
  readonly hints?: readonly FormatHint[];
}

/** The format of a text in whole lines, or undefined when no line is of any. */
export function sniffFormat(text: string, { modified, path = '', hints = [] }: SniffOptions): Format | undefined {
  const first = new Map<Format, number>();
  const all = new Map<Format, number>();
  const timestamps = new Timestamps({ zone: UTC, modified });
  let start = 0;
  for (let asked = 0; asked < LINES; asked++) {
    const end = text.indexOf('\n', start);
    if (end < 0) break;
    const formats = FORMATS.filter((name) => readerOf(name, path)({ text, start, end }, timestamps) !== undefined);
    for (const [index, format] of formats.entries()) {
      if (index === 0) first.set(format, (first.get(format) ?? 0) + 1);
      all.set(format, (all.get(format) ?? 0) + 1);
    }
    start = end + 1;
  }
  const [most] = [...first].sort((a, b) => b[1] - a[1]);
  if (!most) return undefined;
  const [format, votes] = most;
  return hints.find((hint) => (all.get(hint.format) ?? 0) * 2 > votes && liesAt(path, hint.log))?.format ?? format;
}

/** Every format that one line can be read in, the likeliest first. */
export function formatsOfLine(line: string, modified: number): Format[] {
  const timestamps = new Timestamps({ zone: UTC, modified });
  const span = { text: `${line}\n`, start: 0, end: line.length };
  return FORMATS.filter((name) => ENVELOPES[name](span, timestamps) !== undefined);
}

/**
 * Whether a path is one that a glob means, or a copy of such a file: the last two names are compared, without what
 * rotation adds (`.1`, `-20241003`, `.gz`).
 */
function liesAt(path: string, log: string): boolean {
  const tail = (whole: string): string => whole.split('/').slice(-2).join('/');
  const name = tail(path).replace(/(?:\.(?:gz|xz|zst|bz2|\d{1,8})|-\d{8,10})+$/, '');
  const expression = tail(log).replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${expression.replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`).test(name);
}

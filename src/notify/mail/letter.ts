/**
 * What a mail says, before it is text and HTML. Whoever makes one need not care where its texts come from: the renderers
 * cut and escape each of them.
 */
import { ellipsis, fromLog, printable } from '../../base/text.ts';

export interface Letter {
  readonly subject: string;
  /** The sentence that tells most, and how much it matters. */
  readonly lead: string;
  readonly tone: Tone;
  readonly parts: readonly Part[];
  /** Small print. */
  readonly foot: readonly string[];
  /** For the filters of who gets it: X-Rapsheet-NAME. */
  readonly labels: Readonly<Record<string, string>>;
  /** What mails of one thread share; undefined: it has none. */
  readonly thread: string | undefined;
  readonly picture: Picture | undefined;
  readonly files: readonly LetterFile[];
}

/** `bad`: something is to be done. */
export type Tone = 'good' | 'bad' | 'calm';

export type Part =
  | { readonly type: 'heading'; readonly text: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'facts'; readonly facts: readonly Fact[] }
  | { readonly type: 'table'; readonly table: LetterTable }
  | { readonly type: 'lines'; readonly lines: readonly CodeLine[] }
  | { readonly type: 'commands'; readonly commands: readonly Command[] }
  /** Where the picture stands. */
  | { readonly type: 'picture' };

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface LetterTable {
  readonly columns: readonly { readonly title: string; readonly align: 'left' | 'right' }[];
  readonly rows: readonly LetterRow[];
}

export interface LetterRow {
  readonly cells: readonly string[];
  /** Under the first cell, smaller. */
  readonly under: string;
}

export interface CodeLine {
  readonly about: string;
  readonly line: string;
}

export interface Command {
  readonly command: string;
  readonly about: string;
}

/** A PNG for screens with two dots a pixel. */
export interface Picture {
  readonly png: Buffer;
  readonly width: number;
  readonly height: number;
  readonly alt: string;
}

export interface LetterFile {
  readonly name: string;
  readonly type: string;
  readonly content: Buffer;
}

/** What a screen shows of a log line; everything else is shorter. */
const TEXT_MAX = 500;

/** Harmless to show, and short enough to be. */
export function shown(text: string, length = TEXT_MAX): string {
  // First cut, because what is escaped may be ten megabytes; then again, because escapes are longer.
  return ellipsis(printable(ellipsis(text, length)), length);
}

/** Log bytes (latin1, the cut may be marked) as readable text, not harmless yet. */
export function logText(latin1: string): string {
  const isCut = latin1.length > TEXT_MAX || latin1.endsWith('…');
  if (!isCut) return fromLog(latin1);
  const kept = latin1.slice(0, Math.min(TEXT_MAX, latin1.length) - 1);
  return `${fromLog(kept.slice(0, kept.length - brokenBytes(kept)))}…`;
}

/** How many bytes at the end begin a UTF-8 character that was cut off. */
function brokenBytes(latin1: string): number {
  for (let back = 1; back <= 3; back++) {
    const byte = latin1.charCodeAt(latin1.length - back);
    if (byte >= 0xc0) return back < lengthOf(byte) ? back : 0;
    if (!(byte >= 0x80)) return 0;
  }
  return 0;
}

/** Of a UTF-8 character that begins with this byte. */
function lengthOf(byte: number): number {
  if (byte >= 0xf0) return 4;
  return byte >= 0xe0 ? 3 : 2;
}

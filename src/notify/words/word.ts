/** What messages are made of: a title, and lines of ours in which whatever comes from outside is set apart. */
import { fromLog, printable } from '../../base/text.ts';

export interface Words {
  /** One line. */
  readonly title: readonly Span[];
  readonly urgency: Urgency;
  readonly parts: readonly Part[];
}

export type Urgency = 'low' | 'normal' | 'high' | 'urgent';

export type Part =
  | { readonly kind: 'line'; readonly spans: readonly Span[] }
  /** Lines of logs. */
  | { readonly kind: 'log'; readonly lines: readonly string[] };

/** `name`: what an administrator of ours named, and commands; `code`: what others did, or what they made us say. */
export interface Span {
  readonly as: 'text' | 'bold' | 'name' | 'code';
  readonly text: string;
}

/** A sentence in its pieces. */
export type Spans = readonly (string | Span)[];

/** A name or reason that is longer is no longer read. */
const SPAN_MAX = 300;
/** Of a name in a title, which has two lines on a phone. */
const TITLE_SPAN_MAX = 60;
/** What a screen shows of a line of a log. */
const LOG_MAX = 500;

export function line(...spans: Spans): Part {
  return { kind: 'line', spans: spans.map(spanOf) };
}

export function title(...spans: Spans): readonly Span[] {
  return spans.map(spanOf).map(({ as, text }) => ({ as, text: cut(text, TITLE_SPAN_MAX) }));
}

/** The title without any markup. */
export function titleText({ title }: Pick<Words, 'title'>): string {
  return title.map(({ text }) => text).join('');
}

function spanOf(span: string | Span): Span {
  return typeof span === 'string' ? { as: 'text', text: span } : span;
}

export function bold(text: string): Span {
  return { as: 'bold', text };
}

export function name(text: string): Span {
  return { as: 'name', text: spelled(text) };
}

export function code(text: string): Span {
  return { as: 'code', text: spelled(text) };
}

export function log(lines: readonly string[]): Part {
  return { kind: 'log', lines: lines.map((text) => cut(harmless(fromLog(text)), LOG_MAX)) };
}

/** Text of others in one harmless line. */
export function spelled(text: string): string {
  return cut(harmless(text), SPAN_MAX);
}

/** Without control characters, and without halves of characters, which many services refuse. */
export function harmless(text: string): string {
  return printable(text).replace(/\p{Surrogate}/gu, '\ufffd');
}

/** At most so many characters (UTF-16), the cut marked, and no character cut in two. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = text.slice(0, Math.max(0, max - 1));
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}

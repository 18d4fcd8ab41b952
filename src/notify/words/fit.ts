/** Makes messages as short as a service takes them: what can be looked up goes first. */
import type { Markup } from './markup.ts';
import type { Part, Span, Words } from './word.ts';

/** The body in the markup of a service, a line each. */
export function written({ parts }: Pick<Words, 'parts'>, markup: Markup): string {
  return parts.map((part) => (part.kind === 'log' ? markup.log(part.lines) : spansIn(part.spans, markup))).join('\n');
}

/** The title, as it may stand anywhere, also in bold. */
export function titleIn({ title }: Pick<Words, 'title'>, markup: Markup): string {
  return title.map(({ as, text }) => (as === 'code' ? markup.value(text) : markup.text(text))).join('');
}

function spansIn(spans: readonly Span[], markup: Markup): string {
  return spans.map(({ as, text }) => (text === '' ? '' : markup[as](text))).join('');
}

/**
 * The words without as many lines as it takes to fit: of logs first, the oldest of them, then from the end of the message.
 * What still does not fit is empty, and told by its title alone.
 */
export function fitted(words: Words, fits: (words: Words) => boolean): Words {
  let fitting = words;
  while (!fits(fitting) && fitting.parts.length > 0) fitting = { ...fitting, parts: shorter(fitting.parts) };
  return fitting;
}

function shorter(parts: readonly Part[]): readonly Part[] {
  const log = parts.findIndex(({ kind }) => kind === 'log');
  const part = parts[log];
  if (part?.kind !== 'log') return parts.slice(0, -1);
  const lines = part.lines.slice(1);
  return lines.length > 0 ? parts.with(log, { kind: 'log', lines }) : parts.toSpliced(log, 1);
}

/** One form of date: the expression that finds it, and how its fields become an instant. */
import { compileExpression, type Expression } from '../regex/expression.ts';
import type { Match } from '../regex/match.ts';
import { type Bounded, type Bounds, bound } from './bounds.ts';
import { type Frame, instantOf } from './fields.ts';
import { hasNames, replaceTokens } from './tokens.ts';

export interface DateTemplate {
  /** Two with one name are the same. */
  readonly name: string;
  /** As it was asked for; empty where it was no pattern with tokens. */
  readonly pattern: string;
  readonly expression: Expression;
  readonly isAnchored: boolean;
  /** How much more a hit of it counts than one of others, when they are put in order. */
  readonly weight: number;
  /** Milliseconds since 1970, perhaps with a fraction; undefined when what was found is no date. */
  instant(match: Match, frame: Frame): number | undefined;
}

/** A template of a pattern with tokens. `year` as for `replaceTokens`. @throws DatePatternError, RegexError */
export function patternTemplate(pattern: string, year: number, weight = 1): DateTemplate {
  const { text, bounds } = withBounds(pattern);
  const source = (hasNames(text) ? '(?iu)' : '') + replaceTokens(text, year);
  const bounded = bound(source, bounds);
  const name = bounds.begin === 'line' ? `{^LN-BEG}${text}` : pattern;
  return { ...template(name, bounded, { weight, instant: fromFields }), pattern };
}

/** `{UNB}` takes the bounds away, `{^LN-BEG}` has it begin at the line's beginning. */
function withBounds(pattern: string): { readonly text: string; readonly bounds: Bounds } {
  if (pattern.startsWith('{UNB}')) return { text: pattern.slice(5), bounds: { begin: 'free', end: 'free' } };
  if (pattern.startsWith('{^LN-BEG}')) return { text: pattern.slice(9), bounds: { begin: 'line', end: 'word' } };
  return { text: pattern, bounds: { begin: 'word', end: 'word' } };
}

function fromFields(match: Match, frame: Frame): number | undefined {
  return instantOf({ get: (name) => match.group(name) }, frame);
}

const SECONDS = '\\d{10,11}';
/** Seconds since 1970, a fraction behind them or not. */
const EPOCH = `${SECONDS}\\b(?:\\.\\d{3,6})?`;
/** Or milliseconds or microseconds. */
const LONG_EPOCH = `${SECONDS}(?:\\d{3}(?:\\.\\d{1,6}|\\d{3})?)?`;

/** `Epoch`, `LEPOCH`: seconds at the line's beginning, in a bracket there, or as SELinux has them. */
export function epochTemplate(form: 'short' | 'long', place: 'line' | 'anywhere', weight = 1): DateTemplate {
  const source = form === 'long' ? LONG_EPOCH : EPOCH;
  const name = `${place === 'line' ? '{^LN-BEG}' : ''}${form === 'long' ? 'LongEpoch' : 'Epoch'}`;
  const bounded =
    place === 'line'
      ? bound(`(${source})`, { begin: 'line', end: 'word' })
      : bound(`((?:^|(?<=^\\[)|(?<=\\baudit\\())${source})`, { begin: 'free', end: 'word' });
  return template(name, bounded, { weight, instant: epochIn(1, form) });
}

/** A pattern with `{EPOCH}` or `{LEPOCH}` in it. */
export function epochPatternTemplate(pattern: string): DateTemplate {
  const form = /LEPOCH/i.test(pattern) ? 'long' : 'short';
  const replaced = pattern.replace(/(?<!\\)\{L?EPOCH\}/gi, () => `(${form === 'long' ? LONG_EPOCH : EPOCH})`);
  const source = /(?<!\\)\((?!\?)/.test(pattern) ? replaced : `(${replaced})`;
  return template(pattern, bound(source, { begin: 'word', end: 'word' }), { weight: 1, instant: epochIn(2, form) });
}

function epochIn(group: number, form: 'short' | 'long'): DateTemplate['instant'] {
  return (match) => {
    const text = match.group(group);
    if (text === undefined) return undefined;
    const value = Number(text.normalize('NFKC'));
    if (form === 'short' || text.length < 13) return value * 1_000;
    return text.length >= 16 && !text.includes('.') ? value / 1_000 : value;
  };
}

/** The external time stamps of djb's programs: `@` and 24 hexadecimal digits. */
export function tai64nTemplate(place: 'line' | 'anywhere', weight = 1): DateTemplate {
  const bounded = bound('@[0-9a-f]{24}', { begin: place === 'line' ? 'line' : 'free', end: 'word' });
  const instant: DateTemplate['instant'] = (match) => Number.parseInt(match.group(1)?.slice(2, 17) ?? '', 16) * 1_000;
  return template(`${place === 'line' ? '{^LN-BEG}' : ''}TAI64N`, bounded, { weight, instant });
}

function template(name: string, bounded: Bounded, rest: Pick<DateTemplate, 'weight' | 'instant'>): DateTemplate {
  const { source, isAnchored } = bounded;
  return { name, pattern: '', expression: compileExpression(source, { placed: [1] }), isAnchored, ...rest };
}

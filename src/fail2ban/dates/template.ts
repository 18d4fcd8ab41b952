/** One form of date: the expression that finds it, and how its fields become an instant. */
import { compileExpression, type Expression } from '../regex/expression.ts';
import type { Match } from '../regex/match.ts';
import { type Bounded, type Bounds, bound } from './bounds.ts';
import { type KnownForm, knownForm } from './digits.ts';
import { type Frame, instantOf } from './fields.ts';
import { hasNames, replaceTokens } from './tokens.ts';

export interface DateTemplate {
  /** Two with one name are the same. */
  readonly name: string;
  /** As it was asked for; empty where it was no pattern with tokens. */
  readonly pattern: string;
  /** Compiled when it is first asked for. @throws RegexError */
  readonly expression: Expression;
  readonly isAnchored: boolean;
  /** How much more a hit of it counts than one of others, when they are put in order. */
  readonly weight: number;
  /** What it finds is of this form, at the line's beginning or behind its first bracket. */
  readonly known?: { readonly form: KnownForm; readonly place: 'line' | 'bracket' } | undefined;
  /** Milliseconds since 1970, perhaps with a fraction; undefined when what was found is no date. */
  instant(match: Match, frame: Frame): number | undefined;
}

/** A template of a pattern with tokens. `year` as for `replaceTokens`. @throws DatePatternError */
export function patternTemplate(pattern: string, year: number, weight = 1): DateTemplate {
  const { text, bounds } = withBounds(pattern);
  const source = (hasNames(text) ? '(?iu)' : '') + replaceTokens(text, year);
  const bounded = bound(source, bounds);
  const name = bounds.begin === 'line' ? `{^LN-BEG}${text}` : pattern;
  return template(name, bounded, { pattern, weight, instant: fromFields, known: knownOf(text, bounds) });
}

/** `^[^\[]*\[(` before a date: behind the first bracket, wherever that is. */
const BRACKETED = /^\^\[\^\\\[\]\*\\\[\(([\s\S]*)\)$/;

function knownOf(text: string, { begin }: Bounds): DateTemplate['known'] {
  const inside = begin === 'word' ? BRACKETED.exec(text)?.[1] : undefined;
  const form = inside === undefined ? begin === 'line' && knownForm(text) : knownForm(inside);
  return form ? { form, place: inside === undefined ? 'line' : 'bracket' } : undefined;
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

type Parts = Omit<DateTemplate, 'expression'>;

function template(
  name: string,
  { source, isAnchored }: Bounded,
  rest: Omit<Parts, 'name' | 'isAnchored' | 'pattern'> & Partial<Pick<Parts, 'pattern'>>,
): DateTemplate {
  return new CompiledWhenTried({ name, isAnchored, pattern: '', ...rest }, source);
}

/** Most logs have one form of date, and the other forms are never tried. */
class CompiledWhenTried implements DateTemplate {
  readonly name: string;
  readonly pattern: string;
  readonly isAnchored: boolean;
  readonly weight: number;
  readonly known: DateTemplate['known'];
  readonly instant: DateTemplate['instant'];
  readonly #source: string;
  #expression: Expression | undefined;

  constructor({ name, pattern, isAnchored, weight, known, instant }: Parts, source: string) {
    this.name = name;
    this.pattern = pattern;
    this.isAnchored = isAnchored;
    this.weight = weight;
    this.known = known;
    this.instant = instant;
    this.#source = source;
  }

  get expression(): Expression {
    this.#expression ??= compileExpression(this.#source, { placed: [1] });
    return this.#expression;
  }
}

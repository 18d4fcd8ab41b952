/**
 * Times as fail2ban writes them: `600`, `10m`, `1d12h`, `1h + 30m`, `1year - 6mo`, `-1` for ever. A number with a unit
 * is a product, two of them side by side are a sum; so `2*1h` and `(1d 2h) * 3` are times too.
 */
import { ArithmeticError, parseTokens, type Token, tokenize } from './arithmetic.ts';
import { evaluate } from './evaluate.ts';

const DAY = 86_400;
/** A year is the mean of four, a month its twelfth. */
const YEAR = 365.25 * DAY;

const UNITS: Readonly<Record<string, number>> = {
  ...named('s ss se sec second seconds', 1),
  ...named('m mm mi min minute minutes', 60),
  ...named('h hh ho hou hour hours', 3_600),
  ...named('d dd da day days', DAY),
  ...named('w ww we wee week weeks', 7 * DAY),
  ...named('mo mon month months', YEAR / 12),
  ...named('y yy ye yea year years', YEAR),
};

function named(names: string, seconds: number): Record<string, number> {
  return Object.fromEntries(names.split(' ').map((name) => [name, seconds]));
}

/** @returns seconds. @throws ArithmeticError with what is not understood. */
export function parseSeconds(text: string): number {
  // A unit directly before a number ends there: 1d12h.
  const tokens = tokenize(text.replace(/([A-Za-z])(?=\d)/g, '$1 '));
  return evaluate(parseTokens(spellOut(tokens)));
}

function spellOut(tokens: readonly Token[]): Token[] {
  const spelled: Token[] = [];
  for (const token of tokens) {
    const last = spelled.at(-1);
    const follows = last?.type === 'number' || last?.text === ')';
    if (token.type === 'name') {
      const seconds = unitOf(token.text);
      if (seconds === undefined || !follows)
        throw new ArithmeticError(`"${token.text}" is no unit of time here`, token.column);
      spelled.push(operator('*', token), { type: 'number', text: String(seconds), column: token.column });
      continue;
    }
    if (token.type === 'number' && last?.type === 'number') spelled.push(operator('+', token));
    spelled.push(token);
  }
  return spelled;
}

function unitOf(name: string): number | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(UNITS, key) ? UNITS[key] : undefined;
}

function operator(text: string, { column }: Token): Token {
  return { type: 'operator', text, column };
}

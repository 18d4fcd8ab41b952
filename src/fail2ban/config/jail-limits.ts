/** The numbers of a jail: how many failures within which time ban for how long. */
import { EXIT, ProblemError } from '../../base/problem.ts';
import { parseBoolean } from '../boolean.ts';
import { ArithmeticError } from './arithmetic.ts';
import { type BanTime, parseBanTime } from './ban-time.ts';
import { parseSeconds } from './seconds.ts';

export interface JailLimits {
  readonly maxRetry: number;
  /** Lines that are kept of an attacker. */
  readonly maxMatches: number;
  /** Seconds. */
  readonly findTime: number;
  /** Seconds; below zero is for ever. */
  readonly banTime: number;
  /** How bans of known offenders grow; absent when they do not. */
  readonly increment?: { readonly banTime: BanTime; readonly isOverAllJails: boolean };
}

export const LIMIT_OPTIONS = [
  'maxretry',
  'maxmatches',
  'findtime',
  'bantime',
  'bantime.increment',
  'bantime.factor',
  'bantime.formula',
  'bantime.multipliers',
  'bantime.maxtime',
  'bantime.rndtime',
  'bantime.overalljails',
];

/** What the server has when a jail says nothing, which the shipped defaults never do. */
const USUAL = { maxRetry: 3, findTime: 600, banTime: 600 };

/** `placeOf`: of an option. @throws ProblemError for a value that is none. */
export function limitsOf(values: ReadonlyMap<string, string>, placeOf: (option: string) => string): JailLimits {
  const read = <Value>(name: string, parse: (text: string) => Value, usual: Value): Value => {
    const text = values.get(name);
    return text === undefined || text === '' ? usual : understood(placeOf(name), () => parse(text));
  };
  const maxRetry = read('maxretry', parseCount, USUAL.maxRetry);
  const increment = read('bantime.increment', parseBoolean, false);
  return {
    maxRetry,
    maxMatches: read('maxmatches', parseCount, maxRetry),
    findTime: read('findtime', parseSeconds, USUAL.findTime),
    banTime: read('bantime', parseSeconds, USUAL.banTime),
    ...(increment
      ? {
          increment: {
            banTime: growth(values, placeOf),
            isOverAllJails: read('bantime.overalljails', parseBoolean, false),
          },
        }
      : {}),
  };
}

function growth(values: ReadonlyMap<string, string>, placeOf: (option: string) => string): BanTime {
  // Of a formula beside multipliers nothing is read.
  const steps = values.get('bantime.multipliers') ? 'multipliers' : 'formula';
  const options = ['factor', steps, 'maxtime', 'rndtime'].flatMap((name) => {
    const text = values.get(`bantime.${name}`);
    return text === undefined ? [] : [[name, text] as const];
  });
  // Each by itself, so that a mistake is told of the option that has it.
  for (const option of options) {
    understood(placeOf(`bantime.${option[0]}`), () => parseBanTime(Object.fromEntries([option])));
  }
  return parseBanTime(Object.fromEntries(options));
}

function parseCount(text: string): number {
  if (/^[+-]?\d{1,9}$/.test(text)) return Number(text);
  throw new ArithmeticError(`"${text}" is no number`, 0);
}

function understood<Value>(where: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ArithmeticError)) throw error;
    throw new ProblemError(EXIT.badConfig, { where, what: error.message });
  }
}

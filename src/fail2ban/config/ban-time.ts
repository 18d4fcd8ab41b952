/**
 * How long the next ban of a known offender is: `bantime.increment` and what belongs to it. A formula is Python in the
 * original; here it is arithmetic.
 */
import { type Arithmetic, parseArithmetic } from './arithmetic.ts';
import { checkNames, evaluate } from './evaluate.ts';
import { parseSeconds } from './seconds.ts';

/** The options as written, without `bantime.`; those that are not set are absent. */
export interface BanTimeOptions {
  readonly factor?: string;
  readonly formula?: string;
  readonly multipliers?: string;
  readonly maxtime?: string;
  readonly rndtime?: string;
}

export interface BanTime {
  /**
   * Seconds of a ban, from those of a first one, the number of bans before, and a random number from 0 to 1 (1 not included).
   * The exponential default when nothing else is set. @throws ArithmeticError when a formula has no value for these.
   */
  next(banTime: number, priorBans: number, random: number): number;
}

/** @throws ArithmeticError for what cannot be understood. */
export function parseBanTime(options: BanTimeOptions): BanTime {
  const factor = evaluate(parseArithmetic(options.factor || '1'));
  const base = baseOf(options, factor);
  const most = options.maxtime ? parseSeconds(options.maxtime) : Number.POSITIVE_INFINITY;
  const spread = options.rndtime ? parseSeconds(options.rndtime) : 0;
  return { next: (banTime, priorBans, random) => Math.min(base(banTime, priorBans), most) + random * spread };
}

type Base = (banTime: number, priorBans: number) => number;

function baseOf(options: BanTimeOptions, factor: number): Base {
  if (options.multipliers) return multiplied(options.multipliers, factor);
  if (options.formula) return formula(options.formula, factor);
  // Twice as long each time; after twenty bans it is long enough.
  return (banTime, priorBans) => Math.max(banTime, banTime * 2 ** Math.min(priorBans, 20) * factor);
}

function multiplied(text: string, factor: number): Base {
  const multipliers = text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => evaluate(parseArithmetic(word)));
  return (banTime, priorBans) => banTime * factor * (multipliers[priorBans] ?? multipliers.at(-1) ?? 1);
}

function formula(text: string, factor: number): Base {
  const tree: Arithmetic = parseArithmetic(text);
  checkNames(tree, ['ban.Time', 'ban.Count', 'banFactor']);
  return (banTime, priorBans) => {
    const value = evaluate(tree, { 'ban.Time': banTime, 'ban.Count': priorBans, banFactor: factor });
    return Math.max(banTime, value);
  };
}

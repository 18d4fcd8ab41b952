/** The limits of a jail of fail2ban as ours are written, and where they cannot say the same. */
import { formatDuration } from '../../base/duration.ts';
import type { JailLimits } from '../config/jail-limits.ts';

/** Durations in milliseconds. */
export interface OurLimits {
  readonly maxRetry: number;
  readonly findTime: number;
  readonly banTime: number;
  readonly growth: number;
  readonly maxBanTime: number;
}

export interface TranslatedLimits {
  readonly limits: OurLimits;
  /** Its bans never end. */
  readonly isForGood: boolean;
  /** Sentences, by the key that they are about. */
  readonly notes: ReadonlyMap<keyof OurLimits, string>;
}

const SECOND = 1_000;
const DAY = 86_400_000;
/** What stands for "for good", and for bans that double without an end: ten years. */
const LONGEST = 3_650 * DAY;
/** Bans by which the growth is found out; longer rows of an attacker are rare. */
const STEPS = 6;
const GROWTH_MAX = 100;
/** As ours are written. */
const RETRY_MAX = 10_000;

/** `options`: what the jail says, as text. */
export function translateLimits(given: JailLimits, options: ReadonlyMap<string, string>): TranslatedLimits {
  const notes = new Map<keyof OurLimits, string>();
  const banTime = banTimeOf(given, notes);
  const grown = growthOf(given, banTime, notes);
  if (given.increment && options.get('bantime.rndtime'))
    notes.set('maxBanTime', 'bantime.rndtime is not here: bans have no random part');
  if (given.increment && !given.increment.isOverAllJails)
    notes.set('growth', joined(notes.get('growth'), 'bans of all jails count, as with bantime.overalljails'));
  const maxRetry = Math.min(RETRY_MAX, Math.max(1, given.maxRetry));
  const findTime = Math.max(SECOND, Math.round(given.findTime) * SECOND);
  return { limits: { maxRetry, findTime, banTime, ...grown }, isForGood: given.banTime < 0, notes };
}

function banTimeOf({ banTime }: JailLimits, notes: Map<keyof OurLimits, string>): number {
  if (banTime >= 0) return Math.min(LONGEST, Math.max(SECOND, Math.round(banTime) * SECOND));
  notes.set('banTime', 'for good in fail2ban; ten years here');
  return LONGEST;
}

function growthOf(
  { increment, banTime: seconds }: JailLimits,
  banTime: number,
  notes: Map<keyof OurLimits, string>,
): Pick<OurLimits, 'growth' | 'maxBanTime'> {
  if (!increment || seconds < 0) return { growth: 1, maxBanTime: banTime };
  const steps = Array.from({ length: STEPS }, (_, prior) => increment.banTime.next(seconds, prior, 0));
  const last = Math.max(...steps, increment.banTime.next(seconds, 20, 0)) * SECOND;
  const maxBanTime = Math.max(banTime, Math.min(LONGEST, Math.round(last / SECOND) * SECOND));
  const ratios = steps.slice(1).map((step, i) => step / (steps[i] ?? step));
  const rising = ratios.filter((ratio) => ratio > 1);
  const mean = rising.length === 0 ? 1 : rising.reduce((product, ratio) => product * ratio, 1) ** (1 / rising.length);
  const growth = Math.min(GROWTH_MAX, Math.max(1, Math.round(mean * 100) / 100));
  const isSame = rising.every((ratio) => Math.abs(ratio - growth) < 0.01);
  if (!isSame) {
    const row = steps.map((step) => formatDuration(step * SECOND)).join(', ');
    notes.set('growth', `the mean of what fail2ban has: ${row}`);
  }
  return { growth, maxBanTime };
}

/** Of several jails that become one, the limits that ban whoever one of them would have banned. */
export function strictest(all: readonly OurLimits[]): OurLimits {
  const each = (key: keyof OurLimits): number[] => all.map((limits) => limits[key]);
  return {
    maxRetry: Math.min(...each('maxRetry')),
    findTime: Math.max(...each('findTime')),
    banTime: Math.max(...each('banTime')),
    growth: Math.max(...each('growth')),
    maxBanTime: Math.max(...each('maxBanTime')),
  };
}

function joined(before: string | undefined, sentence: string): string {
  return before === undefined ? sentence : `${before}; ${sentence}`;
}

/**
 * When one attacker strikes. Each strike ends in a ban whose length doubles with every earlier one on whatever host, and
 * the next strike on the same host waits for the ban's end: a banned address leaves no lines.
 */
import { banLengthMs } from './manners.ts';
import { type Host, MINUTE } from './month.ts';
import type { Random } from './random.ts';

export interface Strike {
  readonly host: Host;
  /** From the strike's first line to its last, in milliseconds. */
  readonly spanMs: number;
}

export interface Window {
  readonly from: number;
  readonly until: number;
}

/** Between strikes on different hosts: longer than the jails' window and than any strike, so that their order is plain. */
const SPACING_MS = 25 * MINUTE;
/** After a ban's end, which begins at the latest with the strike's last line. */
const RESPITE_MS = 3 * MINUTE;

/**
 * The start of each strike, in order, all within the window. `first` is the share of the spare time that passes before
 * the first one, from 0 to 1; chance spreads the rest.
 */
export function scheduleStrikes(strikes: readonly Strike[], window: Window, timing: Timing): number[] {
  const tightest = startTimes(strikes, []);
  const needed = (tightest.at(-1) ?? 0) + (strikes.at(-1)?.spanMs ?? 0);
  const spare = window.until - window.from - needed - MINUTE;
  if (spare < 0) throw new RangeError(`${strikes.length} strikes do not fit into the window`);
  const shares = strikes.map(() => timing.random.fraction() ** 2);
  const rest = (1 - timing.first) / (shares.reduce((sum, share) => sum + share, 0) + timing.random.fraction());
  const slack = shares.map((share, index) => (index === 0 ? timing.first : share * rest) * spare);
  return startTimes(strikes, slack).map((start) => Math.floor(window.from + start));
}

export interface Timing {
  readonly first: number;
  readonly random: Random;
}

/** The earliest starts from 0 on, each later by its slack. */
function startTimes(strikes: readonly Strike[], slack: readonly number[]): number[] {
  const free = new Map<Host, number>();
  const starts: number[] = [];
  for (const [prior, { host, spanMs }] of strikes.entries()) {
    const previous = starts.at(-1);
    const spaced = previous === undefined ? 0 : previous + SPACING_MS;
    const start = Math.max(spaced, free.get(host) ?? 0) + (slack[prior] ?? 0);
    starts.push(start);
    free.set(host, start + spanMs + banLengthMs(prior) + RESPITE_MS);
  }
  return starts;
}

/** One jail at work: its options with the windows of all whom it watches. */
import type { JailOptions } from './options.ts';
import { HUNDREDTHS, Windows } from './window.ts';

/**
 * The most addresses under watch at a time in one jail: 300 bytes each, so 300 MB at the worst. A host that is attacked
 * from more at once has other sorrows; what is dropped is counted.
 */
const WATCHED_MAX = 1_000_000;
/** The longest window in entries; a limit that needs more takes larger weights. */
const DEPTH_MAX = 64;

/** What a failure weighs, of its usual weight, whose user name is nearly that of somebody who logged in. */
export const MISTYPED = 0.5;

export class JailCounter {
  readonly options: JailOptions;
  readonly windows: Windows;
  /** In hundredths, as the windows count. */
  readonly limit: number;
  /** Of the long window; infinite without one. */
  readonly slowLimit: number;
  /** Since it was made. */
  attempts = 0;
  bans = 0;

  /** `defaults`: the weights of kinds to which the jail gives none. */
  constructor(options: JailOptions, defaults: ReadonlyMap<string, number>) {
    const weights = new Map([...defaults, ...options.weights]);
    const counted = [...weights].filter(([kind, weight]) => weight > 0 && options.kinds.some((p) => covers(p, kind)));
    // A name that was mistyped counts half (judge), and half of it must still fit.
    const smallest = Math.min(MISTYPED, ...counted.map(([, weight]) => weight));
    const depth = Math.min(DEPTH_MAX, Math.ceil(options.maxRetry / smallest));
    this.options = options;
    this.limit = options.maxRetry * HUNDREDTHS;
    this.slowLimit = options.slow ? options.slow.maxRetry * HUNDREDTHS : Number.POSITIVE_INFINITY;
    this.windows = new Windows({ findTime: options.findTime, depth, size: WATCHED_MAX });
  }

  counts(kind: string): boolean {
    return this.options.kinds.some((pattern) => covers(pattern, kind));
  }

  /** Whether it counts anything of a service (`ssh`). */
  countsOf(service: string): boolean {
    return this.options.kinds.some((pattern) => pattern === '*' || pattern.startsWith(`${service}.`));
  }

  /** How long the ban after `prior` earlier ones lasts, in milliseconds. */
  banLength(prior: number): number {
    const { maxBanTime, banTime, growth } = this.options;
    return Math.min(maxBanTime, banTime * growth ** prior);
  }
}

/** Whether a jail's `kinds` entry covers a kind. */
function covers(pattern: string, kind: string): boolean {
  return pattern.endsWith('.*') ? kind.startsWith(pattern.slice(0, -1)) : pattern === kind || pattern === '*';
}

/**
 * What earlier bans of a subject mean to the jails of fail2ban: for each jail the last ban, and how many there were. They
 * are asked of the ledger once, and added to as bans are made.
 */
import type { Network } from '../base/address.ts';
import type { PastBan } from './options.ts';
import type { SubjectKey, SubjectKeys } from './subject-keys.ts';
import { roundHalfEven } from './tickets.ts';

/** Subjects whose bans are at hand; others are asked for again. */
const KEPT_MAX = 100_000;

interface LastBan {
  readonly from: number;
  readonly length: number;
  /** With this one. */
  readonly count: number;
}

export interface Known {
  readonly count: number;
  /** When the last ban began, in whole seconds as fail2ban stores it. */
  readonly last: number;
}

export class PastBans {
  readonly #ask: (subject: Network) => Iterable<PastBan>;
  readonly #keys: SubjectKeys;
  /** By host and subject, then by jail. */
  readonly #kept = new Map<SubjectKey, Map<string, LastBan>>();

  constructor(keys: SubjectKeys, ask: ((subject: Network) => Iterable<PastBan>) | undefined) {
    this.#keys = keys;
    this.#ask = ask ?? (() => []);
  }

  /** What is known of a subject at a time, of one jail or of all; `memoryMs`: for how long it is. */
  of(subject: Network, host: string, { jail, now, memoryMs }: { jail?: string; now: number; memoryMs: number }): Known {
    const since = now - memoryMs;
    let [count, last] = [0, Number.NEGATIVE_INFINITY];
    for (const [name, ban] of this.#of(subject, host)) {
      if (jail !== undefined && name !== jail) continue;
      if (ban.from < since && ban.from + 3 * ban.length < since) continue;
      count += ban.count;
      last = Math.max(last, ban.from);
    }
    return { count, last };
  }

  /** A ban was made, after `prior` others. */
  add(ban: Omit<PastBan, 'host'> & { readonly subject: Network; readonly host: string }): void {
    this.#of(ban.subject, ban.host).set(ban.jail, lastOf(ban));
  }

  #of(subject: Network, host: string): Map<string, LastBan> {
    const key = this.#keys.of(host, subject);
    const known = this.#kept.get(key);
    if (known) return known;
    const asked = new Map<string, LastBan>();
    for (const ban of this.#ask(subject)) if (ban.host === host) asked.set(ban.jail, lastOf(ban));
    if (this.#kept.size >= KEPT_MAX) this.#kept.clear();
    this.#kept.set(key, asked);
    return asked;
  }
}

function lastOf({ from, until, prior }: Pick<PastBan, 'from' | 'until' | 'prior'>): LastBan {
  return { from: roundHalfEven(from / 1_000) * 1_000, length: until - from, count: prior + 1 };
}

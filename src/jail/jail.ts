/**
 * Attempts in, bans out: counts each address (IPv6: its network) in a sliding window a jail and a host, and bans who
 * reaches the limit, longer with every ban. Pure: time is that of the attempts, earlier bans are asked of the caller.
 */
import { type Address, isIPv4, type Network, networkOf } from '../base/address.ts';
import type { Attempt, Ban, Pattern } from '../model.ts';
import { BannedSpans, type Span } from './banned.ts';
import { JailCounter } from './counter.ts';
import { EvidenceRing } from './evidence.ts';
import { attemptOf, type OpenWindow } from './open-window.ts';
import type { JailActivity, JailCounts, JailsOptions, OverLimit, Protection, Standing } from './options.ts';
import { isAllowed, protectionOf } from './protection.ts';
import { STRIKES_MAX, Strikes } from './strikes.ts';
import { type Entry, HUNDREDTHS } from './window.ts';

export type { OpenWindow } from './open-window.ts';
export type {
  AllowEntry,
  JailActivity,
  JailCounts,
  JailOptions,
  JailsOptions,
  OverLimit,
  Protection,
  Spared,
  Standing,
} from './options.ts';
export { overlap } from './protection.ts';

/** Who reached the limit of which jail. */
interface Reached {
  readonly jail: JailCounter;
  readonly subject: Network;
  readonly base: Address;
  readonly host: number;
  readonly score: number;
}

export class Jails {
  /** While it is set nobody is banned: what was decided once is told by `forget` and `resume` (daemon/recovery.ts). */
  onlyCounts = false;
  readonly #options: JailsOptions;
  readonly #jails: readonly JailCounter[];
  readonly #ring: EvidenceRing;
  readonly #hosts = new Map<string, number>();
  readonly #byPattern = new Map<Pattern, { jail: JailCounter | undefined; weight: number }>();
  /** Most attempts are of the same host as the one before. */
  #lastHost: { readonly name: string; readonly number: number } | undefined;
  readonly #banned = new BannedSpans();
  readonly #strikes = new Strikes();
  readonly #counts = { allowed: 0, whileBanned: 0, uncounted: 0 };
  #spared = 0;

  constructor(options: JailsOptions) {
    this.#options = options;
    this.#jails = options.jails.map((jail) => new JailCounter(jail, options.weights));
    this.#ring = new EvidenceRing(options.evidenceBytes);
  }

  get counts(): JailCounts {
    return { ...this.#counts, dropped: this.#jails.reduce((sum, jail) => sum + jail.windows.dropped, 0) };
  }

  /** How often a limit was reached and nobody banned, because the subject is protected. */
  get spared(): number {
    return this.#spared;
  }

  /** Judges an attempt that stands for `count` attempts. Returns the ban that it leads to. */
  judge(attempt: Attempt, count: number): Ban | undefined {
    const { jail, weight } = this.#jailOf(attempt.pattern);
    if (!jail || weight <= 0) {
      this.#counts.uncounted += count;
      return undefined;
    }
    jail.attempts += count;
    if (this.#options.allow.length > 0 && isAllowed(this.#options.allow, attempt.address, attempt.time)) {
      this.#counts.allowed += count;
      return undefined;
    }
    const base = this.#baseOf(attempt.address);
    const host = this.#hostOf(attempt.file.host);
    const at = { time: attempt.time, slack: jail.options.findTime };
    const banned = this.#banned;
    if (banned.covers(base, host, at) || (banned.hasOdd && banned.coversOdd(attempt.address, host, at))) {
      this.#counts.whileBanned += count;
      if (this.#options.onWhileBanned) this.#tellOfBanned(attempt, count, { host, base, at });
      return undefined;
    }
    const entry = { time: attempt.time, weight: weight * count, place: this.#ring.write(attempt, count) };
    const score = jail.windows.add(base, host, entry);
    if (score < jail.limit || this.onlyCounts) return undefined;
    return this.#decide(attempt, { jail, subject: this.#subjectOf(attempt.address), base, host, score });
  }

  /** Takes a ban that is in force from the ledger or from a person, so that its subject is not banned again. */
  resume(subject: Network, host: string, span: Span): void {
    if (this.#isCounted(subject)) this.#banned.add(subject.base, this.#hostOf(host), span);
    else this.#banned.addOdd(subject, this.#hostOf(host), span);
  }

  /**
   * An unban: the subject begins anew and can be banned again. Of a larger network only its own ban ends; the addresses
   * in it that were counted or banned by themselves are subjects of their own.
   */
  forget(subject: Network, host: string): void {
    const number = this.#hosts.get(host);
    if (number === undefined) return;
    this.#banned.removeOdd(subject, number);
    const isCounted = this.#isCounted(subject);
    if (!isCounted && subject.bits !== 128) return;
    const base = this.#baseOf(subject.base);
    if (isCounted) this.#banned.remove(base, number);
    this.#strikes.clear(base, number);
    for (const { windows } of this.#jails) windows.clear(base, number);
  }

  /** Ends all bans, for `resume` to put back those that are in force. */
  clearSpans(): void {
    this.#banned.clear();
  }

  /** How far an address, or the network that it is counted by, is in each jail that has something of it. */
  standing(address: Address, host: string, now: number): Standing[] {
    const number = this.#hosts.get(host);
    if (number === undefined) return [];
    const base = this.#baseOf(address);
    return this.#jails.flatMap(({ options, windows }) => {
      const entries = windows.entries(base, number, now);
      const [first] = entries;
      if (!first) return [];
      const score = entries.reduce((sum, { weight }) => sum + weight, 0) / HUNDREDTHS;
      const { name: jail, maxRetry: limit, findTime } = options;
      return [{ jail, score, limit, findTime, oldest: first.time, entries: entries.length }];
    });
  }

  /** What each jail did and has in view. Looks at every window: 30 ms for a million, so not for every attempt. */
  watched(now: number): JailActivity[] {
    return this.#jails.map(({ options: { name }, windows, attempts, bans }) => {
      return { name, watched: windows.watched(now), attempts, bans };
    });
  }

  /** Whose windows are full, as old windows may be by new limits: the next attempt bans them. Looks at every window. */
  overLimit(now: number): OverLimit[] {
    const names = [...this.#hosts.keys()];
    const found: OverLimit[] = [];
    for (const { options, windows, limit } of this.#jails) {
      for (const { base, host, sum } of windows.holding(limit, now)) {
        const subject = this.#subjectOf(base);
        const score = sum / HUNDREDTHS;
        found.push({ subject, host: names[host] ?? '', jail: options.name, score, limit: options.maxRetry });
      }
    }
    return found;
  }

  /** What the windows hold at a time, for `restore`. */
  save(now: number): OpenWindow[] {
    const names = [...this.#hosts.keys()];
    const saved: OpenWindow[] = [];
    for (const { options, windows } of this.#jails) {
      for (const window of windows.all(now)) {
        for (const entry of window.entries) {
          const evidence = this.#ring.read(entry.place);
          if (!evidence) continue;
          saved.push({ jail: options.name, host: names[window.host] ?? '', weight: entry.weight, evidence });
        }
      }
    }
    return saved.sort((a, b) => a.evidence.time - b.evidence.time);
  }

  /** Puts back what `save` gave; a jail that there is no more loses its windows. */
  restore(saved: readonly OpenWindow[]): void {
    for (const { jail: name, host, weight, evidence } of saved) {
      const jail = this.#jails.find((each) => each.options.name === name);
      if (!jail) continue;
      const place = this.#ring.write(attemptOf(evidence, host), evidence.count);
      const base = this.#baseOf(evidence.address);
      jail.windows.add(base, this.#hostOf(host), { time: evidence.time, weight, place });
    }
  }

  /** A limit was reached: either way the subject begins anew. */
  #decide(attempt: Attempt, at: Reached): Ban | undefined {
    const entries = at.jail.windows.entries(at.base, at.host, attempt.time);
    for (const each of this.#jails) each.windows.clear(at.base, at.host);
    const subject = this.#bannable(attempt, at);
    return subject && this.#ban(attempt, { ...at, subject }, entries);
  }

  /** Whom to ban: a neighbor of somebody protected only by himself, and the protected not at all. */
  #bannable(attempt: Attempt, at: Reached): Network | undefined {
    const protection = protectionOf(this.#options, at.subject, attempt.time);
    if (!protection) return at.subject;
    const alone = networkOf(attempt.address, isIPv4(attempt.address) ? 32 : 128);
    const isNeighbor = protection.strength === 'always' && alone.bits !== at.subject.bits;
    if (isNeighbor && !protectionOf(this.#options, alone, attempt.time)) return alone;
    return this.#isSpared(attempt, at, protection) ? undefined : at.subject;
  }

  #isSpared(attempt: Attempt, { jail, subject, base, host, score }: Reached, protection: Protection): boolean {
    const { strength } = protection;
    const strikes = this.#strikes.add(base, host, { strength, time: attempt.time });
    const banned = strength === 'trusted' && strikes >= STRIKES_MAX;
    if (!banned) this.#spared++;
    this.#options.onSpared?.({
      subject,
      host: attempt.file.host,
      jail: jail.options.name,
      score: score / HUNDREDTHS,
      limit: jail.options.maxRetry,
      protection,
      attempt,
      strikes,
      banned,
    });
    return !banned;
  }

  #ban(attempt: Attempt, { jail, subject, score }: Reached, entries: readonly Entry[]): Ban {
    const { options } = jail;
    const prior = this.#options.priorBans(subject);
    const until = attempt.time + jail.banLength(prior);
    jail.bans++;
    this.resume(subject, attempt.file.host, { from: attempt.time, until });
    const evidence = entries.flatMap((entry) => this.#ring.read(entry.place) ?? []);
    const kinds: Record<string, number> = Object.create(null);
    for (const each of evidence) kinds[each.kind] = (kinds[each.kind] ?? 0) + each.count;
    const [most] = Object.entries(kinds).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    return {
      subject,
      host: attempt.file.host,
      jail: options.name,
      service: attempt.pattern.service,
      kind: most?.[0] ?? attempt.pattern.kind,
      from: attempt.time,
      until,
      prior,
      reason: {
        rule: 'threshold',
        score: score / HUNDREDTHS,
        limit: options.maxRetry,
        findTime: options.findTime,
        kinds,
      },
      evidence,
    };
  }

  #tellOfBanned(
    attempt: Attempt,
    count: number,
    { host, base, at }: { host: number; base: Address; at: { time: number; slack: number } },
  ): void {
    const odd = this.#banned.covers(base, host, at) ? undefined : this.#banned.coversOdd(attempt.address, host, at);
    const subject = odd ?? this.#subjectOf(attempt.address);
    this.#options.onWhileBanned?.(attempt, count, { subject, host: attempt.file.host });
  }

  /** Whether a network is one that addresses are counted by. */
  #isCounted(subject: Network): boolean {
    return subject.bits === this.#subjectOf(subject.base).bits;
  }

  #subjectOf(address: Address): Network {
    return networkOf(address, isIPv4(address) ? 32 : this.#options.ipv6Prefix);
  }

  /** The subject's first address, which stands for it while it is only counted: for IPv4 it is the address itself. */
  #baseOf(address: Address): Address {
    return isIPv4(address) ? address : this.#subjectOf(address).base;
  }

  #hostOf(name: string): number {
    if (name === this.#lastHost?.name) return this.#lastHost.number;
    const number = this.#hosts.get(name) ?? this.#hosts.size;
    this.#hosts.set(name, number);
    this.#lastHost = { name, number };
    return number;
  }

  /** The first jail that counts the pattern's kind, with the kind's weight in it. */
  #jailOf(pattern: Pattern): { jail: JailCounter | undefined; weight: number } {
    let known = this.#byPattern.get(pattern);
    if (!known) {
      const { kind } = pattern;
      const jail = this.#jails.find((each) => each.counts(kind));
      const weight = jail?.options.weights.get(kind) ?? this.#options.weights.get(kind) ?? 1;
      // A login that went well is never held against anybody, whatever a configuration says of its kind.
      known = { jail, weight: pattern.success ? 0 : Math.round(weight * HUNDREDTHS) };
      // Patterns that were made for restored windows are few and do not pass here again.
      this.#byPattern.set(pattern, known);
    }
    return known;
  }
}

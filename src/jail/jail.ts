/**
 * Attempts in, bans out: counts each address (IPv6: its network) in a sliding window a jail and a host, and bans who
 * reaches the limit, longer with every ban; who is slower is found by the long windows, who is many by what they have in
 * common. Pure: time is that of the attempts, earlier bans are asked of the caller.
 */

import type { Address, Network } from '../base/address.ts';
import { serviceOf } from '../base/kind.ts';
import type { Attempt, Ban, Pattern } from '../model.ts';
import { BannedSpans, type Moment, type Span } from './banned.ts';
import { JailCounter } from './counter.ts';
import { EvidenceRing } from './evidence.ts';
import { HostNumbers } from './hosts.ts';
import type { JailSet } from './jail-set.ts';
import { Judges } from './judges.ts';
import { isForLong, LongMemory } from './long-memory.ts';
import type { MemoryRow } from './memory.ts';
import { attemptOf, type OpenWindow } from './open-window.ts';
import type { JailActivity, JailCounts, JailsOptions, OverLimit, Standing } from './options.ts';
import { isAllowed } from './protection.ts';
import { Subjects } from './subjects.ts';
import { openWindowsOf, overLimitIn, standingIn } from './views.ts';
import { HUNDREDTHS } from './window.ts';

export type { JailSet } from './jail-set.ts';
export { JoinedJails } from './joined-jails.ts';
export { loginsIn } from './logins.ts';
export type { MemoryRow } from './memory.ts';
export type { OpenWindow } from './open-window.ts';
export type {
  AllowEntry,
  CampaignOptions,
  JailActivity,
  JailCounts,
  JailOptions,
  JailsOptions,
  OverLimit,
  PastBan,
  Protection,
  SlowOptions,
  Spared,
  Standing,
  TicketOptions,
  WideOptions,
} from './options.ts';
export { overlap } from './protection.ts';
export { TicketJails } from './ticket-jails.ts';

/** How a pattern's attempts are counted. */
interface Rule {
  readonly jail: JailCounter | undefined;
  readonly index: number;
  /** In hundredths. */
  readonly weight: number;
  /** Whether they count beyond the short window. */
  readonly isForLong: boolean;
  readonly service: string;
  /** Indexes of the jails that count anything of the service. */
  readonly ofService: readonly number[];
}

export class Jails implements JailSet {
  readonly #options: JailsOptions;
  readonly #jails: readonly JailCounter[];
  readonly #ring: EvidenceRing;
  readonly #hosts = new HostNumbers();
  readonly #byPattern = new Map<Pattern, Rule>();
  readonly #banned = new BannedSpans();
  readonly #long: LongMemory;
  readonly #subjects: Subjects;
  readonly #judges: Judges;
  readonly #counts = { allowed: 0, whileBanned: 0, uncounted: 0 };

  constructor(options: JailsOptions) {
    this.#options = options;
    this.#jails = options.jails.map((jail) => new JailCounter(jail, options.weights));
    this.#ring = new EvidenceRing(options.evidenceBytes);
    this.#long = new LongMemory(options, { hosts: this.#hosts, ring: this.#ring });
    this.#subjects = new Subjects(options.ipv6Prefix);
    this.#judges = new Judges(options, {
      ...{ jails: this.#jails, ring: this.#ring, hosts: this.#hosts, subjects: this.#subjects },
      ...{ banned: this.#banned, long: this.#long },
    });
  }

  get counts(): JailCounts {
    return { ...this.#counts, dropped: this.#jails.reduce((sum, jail) => sum + jail.windows.dropped, 0) };
  }

  /** How often a limit was reached and nobody banned, because the subject is protected. */
  get spared(): number {
    return this.#judges.spared;
  }

  /** Judges an attempt that stands for `count` attempts. Returns the ban that it leads to; more are in `takeFurther`. */
  judge(attempt: Attempt, count: number): Ban | undefined {
    const { jail, index, weight, isForLong: counts } = this.#ruleOf(attempt.pattern);
    if (!jail || weight <= 0) {
      this.#counts.uncounted += count;
      return undefined;
    }
    jail.attempts += count;
    if (this.#options.allow.length > 0 && isAllowed(this.#options.allow, attempt.address, attempt.time)) {
      this.#counts.allowed += count;
      return undefined;
    }
    const base = this.#subjects.baseOf(attempt.address);
    const host = this.#hosts.of(attempt.file.host);
    const at = { time: attempt.time, slack: jail.options.findTime };
    if (this.#banned.holds(attempt.address, { base, host }, at)) {
      this.#counts.whileBanned += count;
      if (this.#options.onWhileBanned) this.#tellOfBanned(attempt, count, { host, base, at });
      return undefined;
    }
    const entry = { time: attempt.time, weight: weight * count, place: this.#ring.write(attempt, count) };
    const score = jail.windows.add(base, host, entry);
    if (this.#long.isPast) return undefined;
    const counted = { jail: index, base, host, entry, count };
    const slow = counts ? this.#long.addSlow(counted) : 0;
    const campaign = counts ? this.#long.addTry(attempt, counted) : undefined;
    if (score < jail.limit && slow < jail.slowLimit && !campaign) return undefined;
    return this.#judges.found(attempt, counted, { jail, score, slow, campaign });
  }

  /** Whether the address was banned when the attempt was made, or was soon after. */
  isBanned({ address, file, time, pattern }: Attempt): boolean {
    const at = { time, slack: this.#ruleOf(pattern).jail?.options.findTime ?? 0 };
    const [base, host] = [this.#subjects.baseOf(address), this.#hosts.of(file.host)];
    return this.#banned.holds(address, { base, host }, at);
  }

  /** Nearly all requests of a log come from the attempt's address: no web jail bans it for a while. */
  solePeer(attempt: Attempt): void {
    this.#long.solePeers.note(attempt, this.#subjects.of(this.#subjects.baseOf(attempt.address)));
  }

  /** The bans that came with the last one that `judge` returned: of networks, and of others in a campaign. */
  takeFurther(): readonly Ban[] {
    return this.#judges.takeFurther();
  }

  /**
   * A login that went well: the failures of the same address with the same name and service were slips. Failures with other
   * names stay, or whoever has one account could guess at all others. Whether it changed anything that is counted.
   */
  cleared(attempt: Attempt): boolean {
    const base = this.#subjects.baseOf(attempt.address);
    const host = this.#hosts.of(attempt.file.host);
    this.#long.addLogin(attempt, { base, host });
    const { user, pattern } = attempt;
    if (user === undefined) return false;
    const { service, ofService } = this.#ruleOf(pattern);
    let cleared = 0;
    for (const index of ofService) {
      const weight = this.#jails[index]?.windows.remove(base, host, (place) => {
        const line = this.#ring.read(place);
        return line?.user === user && serviceOf(line.kind) === service;
      });
      if (!weight) continue;
      this.#long.subtract(index, { base, host }, weight);
      cleared += weight;
    }
    return cleared > 0;
  }

  /** Takes a ban that is in force from the ledger or from a person, so that its subject is not banned again. */
  resume(subject: Network, host: string, span: Span): void {
    const number = this.#hosts.of(host);
    if (!this.#subjects.isCounted(subject)) {
      this.#banned.addOdd(subject, number, span);
      return;
    }
    this.#banned.add(subject.base, number, span);
    for (const { windows } of this.#jails) windows.clear(subject.base, number);
  }

  /**
   * An unban: the subject begins anew and can be banned again. Of a larger network only its own ban ends; the addresses
   * in it that were counted or banned by themselves are subjects of their own.
   */
  forget(subject: Network, host: string): void {
    const number = this.#hosts.find(host);
    if (number === undefined) return;
    this.#banned.removeOdd(subject, number);
    this.#long.forget(subject, { name: host, number });
    const isCounted = this.#subjects.isCounted(subject);
    if (!isCounted && subject.bits !== 128) return;
    const base = this.#subjects.baseOf(subject.base);
    if (isCounted) this.#banned.remove(base, number);
    this.#judges.forget(base, number);
    for (const { windows } of this.#jails) windows.clear(base, number);
  }

  /** Ends all bans, for `resume` to put back those that are in force. */
  clearSpans(): void {
    this.#banned.clear();
  }

  /** How far an address, or the network that it is counted by, is in each jail that has something of it. */
  standing(address: Address, host: string, now: number): Standing[] {
    const number = this.#hosts.find(host);
    if (number === undefined) return [];
    const base = this.#subjects.baseOf(address);
    const slow = this.#long.slow.of(base, number, now);
    return standingIn(this.#jails, { base, host: number, now, slow });
  }

  /** What each jail did and has in view. Looks at every window: 30 ms for a million, so not for every attempt. */
  watched(now: number): JailActivity[] {
    return this.#jails.map(({ options: { name }, windows, attempts, bans }) => {
      return { name, watched: windows.watched(now), attempts, bans };
    });
  }

  overLimit(now: number): OverLimit[] {
    return overLimitIn(this.#jails, { hosts: this.#hosts, subjectOf: (base) => this.#subjects.of(base), now });
  }

  /** What the windows hold at a time, for `restore`. */
  save(now: number): OpenWindow[] {
    return openWindowsOf(this.#jails, { hosts: this.#hosts, ring: this.#ring, now });
  }

  /** Puts back what `save` gave; a jail that there is no more loses its windows. */
  restore(saved: readonly OpenWindow[]): void {
    for (const { jail: name, host, weight, evidence } of saved) {
      const jail = this.#jails.find((each) => each.options.name === name);
      if (!jail) continue;
      const place = this.#ring.write(attemptOf(evidence, host), evidence.count);
      const base = this.#subjects.baseOf(evidence.address);
      jail.windows.add(base, this.#hosts.of(host), { time: evidence.time, weight, place });
    }
  }

  /** What is remembered for long and changed since the last call, for `recall`. */
  takeMemory(): MemoryRow[] {
    return this.#long.take();
  }

  /** All that is remembered for long. */
  memory(now: number): MemoryRow[] {
    return this.#long.rows(now);
  }

  /** Puts back what `takeMemory` gave. */
  recall(rows: Iterable<MemoryRow>): void {
    this.#long.recall(rows);
  }

  /**
   * Whether what is judged now was judged before: then only the short windows count it, and nobody is banned. What was
   * decided is told by `forget` and `resume` (daemon/recovery.ts).
   */
  set isPast(value: boolean) {
    this.#long.isPast = value;
  }

  #tellOfBanned(
    attempt: Attempt,
    count: number,
    { host, base, at }: { host: number; base: Address; at: Moment },
  ): void {
    const odd = this.#banned.covers(base, host, at) ? undefined : this.#banned.coversOdd(attempt.address, host, at);
    const subject = odd ?? this.#subjects.of(attempt.address);
    this.#options.onWhileBanned?.(attempt, count, { subject, host: attempt.file.host });
  }

  /** The first jail that counts the pattern's kind, with the kind's weight in it. */
  #ruleOf(pattern: Pattern): Rule {
    const known = this.#byPattern.get(pattern);
    if (known) return known;
    const { kind } = pattern;
    const index = this.#jails.findIndex((each) => each.counts(kind));
    const jail = this.#jails[index];
    const given = jail?.options.weights.get(kind) ?? this.#options.weights.get(kind) ?? 1;
    // A login that went well is never held against anybody, whatever a configuration says of its kind.
    const weight = pattern.success ? 0 : Math.round(given * HUNDREDTHS);
    const service = serviceOf(kind);
    const rule = {
      ...{ jail, index, weight, service },
      isForLong: isForLong(weight) && !this.#options.forgeable?.has(kind),
      ofService: [...this.#jails.keys()].filter((each) => this.#jails[each]?.countsOf(service)),
    };
    // Patterns that were made for restored windows are few and do not pass here again.
    this.#byPattern.set(pattern, rule);
    return rule;
  }
}

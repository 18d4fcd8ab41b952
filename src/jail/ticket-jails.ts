/**
 * Jails of fail2ban: each counts the failures that its own filter found, address by address, and bans by its own rules
 * whoever another jail may have banned. What our jails know beyond that (long windows, networks, campaigns, logins that
 * clear) is not theirs. Who must never be banned is not banned here either. Pure.
 */
import { type Address, type Network, single } from '../base/address.ts';
import { isListedKind } from '../base/kind.ts';
import type { Attempt, Ban } from '../model.ts';
import { EvidenceRing } from './evidence.ts';
import { HostNumbers } from './hosts.ts';
import type { JailSet, MemoryRow } from './jail-set.ts';
import { attemptOf, type OpenWindow } from './open-window.ts';
import type { JailActivity, JailCounts, JailsOptions, OverLimit, PastBan, Standing, TicketOptions } from './options.ts';
import { type Known, PastBans } from './past-bans.ts';
import { isAllowed, protectionOf } from './protection.ts';
import { STRIKES_MAX, Strikes } from './strikes.ts';
import { type SubjectKey, SubjectKeys } from './subject-keys.ts';
import { TicketJail } from './ticket-jail.ts';
import type { Ticket } from './tickets.ts';

export class TicketJails implements JailSet {
  spared = 0;
  isPast = false;
  readonly #options: JailsOptions;
  readonly #jails: ReadonlyMap<string, TicketJail>;
  readonly #ring: EvidenceRing;
  readonly #hosts = new HostNumbers();
  readonly #keys = new SubjectKeys(this.#hosts);
  readonly #strikes = new Strikes();
  readonly #past: PastBans;
  /** Whether a jail's bans grow by those of jails whose bans do not. */
  readonly #countsOthers: boolean;
  /** Bans that followed from the one that `judge` returned. */
  #further: Ban[] = [];
  readonly #counts = { allowed: 0, whileBanned: 0, uncounted: 0 };

  /** All jails of `options` that have a ticket. */
  constructor(options: JailsOptions) {
    this.#options = options;
    this.#ring = new EvidenceRing(options.evidenceBytes);
    this.#past = new PastBans(this.#keys, (subject) => this.#earlier(subject));
    this.#countsOthers = options.jails.some(({ ticket }) => ticket?.increment === 'all jails');
    this.#jails = new Map(
      options.jails.flatMap((jail) => (jail.ticket ? [[jail.name, new TicketJail(jail, jail.ticket)]] : [])),
    );
  }

  get counts(): JailCounts {
    return { ...this.#counts, dropped: this.#all.reduce((sum, { tickets }) => sum + tickets.dropped, 0) };
  }

  judge(attempt: Attempt, count: number): Ban | undefined {
    const jail = this.#jailOf(attempt);
    if (!jail) {
      this.#counts.uncounted += count;
      return undefined;
    }
    jail.attempts += count;
    const { address, time, file } = attempt;
    if (isAllowed(this.#options.allow, address, time) || isAllowed(jail.ticket.allow(), address, time)) {
      this.#counts.allowed += count;
      return undefined;
    }
    const key = this.#keys.of(file.host, single(address));
    if (jail.isBanned(key, time)) {
      this.#counts.whileBanned += count;
      const at = { subject: single(address), host: file.host };
      this.#options.onWhileBanned?.(attempt, count, at);
    }
    const ban = this.#count(attempt, jail, key);
    if (ban) this.#tell(ban);
    return ban;
  }

  isBanned(attempt: Attempt): boolean {
    const key = this.#keys.of(attempt.file.host, single(attempt.address));
    return this.#jailOf(attempt)?.isBanned(key, attempt.time) ?? false;
  }

  /** They are what fail2ban does not know. */
  solePeer(): void {}

  takeFurther(): readonly Ban[] {
    const further = this.#further;
    this.#further = [];
    return further;
  }

  cleared(): boolean {
    return false;
  }

  /** A ban of no jail of these, such as one by hand, is one of all. */
  resume(subject: Network, host: string, { from, until, jail }: Parameters<JailSet['resume']>[2]): void {
    for (const each of this.#named(jail)) each.ban(this.#keys.of(host, subject), { from, until });
    // What was banned lately is gone through again, and whoever counts bans counts these.
    if (this.isPast && jail !== undefined) this.#tell({ jail, subject, host, from });
  }

  forget(subject: Network, host: string, jail?: string): void {
    for (const each of this.#named(jail)) each.forget(this.#keys.of(host, subject));
    this.#strikes.clear(subject.base, this.#hosts.of(host));
  }

  clearSpans(): void {
    for (const jail of this.#all) jail.clearSpans();
  }

  standing(address: Address, host: string, now: number): Standing[] {
    return this.#all.flatMap(({ options, tickets }) => {
      const ticket = tickets.at(this.#keys.of(host, single(address)), now);
      if (!ticket) return [];
      const { name: jail, maxRetry: limit, findTime } = options;
      return [{ jail, score: ticket.retry, limit, findTime, oldest: ticket.first, entries: ticket.lines.length }];
    });
  }

  watched(now: number): JailActivity[] {
    return this.#all.map((jail) => {
      const { name, findTime } = jail.options;
      const live = [...jail.tickets.all()].filter(([, { last }]) => last > now - findTime);
      return { name, watched: live.length, attempts: jail.attempts, bans: jail.bans };
    });
  }

  overLimit(now: number): OverLimit[] {
    return this.#all.flatMap(({ options, tickets }) =>
      [...tickets.all()].flatMap(([key, { retry, last }]) => {
        const { host, subject } = this.#keys.partsOf(key);
        const isFull = retry >= options.maxRetry && last > now - options.findTime;
        if (!subject || !isFull) return [];
        return [{ subject, host, jail: options.name, score: retry, limit: options.maxRetry }];
      }),
    );
  }

  save(now: number): OpenWindow[] {
    const saved: OpenWindow[] = [];
    for (const { options, tickets } of this.#all) {
      for (const [key, { lines, ...ticket }] of tickets.all()) {
        if (ticket.last <= now - options.findTime) continue;
        const { host } = this.#keys.partsOf(key);
        for (const { place, weight } of lines) {
          for (const evidence of this.#ring.readAll(place)) {
            saved.push({ jail: options.name, host, weight, evidence, ticket });
          }
        }
      }
    }
    return saved.sort((a, b) => a.evidence.time - b.evidence.time);
  }

  restore(saved: readonly OpenWindow[]): void {
    for (const { jail: name, host, weight, evidence, ticket } of saved) {
      const jail = this.#jails.get(name);
      if (!jail || !ticket) continue;
      const place = this.#ring.write(attemptOf(evidence, host), evidence.count);
      const { time, count } = evidence;
      if (count === 0) continue;
      jail.tickets.restore(this.#keys.of(host, single(evidence.address)), { time, weight, place }, ticket);
    }
  }

  takeMemory(): MemoryRow[] {
    return [];
  }

  memory(): MemoryRow[] {
    return [];
  }

  /** What other jails remembered stays in the ledger until it is too old. */
  recall(): void {}

  get #all(): readonly TicketJail[] {
    return [...this.#jails.values()];
  }

  #named(name: string | undefined): readonly TicketJail[] {
    const jail = name === undefined ? undefined : this.#jails.get(name);
    return jail ? [jail] : this.#all;
  }

  #jailOf({ pattern }: Attempt): TicketJail | undefined {
    // What a blocklist says of a line is no further failure of it.
    return pattern.jail === undefined || isListedKind(pattern.kind) ? undefined : this.#jails.get(pattern.jail);
  }

  /** Counts a failure, as often as it is worth of one who was banned before. */
  #count(attempt: Attempt, jail: TicketJail, key: SubjectKey): Ban | undefined {
    const { time } = attempt;
    const { maxRetry } = jail.options;
    const place = this.#ring.write(attempt, 1);
    if (jail.tickets.add(key, { time, place }) >= maxRetry) return this.#reached(attempt, jail, key);
    const further = this.#worth(attempt, jail) - 1;
    if (further > 0 && jail.tickets.boost(key, further) >= maxRetry) return this.#reached(attempt, jail, key);
    return undefined;
  }

  /** To the jails that count the bans of others; theirs may be told in turn, but to no jail its own. */
  #tell(ban: Parameters<NonNullable<TicketOptions['hears']>>[0]): void {
    for (const jail of this.#all) {
      const attempt = jail.ticket.hears?.(ban);
      const further = attempt && this.judge(attempt, 1);
      if (further) this.#further.push(further);
    }
  }

  /** 1; of somebody whom the jail knows 2, 3, 5, 9, ... */
  #worth({ address, time, file }: Attempt, { options, ticket }: TicketJail): number {
    if (ticket.increment === 'none') return 1;
    const asked = { jail: options.name, now: time, memoryMs: ticket.memoryMs };
    const { count, last } = this.#past.of(single(address), file.host, asked);
    if (count === 0 || time <= last) return 1;
    return Math.min(2 ** (Math.min(count, 20) - 1) + 1, options.maxRetry);
  }

  /** The limit was reached: the subject begins anew, banned or not. */
  #reached(attempt: Attempt, jail: TicketJail, key: SubjectKey): Ban | undefined {
    const counted = jail.tickets.at(key, attempt.time);
    jail.tickets.delete(key);
    if (!counted || this.isPast) return undefined;
    if (jail.isBanned(key, attempt.time)) {
      if (this.#options.prolongs) jail.prolong(key, counted.last + jail.ticket.length(0, 0));
      return undefined;
    }
    const subject = single(attempt.address);
    if (this.#isSpared(attempt, { jail, subject, score: counted.retry })) return undefined;
    return this.#ban(attempt, { jail, subject, key, counted });
  }

  #ban(
    attempt: Attempt,
    { jail, subject, key, counted }: { jail: TicketJail; subject: Network; key: SubjectKey; counted: Ticket },
  ): Ban {
    const { host } = attempt.file;
    const { count: prior, last } = this.#before(subject, host, { jail, now: counted.last });
    const evidence = counted.lines.flatMap(({ place }) => this.#ring.readAll(place));
    const ban = jail.banFor(attempt, {
      ...{ subject, counted, evidence, prior },
      random: this.#options.random?.() ?? 0,
    });
    jail.bans++;
    jail.ban(key, ban);
    // A ban that is no later than the last one is taken for one that was read twice, and does not make the next one longer.
    if (jail.ticket.increment !== 'none' && counted.last > last) this.#past.add(ban);
    else if (jail.ticket.increment === 'none' && this.#countsOthers) this.#past.add({ ...ban, prior: 0 });
    return ban;
  }

  /** A jail whose bans do not grow does not count them: to others it has banned once. */
  #earlier(subject: Network): PastBan[] {
    return [...(this.#options.pastBans?.(subject) ?? [])].map((ban) => {
      return this.#jails.get(ban.jail)?.ticket.increment === 'none' ? { ...ban, prior: 0 } : ban;
    });
  }

  /** Where bans grow, what they grow by; else how many there were. */
  #before(subject: Network, host: string, { jail, now }: { jail: TicketJail; now: number }): Known {
    const { increment, memoryMs } = jail.ticket;
    if (increment === 'none') return { count: this.#options.priorBans(subject), last: Number.NEGATIVE_INFINITY };
    const asked = { now, memoryMs, ...(increment === 'jail' ? { jail: jail.options.name } : {}) };
    return this.#past.of(subject, host, asked);
  }

  #isSpared(
    attempt: Attempt,
    { jail, subject, score }: { jail: TicketJail; subject: Network; score: number },
  ): boolean {
    const { file, time } = attempt;
    const protection = protectionOf(this.#options, subject, time);
    if (!protection) return false;
    const { strength } = protection;
    const strikes = this.#strikes.add(subject.base, this.#hosts.of(file.host), { strength, time });
    const banned = strength === 'trusted' && strikes >= STRIKES_MAX;
    if (!banned) this.spared++;
    const { name, maxRetry: limit } = jail.options;
    const reached = { subject, host: file.host, jail: name, score, limit };
    this.#options.onSpared?.({ ...reached, protection, attempt, strikes, banned });
    return !banned;
  }
}

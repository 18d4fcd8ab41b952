/**
 * What is decided when a limit was reached: who is banned for it, who is spared, and whether it makes the bans of a network
 * or of a campaign enough for more.
 */

import { type Address, type Network, single } from '../base/address.ts';
import { serviceOf } from '../base/kind.ts';
import type { Attempt, Ban } from '../model.ts';
import type { BannedSpans } from './banned.ts';
import type { CampaignFound } from './campaign.ts';
import { type JailCounter, MISTYPED } from './counter.ts';
import type { EvidenceRing } from './evidence.ts';
import type { HostNumbers } from './hosts.ts';
import { type CountedAt, isForLong, type LongMemory } from './long-memory.ts';
import type { JailsOptions, Protection } from './options.ts';
import { protectionOf, proxyProtection } from './protection.ts';
import { STRIKES_MAX, Strikes } from './strikes.ts';
import type { Subjects } from './subjects.ts';
import { banFor, type Finding, reachedIn, wideBan } from './verdict.ts';
import type { Entry } from './window.ts';

/** Who reached the limit of which jail. */
interface Reached {
  readonly jail: JailCounter;
  readonly base: Address;
  readonly host: number;
  readonly finding: Finding;
}

/** What they share with the jails. */
export interface Shared {
  readonly jails: readonly JailCounter[];
  readonly ring: EvidenceRing;
  readonly hosts: HostNumbers;
  readonly subjects: Subjects;
  readonly banned: BannedSpans;
  readonly long: LongMemory;
}

export class Judges {
  /** How often a limit was reached and nobody banned, because the subject is protected. */
  spared = 0;
  readonly #options: JailsOptions;
  readonly #shared: Shared;
  readonly #strikes = new Strikes();
  /** Bans beside the one that `found` returned. */
  #further: Ban[] = [];

  constructor(options: JailsOptions, shared: Shared) {
    this.#options = options;
    this.#shared = shared;
  }

  takeFurther(): readonly Ban[] {
    if (this.#further.length === 0) return this.#further;
    const further = this.#further;
    this.#further = [];
    return further;
  }

  /** A subject begins anew. */
  forget(base: Address, host: number): void {
    this.#strikes.clear(base, host);
  }

  /** A limit was reached. The shortest window decides, because it knows most of the lines. */
  found(
    attempt: Attempt,
    { base, host, jail: index }: CountedAt,
    found: { jail: JailCounter; score: number; slow: number; campaign: CampaignFound | undefined },
  ): Ban | undefined {
    const { jail, score, slow, campaign } = found;
    const entries = score >= jail.limit ? jail.windows.entries(base, host, attempt.time) : [];
    if (score >= jail.limit && score - this.#excused(entries, attempt.file.host) >= jail.limit) {
      return this.#decide(attempt, { jail, base, host, finding: { rule: 'threshold', score, entries } });
    }
    if (slow >= jail.slowLimit) {
      const state = this.#shared.long.slow.of(base, host, attempt.time).find((each) => each.jail === index);
      if (state) return this.#decide(attempt, { jail, base, host, finding: { rule: 'slow', state } });
    }
    return campaign && this.#together(attempt, campaign, { jail, host });
  }

  /** Bans the members of a campaign; the ban of the attempt's own address is returned when it is one of them. */
  #together(attempt: Attempt, campaign: CampaignFound, at: { jail: JailCounter; host: number }): Ban | undefined {
    const own = this.#shared.subjects.baseOf(attempt.address).text;
    const covering = { time: attempt.time, slack: 0 };
    let first: Ban | undefined;
    for (const member of campaign.members) {
      const { base, places } = member;
      if (this.#shared.banned.holds(base, { base, host: at.host }, covering)) continue;
      const finding: Finding = { rule: 'campaign', campaign, places: [...places] };
      this.#shared.long.spend(member);
      const ban = this.#decide(attempt, { ...at, base, finding });
      if (!ban) continue;
      if (base.text === own) first = ban;
      else this.#further.push(ban);
    }
    return first ?? this.#further.shift();
  }

  /** The weight that is taken off because names that somebody nearly has count half. */
  #excused(entries: readonly Entry[], host: string): number {
    return entries.reduce((sum, { weight, place }) => {
      const user = this.#shared.ring.read(place)?.user;
      const isSlip = isForLong(weight) && user !== undefined && this.#shared.long.logins.isMistyped(user, host);
      return isSlip ? sum + weight * (1 - MISTYPED) : sum;
    }, 0);
  }

  /** Either way the subject begins anew. */
  #decide(attempt: Attempt, reached: Reached): Ban | undefined {
    const { base, host, jail, finding } = reached;
    for (const { windows } of this.#shared.jails) windows.clear(base, host);
    this.#shared.long.clear(base, host);
    const subject = this.#bannable(attempt, reached);
    if (!subject) return undefined;
    const { forgeable } = this.#options;
    const prior = this.#options.priorBans(subject);
    const ban = banFor(attempt, { subject, jail, finding, prior, forgeable }, this.#shared.ring);
    jail.bans++;
    if (this.#shared.subjects.isCounted(subject)) this.#shared.banned.add(base, host, ban);
    else this.#shared.banned.addOdd(subject, host, ban);
    if (!ban.evidence.some(({ kind }) => forgeable?.has(kind))) this.#widen(ban, { jail, attempt });
    return ban;
  }

  /** Bans the largest network of which enough is banned, and in which nobody lives who must not be locked out. */
  #widen(ban: Ban, { jail, attempt }: { jail: JailCounter; attempt: Attempt }): void {
    const host = this.#shared.hosts.of(ban.host);
    for (const found of this.#shared.long.addBan(ban)) {
      const { network, banned: score, limit } = found;
      const protection = this.#protectionOfNetwork(network, attempt);
      if (protection) {
        this.spared++;
        const { name } = jail.options;
        const spared = { subject: network, host: ban.host, jail: name, score, limit, protection, attempt };
        this.#options.onSpared?.({ ...spared, strikes: 0, banned: false });
        continue;
      }
      const prior = this.#options.priorBans(network);
      const attacked = this.#shared.long.slow.countIn(network, host, ban.from);
      const wide = wideBan(ban, found, { jail, prior, attacked });
      this.#shared.banned.addOdd(network, host, wide);
      this.#further.push(wide);
      return;
    }
  }

  #protectionOfNetwork(network: Network, { file: { host }, time }: Attempt): Protection | undefined {
    const living = this.#shared.long.logins.livingIn(network, host, time);
    const login: Protection | undefined = living && {
      why: `somebody logged in from ${living.text}, which lies in it`,
      strength: 'trusted',
    };
    const proxy = proxyProtection(this.#options, network, 'web');
    const sole = this.#shared.long.solePeers.protectionOf(network, { host, time });
    return protectionOf(this.#options, network, time) ?? proxy ?? sole ?? login;
  }

  /** Whom to ban: a neighbor of somebody protected only by himself, and the protected not at all. */
  #bannable(attempt: Attempt, reached: Reached): Network | undefined {
    const subject = this.#shared.subjects.of(reached.base);
    const protection = this.#protectionOf(attempt, subject);
    if (!protection) return subject;
    const address = this.#latestAddress(attempt, reached);
    const alone = single(address);
    const isNeighbor = protection.strength === 'always' && alone.bits !== subject.bits;
    if (isNeighbor && !this.#protectionOf(attempt, alone)) return alone;
    return this.#isSpared(attempt, { ...reached, subject, protection }) ? undefined : subject;
  }

  #protectionOf({ time, pattern, file: { host } }: Attempt, subject: Network): Protection | undefined {
    const service = serviceOf(pattern.kind);
    const known = protectionOf(this.#options, subject, time) ?? proxyProtection(this.#options, subject, service);
    if (known || service !== 'web') return known;
    return this.#shared.long.solePeers.protectionOf(subject, { host, time });
  }

  /** Of the subject; the attempt is another's when a campaign was found. */
  #latestAddress(attempt: Attempt, { finding }: Reached): Address {
    const place = finding.rule === 'campaign' ? finding.places.at(-1) : undefined;
    return (place === undefined ? undefined : this.#shared.ring.read(place)?.address) ?? attempt.address;
  }

  #isSpared(
    attempt: Attempt,
    { jail, base, host, finding, subject, protection }: Reached & { subject: Network; protection: Protection },
  ): boolean {
    const { strength } = protection;
    const strikes = this.#strikes.add(base, host, { strength, time: attempt.time });
    const banned = strength === 'trusted' && strikes >= STRIKES_MAX;
    if (!banned) this.spared++;
    const { options } = jail;
    this.#options.onSpared?.({
      ...{ subject, host: attempt.file.host, jail: options.name, ...reachedIn(finding, options) },
      ...{ protection, attempt, strikes, banned },
    });
    return !banned;
  }
}

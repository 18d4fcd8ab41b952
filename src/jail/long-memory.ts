/** All that jails remember for longer than their windows last, as one: long windows, networks, campaigns, logins, sole peers. */

import type { Address, Network } from '../base/address.ts';
import { serviceOf } from '../base/kind.ts';
import type { Attempt, Ban } from '../model.ts';
import { type CampaignFound, type CampaignMember, Campaigns } from './campaign.ts';
import type { EvidenceRing } from './evidence.ts';
import type { HostNumbers } from './hosts.ts';
import { Logins } from './logins.ts';
import { type Lines, type MemoryRow, partsOf } from './memory.ts';
import { attemptOf } from './open-window.ts';
import type { JailsOptions } from './options.ts';
import { SlowWindows } from './slow.ts';
import { SolePeers } from './sole-peers.ts';
import { type WideFound, WideWatch } from './wide.ts';
import { type Entry, HUNDREDTHS } from './window.ts';

/** Where an attempt is counted. */
export interface CountedAt {
  /** Index of the jail. */
  readonly jail: number;
  readonly base: Address;
  readonly host: number;
  readonly entry: Entry;
  /** How many attempts it stands for. */
  readonly count: number;
}

export class LongMemory {
  readonly slow: SlowWindows;
  readonly logins = new Logins();
  readonly solePeers = new SolePeers();
  /** What was recalled is of after what is judged now, which is not added to it, nor taken from it. */
  isPast = false;
  readonly #wide: WideWatch | undefined;
  readonly #campaigns: Campaigns | undefined;

  constructor(
    { jails, wide, campaign, ipv6Prefix }: JailsOptions,
    { hosts, ring }: { readonly hosts: HostNumbers; readonly ring: EvidenceRing },
  ) {
    const lines: Lines = {
      read: (place) => ring.read(place),
      keep: (evidence, host) => ring.write(attemptOf(evidence, host), evidence.count),
    };
    this.slow = new SlowWindows(
      jails.map(({ name: jail, slow: options }) => ({ jail, options })),
      { hosts, lines },
    );
    this.#wide = wide && new WideWatch(wide, ipv6Prefix);
    this.#campaigns = campaign && new Campaigns(campaign, lines);
  }

  /** Adds to the long window; its weight. */
  addSlow({ jail, base, host, entry }: CountedAt): number {
    return this.slow.add(jail, base, host, entry);
  }

  addTry(attempt: Attempt, { base, entry: { place }, count }: CountedAt): CampaignFound | undefined {
    const { user, time, file, pattern } = attempt;
    if (user === undefined || !this.#campaigns) return undefined;
    return this.#campaigns.add({ host: file.host, service: serviceOf(pattern.kind), user, base, place, time, count });
  }

  addBan({ subject, host, from, evidence }: Ban): readonly WideFound[] {
    return this.#wide?.add({ subject, host, time: from, evidence: evidence.at(-1) }) ?? [];
  }

  /** A login: it is remembered, and tries of the same account were slips. */
  addLogin(attempt: Attempt, at: { readonly base: Address; readonly host: number }): void {
    this.logins.see(attempt);
    const { user, file, pattern } = attempt;
    if (this.isPast || user === undefined) return;
    this.#campaigns?.forgetTries(at.base, { host: file.host, service: serviceOf(pattern.kind), user });
  }

  subtract(jail: number, { base, host }: { readonly base: Address; readonly host: number }, weight: number): void {
    if (!this.isPast) this.slow.subtract(jail, base, host, weight);
  }

  /** A subject begins anew in the long windows. */
  clear(base: Address, host: number): void {
    this.slow.clear(base, host);
  }

  /** A member was judged for its tries: they count no more. */
  spend(member: CampaignMember): void {
    this.#campaigns?.spend(member);
  }

  /** Somebody ended the ban of a subject: it begins anew in all there is. */
  forget(subject: Network, host: { readonly name: string; readonly number: number }): void {
    if (this.isPast) return;
    this.slow.clear(subject.base, host.number);
    this.#campaigns?.forget(subject.base, host.name);
    this.#wide?.forget(subject, host.name);
  }

  take(): MemoryRow[] {
    const rest = [...(this.#wide?.take() ?? []), ...(this.#campaigns?.take() ?? [])];
    return [...this.slow.take(), ...rest, ...this.logins.take(), ...this.solePeers.take()];
  }

  rows(now: number): MemoryRow[] {
    const rest = [...(this.#wide?.rows() ?? []), ...(this.#campaigns?.rows() ?? [])];
    return [...this.slow.rows(now), ...rest, ...this.logins.rows(), ...this.solePeers.rows()];
  }

  recall(rows: Iterable<MemoryRow>): void {
    // What is remembered of one sort lasts equally long, so this is the order of the times.
    for (const row of [...rows].sort((a, b) => a.until - b.until)) {
      switch (partsOf(row.key)[0]) {
        case 'slow':
          this.slow.recall(row);
          break;
        case 'wide':
          this.#wide?.recall(row);
          break;
        case 'campaign':
          this.#campaigns?.recall(row);
          break;
        case 'login':
          this.logins.recall(row);
          break;
        case 'sole':
          this.solePeers.recall(row);
          break;
      }
    }
  }
}

/** Weights of less than one are what honest clients do all day: probes of monitors, connections that are dropped. */
export function isForLong(weight: number): boolean {
  return weight >= HUNDREDTHS;
}

/** The bans that no single window led to, folded into what there is to tell: slow attackers, networks, campaigns. */
import type { BanRecord, CampaignReason, Reason, SlowReason, WideReason } from '../../model.ts';
import type { BanPage } from '../records.ts';
import { Newest } from './newest.ts';

/** Slow attackers, networks and campaigns that are told apart, of each. A list of three is made of them. */
const APART = 10_000;
/** Numbers of bans that are kept of each. */
const KEPT = 5;

/** What is known of an unusual ban beside its reason. */
export type UnusualBan = Pick<BanRecord, 'id' | 'subject' | 'from' | 'until'>;

export interface SlowFound {
  readonly ban: UnusualBan;
  readonly reason: SlowReason;
}

export interface WideFound {
  readonly network: string;
  readonly bans: Newest<number>;
  lengthMs: number;
  /** The newest. */
  reason: WideReason;
}

export interface CampaignFound {
  readonly reason: CampaignReason;
  readonly bans: Newest<number>;
  /** The most that any of its bans told of. */
  addresses: number;
  last: number;
}

export class UnusualFacts {
  /** The first slow ban of each address. */
  readonly slow = new Map<string, SlowFound>();
  readonly wide = new Map<string, WideFound>();
  /** By service, account and beginning. */
  readonly campaigns = new Map<string, CampaignFound>();
  #dropped = 0;

  /** Bans that found no room. */
  get dropped(): number {
    return this.#dropped;
  }

  add(page: BanPage): void {
    for (const row of page.unusual) {
      const { rule } = page.decisionOf(row);
      if (rule === 'manual' || rule === 'imported') continue;
      const [id, from, until] = [page.id[row] ?? 0, page.from[row] ?? 0, page.until[row] ?? 0];
      this.#addBan({ id, subject: page.textOf(row), from, until }, page.reasonOf(row));
    }
  }

  #addBan(ban: UnusualBan, reason: Reason): void {
    if (reason.rule === 'slow') this.#addSlow(ban, reason);
    else if (reason.rule === 'wide') this.#addWide(ban, reason);
    else if (reason.rule === 'campaign') this.#addCampaign(ban, reason);
  }

  #addSlow(ban: UnusualBan, reason: SlowReason): void {
    if (this.slow.has(ban.subject)) return;
    if (this.slow.size >= APART) this.#dropped++;
    else this.slow.set(ban.subject, { ban, reason });
  }

  #addWide({ id, subject, from, until }: UnusualBan, reason: WideReason): void {
    const found = this.wide.get(subject) ?? { network: subject, bans: new Newest(KEPT), lengthMs: 0, reason };
    if (this.wide.size >= APART && !this.wide.has(subject)) {
      this.#dropped++;
      return;
    }
    this.wide.set(subject, found);
    found.bans.add(id);
    found.lengthMs += until - from;
    found.reason = reason;
  }

  #addCampaign({ id, from }: UnusualBan, reason: CampaignReason): void {
    const key = JSON.stringify([reason.service, reason.user, reason.since]);
    const found = this.campaigns.get(key) ?? { reason, bans: new Newest(KEPT), addresses: 0, last: from };
    if (this.campaigns.size >= APART && !this.campaigns.has(key)) {
      this.#dropped++;
      return;
    }
    this.campaigns.set(key, found);
    found.bans.add(id);
    found.addresses = Math.max(found.addresses, reason.addresses);
    found.last = Math.max(found.last, from);
  }
}

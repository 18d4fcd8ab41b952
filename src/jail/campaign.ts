/**
 * Many addresses against one account. Each of them stays below every limit; together they are one attacker. Who of them
 * failed more than once or twice is proposed for a ban, all together when there are enough, then one by one.
 */
import { type Address, detachedAddress, fromWords } from '../base/address.ts';
import { detach } from '../base/text.ts';
import { evidenceOf, type KeptEvidence, keptOf, keyOf, type Lines, type MemoryRow, partsOf } from './memory.ts';
import type { CampaignOptions } from './options.ts';

/** A window moves on in so many steps: members are let go together. */
const STEPS = 24;
/** Addresses that are remembered for one account; beyond it the older half is forgotten. Far more than it takes to call it a campaign. */
const MEMBERS_MAX = 20_000;
/** Over all accounts, 250 bytes each. Beyond it the accounts that the fewest tried are forgotten: random names. */
const TOTAL_MAX = 100_000;
/** As much of a name as the ledger keeps: longer than login names may be. */
const NAME_MAX = 64;
/** The latest lines of a member, for the evidence: two of each say enough, a campaign has hundreds of members. */
const PLACES = 2;

export interface CampaignMember {
  readonly base: Address;
  readonly account: Account;
  tries: number;
  last: number;
  /** Of its lines, the latest. */
  places: number[];
  /** There is a row of it. */
  isSaved: boolean;
}

interface Account {
  readonly host: string;
  readonly service: string;
  readonly user: string;
  since: number;
  readonly members: Map<string, CampaignMember>;
  isCampaign: boolean;
  /** The step of time up to which old members were let go. */
  step: number;
}

export interface Try {
  readonly host: string;
  readonly service: string;
  readonly user: string;
  readonly time: number;
  readonly base: Address;
  readonly place: number;
  readonly count: number;
}

/** The campaign that a try is part of, and whom to ban for it. */
export interface CampaignFound {
  readonly user: string;
  readonly service: string;
  /** How many tried it, and how many it takes. */
  readonly addresses: number;
  readonly limit: number;
  readonly since: number;
  readonly findTime: number;
  readonly members: readonly CampaignMember[];
}

export class Campaigns {
  readonly #options: CampaignOptions;
  readonly #lines: Lines;
  /** By host and service, then by user. */
  readonly #accounts = new Map<string, Map<string, Account>>();
  #lastPlace: { readonly host: string; readonly service: string; readonly accounts: Map<string, Account> } | undefined;
  #total = 0;
  #changed = new Set<CampaignMember>();

  constructor(options: CampaignOptions, lines: Lines) {
    this.#options = options;
    this.#lines = lines;
  }

  /** Notes a try; undefined while it is no campaign, or the try is the address's first or second. */
  add(attempt: Try): CampaignFound | undefined {
    const { time, place, count } = attempt;
    const account = this.#accountOf(attempt);
    const member = this.#memberOf(account, attempt.base);
    member.tries += count;
    member.last = Math.max(member.last, time);
    if (member.places.length >= PLACES) member.places.shift();
    member.places.push(place);
    this.#changed.add(member);
    this.#dropOld(account, time);
    if (this.#total > TOTAL_MAX) this.#shrink();
    return this.#judge(account, member);
  }

  /** The member begins anew: it was judged for its tries. */
  spend(member: CampaignMember): void {
    member.tries = 0;
    this.#changed.add(member);
  }

  /** The address begins anew, with one account or with all. */
  forget(base: Address, host: string, of?: { readonly service: string; readonly user: string }): void {
    for (const accounts of this.#accounts.values()) {
      for (const account of of ? [accounts.get(of.user.slice(0, NAME_MAX))] : accounts.values()) {
        if (account?.host !== host || (of && account.service !== of.service)) continue;
        const member = account.members.get(base.text);
        if (member) this.#remove(member);
      }
    }
  }

  take(): MemoryRow[] {
    const rows = [...this.#changed].map((member) => this.#rowOf(member));
    for (const member of this.#changed) member.isSaved = true;
    this.#changed = new Set();
    return rows;
  }

  rows(): MemoryRow[] {
    const accounts = [...this.#accounts.values()].flatMap((each) => [...each.values()]);
    return accounts.flatMap(({ members }) => [...members.values()].map((member) => this.#rowOf(member)));
  }

  /** In the order of the times. */
  recall({ key, content }: MemoryRow): void {
    const [, host, service, user, w0, w1, w2, w3] = partsOf(key);
    if (content === undefined) return;
    const [since, tries, last, kept] = readContent(content);
    const base = fromWords(Number(w0), Number(w1), Number(w2), Number(w3));
    const account = this.#accountOf({ host: String(host), service: String(service), user: String(user), time: since });
    account.since = Math.min(account.since, since);
    const member = this.#memberOf(account, base);
    member.tries = tries;
    member.last = last;
    member.places = kept.map((line) => this.#lines.keep(evidenceOf(line), String(host)));
    member.isSaved = true;
    this.#changed.add(member);
    account.isCampaign = account.members.size >= this.#options.addresses;
  }

  #judge(account: Account, member: CampaignMember): CampaignFound | undefined {
    const { addresses, tries, findTime } = this.#options;
    const before = account.isCampaign;
    account.isCampaign = account.members.size >= addresses;
    if (!account.isCampaign) return undefined;
    const candidates = before ? [member] : [...account.members.values()];
    // Without a line to show for it nobody is banned; that waits for the next try.
    const members = candidates.filter((each) => each.tries >= tries && each.places.length > 0);
    if (members.length === 0) return undefined;
    const { user, service, since } = account;
    return { user, service, since, findTime, addresses: account.members.size, limit: addresses, members };
  }

  #accountOf({ host, service, user, time }: Pick<Try, 'host' | 'service' | 'user' | 'time'>): Account {
    const name = user.length > NAME_MAX ? user.slice(0, NAME_MAX) : user;
    const accounts = this.#placeOf(host, service);
    let account = accounts.get(name);
    if (!account) {
      const kept = detach(name);
      account = { host, service, user: kept, since: time, members: new Map(), isCampaign: false, step: 0 };
      accounts.set(kept, account);
    }
    return account;
  }

  #placeOf(host: string, service: string): Map<string, Account> {
    const last = this.#lastPlace;
    if (last?.host === host && last.service === service) return last.accounts;
    const key = `${service} ${host}`;
    const accounts = this.#accounts.get(key) ?? new Map<string, Account>();
    this.#accounts.set(key, accounts);
    this.#lastPlace = { host, service, accounts };
    return accounts;
  }

  #memberOf(account: Account, base: Address): CampaignMember {
    const known = account.members.get(base.text);
    if (known) return known;
    const member = {
      base: detachedAddress(base),
      account,
      tries: 0,
      last: Number.NEGATIVE_INFINITY,
      places: [],
      isSaved: false,
    };
    account.members.set(member.base.text, member);
    this.#total++;
    return member;
  }

  /** Once a step, the same ones whether the program was started again in between or not. */
  #dropOld(account: Account, now: number): void {
    const { members } = account;
    const width = this.#options.findTime / STEPS;
    const step = Math.floor(now / width);
    if (step > account.step) {
      account.step = step;
      const before = step * width - this.#options.findTime;
      for (const member of [...members.values()]) if (member.last < before) this.#remove(member);
    }
    if (members.size <= MEMBERS_MAX) return;
    const oldest = [...members.values()].sort((a, b) => a.last - b.last).slice(0, MEMBERS_MAX / 2);
    for (const member of oldest) this.#remove(member);
  }

  #remove(member: CampaignMember): void {
    const { account, base } = member;
    if (account.members.get(base.text) !== member) return;
    account.members.delete(base.text);
    if (member.isSaved) this.#changed.add(member);
    else this.#changed.delete(member);
    this.#total--;
    if (account.members.size === 0) this.#accounts.get(`${account.service} ${account.host}`)?.delete(account.user);
  }

  /** Forgets half, the accounts that the fewest addresses tried first, of these the ones that were quiet the longest. */
  #shrink(): void {
    const accounts = [...this.#accounts.values()].flatMap((each) => [...each.values()]);
    const ranked = accounts.map((account) => ({ account, last: lastOf(account) }));
    ranked.sort((a, b) => a.account.members.size - b.account.members.size || a.last - b.last);
    for (const { account } of ranked) {
      if (this.#total <= TOTAL_MAX / 2) return;
      for (const member of [...account.members.values()]) this.#remove(member);
    }
  }

  #rowOf(member: CampaignMember): MemoryRow {
    const { account, base, tries, last } = member;
    const { host, service, user, since } = account;
    const isGone = account.members.get(base.text) !== member;
    const key = keyOf(['campaign', host, service, user, base.w0, base.w1, base.w2, base.w3]);
    const until = last + this.#options.findTime;
    if (isGone) return { key, until, content: undefined };
    // Before the last but one try there is no line that could still be among the latest when it is banned.
    const isNear = tries >= this.#options.tries - 1;
    const lines = isNear ? member.places.flatMap((place) => this.#lines.read(place) ?? []) : [];
    const content: Content = [since, tries, last, lines.map(keptOf)];
    return { key, until, content: JSON.stringify(content) };
  }
}

function lastOf({ members }: Account): number {
  let last = Number.NEGATIVE_INFINITY;
  for (const member of members.values()) last = Math.max(last, member.last);
  return last;
}

type Content = readonly [since: number, tries: number, last: number, lines: readonly KeptEvidence[]];

/** Written by this program in a transaction, so it is what it was. */
function readContent(content: string): Content {
  return JSON.parse(content);
}

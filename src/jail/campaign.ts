/**
 * Many addresses against one account. Each of them stays below every limit; together they are one attacker. Who of them
 * failed more than once or twice is proposed for a ban, all together when there are enough, then one by one.
 */
import { type Address, fromWords } from '../base/address.ts';
import { detach } from '../base/text.ts';
import { type Account, CampaignMembers } from './campaign-members.ts';
import { evidenceOf, type KeptEvidence, keptOf, keyOf, type Lines, type MemoryRow, partsOf } from './memory.ts';
import type { CampaignOptions } from './options.ts';

/** A window moves on in so many steps: members are let go together. */
const STEPS = 24;
/** Addresses that are remembered for one account; beyond it the older half is forgotten. Far more than it takes to call it a campaign. */
const MEMBERS_MAX = 20_000;
/** Over all accounts. Beyond it the accounts that the fewest tried are forgotten: random names. */
const TOTAL_MAX = 100_000;
/** As much of a name as the ledger keeps: longer than login names may be. */
const NAME_MAX = 64;

/** Whom to ban, until the next try is added. */
export interface CampaignMember {
  readonly base: Address;
  /** Of its lines, the latest. */
  readonly places: readonly number[];
  /** Its number among all members. */
  readonly entry: number;
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

/** The accounts of one host and service, by user. */
interface Accounts {
  readonly host: string;
  readonly service: string;
  readonly byUser: Map<string, Account>;
}

export class Campaigns {
  readonly #options: CampaignOptions;
  readonly #lines: Lines;
  readonly #members = new CampaignMembers();
  /** By host and service. */
  readonly #accounts = new Map<string, Accounts>();
  /** Most tries are of the same host and service as the one before. */
  #latest: Accounts | undefined;
  /** Keys of rows that are to go. */
  #gone: string[] = [];

  constructor(options: CampaignOptions, lines: Lines) {
    this.#options = options;
    this.#lines = lines;
  }

  /** Notes a try; undefined while it is no campaign, or the try is the address's first or second. */
  add(attempt: Try): CampaignFound | undefined {
    const account = this.#accountOf(attempt);
    const entry = this.#members.open(account, attempt.base);
    this.#members.add(entry, attempt);
    this.#dropOld(account, attempt.time);
    if (this.#members.total > TOTAL_MAX) this.#shrink();
    return this.#judge(account, entry);
  }

  /** The member begins anew: it was judged for its tries. */
  spend({ entry }: CampaignMember): void {
    this.#members.spend(entry);
  }

  /** The address begins anew with all accounts of a host. */
  forget(base: Address, host: string): void {
    for (const accounts of this.#accounts.values()) {
      if (accounts.host !== host) continue;
      for (const account of accounts.byUser.values()) this.#forgetMember(account, base);
    }
  }

  /** The address begins anew with one account. */
  forgetTries(base: Address, { host, service, user }: Pick<Try, 'host' | 'service' | 'user'>): void {
    const account = this.#placeOf(host, service)?.byUser.get(nameOf(user));
    if (account) this.#forgetMember(account, base);
  }

  take(): MemoryRow[] {
    const gone = this.#gone.map((key) => ({ key, until: 0, content: undefined }));
    this.#gone = [];
    // Who was let go may be back: those that go are before those that are there.
    return [...gone, ...this.#rowsOf(this.#members.takeChanged())];
  }

  rows(): MemoryRow[] {
    return this.#all().flatMap((account) => this.#rowsOf(this.#members.of(account)));
  }

  /** In the order of the times. */
  recall({ key, content }: MemoryRow): void {
    const [, host, service, user, w0, w1, w2, w3] = partsOf(key);
    if (content === undefined) return;
    const [since, tries, last, kept] = readContent(content);
    const base = fromWords(Number(w0), Number(w1), Number(w2), Number(w3));
    const account = this.#accountOf({ host: String(host), service: String(service), user: String(user), time: since });
    account.since = Math.min(account.since, since);
    const places = kept.map((line) => this.#lines.keep(evidenceOf(line), String(host)));
    this.#members.restore(this.#members.open(account, base), { tries, last, places });
    account.isCampaign = account.size >= this.#options.addresses;
  }

  #judge(account: Account, entry: number): CampaignFound | undefined {
    const { addresses, tries, findTime } = this.#options;
    const before = account.isCampaign;
    account.isCampaign = account.size >= addresses;
    if (!account.isCampaign) return undefined;
    const all = this.#members;
    // Without a line to show for it nobody is banned; that waits for the next try.
    const isDue = (each: number): boolean => all.tries(each) >= tries && all.hasPlace(each);
    if (before && !isDue(entry)) return undefined;
    const due = before ? [entry] : all.of(account).filter(isDue);
    if (due.length === 0) return undefined;
    const members = due.map((each) => ({ base: all.baseOf(each), places: all.places(each), entry: each }));
    const { user, service, since } = account;
    return { user, service, since, findTime, addresses: account.size, limit: addresses, members };
  }

  #accountOf({ host, service, user, time }: Pick<Try, 'host' | 'service' | 'user' | 'time'>): Account {
    const { byUser } = this.#placeOf(host, service) ?? this.#addPlace(host, service);
    const name = nameOf(user);
    let account = byUser.get(name);
    if (!account) {
      account = this.#members.openAccount({ host, service, user: detach(name), since: time });
      byUser.set(account.user, account);
    }
    return account;
  }

  #placeOf(host: string, service: string): Accounts | undefined {
    const latest = this.#latest;
    if (latest?.host === host && latest.service === service) return latest;
    const accounts = this.#accounts.get(placeKey(host, service));
    if (accounts) this.#latest = accounts;
    return accounts;
  }

  #addPlace(host: string, service: string): Accounts {
    const accounts = { host, service, byUser: new Map<string, Account>() };
    this.#accounts.set(placeKey(host, service), accounts);
    return accounts;
  }

  #all(): Account[] {
    return [...this.#accounts.values()].flatMap(({ byUser }) => [...byUser.values()]);
  }

  /** Once a step, the same ones whether the program was started again in between or not. */
  #dropOld(account: Account, now: number): void {
    const width = this.#options.findTime / STEPS;
    const step = Math.floor(now / width);
    if (step > account.step) {
      account.step = step;
      const before = step * width - this.#options.findTime;
      for (const entry of this.#members.quietSince(account, before)) this.#remove(entry);
    }
    if (account.size <= MEMBERS_MAX) return;
    const byAge = this.#members.of(account).sort((a, b) => this.#members.last(a) - this.#members.last(b));
    for (const entry of byAge.slice(0, MEMBERS_MAX / 2)) this.#remove(entry);
  }

  #forgetMember(account: Account, base: Address): void {
    const entry = this.#members.find(account, base);
    if (entry >= 0) this.#remove(entry);
  }

  #remove(entry: number): void {
    const account = this.#members.accountOf(entry);
    if (!account) return;
    if (this.#members.isSaved(entry)) this.#gone.push(rowKey(prefixOf(account), this.#members, entry));
    this.#members.remove(account, entry);
    if (account.size > 0) return;
    this.#accounts.get(placeKey(account.host, account.service))?.byUser.delete(account.user);
    this.#members.closeAccount(account);
  }

  /** Forgets half, the accounts that the fewest addresses tried first, of these the ones that were quiet the longest. */
  #shrink(): void {
    const ranked = this.#all().map((account) => ({ account, last: this.#lastOf(account) }));
    ranked.sort((a, b) => a.account.size - b.account.size || a.last - b.last);
    for (const { account } of ranked) {
      if (this.#members.total <= TOTAL_MAX / 2) return;
      for (const entry of this.#members.of(account)) this.#remove(entry);
    }
  }

  #lastOf(account: Account): number {
    let last = Number.NEGATIVE_INFINITY;
    for (const entry of this.#members.of(account)) last = Math.max(last, this.#members.last(entry));
    return last;
  }

  #rowsOf(entries: Iterable<number>): MemoryRow[] {
    const prefixes = new Map<Account, string>();
    const rows: MemoryRow[] = [];
    for (const entry of entries) {
      const account = this.#members.accountOf(entry);
      if (!account) continue;
      const prefix = prefixes.get(account) ?? prefixOf(account);
      prefixes.set(account, prefix);
      rows.push(this.#rowOf(entry, account.since, prefix));
    }
    return rows;
  }

  #rowOf(entry: number, since: number, prefix: string): MemoryRow {
    const tries = this.#members.tries(entry);
    const last = this.#members.last(entry);
    // Before the last but one try there is no line that could still be among the latest when it is banned.
    const isNear = tries >= this.#options.tries - 1;
    const lines = isNear ? this.#members.places(entry).flatMap((place) => this.#lines.read(place) ?? []) : [];
    const content: Content = [since, tries, last, lines.map(keptOf)];
    const key = rowKey(prefix, this.#members, entry);
    return { key, until: last + this.#options.findTime, content: JSON.stringify(content) };
  }
}

function nameOf(user: string): string {
  return user.length > NAME_MAX ? user.slice(0, NAME_MAX) : user;
}

/** No service has a blank in its name. */
function placeKey(host: string, service: string): string {
  return `${service} ${host}`;
}

/** How the keys of an account's members begin: all but the address. */
function prefixOf({ host, service, user }: Account): string {
  return keyOf(['campaign', host, service, user]).slice(0, -1);
}

function rowKey(prefix: string, members: CampaignMembers, entry: number): string {
  const [w0, w1, w2, w3] = [0, 1, 2, 3].map((word) => members.word(entry, word));
  return `${prefix},${w0},${w1},${w2},${w3}]`;
}

type Content = readonly [since: number, tries: number, last: number, lines: readonly KeptEvidence[]];

/** Written by this program in a transaction, so it is what it was. */
function readContent(content: string): Content {
  return JSON.parse(content);
}

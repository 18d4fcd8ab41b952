/**
 * Asks DNS blocklists about who attacks in certain ways ([blocklists]). Judging never waits for an answer: an attempt was
 * counted long before it comes, and one whose address is listed is judged once more, as an attempt of a kind of its own.
 */
import { type Address, countedNetwork, single } from '../base/address.ts';
import { listedKind } from '../base/kind.ts';
import type { Problem } from '../base/problem.ts';
import { detach } from '../base/text.ts';
import type { Config } from '../config/config.ts';
import type { Attempt, Pattern } from '../model.ts';
import type { Blocklists, Checked, Listing } from '../origin/blocklist.ts';
import type { Inquirer } from './live.ts';
import type { NeverBan } from './never-ban.ts';
import type { BlocklistStatus } from './protocol.ts';
import type { DaemonOptions, World } from './world.ts';

/** What stands for a filter in evidence of what no filter found. No file of filters can have this name. */
const FILTER = '(blocklists)';
/** A list says who is on it now: what was logged longer ago is not held against its answer. */
const FRESH_MS = 600_000;
/** Addresses without their answer, with a line of theirs: 9 MB at the very worst. */
const ASKED_MAX = 1_000;
/** Of what the lists say of one address; a line of evidence should stay readable. */
const TARGET_MAX = 500;

/** The daemon, as far as it is asked for here. */
export interface Client {
  readonly options: Pick<DaemonOptions, 'clock' | 'log'> & { readonly world: Pick<World, 'openBlocklists'> };
  readonly config: Config;
  readonly neverBan: Pick<NeverBan, 'of'>;
  /** There is something to `take`. */
  wake(): void;
}

export class Inquiries implements Inquirer {
  readonly #client: Client;
  #lists: Blocklists | undefined;
  #kinds: ReadonlySet<string> = new Set();
  #ipv6Prefix = 64;
  /** The attempts whose addresses were asked about, by the subject that would be banned. */
  readonly #asked = new Map<string, Attempt>();
  readonly #patterns = new Map<string, Pattern>();
  #found: Attempt[] = [];
  #dropped = 0;

  constructor(client: Client) {
    this.#client = client;
    this.use(client.config);
  }

  /** Other lists from now on; what was asked of the old ones is not waited for. */
  use(config: Config): void {
    this.close();
    this.#lists = this.#client.options.world.openBlocklists(config);
    const { kinds, zones } = config.blocklists;
    this.#kinds = new Set(this.#lists ? kinds : []);
    if (this.#lists) {
      const lists = zones.map(({ title }) => title).join(', ');
      this.#client.options.log.info('DNS blocklists are asked', { lists, about: kinds.join(', ') });
    }
    this.#ipv6Prefix = config.ipv6Prefix;
  }

  /** An attempt that was counted. Whoever must not be banned is not asked about: it is nobody's business who that is. */
  see(attempt: Attempt, count: number): void {
    if (!this.#lists || !this.#kinds.has(attempt.pattern.kind)) return;
    const { address, time } = attempt;
    const now = this.#client.options.clock();
    const subject = this.#subjectOf(attempt);
    if (Math.abs(now - time) > FRESH_MS || this.#asked.has(subject)) return;
    if (this.#isProtected(address)) return;
    if (this.#asked.size >= ASKED_MAX) {
      this.#dropped++;
      return;
    }
    const kept = detached(attempt, count);
    this.#asked.set(subject, kept);
    void this.#lists.lookup(address).then((listings) => this.#answered(subject, kept, listings));
  }

  /** Where a banned address is listed, for the record. Undefined for whom nobody is asked about; rejects like the lists. */
  async check(address: Address): Promise<Checked | undefined> {
    return this.#lists && !this.#isProtected(address) ? this.#lists.check(address) : undefined;
  }

  /** An attempt whose answer is known already: a daemon that ended since had judged it. */
  known(attempt: Attempt): void {
    this.#asked.delete(this.#subjectOf(attempt));
  }

  /** What was found out since the last call, to be judged. */
  take(): readonly Attempt[] {
    const found = this.#found;
    if (found.length > 0) this.#found = [];
    return found;
  }

  /** To be called now and then. */
  look(): void {
    this.#lists?.look();
  }

  problems(): ReadonlyMap<string, Problem> {
    return this.#lists?.problems() ?? new Map();
  }

  get status(): readonly BlocklistStatus[] {
    return this.#lists?.counts ?? [];
  }

  /** Look-ups that were not made because too many waited. */
  get dropped(): number {
    return this.#dropped + (this.#lists?.dropped ?? 0);
  }

  close(): void {
    this.#asked.clear();
    this.#lists?.close();
    this.#lists = undefined;
  }

  #answered(subject: string, attempt: Attempt, listings: readonly Listing[]): void {
    if (this.#asked.get(subject) !== attempt) return;
    this.#asked.delete(subject);
    const counting = listings.filter(({ counts }) => counts);
    const target = targetOf(counting);
    const { log } = this.#client.options;
    log.debug('looked up in the blocklists', { address: attempt.address.text, listed: target });
    if (counting.length === 0) return;
    this.#found.push({ ...attempt, pattern: this.#patternOf(attempt.pattern), target });
    this.#client.wake();
  }

  #isProtected(address: Address): boolean {
    const { neverBan, options } = this.#client;
    return neverBan.of(single(address), options.clock()) !== undefined;
  }

  #subjectOf({ address }: Attempt): string {
    return countedNetwork(address, this.#ipv6Prefix).text;
  }

  /** One for each kind: whoever counts knows patterns by what they are. */
  #patternOf({ service, kind }: Pattern): Pattern {
    const key = `${service} ${kind}`;
    const known = this.#patterns.get(key);
    if (known) return known;
    const nature = { voice: undefined, syslog: false, success: false };
    const pattern = { filter: FILTER, number: 1, service, kind: listedKind(kind), ...nature };
    this.#patterns.set(key, pattern);
    return pattern;
  }
}

/** It stays for as long as a resolver takes; the piece of the log that it was cut from does not. */
function detached(attempt: Attempt, count: number): Attempt {
  const { user, line, session } = attempt;
  return {
    ...attempt,
    count,
    user: user === undefined ? undefined : detach(user),
    target: undefined,
    line: detach(line),
    session: detach(session),
  };
}

/** `zen.spamhaus.org (127.0.0.2 SBL, 127.0.0.4 XBL): https://…`, a part for each zone; latin1. */
function targetOf(listings: readonly Listing[]): string {
  const zones = new Map<string, Listing[]>();
  for (const listing of listings) zones.set(listing.zone, [...(zones.get(listing.zone) ?? []), listing]);
  const parts = [...zones].map(([zone, found]) => {
    const codes = found.map(({ code, meaning }) => (meaning === undefined ? code : `${code} ${meaning}`)).join(', ');
    const reason = found[0]?.reason;
    return `${zone} (${codes})${reason === undefined ? '' : `: ${reason}`}`;
  });
  return parts.join('; ').slice(0, TARGET_MAX);
}

/** One blocklist: tried with its test addresses, asked about addresses, counted. */
import { type Address, isIPv4 } from '../../base/address.ts';
import { ellipsis } from '../../base/text.ts';
import { verdictOf } from './answer.ts';
import { Cache } from './cache.ts';
import type { AddressRecord, Answer, Dns } from './dns.ts';
import { type AnswerRanges, isWithin, meaningOf } from './meaning.ts';
import type { Pace } from './pace.ts';
import { questionFor, testQuestions } from './question.ts';
import { type Finding, ZoneHealth, type ZoneState } from './zone-health.ts';

/** That an address is on a blocklist. */
export interface Listing {
  /** What the zone is called. */
  readonly zone: string;
  /** Its answer, 127.0.0.2. */
  readonly code: string;
  /** The operator's word for the code, where it is known: `SBL`, `PBL`. */
  readonly meaning: string | undefined;
  /** What the zone says about it; latin1, and a stranger's words. */
  readonly reason: string | undefined;
  /** Whether it is for something that somebody did, or is one that the configuration names. */
  readonly counts: boolean;
  /** When it was asked; an answer is used again for a while. */
  readonly checkedAt: number;
}

export interface ZoneOptions {
  readonly name: string;
  /** The name without what is secret in it. */
  readonly title: string;
  /** The answers that count; undefined: those that are for abuse. */
  readonly answers: AnswerRanges | undefined;
}

/** What a zone says of an address. */
export type ZoneAnswer =
  | { readonly type: 'known'; readonly zone: string; readonly listings: readonly Listing[] }
  /** It is not asked: it is set aside, or does not understand questions about IPv6. */
  | { readonly type: 'unasked'; readonly why: string }
  /** It is asked, and has not answered this time. */
  | { readonly type: 'failed'; readonly why: string };

/** A zone for `status`. */
export interface ZoneCounts {
  readonly zone: string;
  readonly state: ZoneState;
  /** Addresses that were looked up in it since the start, and what came of it; answers used again are not counted. */
  readonly listed: number;
  readonly unlisted: number;
  readonly failed: number;
}

export interface ZoneTools {
  readonly dns: Dns;
  readonly pace: Pace;
  readonly clock: () => number;
  /** How long an answer is used again at most, in milliseconds. */
  readonly cacheMs: number;
}

/** 300 bytes each, so 3 MB; whoever is looked up comes back within the hour or not at all. */
const CACHE_MAX = 10_000;
/** Who is not listed may be in a quarter of an hour: spam is noticed while it is sent. */
const UNLISTED_MS = 600_000;
/** Operators of public zones give minutes; with less, a burst of one address would be asked again and again. */
const LISTED_LEAST_MS = 60_000;
/** A sentence and an address on the web. */
const REASON_MAX = 300;

export class Zone {
  readonly #options: ZoneOptions;
  readonly #tools: ZoneTools;
  readonly #health: ZoneHealth;
  readonly #answers = new Cache<readonly Listing[]>(CACHE_MAX);
  readonly #counts = { listed: 0, unlisted: 0, failed: 0 };
  /** Whether it understands questions about IPv6; those about IPv4 are asked all the same. */
  #knowsIPv6 = false;
  #trial: Promise<void> | undefined;

  constructor(options: ZoneOptions, tools: ZoneTools) {
    this.#options = options;
    this.#tools = tools;
    this.#health = new ZoneHealth(options.title, tools.clock);
  }

  get problem(): ZoneHealth['problem'] {
    return this.#health.problem;
  }

  get counts(): ZoneCounts {
    return { zone: this.#options.title, state: this.#health.state, ...this.#counts };
  }

  /** Tries it where that is due. The promise of a trial that is under way, where there is one. */
  look(): Promise<void> | undefined {
    if (this.#health.isDue) {
      this.#trial ??= this.#try().then((finding) => {
        this.#trial = undefined;
        if (finding) this.#health.tried(finding);
      });
    }
    return this.#trial;
  }

  async lookup(address: Address): Promise<ZoneAnswer> {
    const known = this.#answers.get(address.text, this.#tools.clock());
    if (known) return this.#known(known);
    const trial = this.look();
    if (this.#health.state === 'untried') await trial;
    const { title } = this.#options;
    if (this.#health.state !== 'good') return { type: 'unasked', why: `${title} is ${this.#health.state}` };
    if (!this.#knowsIPv6 && !isIPv4(address)) return { type: 'unasked', why: `${title} does not know IPv6` };
    const question = questionFor(address, this.#options.name);
    const answer = await this.#tools.pace.run(async () => {
      // While it waited for its turn the zone may have failed.
      return this.#health.state === 'good' ? this.#tools.dns.addresses(question) : undefined;
    });
    if (!answer) return { type: 'failed', why: `${title} could not be asked` };
    const listings = await this.#read(address, question, answer);
    return listings ? this.#known(listings) : { type: 'failed', why: `${title} did not answer` };
  }

  #known(listings: readonly Listing[]): ZoneAnswer {
    return { type: 'known', zone: this.#options.title, listings };
  }

  /** Undefined for what is no answer of a blocklist. */
  async #read(
    address: Address,
    question: string,
    answer: Answer<readonly AddressRecord[]>,
  ): Promise<readonly Listing[] | undefined> {
    const { clock, cacheMs } = this.#tools;
    if (answer.type === 'none') {
      this.#counts.unlisted++;
      this.#health.asked({ type: 'good', isComplete: true });
      this.#answers.keep(address.text, [], { now: clock(), forMs: Math.min(cacheMs, UNLISTED_MS) });
      return [];
    }
    const verdict = answer.type === 'failed' ? answer : verdictOf(answer.found.map((record) => record.address));
    if (answer.type === 'failed' || verdict.type !== 'listed') {
      this.#counts.failed++;
      if (verdict.type !== 'listed') this.#health.asked(verdict);
      return undefined;
    }
    this.#counts.listed++;
    this.#health.asked({ type: 'good', isComplete: true });
    const listings = this.#listings(verdict.codes, await this.#reason(question));
    const ttlMs = 1_000 * Math.min(...answer.found.map(({ ttl }) => ttl));
    const forMs = Math.min(cacheMs, Math.max(LISTED_LEAST_MS, ttlMs));
    this.#answers.keep(address.text, listings, { now: clock(), forMs });
    return listings;
  }

  #listings(codes: readonly string[], reason: string | undefined): readonly Listing[] {
    const { name, title: zone, answers } = this.#options;
    const checkedAt = this.#tools.clock();
    return codes.map((code) => {
      const { name: meaning, isAbuse } = meaningOf(name, code);
      const counts = answers ? isWithin(answers, code) : isAbuse;
      return { zone, code, meaning, reason, counts, checkedAt };
    });
  }

  /** Without one a listing is a listing all the same. */
  async #reason(question: string): Promise<string | undefined> {
    const { pace, dns } = this.#tools;
    const answer = await pace.run(() => dns.texts(question));
    if (answer?.type !== 'found') return undefined;
    const text = [...new Set(answer.found.map((each) => each.trim()))].filter((each) => each !== '').join('; ');
    return text === '' ? undefined : latin1(ellipsis(text, REASON_MAX));
  }

  /** Asks the test questions. Nothing when it is not their turn. */
  async #try(): Promise<Finding | undefined> {
    const { pace, dns } = this.#tools;
    const { listed, unlisted } = testQuestions(this.#options.name);
    const names = [...unlisted, listed];
    const answers = await Promise.all(names.map((name) => pace.run(() => dns.addresses(name))));
    const verdicts = answers.map((answer) =>
      answer?.type === 'found' ? verdictOf(answer.found.map((record) => record.address)) : answer,
    );
    const bad = verdicts.find((verdict) => verdict?.type === 'refused' || verdict?.type === 'strange');
    if (bad?.type === 'refused' || bad?.type === 'strange') return bad;
    const [v4, v6, last] = verdicts;
    if (v4?.type === 'listed' || v6?.type === 'listed') return { type: 'everything' };
    if (!v4 || !v6 || !last) return undefined;
    const failed = [v4, last].find((verdict) => verdict.type === 'failed');
    if (failed?.type === 'failed') return failed;
    this.#knowsIPv6 = v6.type === 'none';
    return { type: 'good', isComplete: last.type === 'listed' };
  }
}

/** The dots of a cut text are one character beyond it. */
function latin1(text: string): string {
  return text.replace('…', '...');
}

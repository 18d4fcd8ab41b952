/**
 * Whether a zone is of use at the moment. It is tried with its test addresses before it is asked about anybody, again every
 * hour, and after it failed until it is well; meanwhile nobody is looked up in it, so that a resolver like a black hole costs
 * a handful of questions and no waiting.
 */
import type { Problem } from '../../base/problem.ts';
import { refusalWords } from './answer.ts';

export type ZoneState =
  | 'untried'
  | 'good'
  /** Its operator does not answer us. */
  | 'refusing'
  | 'silent'
  /** It lists everything, or answers what no blocklist does. */
  | 'broken';

/** What a trial found, or a look-up. */
export type Finding =
  /** `isComplete`: it lists what every zone must. */
  | { readonly type: 'good'; readonly isComplete: boolean }
  | { readonly type: 'refused'; readonly code: string }
  | { readonly type: 'failed'; readonly why: string }
  | { readonly type: 'strange'; readonly code: string }
  | { readonly type: 'everything' };

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
/** One packet is lost now and then, and one name in a zone may be broken. */
const FAILURES_MAX = 3;
/** By state: when it is tried again, twice as late each time up to the second. */
const AGAIN: Readonly<Record<Exclude<ZoneState, 'untried'>, readonly [first: number, last: number]>> = {
  good: [HOUR, HOUR],
  silent: [30 * SECOND, 600 * SECOND],
  // Who asks too much and goes on asking is refused for longer.
  refusing: [600 * SECOND, HOUR],
  broken: [HOUR, HOUR],
};

export class ZoneHealth {
  state: ZoneState = 'untried';
  #problem: Problem | undefined;
  #failures = 0;
  #due = Number.NEGATIVE_INFINITY;
  #tried = 0;
  #wait = 0;
  readonly #title: string;
  readonly #clock: () => number;

  constructor(title: string, clock: () => number) {
    this.#title = title;
    this.#clock = clock;
  }

  /** What a person should know. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Whether it is time for a trial. */
  get isDue(): boolean {
    const now = this.#clock();
    // Or the clock was set back.
    return now >= this.#due || now < this.#tried;
  }

  /** A trial came to an end. */
  tried(finding: Finding): void {
    switch (finding.type) {
      case 'good':
        this.#failures = 0;
        this.#enter('good', finding.isComplete ? undefined : this.#incomplete());
        return;
      case 'failed':
        this.#enter('silent', this.#silent(finding.why));
        return;
      default:
        this.#enter(finding.type === 'refused' ? 'refusing' : 'broken', this.#broken(finding));
    }
  }

  /** Somebody was looked up. Answers that come after it has failed tell nothing new. */
  asked(finding: Finding): void {
    if (this.state !== 'good') return;
    if (finding.type === 'good') this.#failures = 0;
    else if (finding.type !== 'failed' || ++this.#failures >= FAILURES_MAX) this.tried(finding);
  }

  #enter(state: Exclude<ZoneState, 'untried'>, problem: Problem | undefined): void {
    const [first, last] = AGAIN[state];
    this.#wait = state === this.state ? Math.min(last, this.#wait * 2) : first;
    this.state = state;
    this.#problem = problem;
    this.#tried = this.#clock();
    this.#due = this.#tried + this.#wait;
  }

  #incomplete(): Problem {
    const what = 'does not list 127.0.0.2, as every blocklist does: nobody may be found in it';
    return { where: this.#title, what, hint: 'is its name right, and does your resolver get its answers?' };
  }

  #silent(why: string): Problem {
    const hint = 'does blocklists.resolver answer? the systemd unit reaches this machine only (packaging/README.md)';
    return { where: this.#title, what: `nobody can be looked up: ${why}`, hint };
  }

  #broken(finding: Exclude<Finding, { type: 'good' | 'failed' }>): Problem {
    const where = this.#title;
    switch (finding.type) {
      case 'refused':
        return { where, ...refusalWords(finding.code) };
      case 'strange': {
        const what = `answers ${finding.code}, which no blocklist does; it is not asked`;
        return { where, what, hint: 'the list may be gone, or a resolver makes up answers' };
      }
      case 'everything': {
        const what = 'lists everything, also 127.0.0.1, which no blocklist does; it is not asked';
        return { where, what, hint: 'the list may be gone, or be one of domain names' };
      }
    }
  }
}

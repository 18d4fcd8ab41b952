/**
 * Whether bans have an effect. Lines of an address that the kernel should be stopping are counted; when there are too
 * many to be stragglers, somebody looks why, once an hour for each.
 */
import type { Network } from '../base/address.ts';
import type { Log } from '../base/log.ts';
import type { Diagnosis } from '../firewall/diagnosis.ts';
import type { Attempt } from '../model.ts';
import type { IneffectiveBan } from './protocol.ts';
import type { Held } from './target.ts';

/** Daemons write late what they received before: sshd's login grace and the buffers of web servers are seconds. */
const GRACE_MS = 5_000;
/** One line may be a straggler of any kind; three attempts are not. */
const TELLING = 3;
const AGAIN_MS = 3_600_000;
/** Under watch at a time; an attacker cannot make more of them than there are bans without effect. */
const WATCHED_MAX = 1_000;
/** Lines given to the diagnosis. */
const LINES_MAX = 5;
/** What a look found that needs nobody's attention. */
const HARMLESS: ReadonlySet<string> = new Set(['late-lines']);

interface Suspect {
  readonly held: Held;
  readonly attempts: Attempt[];
  count: number;
  looked: number;
  diagnosis: Diagnosis | undefined;
}

export interface EffectsOptions {
  readonly clock: () => number;
  readonly log: Log;
  held(subject: Network): Held | undefined;
  diagnose(held: Held, attempts: readonly Attempt[]): Promise<Diagnosis>;
  onDiagnosis(held: Held, diagnosis: Diagnosis): void;
}

export class Effects {
  readonly #options: EffectsOptions;
  readonly #suspects = new Map<string, Suspect>();
  readonly #queue: Suspect[] = [];
  #looking = false;

  constructor(options: EffectsOptions) {
    this.#options = options;
  }

  /** An attempt of somebody who is banned. */
  see(attempt: Attempt, count: number, subject: Network): void {
    const held = this.#options.held(subject);
    if (!held || attempt.time < held.at + GRACE_MS) return;
    const suspect = this.#suspectOf(held);
    if (!suspect) return;
    suspect.count += count;
    suspect.attempts.push(attempt);
    if (suspect.attempts.length > LINES_MAX) suspect.attempts.shift();
    const now = this.#options.clock();
    if (suspect.count < TELLING || now - suspect.looked < AGAIN_MS) return;
    suspect.looked = now;
    this.#queue.push(suspect);
    if (!this.#looking) void this.#look();
  }

  /** What was found, of bans that are still in force; harmless findings are left out. */
  list(): IneffectiveBan[] {
    return [...this.#suspects.values()].flatMap(({ held, count, diagnosis }) => {
      if (!diagnosis || HARMLESS.has(diagnosis.cause)) return [];
      const { cause, what, remedy } = diagnosis;
      const since = new Date(held.at).toISOString();
      return [{ subject: held.subject.text, since, attempts: count, cause, what, remedy }];
    });
  }

  of(subject: Network): IneffectiveBan | undefined {
    return this.list().find((each) => each.subject === subject.text);
  }

  /** Forgets bans that are over, or not in the kernel any more. */
  prune(): void {
    for (const [key, { held }] of this.#suspects) {
      if (this.#options.held(held.subject) === undefined) this.#suspects.delete(key);
    }
  }

  #suspectOf(held: Held): Suspect | undefined {
    const known = this.#suspects.get(held.subject.text);
    if (known?.held.from === held.from) return known;
    if (this.#suspects.size >= WATCHED_MAX) this.prune();
    if (this.#suspects.size >= WATCHED_MAX) return undefined;
    const suspect: Suspect = {
      held,
      attempts: [],
      count: 0,
      looked: Number.NEGATIVE_INFINITY,
      diagnosis: undefined,
    };
    this.#suspects.set(held.subject.text, suspect);
    return suspect;
  }

  /** One at a time: each look runs a handful of programs. */
  async #look(): Promise<void> {
    this.#looking = true;
    try {
      for (let suspect = this.#queue.shift(); suspect; suspect = this.#queue.shift()) {
        suspect.diagnosis = await this.#options.diagnose(suspect.held, suspect.attempts);
        this.#options.onDiagnosis(suspect.held, suspect.diagnosis);
      }
    } catch (error) {
      this.#options.log.error('the look at a ban without effect failed', { error: String(error) });
    } finally {
      this.#looking = false;
    }
  }
}

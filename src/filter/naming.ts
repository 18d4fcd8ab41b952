/**
 * The kind under which an attempt is recorded. PAM tells of a failed login first and does not know that it was IMAP;
 * Dovecot's own line comes when the connection ends, and is an echo by then. So attempts of a general kind (`mail.auth`)
 * wait a while to be recorded: an echo of a kind below it (`mail.auth.imap`) names them, and what nobody names is
 * recorded as it came. Only the record waits; jails have counted it already. In the same way an attempt is named whose address
 * is found on a blocklist (`mail.relay`, `mail.relay.listed`). Pure.
 */
import { isListedKind, listedKind } from '../base/kind.ts';
import type { Attempt } from '../model.ts';

/** As long as a session may be silent, twice: afterwards no echo comes. */
const WAIT_MS = 600_000;
/** Addresses with attempts that wait; beyond it all are recorded as they came. */
const WAITING_MAX = 65_536;

/** Hears what is to be recorded. */
export type Recorder = (attempt: Attempt, count: number) => void;

interface Waiting {
  readonly attempt: Attempt;
  count: number;
}

export class Naming {
  readonly #record: Recorder;
  /** By general kind: the kinds below it begin so. */
  readonly #general: ReadonlySet<string>;
  readonly #listed: ReadonlySet<string>;
  /** By general kind, host and address, in the order in which they came. */
  #waiting = new Map<string, Waiting>();

  /** `kinds`: all that there are; one is general when others begin with it. */
  constructor(kinds: Iterable<string>, record: Recorder) {
    const all = [...new Set(kinds)];
    this.#general = new Set(all.filter((kind) => all.some((other) => other.startsWith(`${kind}.`))));
    this.#listed = new Set(all.filter(isListedKind));
    this.#record = record;
  }

  /** `added`: attempts that the line adds; `echoed`: those that it tells again. */
  take(attempt: Attempt, { added, echoed }: { added: number; echoed: number }): void {
    const named = echoed > 0 ? this.#name(attempt, echoed) : 0;
    if (added + named === 0) return;
    // A kind may be named and general at once: mail.auth, mail.auth.imap, mail.auth.imap.listed.
    if (this.#maybeNamed(attempt)) this.#wait(attempt, added + named);
    else this.#record(attempt, added + named);
  }

  /** Nobody tells again what has no voice; only a blocklist may. */
  #maybeNamed({ pattern: { kind, voice } }: Attempt): boolean {
    return this.#general.has(kind) && (voice !== undefined || this.#listed.has(listedKind(kind)));
  }

  /** Records what has waited long enough, `now` being the time of the newest line. */
  expire(now: number): void {
    for (const [key, { attempt, count }] of this.#waiting) {
      // The rest came later: it is in the order of coming.
      if (now - attempt.time <= 2 * WAIT_MS) return;
      if (count > 0) this.#record(attempt, count);
      this.#waiting.delete(key);
    }
  }

  /** Records all that waits. */
  flush(): void {
    for (const { attempt, count } of this.#waiting.values()) if (count > 0) this.#record(attempt, count);
    this.#waiting.clear();
  }

  #wait(attempt: Attempt, count: number): void {
    const key = keyOf(attempt, attempt.pattern.kind);
    const waiting = this.#waiting.get(key);
    if (waiting && Math.abs(attempt.time - waiting.attempt.time) <= WAIT_MS) {
      waiting.count += count;
      return;
    }
    if (waiting && waiting.count > 0) this.#record(waiting.attempt, waiting.count);
    if (this.#waiting.size >= WAITING_MAX) this.flush();
    this.#waiting.delete(key);
    this.#waiting.set(key, { attempt, count });
  }

  /** How many of the echoed attempts were waiting for a name. */
  #name(attempt: Attempt, echoed: number): number {
    const { kind } = attempt.pattern;
    const general = kind.slice(0, Math.max(0, kind.lastIndexOf('.')));
    if (!this.#general.has(general)) return 0;
    const waiting = this.#waiting.get(keyOf(attempt, general));
    if (!waiting) return 0;
    const named = Math.min(echoed, waiting.count);
    waiting.count -= named;
    return named;
  }
}

function keyOf(attempt: Attempt, kind: string): string {
  return `${kind} ${attempt.file.host} ${attempt.address.text}`;
}

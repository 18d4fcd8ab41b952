/**
 * Lines of nginx's error log that may be forged. nginx writes the decoded path of a request, and the decoded user name,
 * as they are: a newline in them ends the line, and what follows is the client's to write, a whole record included.
 *
 * What can be relied on: a record is written at once, is at most RECORD_MAX bytes long (nginx cuts it there), and
 * begins with what nginx wrote. So a line can only be forged when a record that holds such decoded text (an "opener")
 * began less than RECORD_MAX bytes before it. A line with no opener so near is genuine, and proves its worker process.
 * Any other line is held back until the log has gone on for RECORD_MAX bytes, and is set aside when
 *  - something near it shows that a record was torn: a line without a date, an opener without its end, an encoded
 *    newline in the request that nginx quotes at the record's end;
 *  - its worker process is not one that a genuine line proved;
 *  - its connection number belongs to another client.
 */

import { UTC } from '../base/zone.ts';
import type { Attempt, Chunk } from '../model.ts';
import { type AttemptText, attemptText } from './attempt-text.ts';
import { readNginxError } from './envelope/error-log.ts';
import type { SetAside } from './recognize.ts';
import { Timestamps } from './timestamp.ts';

/** nginx's NGX_MAX_ERROR_STR, and a little for the newline and a remainder written with it. */
const RECORD_MAX = 2_048 + 64;
/** Workers change at a reload; a log that names more than these is not nginx's, and the oldest are forgotten. */
const WORKERS_MAX = 1_024;
/** Connections whose client is remembered; one lives for minutes, in which a busy server opens thousands. */
const CONNECTIONS_MAX = 8_192;

interface Held {
  readonly attempt: Attempt;
  /** Where the opener before it began. */
  readonly opener: number;
  readonly trusted: boolean;
  /** It was believed at once, and waits only so that attempts leave in the order of their lines. */
  readonly believed: boolean;
}

/** What a guard knows, to be saved where reading stops and given back where it goes on. Opaque but for being JSON. */
export interface GuardState {
  readonly workers: readonly string[];
  readonly clients: ReadonlyArray<readonly [string, string]>;
  readonly held: ReadonlyArray<Omit<Held, 'attempt'> & { readonly attempt: AttemptText }>;
  /** Null stands for "never", which JSON has no number for. */
  readonly opener: number | null;
  readonly torn: number | null;
  readonly run: number | null;
}

export class ForgeryGuard {
  readonly #setAside: SetAside;
  readonly #timestamps = new Timestamps({ zone: UTC, modified: 0 });
  readonly #workers = new Set<string>();
  readonly #clients = new Map<string, string>();
  #held: Held[] = [];
  /** Offset of the last opener, and of the last sign of a torn record. */
  #opener = Number.NEGATIVE_INFINITY;
  #torn = Number.NEGATIVE_INFINITY;
  /** Where the first opener of an unbroken run of near openers began: a forged opener must not hide the real one. */
  #run = Number.NEGATIVE_INFINITY;
  #begun = false;

  constructor(setAside: SetAside) {
    this.#setAside = setAside;
  }

  /** Sees every line of the chunk; `attempts` are those found in it. Returns what can be relied on by now. */
  pass(chunk: Chunk, attempts: readonly Attempt[]): Attempt[] {
    const released: Attempt[] = [];
    if (!this.#begun) this.#begin(chunk.offset);
    const text = chunk.bytes.toString('latin1', 0, chunk.bytes.length);
    const byOffset = new Map(attempts.map((attempt) => [attempt.offset, attempt]));
    for (let start = 0; start < text.length; ) {
      const end = text.indexOf('\n', start);
      if (end < 0) break;
      const offset = chunk.offset + start;
      this.#release(offset, released);
      this.#look({ text, start, end }, offset, byOffset.get(offset), released);
      start = end + 1;
    }
    return released;
  }

  /** A log that is gone on with may have an opener just before: its first lines are not taken on trust. */
  #begin(offset: number): void {
    this.#begun = true;
    if (offset === 0) return;
    this.#opener = offset - 1;
    this.#run = offset - 1;
  }

  finish(): Attempt[] {
    const released: Attempt[] = [];
    this.#release(Number.POSITIVE_INFINITY, released);
    return released;
  }

  save(): GuardState {
    return {
      workers: [...this.#workers],
      clients: [...this.#clients],
      held: this.#held.map((held) => ({ ...held, attempt: attemptText(held.attempt) })),
      opener: finiteOr(this.#opener, null),
      torn: finiteOr(this.#torn, null),
      run: finiteOr(this.#run, null),
    };
  }

  restore(state: GuardState, read: (text: AttemptText) => Attempt): void {
    const never = Number.NEGATIVE_INFINITY;
    this.#begun = true;
    for (const worker of state.workers) this.#workers.add(worker);
    for (const [connection, client] of state.clients) this.#clients.set(connection, client);
    this.#held = state.held.map((held) => ({ ...held, attempt: read(held.attempt) }));
    this.#opener = state.opener ?? never;
    this.#torn = state.torn ?? never;
    this.#run = state.run ?? never;
  }

  #look(
    line: { text: string; start: number; end: number },
    offset: number,
    attempt: Attempt | undefined,
    released: Attempt[],
  ): void {
    const record = readNginxError(line, this.#timestamps);
    if (!record) {
      this.#torn = offset;
      return;
    }
    const message = line.text.slice(record.field.start, line.end);
    if (hasEncodedNewline(message)) this.#torn = offset;
    const near = offset - this.#opener < RECORD_MAX;
    if (attempt) {
      if (!near) {
        this.#prove(record.process);
        this.#remember(record.pid, attempt.address.text);
        if (this.#held.length === 0) released.push(attempt);
        else this.#held.push({ attempt, opener: offset, trusted: true, believed: true });
        return;
      }
      const trusted = this.#workers.has(record.process) && this.#remember(record.pid, attempt.address.text);
      this.#held.push({ attempt, opener: this.#run, trusted, believed: false });
      return;
    }
    if (!near) this.#prove(record.process);
    if (!isOpener(message)) return;
    if (!near) this.#run = offset;
    this.#opener = offset;
    if (!/, client: [0-9a-fA-F.:]+, server: .*"$/.test(message)) this.#torn = offset;
  }

  #prove(worker: string): void {
    if (this.#workers.size >= WORKERS_MAX) this.#workers.clear();
    this.#workers.add(worker);
  }

  /** False when the connection is known to be another client's. */
  #remember(connection: string, client: string): boolean {
    const known = this.#clients.get(connection);
    if (known !== undefined) return known === client;
    if (this.#clients.size >= CONNECTIONS_MAX) this.#clients.clear();
    this.#clients.set(connection, client);
    return true;
  }

  /** Decides on what is held, as far as the log has gone on beyond it. */
  #release(offset: number, released: Attempt[]): void {
    while (this.#held.length > 0) {
      const [first] = this.#held;
      if (!first || (!first.believed && offset - first.attempt.offset < RECORD_MAX)) return;
      this.#held.shift();
      if (first.believed || (first.trusted && this.#torn < first.opener)) released.push(first.attempt);
      else this.#setAside.forged++;
    }
  }
}

function finiteOr<T>(value: number, otherwise: T): number | T {
  return Number.isFinite(value) ? value : otherwise;
}

/** Whether the record may hold decoded text: it quotes something before it names its client, or names none. */
function isOpener(message: string): boolean {
  const client = message.indexOf(', client: ');
  const quote = message.indexOf('"');
  return quote >= 0 && (client < 0 || quote < client) && !/^limiting (?:requests|connections)/.test(message);
}

/** The request at the end of a record is quoted as it was sent: a newline in the path is still encoded there. */
function hasEncodedNewline(message: string): boolean {
  const request = message.lastIndexOf('request: "');
  return request >= 0 && /%0[aAdD]/.test(message.slice(request));
}

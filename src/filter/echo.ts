/**
 * One event, one attempt. A wrong password is told of by sshd, by PAM and once more when the connection closes; Dovecot
 * and PAM write to different files; rsyslog writes the same line to several. Each such teller is a voice, and within a
 * session the loudest voice counts: attempts = the maximum over voices of what that voice has told so far.
 * Nothing is waited for: the first to tell counts at once, and its echoes add nothing.
 * Attempts must come in the order of time (filter/timeline.ts). Pure.
 */
import type { Address } from '../base/address.ts';
import { AddressTable } from '../base/address-table.ts';
import type { Attempt, Pattern } from '../model.ts';

/** Voices of one service that are told apart, the first for what its processes told together. */
const VOICES = 16;
const PROCESSES = 0;
/** A session that is silent for so long is over: sshd's login grace is 2 minutes, Dovecot's 3. */
const SESSION_IDLE_MS = 300_000;
/**
 * How long a generation of sessions collects; the one before is kept too, so a session lives at least so long. Twice as
 * long as a session may be silent: lines that are late, or logs whose clocks differ, do not lose theirs. Not longer:
 * the few sessions that are open then stay in the processor's cache, where a flood would have to come to drive them out.
 */
const GENERATION_MS = 2 * SESSION_IDLE_MS;
/** Sessions in one generation, however short it becomes by that: 64 Ki in 5 minutes are 200 new ones a second. */
const SESSIONS_MAX = 65_536;
/** Copies of a line in several files lie this near in time: classic syslog has seconds only. */
const COPY_MS = 10_000;
/** Lines remembered to find their copies, in one generation. */
const COPIES_MAX = 65_536;

/** The open sessions, to be saved with the ledger and opened again. Opaque but for being JSON. */
export interface EchoState {
  readonly places: readonly string[];
  readonly voices: readonly string[];
  readonly sessions: readonly SessionState[];
}

interface SessionState {
  /** Four address words and the tag. */
  readonly key: readonly [number, number, number, number, number];
  readonly told: readonly number[];
  readonly counted: number;
  readonly last: number;
}

export interface EchoOptions {
  /** `look`: the same host's syslog lines may be in more than one of the files that are read. */
  readonly copies: 'look' | 'none';
}

export class EchoCounter {
  readonly #options: EchoOptions;
  readonly #places = new Map<string, number>();
  readonly #voices = new Map<string, number>();
  /** The same by pattern: no text is put together for each attempt. */
  readonly #numbers = new Map<Pattern, number>();
  #sessions = new Sessions();
  #before = new Sessions();
  #sessionsSince = Number.NEGATIVE_INFINITY;
  #copies = new Map<string, Map<string, number>>();
  #copiesBefore = new Map<string, Map<string, number>>();
  #copiesSince = Number.NEGATIVE_INFINITY;
  #lastPlace = { host: '', service: '', id: -1 };
  /** Of the line that was counted last: how many attempts it told again that another voice had told. */
  echoed = 0;

  constructor(options: EchoOptions) {
    this.#options = options;
  }

  /** How many attempts this line adds: 0 for an echo of what was counted before. */
  count(attempt: Attempt): number {
    const { voice, syslog, service } = attempt.pattern;
    this.echoed = 0;
    if (syslog && this.#options.copies === 'look' && this.#isCopy(attempt)) return 0;
    if (voice === undefined) return attempt.count;
    if (attempt.time - this.#sessionsSince > GENERATION_MS) this.#turn(attempt.time);
    const { address, time, count } = attempt;
    const place = this.#placeOf(attempt.file.host, service);
    const number = this.#numbers.get(attempt.pattern) ?? this.#number(attempt.pattern, voice);
    const process = processId(attempt.session);
    let added = this.#tell(address, tagOf(place, process), { voice: number, count, time });
    // What all processes told of an address is one voice more: PAM may log under the process of a child.
    if (added > 0 && process >= 0) {
      added = this.#tell(address, tagOf(place, -1), { voice: PROCESSES, count: added, time });
    }
    this.echoed = Math.max(0, count - added);
    return added;
  }

  /** What a voice tells in a session; returns what that adds to what was counted there. */
  #tell(address: Words, tag: number, told: Told): number {
    if (this.#sessions.isFull && this.#sessions.find(address, tag) < 0) this.#turn(told.time);
    const known = this.#sessions.size;
    const entry = this.#sessions.open(address, tag);
    if (this.#sessions.size > known) {
      const old = this.#before.find(address, tag);
      if (old >= 0) this.#sessions.inherit(entry, this.#before, old);
    }
    return this.#sessions.add(entry, told);
  }

  #turn(time: number): void {
    const oldest = this.#before;
    this.#before = this.#sessions;
    this.#sessions = oldest;
    this.#sessionsSince = time;
    oldest.clear();
  }

  /** What is still open at a time. */
  save(now: number): EchoState {
    const sessions = [...this.#before.recent(now), ...this.#sessions.recent(now)];
    return { places: [...this.#places.keys()], voices: [...this.#voices.keys()], sessions };
  }

  restore(state: EchoState): void {
    for (const place of state.places) this.#places.set(place, this.#places.size);
    for (const voice of state.voices) this.#voiceOf(...pairOf(voice));
    for (const session of state.sessions) {
      if (this.#sessions.isFull) this.#turn(session.last);
      this.#sessions.restore(session);
    }
  }

  /** Whether another file holds the same line: the n-th time it is seen in a file, it was seen n times elsewhere. */
  #isCopy(attempt: Attempt): boolean {
    const second = Math.floor(attempt.time / 1000);
    if (attempt.time - this.#copiesSince > COPY_MS || this.#copies.size >= COPIES_MAX) {
      this.#copiesBefore = this.#copies;
      this.#copies = new Map();
      this.#copiesSince = attempt.time;
    }
    const { pattern, address, user, session, file } = attempt;
    const key = `${second} ${pattern.filter} ${pattern.number} ${address.text} ${session} ${file.host} ${user ?? ''}`;
    let counts = this.#copies.get(key) ?? this.#copiesBefore.get(key);
    if (!counts) {
      counts = new Map();
      this.#copies.set(key, counts);
    }
    const most = Math.max(0, ...counts.values());
    const here = (counts.get(file.path) ?? 0) + 1;
    counts.set(file.path, here);
    return here <= most;
  }

  /** A small integer for a host and a service. */
  #placeOf(host: string, service: string): number {
    const last = this.#lastPlace;
    if (last.host === host && last.service === service) return last.id;
    const name = `${host}\n${service}`;
    const id = this.#places.get(name) ?? this.#places.size;
    this.#places.set(name, id);
    this.#lastPlace = { host, service, id };
    return id;
  }

  #number(pattern: Pattern, voice: string): number {
    const number = this.#voiceOf(pattern.service, voice);
    this.#numbers.set(pattern, number);
    return number;
  }

  /** A voice's number within its service, from 1. */
  #voiceOf(service: string, voice: string): number {
    const name = `${service}\n${voice}`;
    const known = this.#voices.get(name);
    if (known !== undefined) return known;
    const before = [...this.#voices.keys()].filter((each) => each.startsWith(`${service}\n`)).length;
    const number = 1 + (before % (VOICES - 1));
    this.#voices.set(name, number);
    return number;
  }
}

/** Host, service and process (-1 for none) in one integer: Linux has at most 2^22 process ids, which leaves ten bits. */
function tagOf(place: number, process: number): number {
  return (place << 22) ^ ((process + 1) & 0x3fffff);
}

/** The number that a text begins with, -1 for none. By hand: `Number.parseInt` takes five times as long. */
function processId(text: string): number {
  let id = -1;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) break;
    id = Math.max(id, 0) * 10 + digit;
  }
  return id;
}

function pairOf(name: string): readonly [service: string, voice: string] {
  const [service = '', voice = ''] = name.split('\n');
  return [service, voice];
}

interface Told {
  readonly voice: number;
  readonly count: number;
  readonly time: number;
}

type Words = Pick<Address, 'w0' | 'w1' | 'w2' | 'w3'>;

/** Sessions in flat arrays: a flood of logins must not become a flood of objects. */
class Sessions {
  readonly #table = new AddressTable(SESSIONS_MAX);
  #told = new Int32Array(1024 * VOICES);
  #counted = new Int32Array(1024);
  #last = new Float64Array(1024);

  get size(): number {
    return this.#table.size;
  }

  get isFull(): boolean {
    return this.#table.size >= SESSIONS_MAX;
  }

  clear(): void {
    this.#told.fill(0, 0, this.size * VOICES);
    this.#counted.fill(0, 0, this.size);
    this.#last.fill(0, 0, this.size);
    this.#table.clear();
  }

  find({ w0, w1, w2, w3 }: Words, tag: number): number {
    return this.#table.find(w0, w1, w2, w3, tag);
  }

  open({ w0, w1, w2, w3 }: Words, tag: number): number {
    const entry = this.#table.index(w0, w1, w2, w3, tag);
    if (entry >= this.#counted.length) {
      this.#told = doubled(this.#told, Int32Array);
      this.#counted = doubled(this.#counted, Int32Array);
      this.#last = doubled(this.#last, Float64Array);
    }
    return entry;
  }

  /** Takes over what another generation knows of a new session. */
  inherit(entry: number, from: Sessions, old: number): void {
    for (let voice = 0; voice < VOICES; voice++) {
      this.#told[entry * VOICES + voice] = from.#told[old * VOICES + voice] ?? 0;
    }
    this.#counted[entry] = from.#counted[old] ?? 0;
    this.#last[entry] = from.#last[old] ?? 0;
  }

  restore({ key: [w0, w1, w2, w3, tag], told, counted, last }: SessionState): void {
    const entry = this.open({ w0, w1, w2, w3 }, tag);
    this.#told.set(told.slice(0, VOICES), entry * VOICES);
    this.#counted[entry] = counted;
    this.#last[entry] = last;
  }

  /** Those that were told of not long before a time. */
  recent(now: number): SessionState[] {
    const states: SessionState[] = [];
    for (let entry = 0; entry < this.#table.size; entry++) {
      if (now - (this.#last[entry] ?? 0) <= SESSION_IDLE_MS) states.push(this.#at(entry));
    }
    return states;
  }

  /** Returns what it adds to what was counted. */
  add(entry: number, { voice, count, time }: Told): number {
    const at = entry * VOICES;
    const last = this.#last[entry] ?? 0;
    // Idle either way: an older log that is read later has sessions of its own.
    const idle = time - last > SESSION_IDLE_MS || last - time > SESSION_IDLE_MS;
    if (idle) {
      this.#told.fill(0, at, at + VOICES);
      this.#counted[entry] = 0;
    }
    if (idle || time > last) this.#last[entry] = time;
    const told = (this.#told[at + voice] ?? 0) + count;
    this.#told[at + voice] = told;
    const counted = this.#counted[entry] ?? 0;
    if (told <= counted) return 0;
    this.#counted[entry] = told;
    return told - counted;
  }

  #at(entry: number): SessionState {
    const word = (index: number): number => this.#table.word(entry, index);
    return {
      key: [word(0), word(1), word(2), word(3), word(4)],
      told: [...this.#told.subarray(entry * VOICES, (entry + 1) * VOICES)],
      counted: this.#counted[entry] ?? 0,
      last: this.#last[entry] ?? 0,
    };
  }
}

function doubled<A extends Int32Array | Float64Array>(array: A, make: new (length: number) => A): A {
  const larger = new make(array.length * 2);
  larger.set(array);
  return larger;
}

/**
 * Lines that belong together by an identifier that they all have (`<F-MLFID>`: a process, a queue): what one line says of
 * the client and another of the user makes one failure. A line may be no failure by itself (`<F-NOFAIL>`), end the
 * session (`<F-MLFFORGET>`), or tell that the client got in (`<F-MLFGAINED>`).
 */
import { type Fields, type FieldValue, textOf } from './fields.ts';
import type { Line } from './line.ts';

/** What is known of a failure, or of a session that may become one. */
export interface Session {
  readonly fields: Fields;
  /** All users that the session tried. */
  readonly users: Set<string>;
  matches: Line[];
  /** Lines that count only when a failure follows. */
  waiting: Line[];
  /** A failure whose client is not known yet. */
  isPending: boolean;
}

/** Sessions at once, and how long one lasts: the numbers of the original. */
const SESSIONS_MAX = 100;
const SESSION_MS = 300_000;
/** Users of one session that are told apart. More say no more. */
const USERS_MAX = 100;

/** The fields that steer sessions; they are taken from the last line only. */
const STATES = ['nofail', 'mlfgained', 'mlfforget'] as const;

interface Kept {
  readonly session: Session;
  readonly until: number;
}

export class Sessions {
  readonly #kept = new Map<string, Kept>();

  /** The session that the line's fields belong to, with them put into it. `now` in milliseconds. */
  merge(fields: Fields, matched: readonly Line[], now: number): Session {
    const id = textOf(fields.get('mlfid') ?? '');
    const state = takeStates(fields);
    const known = this.#get(id, now);
    const session = known ?? newSession(fields);
    const last = known ? takeStates(known.fields) : undefined;
    if (known || !state.isForgotten) addUser(session, fields.get('user'));
    if (known) {
      if (state.isGained) known.isPending = false;
      // Nothing waits, so what was matched has been told already.
      if (!last?.isNoFail && !last?.isGained && !known.isPending) known.matches = [];
      for (const [name, value] of fields) known.fields.set(name, value);
      if (state.isForgotten) this.#kept.delete(id);
    } else if (!state.isForgotten) {
      this.#set(id, session, now);
    }
    settle(session, state, matched);
    return session;
  }

  #get(id: string, now: number): Session | undefined {
    const kept = this.#kept.get(id);
    if (kept && kept.until > now) return kept.session;
    this.#kept.delete(id);
    return undefined;
  }

  #set(id: string, session: Session, now: number): void {
    for (const [oldest, { until }] of this.#kept) {
      if (this.#kept.size < SESSIONS_MAX) break;
      this.#kept.delete(oldest);
      if (until > now && this.#kept.size < SESSIONS_MAX) break;
    }
    this.#kept.set(id, { session, until: now + SESSION_MS });
  }
}

/** A failure that belongs to no session. */
export function newSession(fields: Fields): Session {
  return { fields, users: new Set(), matches: [], waiting: [], isPending: false };
}

interface State {
  readonly isNoFail: boolean;
  readonly isGained: boolean;
  readonly isForgotten: boolean;
  readonly noFail: FieldValue | undefined;
  readonly gained: FieldValue | undefined;
}

function takeStates(fields: Fields): State {
  const gained = fields.get('mlfgained');
  const noFail = fields.get('nofail');
  const isForgotten = isSet(fields.get('mlfforget'));
  for (const name of STATES) fields.delete(name);
  const isGained = isSet(gained);
  return {
    isGained,
    isForgotten,
    isNoFail: isGained || isSet(noFail),
    gained,
    noFail: isSet(noFail) ? noFail : gained,
  };
}

function isSet(value: FieldValue | undefined): boolean {
  return value !== undefined && value.length > 0;
}

function addUser({ users }: Session, user: FieldValue | undefined): void {
  if (isSet(user) && users.size < USERS_MAX) users.add(textOf(user ?? ''));
}

/** Whether the session is a failure now, and which lines it is one by. */
function settle(session: Session, state: State, matched: readonly Line[]): void {
  // A failure waits, or another user was tried before: getting in does not undo that.
  const isFailure = session.isPending || session.users.size > 1;
  session.isPending = false;
  const isNoFail = state.isNoFail && !isFailure;
  if (isNoFail && state.noFail !== undefined) session.fields.set('nofail', state.noFail);
  if (isNoFail && isSet(state.gained) && state.gained !== undefined) session.fields.set('mlfgained', state.gained);
  if (!isNoFail) {
    session.matches = latest([...session.waiting, ...session.matches, ...matched]);
    session.waiting = [];
  } else if (!state.isForgotten) {
    session.waiting = latest([...session.waiting, ...matched]);
  }
}

/** Lines that one session keeps. It lasts five minutes, and nobody reads more. */
const LINES_MAX = 500;

function latest(lines: Line[]): Line[] {
  return lines.length > LINES_MAX ? lines.slice(-LINES_MAX) : lines;
}

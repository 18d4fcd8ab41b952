/**
 * Lines that belong together by an identifier that they all have (`<F-MLFID>`: a process, a queue): what one line says of
 * the client and another of the user makes one failure. A line may be no failure by itself (`<F-NOFAIL>`), end the
 * session (`<F-MLFFORGET>`), or tell that the client got in (`<F-MLFGAINED>`).
 */
import { FIELD, type FieldList, type FieldValue, textOf } from './fields.ts';
import { type Keyed, Latest } from './latest.ts';
import type { Line } from './line.ts';

/** What is known of a failure, or of a session that may become one. */
export interface Session extends Keyed {
  /** Not changed any more once a failure was told with them. */
  fields: FieldList;
  /** All users that the session tried. */
  users: readonly string[];
  matches: readonly Line[];
  /** Lines that count only when a failure follows. */
  waiting: readonly Line[];
  /** A failure whose client is not known yet. */
  isPending: boolean;
  /** Milliseconds: when it ends. */
  until: number;
}

/** Sessions at once, and how long one lasts: the numbers of the original. */
const SESSIONS_MAX = 100;
const SESSION_MS = 300_000;
/** Users of one session that are told apart. More say no more. */
const USERS_MAX = 100;

export class Sessions {
  readonly #kept = new Latest<Session>(SESSIONS_MAX);

  /** The session that the line's fields belong to, with them put into it; or one of their own. `now` in milliseconds. */
  merge(fields: FieldList, matched: readonly Line[], now: number): Session {
    const given = fields.get(FIELD.mlfid);
    if (given === undefined) return newSession(fields, '', matched);
    const id = textOf(given);
    const state = takeStates(fields);
    const known = this.#get(id, now);
    if (known) known.fields = known.fields.copy();
    const session = known ?? newSession(fields, id, NONE);
    const last = known ? takeStates(known.fields) : undefined;
    if (known || !state.isForgotten) addUser(session, fields.get(FIELD.user));
    if (known) {
      if (state.isGained) known.isPending = false;
      // Nothing waits, so what was matched has been told already.
      if (!last?.isNoFail && !last?.isGained && !known.isPending) known.matches = NONE;
      known.fields.addAll(fields);
      if (state.isForgotten) this.#kept.delete(id);
    } else if (!state.isForgotten) {
      session.until = now + SESSION_MS;
      this.#kept.add(session);
    }
    settle(session, state, matched);
    return session;
  }

  #get(id: string, now: number): Session | undefined {
    const kept = this.#kept.get(id);
    if (kept && kept.until > now) return kept;
    if (kept) this.#kept.delete(id);
    return undefined;
  }
}

const NONE: readonly never[] = [];

/** Without a key, a failure that belongs to no session. */
function newSession(fields: FieldList, key: string, matches: readonly Line[]): Session {
  return { key, fields, users: NONE, matches, waiting: NONE, isPending: false, until: 0 };
}

interface State {
  readonly isNoFail: boolean;
  readonly isGained: boolean;
  readonly isForgotten: boolean;
  readonly noFail: FieldValue | undefined;
  readonly gained: FieldValue | undefined;
}

/** Of most lines. */
const PLAIN: State = { isNoFail: false, isGained: false, isForgotten: false, noFail: undefined, gained: undefined };

/** The fields that steer sessions are taken from the last line only. */
function takeStates(fields: FieldList): State {
  const gained = fields.take(FIELD.mlfgained);
  const noFail = fields.take(FIELD.nofail);
  const forgotten = fields.take(FIELD.mlfforget);
  if (gained === undefined && noFail === undefined && forgotten === undefined) return PLAIN;
  const isForgotten = isSet(forgotten);
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

function addUser(session: Session, value: FieldValue | undefined): void {
  if (!isSet(value) || session.users.length >= USERS_MAX) return;
  const user = textOf(value ?? '');
  if (session.users.length === 0) session.users = [user];
  else if (!session.users.includes(user)) session.users = [...session.users, user];
}

/** Whether the session is a failure now, and which lines it is one by. */
function settle(session: Session, state: State, matched: readonly Line[]): void {
  // A failure waits, or another user was tried before: getting in does not undo that.
  const isFailure = session.isPending || session.users.length > 1;
  session.isPending = false;
  const isNoFail = state.isNoFail && !isFailure;
  if (isNoFail && state.noFail !== undefined) session.fields.set('nofail', state.noFail);
  if (isNoFail && isSet(state.gained) && state.gained !== undefined) session.fields.set('mlfgained', state.gained);
  if (!isNoFail) {
    session.matches = joined(session.waiting, joined(session.matches, matched));
    session.waiting = NONE;
  } else if (!state.isForgotten) {
    session.waiting = joined(session.waiting, matched);
  }
}

/** Lines that one session keeps. It lasts five minutes, and nobody reads more. */
const LINES_MAX = 500;

function joined(before: readonly Line[], after: readonly Line[]): readonly Line[] {
  if (before.length === 0 && after.length <= LINES_MAX) return after;
  return [...before, ...after].slice(-LINES_MAX);
}

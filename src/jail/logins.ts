/**
 * Who logged in lately: the addresses that live in a network, and the names that there are. A name one or two letters away
 * from such a name is more likely mistyped than guessed.
 */
import { type Address, contains, detachedAddress, fromWords, type Network } from '../base/address.ts';
import { detach } from '../base/text.ts';
import type { Attempt } from '../model.ts';
import { keyOf, type MemoryRow, partsOf, Remembered } from './memory.ts';

/** Who was not here for a month is no reason to spare a network. */
const KEPT_MS = 30 * 86_400_000;
/** Pairs of address and name; beyond it the oldest are forgotten. A host with more people has an allowlist. */
const LOGINS_MAX = 10_000;
/** A login that is repeated changes nothing for so long: mail programs log in every few minutes. */
const REFRESH_MS = 3_600_000;
/** Shorter names are within a letter or two of each other by chance. Longer ones than a login name may be are none. */
const NAME_MIN = 4;
const NAME_MAX = 64;
/** From so many letters on, two may be wrong. */
const TWO_FROM = 8;
/** Names that were compared; attackers invent them, and each takes a look at all names that there are. */
const CACHED = 4_096;

interface Login {
  readonly host: string;
  /** Empty when the log does not say. */
  readonly user: string;
  readonly address: Address;
  time: number;
}

export class Logins {
  readonly #logins = new Remembered<Login>(({ time }) => ({ until: time + KEPT_MS, content: String(time) }));
  /** By host; made when they are asked for. */
  #names: Map<string, Set<string>> | undefined;
  readonly #mistyped = new Map<string, boolean>();
  /** By address, the login that came from it last: nearly all logins are such a one again. */
  readonly #latest = new Map<string, Login>();

  see({ file: { host }, user = '', address, time }: Attempt): void {
    const latest = this.#latest.get(address.text);
    if (latest?.user === user && latest.host === host && time - latest.time < REFRESH_MS) return;
    const name = user.slice(0, NAME_MAX);
    const { w0, w1, w2, w3 } = address;
    const key = keyOf(['login', host, name, w0, w1, w2, w3]);
    const known = this.#logins.get(key);
    const login =
      known && time - known.time < REFRESH_MS
        ? known
        : { host, user: detach(name), address: detachedAddress(address), time };
    if (login !== known) this.#put(key, login);
    if (this.#latest.size >= LOGINS_MAX) this.#latest.clear();
    this.#latest.set(login.address.text, login);
  }

  /** Of a network, an address that somebody logged in from lately. */
  livingIn(network: Network, host: string, now: number): Address | undefined {
    for (const login of this.#logins.values()) {
      if (login.host === host && now - login.time < KEPT_MS && contains(network, login.address)) return login.address;
    }
    return undefined;
  }

  /** Whether a name is nobody's, and nearly somebody's. */
  isMistyped(user: string, host: string): boolean {
    const names = this.#namesOf(host);
    if (!names || user.length < NAME_MIN || user.length > NAME_MAX || names.has(user)) return false;
    const key = `${host}\n${user}`;
    const known = this.#mistyped.get(key);
    if (known !== undefined) return known;
    const isClose = [...names].some((name) => isNear(user, name));
    if (this.#mistyped.size >= CACHED) this.#mistyped.clear();
    this.#mistyped.set(`${host}\n${detach(user)}`, isClose);
    return isClose;
  }

  take(): MemoryRow[] {
    return this.#logins.take();
  }

  rows(): MemoryRow[] {
    return this.#logins.rows();
  }

  recall(row: MemoryRow): void {
    const login = loginOf(row);
    if (login) this.#put(row.key, login);
  }

  #put(key: string, login: Login): void {
    this.#logins.put(key, login);
    if (this.#names?.get(login.host)?.has(login.user) !== true) this.#forgetNames();
    if (this.#logins.limit(LOGINS_MAX)) this.#forgetNames();
  }

  #forgetNames(): void {
    this.#names = undefined;
    this.#mistyped.clear();
  }

  #namesOf(host: string): ReadonlySet<string> | undefined {
    if (!this.#names) {
      this.#names = new Map();
      for (const login of this.#logins.values()) {
        if (login.user.length < NAME_MIN) continue;
        const names = this.#names.get(login.host) ?? new Set();
        this.#names.set(login.host, names.add(login.user));
      }
    }
    return this.#names.get(host);
  }
}

/** Who logged in, of what is remembered: names (latin1, empty when the log does not say) and addresses. */
export function* loginsIn(rows: Iterable<MemoryRow>): Generator<Pick<Login, 'host' | 'user' | 'address'>> {
  for (const row of rows) {
    const login = loginOf(row);
    if (login) yield login;
  }
}

function loginOf({ key, content }: MemoryRow): Login | undefined {
  const [owner, host, user, w0, w1, w2, w3] = partsOf(key);
  if (owner !== 'login' || content === undefined) return undefined;
  const address = fromWords(Number(w0), Number(w1), Number(w2), Number(w3));
  return { host: String(host), user: String(user), address, time: Number(content) };
}

/** Whether two names differ by a slip of the finger: a letter (two in longer names) wrong, missing, or too many. */
function isNear(a: string, b: string): boolean {
  const most = Math.min(a.length, b.length) < TWO_FROM ? 1 : 2;
  if (Math.abs(a.length - b.length) > most) return false;
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  let before = Array.from({ length: right.length + 1 }, (_, i) => i);
  for (let i = 1; i <= left.length; i++) {
    const row = [i];
    for (let j = 1; j <= right.length; j++) {
      const change = left[i - 1] === right[j - 1] ? 0 : 1;
      row.push(Math.min((before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (before[j - 1] ?? 0) + change));
    }
    if (Math.min(...row) > most) return false;
    before = row;
  }
  return (before[right.length] ?? 0) <= most;
}

/**
 * Who must not be locked out, asked twice: when a limit is reached, and again right before the kernel is told. What this
 * host is and who is logged in is read anew all the time; a login in a log protects at once.
 */
import { type Address, contains, type Network } from '../base/address.ts';
import type { AttemptText } from '../filter/attempt-text.ts';
import type { HostFacts } from '../host/host.ts';
import type { AllowEntry, Protection } from '../jail/jail.ts';
import { overlap } from '../jail/jail.ts';
import type { Attempt } from '../model.ts';
import type { AllowedEntry } from './allow-file.ts';

/** Addresses of logins that are remembered; a host with more people than this has an allowlist. */
const LOGINS_MAX = 10_000;

interface Login {
  readonly address: Address;
  readonly user: string;
  readonly time: number;
}

/** A login as it is saved: address, user (latin1), time. */
export type SavedLogin = readonly [address: AttemptText[1], user: string, time: number];

export interface Trust {
  readonly allow: readonly AllowEntry[];
  /** How long a login protects, in milliseconds. */
  readonly loginsMs: number;
}

export class NeverBan {
  #trust: Trust;
  #facts: HostFacts = { own: [], sessions: [], connections: [], problems: [] };
  #emergency: readonly AllowedEntry[] = [];
  /** By address, the latest login of each, the oldest first. */
  readonly #logins = new Map<string, Login>();
  #changed = false;

  constructor(trust: Trust) {
    this.#trust = trust;
  }

  use(trust: Trust): void {
    this.#trust = trust;
  }

  see(facts: HostFacts): void {
    this.#facts = facts;
  }

  /** What the emergency file says; the networks that are new in it. */
  allow(entries: readonly AllowedEntry[]): readonly Network[] {
    const known = new Set(this.#emergency.map(({ network }) => network.text));
    this.#emergency = entries;
    return entries.map(({ network }) => network).filter(({ text }) => !known.has(text));
  }

  login({ address, user = '', time }: Pick<Attempt, 'address' | 'user' | 'time'>): void {
    const known = this.#logins.get(address.text);
    if (known && known.time >= time) return;
    this.#logins.delete(address.text);
    this.#logins.set(address.text, { address, user, time });
    this.#changed = true;
    if (this.#logins.size <= LOGINS_MAX) return;
    const [oldest] = this.#logins.keys();
    if (oldest !== undefined) this.#logins.delete(oldest);
  }

  /** What protects the subject, or any address in it. */
  of(subject: Network, time: number): Protection | undefined {
    return this.#always(subject, time) ?? this.#trusted(subject, time);
  }

  /**
   * Why a ban that was made at `from` must not reach the kernel. A login that came after the ban speaks against it; one
   * from before it was weighed when the ban was made. For a ban from before this process started nobody knows what was
   * weighed, so that a session speaks against it in any case.
   */
  forbids(subject: Network, ban: { from: number; now: number; isOld: boolean }): string | undefined {
    const always = this.#always(subject, ban.now);
    if (always) return always.why;
    const session = this.#session(subject);
    if (session !== undefined && ban.isOld) return session;
    const login = this.#login(subject, ban.now);
    return login && login.time > ban.from ? loginWords(login) : undefined;
  }

  /** What is protected at the moment, for `status`. */
  list(now: number): ReadonlyArray<{ readonly subject: string; readonly why: string }> {
    const rows = [
      ...this.#emergency.map(({ network, why }) => ({ subject: network.text, why: allowWords(why, 'the allow file') })),
      ...this.#allowed(now).map(({ network, reason }) => ({ subject: network.text, why: `allowlist: ${reason}` })),
      ...this.#facts.own.map(({ network, why }) => ({ subject: network.text, why })),
      ...this.#facts.sessions.map((session) => ({ subject: session.address.text, why: sessionWords(session) })),
      ...[...this.#logins.values()]
        .filter((login) => this.#counts(login, now))
        .map((login) => ({ subject: login.address.text, why: loginWords(login) })),
    ];
    return [...new Map(rows.map((row) => [`${row.subject} ${row.why}`, row])).values()];
  }

  /** Logins to be saved, where there are new ones since the last call. */
  takeLogins(): readonly SavedLogin[] | undefined {
    if (!this.#changed) return undefined;
    this.#changed = false;
    return [...this.#logins.values()].map(({ address: { w0, w1, w2, w3 }, user, time }) => [
      [w0, w1, w2, w3],
      user,
      time,
    ]);
  }

  /** The addresses that `next` would no longer protect, of those that are in use: a reload asks before it does that. */
  lost(next: Trust, now: number): ReadonlyArray<{ readonly subject: string; readonly why: string }> {
    const used = [
      ...this.#facts.sessions.map(({ address, user }) => ({ address, why: `${user} is logged in from it` })),
      ...[...this.#logins.values()].map((login) => ({ address: login.address, why: loginWords(login) })),
    ];
    const after = next.allow.filter(({ until }) => until === undefined || now < until);
    return used
      .filter(({ address }) => this.#allowed(now).some(({ network }) => contains(network, address)))
      .filter(({ address }) => !after.some(({ network }) => contains(network, address)))
      .map(({ address, why }) => ({ subject: address.text, why: `${why}, and it would leave the allowlist` }));
  }

  /** The logins that protect now and would not if they counted for `loginsMs` only. */
  forgotten(loginsMs: number, now: number): ReadonlyArray<{ readonly subject: string; readonly why: string }> {
    return [...this.#logins.values()]
      .filter((login) => this.#counts(login, now) && now - login.time > loginsMs)
      .map((login) => ({ subject: login.address.text, why: loginWords(login) }));
  }

  #always(subject: Network, time: number): Protection | undefined {
    const own = this.#facts.own.find(({ network }) => overlap(network, subject));
    if (own) return { why: own.why, strength: 'always' };
    const emergency = this.#emergency.find(({ network }) => overlap(network, subject));
    if (emergency) return { why: allowWords(emergency.why, 'in the allow file'), strength: 'always' };
    const allowed = this.#allowed(time).find(({ network }) => overlap(network, subject));
    return allowed && { why: `on the allowlist (${allowed.reason})`, strength: 'always' };
  }

  #trusted(subject: Network, time: number): Protection | undefined {
    const session = this.#session(subject);
    if (session !== undefined) return { why: session, strength: 'trusted' };
    const login = this.#login(subject, time);
    return login && { why: loginWords(login), strength: 'trusted' };
  }

  #session(subject: Network): string | undefined {
    const session = this.#facts.sessions.find(({ address }) => contains(subject, address));
    return session && sessionWords(session);
  }

  #login(subject: Network, time: number): Login | undefined {
    if (this.#logins.size === 0) return undefined;
    if (subject.bits === 128) {
      const login = this.#logins.get(subject.base.text);
      return login && this.#counts(login, time) ? login : undefined;
    }
    return [...this.#logins.values()].find((each) => contains(subject, each.address) && this.#counts(each, time));
  }

  /** A login counts for a while, and as long as the connection is there. */
  #counts({ address, time }: Login, now: number): boolean {
    if (now - time <= this.#trust.loginsMs) return true;
    return this.#facts.connections.some(({ remote }) => remote.text === address.text);
  }

  #allowed(now: number): readonly AllowEntry[] {
    return this.#trust.allow.filter(({ until }) => until === undefined || now < until);
  }
}

function loginWords({ user, time }: Login): string {
  const who = user === '' ? 'somebody' : user;
  return `${who} logged in from it at ${new Date(time).toISOString().slice(0, 16)}Z`;
}

function sessionWords({ user, terminal }: HostFacts['sessions'][number]): string {
  return `${user} is logged in from it${terminal === '' ? '' : ` (${terminal})`}`;
}

function allowWords(why: string, place: string): string {
  return why === '' ? place : `${place}: ${why}`;
}

/**
 * Attempts in, bans out: counts each address (IPv6: its network) in a sliding window a jail and a host, and bans who
 * reaches the limit, longer with every ban. Pure: time is that of the attempts, earlier bans are asked of the caller.
 */
import { type Address, contains, isIPv4, type Network, networkOf } from '../base/address.ts';
import type { Attempt, Ban, Evidence, Pattern } from '../model.ts';
import { BannedSpans } from './banned.ts';
import { EvidenceRing } from './evidence.ts';
import { type Entry, HUNDREDTHS, Windows } from './window.ts';

export interface JailOptions {
  readonly name: string;
  /** Kinds that it counts: `ssh.login`, or `ssh.*` for all that begin so. */
  readonly kinds: readonly string[];
  readonly maxRetry: number;
  readonly findTime: number;
  readonly banTime: number;
  /** The n-th ban lasts `banTime × growth^(n-1)`, at most `maxBanTime`. */
  readonly growth: number;
  readonly maxBanTime: number;
  /** Of this jail, over the default weights. */
  readonly weights: ReadonlyMap<string, number>;
}

export interface AllowEntry {
  readonly network: Network;
  readonly reason: string;
  /** Epoch milliseconds; undefined for good. */
  readonly until: number | undefined;
}

export interface JailsOptions {
  readonly jails: readonly JailOptions[];
  /** Default weight of each kind. */
  readonly weights: ReadonlyMap<string, number>;
  readonly allow: readonly AllowEntry[];
  /** IPv6 is counted and banned by networks of this prefix. */
  readonly ipv6Prefix: number;
  /** How often a subject was banned before, over all hosts and jails. */
  priorBans(subject: Network): number;
  /** Bytes for the lines of attempts that may become evidence. */
  readonly evidenceBytes: number;
}

export interface JailCounts {
  /** Attempts of allowlisted addresses. */
  readonly allowed: number;
  /** Attempts of addresses while they were banned on that host; a firewall would have stopped them. */
  readonly whileBanned: number;
  /** Attempts that no jail counts. */
  readonly uncounted: number;
  /** Attempts not counted because too many addresses were under watch. */
  readonly dropped: number;
}

/**
 * The most addresses under watch at a time in one jail: 300 bytes each, so 300 MB at the worst. A host that is attacked
 * from more at once has other sorrows; what is dropped is counted.
 */
const WATCHED_MAX = 1_000_000;
/** The longest window in entries; a limit that needs more takes larger weights. */
const DEPTH_MAX = 64;

interface Jail {
  readonly options: JailOptions;
  readonly windows: Windows;
}

/** A window's content, to be saved with the ledger and opened again. */
export interface OpenWindow {
  readonly jail: string;
  readonly host: string;
  readonly weight: number;
  readonly evidence: Evidence;
}

export class Jails {
  readonly #options: JailsOptions;
  readonly #jails: readonly Jail[];
  readonly #ring: EvidenceRing;
  readonly #hosts = new Map<string, number>();
  readonly #byPattern = new Map<Pattern, { jail: Jail | undefined; weight: number }>();
  /** Most attempts are of the same host as the one before. */
  #lastHost: { readonly name: string; readonly number: number } | undefined;
  readonly #banned = new BannedSpans();
  readonly #counts = { allowed: 0, whileBanned: 0, uncounted: 0 };

  constructor(options: JailsOptions) {
    this.#options = options;
    this.#jails = options.jails.map((jail) => openJail(jail, options.weights));
    this.#ring = new EvidenceRing(options.evidenceBytes);
  }

  get counts(): JailCounts {
    return { ...this.#counts, dropped: this.#jails.reduce((sum, jail) => sum + jail.windows.dropped, 0) };
  }

  /** Judges an attempt that stands for `count` attempts. Returns the ban that it leads to. */
  judge(attempt: Attempt, count: number): Ban | undefined {
    const { jail, weight } = this.#jailOf(attempt.pattern);
    if (!jail || weight <= 0) {
      this.#counts.uncounted += count;
      return undefined;
    }
    if (this.#options.allow.length > 0 && this.#isAllowed(attempt.address, attempt.time)) {
      this.#counts.allowed += count;
      return undefined;
    }
    const base = this.#baseOf(attempt.address);
    const host = this.#hostOf(attempt.file.host);
    if (this.#banned.covers(base, host, { time: attempt.time, slack: jail.options.findTime })) {
      this.#counts.whileBanned += count;
      return undefined;
    }
    const entry = { time: attempt.time, weight: weight * count, place: this.#ring.write(attempt, count) };
    const score = jail.windows.add(base, host, entry);
    if (score < jail.options.maxRetry * HUNDREDTHS) return undefined;
    const entries = jail.windows.entries(base, host, attempt.time);
    for (const each of this.#jails) each.windows.clear(base, host);
    return this.#ban(attempt, { jail, subject: this.#subjectOf(attempt.address), host, score, entries });
  }

  /** Takes a ban that is in force from the ledger, so that its subject is not banned again before it ends. */
  resume(subject: Network, host: string, span: { readonly from: number; readonly until: number }): void {
    this.#banned.add(subject.base, this.#hostOf(host), span);
  }

  /** What the windows hold at a time, for `restore`. */
  save(now: number): OpenWindow[] {
    const names = [...this.#hosts.keys()];
    const saved: OpenWindow[] = [];
    for (const { options, windows } of this.#jails) {
      for (const window of windows.all(now)) {
        for (const entry of window.entries) {
          const evidence = this.#ring.read(entry.place);
          if (!evidence) continue;
          saved.push({ jail: options.name, host: names[window.host] ?? '', weight: entry.weight, evidence });
        }
      }
    }
    return saved.sort((a, b) => a.evidence.time - b.evidence.time);
  }

  /** Puts back what `save` gave; a jail that there is no more loses its windows. */
  restore(saved: readonly OpenWindow[]): void {
    for (const { jail: name, host, weight, evidence } of saved) {
      const jail = this.#jails.find((each) => each.options.name === name);
      if (!jail) continue;
      const place = this.#ring.write(attemptOf(evidence, host), evidence.count);
      const base = this.#baseOf(evidence.address);
      jail.windows.add(base, this.#hostOf(host), { time: evidence.time, weight, place });
    }
  }

  #ban(
    attempt: Attempt,
    at: { jail: Jail; subject: Network; host: number; score: number; entries: readonly Entry[] },
  ): Ban {
    const { options } = at.jail;
    const prior = this.#options.priorBans(at.subject);
    const until = attempt.time + banLength(options, prior);
    this.#banned.add(at.subject.base, at.host, { from: attempt.time, until });
    const evidence = at.entries.flatMap((entry) => this.#ring.read(entry.place) ?? []);
    const kinds: Record<string, number> = Object.create(null);
    for (const each of evidence) kinds[each.kind] = (kinds[each.kind] ?? 0) + each.count;
    const [most] = Object.entries(kinds).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    return {
      subject: at.subject,
      host: attempt.file.host,
      jail: options.name,
      service: attempt.pattern.service,
      kind: most?.[0] ?? attempt.pattern.kind,
      from: attempt.time,
      until,
      prior,
      reason: {
        rule: 'threshold',
        score: at.score / HUNDREDTHS,
        limit: options.maxRetry,
        findTime: options.findTime,
        kinds,
      },
      evidence,
    };
  }

  #isAllowed(address: Address, now: number): boolean {
    return this.#options.allow.some(
      ({ network, until }) => (until === undefined || now < until) && contains(network, address),
    );
  }

  #subjectOf(address: Address): Network {
    return networkOf(address, isIPv4(address) ? 32 : this.#options.ipv6Prefix);
  }

  /** The subject's first address, which stands for it while it is only counted: for IPv4 it is the address itself. */
  #baseOf(address: Address): Address {
    return isIPv4(address) ? address : this.#subjectOf(address).base;
  }

  #hostOf(name: string): number {
    if (name === this.#lastHost?.name) return this.#lastHost.number;
    const number = this.#hosts.get(name) ?? this.#hosts.size;
    this.#hosts.set(name, number);
    this.#lastHost = { name, number };
    return number;
  }

  /** The first jail that counts the pattern's kind, with the kind's weight in it. */
  #jailOf(pattern: Pattern): { jail: Jail | undefined; weight: number } {
    let known = this.#byPattern.get(pattern);
    if (!known) {
      const { kind } = pattern;
      const jail = this.#jails.find(({ options }) => options.kinds.some((each) => covers(each, kind)));
      const weight = jail?.options.weights.get(kind) ?? this.#options.weights.get(kind) ?? 1;
      known = { jail, weight: Math.round(weight * HUNDREDTHS) };
      // Patterns that were made for restored windows are few and do not pass here again.
      this.#byPattern.set(pattern, known);
    }
    return known;
  }
}

function openJail(options: JailOptions, defaults: ReadonlyMap<string, number>): Jail {
  const weights = new Map([...defaults, ...options.weights]);
  const counted = [...weights].filter(([kind, weight]) => weight > 0 && options.kinds.some((p) => covers(p, kind)));
  const smallest = Math.min(1, ...counted.map(([, weight]) => weight));
  const depth = Math.min(DEPTH_MAX, Math.ceil(options.maxRetry / smallest));
  return { options, windows: new Windows({ findTime: options.findTime, depth, size: WATCHED_MAX }) };
}

/** Whether a jail's `kinds` entry covers a kind. */
function covers(pattern: string, kind: string): boolean {
  return pattern.endsWith('.*') ? kind.startsWith(pattern.slice(0, -1)) : pattern === kind || pattern === '*';
}

/** How long the ban after `prior` earlier ones lasts, in milliseconds. */
export function banLength(options: JailOptions, prior: number): number {
  return Math.min(options.maxBanTime, options.banTime * options.growth ** prior);
}

function attemptOf(evidence: Evidence, host: string): Attempt {
  const { kind, filter, pattern, time, address, user, target, path, offset, count, line } = evidence;
  return {
    time,
    address,
    pattern: { filter, number: pattern, service: kind.split('.')[0] ?? kind, kind, voice: undefined, syslog: false },
    user,
    target,
    file: { host, path, modified: 0 },
    offset,
    count,
    session: '',
    line,
  };
}

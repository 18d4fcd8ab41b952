/** The daemon as clients of fail2ban see their server: its jails, adopted or our own, and what may be done to them. */
import { parseNetwork } from '../base/address.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import type { Served, ServedBan, ServedJail } from '../fail2ban/client/served.ts';
import type { Value } from '../fail2ban/client/value.ts';
import type { BanRecord } from '../model.ts';
import { manualBan, subjectsToRelease } from './bans.ts';
import { banByHand, releaseByHand } from './by-hand.ts';
import type { Daemon } from './daemon.ts';
import type { Status } from './protocol.ts';
import { reload } from './reloading.ts';

/** What clients take for the version of fail2ban; those that differ by it know this one. */
const VERSION = '1.1.0';

export interface Asker {
  /** For the record: who lifts a ban, and who makes one. */
  readonly by: string;
  /** Options of the server that clients ask for. */
  readonly options: ReadonlyMap<string, string>;
}

/** What is asked in one command is answered from one look at the daemon. */
export function servedJails(daemon: Daemon, asker: Asker): Served {
  return new ServedDaemon(daemon, asker);
}

class ServedDaemon implements Served {
  readonly version = VERSION;
  readonly options: ReadonlyMap<string, string>;
  readonly #daemon: Daemon;
  readonly #by: string;
  readonly #now: number;
  #status: Status | undefined;
  #bans: ReadonlyMap<string, readonly BanRecord[]> | undefined;

  constructor(daemon: Daemon, { by, options }: Asker) {
    this.options = options;
    this.#daemon = daemon;
    this.#by = by;
    this.#now = daemon.options.clock();
  }

  jails(): readonly string[] {
    return this.#daemon.config.jails.map(({ name }) => name);
  }

  jail(name: string): ServedJail | undefined {
    const { config } = this.#daemon;
    const options = config.jails.find((jail) => jail.name === name);
    if (!options) return undefined;
    this.#status ??= this.#daemon.status();
    const { jails, logs } = this.#status;
    const { watched = 0, attempts = 0 } = jails.find((jail) => jail.name === name) ?? {};
    const { live } = this.#daemon.parts;
    const facts = this.#daemon.stages.facts?.(name);
    const inForce = this.#bansOf(name);
    const files = logs.map((log) => log.name).filter((path) => path.startsWith('/') && (facts?.reads(path) ?? true));
    return {
      name,
      backend: facts?.backend ?? 'auto',
      failed: { current: watched, total: attempts },
      files,
      journal: facts?.journal ?? [],
      banned: inForce.map(servedBan),
      totalBanned: (live.restored.get(name) ?? 0) + (live.pending.madeBy.get(name) ?? 0),
      options: facts?.options ?? ownOptions(options),
    };
  }

  async ban(jail: string, subjects: readonly string[]): Promise<number> {
    const daemon = this.#daemon;
    const { parts, config } = daemon;
    const forMs = config.jails.find(({ name }) => name === jail)?.banTime;
    const known = new Set(this.#bansOf(jail).map(({ subject }) => subject));
    const wanted = subjects.map((subject) => {
      return manualBan(
        parts,
        { subject: networkText(subject), forMs, why: 'set banip', by: this.#by, jail },
        this.#now,
      );
    });
    const made = wanted.filter(({ subject }) => !known.has(subject.text));
    await banByHand(daemon, made);
    return made.length;
  }

  async unban(subjects: readonly string[] | 'all', jail: string | undefined): Promise<number> {
    const daemon = this.#daemon;
    const { parts } = daemon;
    const scopes =
      subjects === 'all' ? (['all'] as const) : subjects.map((text) => parseNetwork(networkText(text)) ?? 'all');
    const found = new Map(
      scopes.flatMap((scope) => subjectsToRelease(parts, scope, this.#now)).map((subject) => [subject.text, subject]),
    );
    if (jail !== undefined) {
      const ofJail = new Set(this.#bansOf(jail).map(({ subject }) => subject));
      for (const text of [...found.keys()]) if (!ofJail.has(text)) found.delete(text);
    }
    await releaseByHand(daemon, [...found.values()], `by ${this.#by}: unban`);
    return found.size;
  }

  /** What would take a protection away waits for a person here as well. */
  async reload(jail: string | undefined): Promise<void> {
    const { applied, risks } = await reload(this.#daemon, { isConfirmed: false, now: this.#now, jail });
    if (applied) return;
    const hint = 'rapsheet reload --confirm';
    throw new ProblemError(EXIT.no, { what: `the reload waits for ${hint}: ${risks.join('; ')}` });
  }

  #bansOf(jail: string): readonly BanRecord[] {
    this.#bans ??= byJail(this.#daemon.parts.ledger.inForce(this.#daemon.parts.host, this.#now));
    return this.#bans.get(jail) ?? [];
  }
}

function byJail(bans: Iterable<BanRecord>): ReadonlyMap<string, readonly BanRecord[]> {
  const jails = new Map<string, BanRecord[]>();
  for (const ban of bans) {
    const list = jails.get(ban.jail);
    if (list) list.push(ban);
    else jails.set(ban.jail, [ban]);
  }
  return jails;
}

/** @throws ProblemError for what is no address, also for names: none is looked up. */
function networkText(text: string): string {
  const network = parseNetwork(text);
  if (network) return network.text;
  throw new ProblemError(EXIT.usage, { what: `${text} is no address or network` });
}

function servedBan({ subject, from, until, origin }: BanRecord): ServedBan {
  const length = Number.isFinite(until) ? Math.round((until - from) / 1_000) : -1;
  const { asn, country } = origin;
  return { subject, from: Math.floor(from / 1_000), length, asn, country };
}

/** Of a jail of our own: what the clients' options mean here. */
function ownOptions(jail: { maxRetry: number; findTime: number; banTime: number }): ReadonlyMap<string, Value> {
  const seconds = (ms: number): number => (Number.isFinite(ms) ? Math.round(ms / 1_000) : -1);
  return new Map<string, Value>([
    ['maxretry', jail.maxRetry],
    ['findtime', seconds(jail.findTime)],
    ['bantime', seconds(jail.banTime)],
    ['actions', ['rapsheet']],
  ]);
}

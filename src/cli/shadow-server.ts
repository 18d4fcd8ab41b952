/** The fail2ban that runs beside us, as far as it can be seen: what it logs, what its database says. */
import { existsSync, statSync } from 'node:fs';
import { EXIT, formatProblem, type Problem, ProblemError } from '../base/problem.ts';
import type { Zone } from '../base/zone.ts';
import { type MeasuredBan, type ServerBan, ServerBans } from '../history/fail2ban-bans.ts';
import { type ServerEvent, ServerLog } from '../history/fail2ban-events.ts';
import { liveSources } from '../source/index.ts';
import { newestEntry } from '../source/journal-probe.ts';
import type { LiveLog, LiveSource } from '../source/live.ts';

/** Whose entries of the journal are its own: fields that journald vouches for. */
const JOURNAL = ['_SYSTEMD_UNIT=fail2ban.service', '_COMM=fail2ban-server'];
/** What one look reads at most: 64 pieces are 4 MiB. */
const PIECES = 64;
/** How often its database is asked where that is all there is. */
const POLL_MS = 1_000;

export interface ServerOptions {
  /** Options of `fail2ban.conf`. */
  readonly settings: ReadonlyMap<string, string>;
  /** `--log`: instead of what `logtarget` says. */
  readonly log: string | undefined;
  readonly host: string;
  /** Of times that name none. */
  readonly zone: Zone;
  readonly clock: () => number;
  readonly onWake: () => void;
}

/** Where its bans are seen. */
type Place =
  | { readonly type: 'file'; readonly path: string }
  | { readonly type: 'journal' }
  | { readonly type: 'database' };

export class ServerView {
  /** Sentences for the beginning. */
  readonly notes: readonly string[];
  readonly #options: ServerOptions;
  readonly #source: LiveSource | undefined;
  readonly #bans: ServerBans | undefined;
  readonly #logs = new Map<LiveLog, ServerLog>();
  #polled = Number.NEGATIVE_INFINITY;
  #trouble: Problem | undefined;
  #isSeen: boolean;

  private constructor(
    options: ServerOptions,
    opened: { source: LiveSource | undefined; bans: ServerBans | undefined; notes: readonly string[] },
  ) {
    this.#options = options;
    this.#source = opened.source;
    this.#bans = opened.bans;
    this.notes = opened.notes;
    this.#isSeen = missingSocket(options.settings) === undefined;
  }

  /** @throws ProblemError when nothing of it can be seen */
  static async open(options: ServerOptions): Promise<ServerView> {
    const { settings } = options;
    const { bans, trouble } = openBans(settings.get('dbfile'));
    const place = await placeOf(options, bans !== undefined);
    const source = await sourceOf(place, options);
    const notes = [
      `fail2ban's decisions are read from ${placeText(place, settings)}`,
      ...(bans ? [] : [`without its database (${trouble}): lengths of bans, and who was banned before, are its log's`]),
      ...silence(settings),
    ];
    return new ServerView(options, { source, bans, notes });
  }

  /** Whether there is a database to ask. */
  get hasBans(): boolean {
    return this.#bans !== undefined;
  }

  /** Whether there is a log to read; else its database says what it decides. */
  get isLogged(): boolean {
    return this.#source !== undefined;
  }

  /** What is wrong at the moment. */
  get trouble(): Problem | undefined {
    const [state] = this.#source?.logs().map((log) => log.state()) ?? [];
    if (this.#source && state?.state !== 'followed') {
      return state?.problems[0] ?? { where: state?.name ?? 'its log', what: "fail2ban's log is not there" };
    }
    return state?.problems[0] ?? this.#trouble;
  }

  /** Whether all that it logged before the start is read. */
  get hasCaughtUp(): boolean {
    return !this.#source?.logs().some((log) => log.isCatchingUp || log.state().behind > 0);
  }

  look(): void {
    this.#source?.look();
    this.#isSeen ||= missingSocket(this.#options.settings) === undefined;
  }

  /** Why nothing can have been compared: it never ran. */
  get absence(): string | undefined {
    const socket = this.#isSeen ? undefined : missingSocket(this.#options.settings);
    return socket === undefined ? undefined : `fail2ban does not run (there is no ${socket})`;
  }

  /**
   * Whether a jail of it reads a log; undefined where nobody knows. Without its database, one that was made after its start
   * is taken for one that it does not read: it looks for logs only then.
   */
  reads(jail: string, log: string): boolean | undefined {
    if (this.#bans) return this.#ask((bans) => bans.reads(jail, log));
    const started = statOf(this.#options.settings.get('socket'))?.mtimeMs;
    const made = statOf(log)?.birthtimeMs;
    return started !== undefined && made !== undefined && made > started ? false : undefined;
  }

  /** What it decided since the last call; `more` when there is more to read at once. */
  read(): { readonly events: readonly ServerEvent[]; readonly more: boolean } {
    if (!this.#source) return { events: this.#poll(), more: false };
    const events: ServerEvent[] = [];
    let pieces = 0;
    for (const log of this.#source.logs()) {
      const reader = this.#logs.get(log) ?? new ServerLog(this.#options.zone);
      this.#logs.set(log, reader);
      for (let piece = log.read(); piece; piece = log.read()) {
        events.push(...reader.read(piece.chunk));
        if (++pieces >= PIECES) return { events, more: true };
      }
    }
    return { events, more: false };
  }

  /** Whom it has banned, as its database says; undefined when that cannot be asked. */
  inForce(now: number): readonly ServerBan[] | undefined {
    return this.#ask((bans) => [...bans.inForce(now)]);
  }

  /** The last bans of a subject, one a jail. */
  before(subject: string): readonly ServerBan[] {
    return this.#ask((bans) => bans.of(subject)) ?? [];
  }

  newest(jail: string, subject: string): MeasuredBan | undefined {
    return this.#ask((bans) => bans.newest(jail, subject));
  }

  async close(): Promise<void> {
    this.#bans?.close();
    await this.#source?.close();
  }

  #poll(): ServerEvent[] {
    const now = this.#options.clock();
    if (Math.abs(now - this.#polled) < POLL_MS) return [];
    this.#polled = now;
    const fresh = this.#ask((bans) => bans.fresh()) ?? [];
    return fresh.map(({ jail, subject, from, until }): ServerEvent => {
      return { what: 'ban', jail, subject, time: from, length: until === undefined ? undefined : until - from };
    });
  }

  #ask<T>(question: (bans: ServerBans) => T): T | undefined {
    if (!this.#bans) return undefined;
    try {
      const answer = question(this.#bans);
      this.#trouble = undefined;
      return answer;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      // It writes for longer than a moment, or is gone: what depends on it is not known.
      this.#trouble = error.problems[0];
      return undefined;
    }
  }
}

function openBans(path: string | undefined): { bans: ServerBans | undefined; trouble: string } {
  if (!path?.startsWith('/')) return { bans: undefined, trouble: `dbfile = ${path ?? ''}` };
  try {
    return { bans: new ServerBans(path), trouble: '' };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const [problem = { what: 'it cannot be read' }] = error.problems;
    return { bans: undefined, trouble: formatProblem(problem) };
  }
}

async function placeOf({ settings, log }: ServerOptions, hasBans: boolean): Promise<Place> {
  const target = log ?? settings.get('logtarget')?.replace(/\[.*$/, '').trim() ?? '';
  if (log !== undefined || target.startsWith('/')) return { type: 'file', path: target };
  const { newest, problem } = await newestEntry(JOURNAL);
  if (newest !== undefined) return { type: 'journal' };
  if (hasBans) return { type: 'database' };
  const why = problem ? formatProblem(problem) : 'the journal has nothing of it';
  const hint = 'name the file that it logs to: --log /var/log/syslog';
  throw new ProblemError(EXIT.noInput, { what: `fail2ban logs to ${target}; ${why}; nor has it a database`, hint });
}

async function sourceOf(place: Place, { host, clock, onWake }: ServerOptions): Promise<LiveSource | undefined> {
  if (place.type === 'database') return undefined;
  const common = { host, clock, onWake };
  if (place.type === 'journal') return liveSources.journal({ ...common, matches: JOURNAL, cursor: undefined });
  const source = await liveSources.files([{ host, paths: [place.path] }], { clock, positions: [], onWake });
  const states = source.logs().map((log) => log.state());
  if (states.some(({ state }) => state === 'followed')) return source;
  await source.close();
  const refusal = states.flatMap(({ problems }) => problems)[0];
  if (refusal) throw new ProblemError(EXIT.notPermitted, refusal);
  const hint = "--log FILE names fail2ban's log, where logtarget of its fail2ban.conf is not it";
  throw new ProblemError(EXIT.noInput, { where: place.path, what: 'there is no such log', hint });
}

function placeText(place: Place, settings: ReadonlyMap<string, string>): string {
  if (place.type === 'file') return place.path;
  return place.type === 'journal' ? 'the journal' : `its database ${settings.get('dbfile') ?? ''}, once a second`;
}

/** A server that does not run decides nothing, and all our bans are differences. */
function silence(settings: ReadonlyMap<string, string>): string[] {
  const socket = missingSocket(settings);
  return socket === undefined ? [] : [`fail2ban does not seem to run: there is no ${socket}`];
}

/** Its socket, where that should be there and is not. */
function missingSocket(settings: ReadonlyMap<string, string>): string | undefined {
  const socket = settings.get('socket');
  return socket?.startsWith('/') && !existsSync(socket) ? socket : undefined;
}

function statOf(path: string | undefined): { readonly mtimeMs: number; readonly birthtimeMs: number } | undefined {
  try {
    return path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // A folder that may not be looked into: nobody knows.
  }
}

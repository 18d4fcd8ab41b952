/** The shadow at work: reads both sides, compares their bans, and tells of each difference once it is certain. */
import type { ServerEvent } from '../history/fail2ban-events.ts';
import type { Ban } from '../model.ts';
import { Comparison, type Difference, Heard, type OwnBan, type SeenBan } from '../shadow/shadow.ts';
import type { OwnPath } from './shadow-path.ts';
import type { ServerView } from './shadow-server.ts';

/** A ban of fail2ban. */
export interface TheirBan extends SeenBan {
  /** Milliseconds, where its log says so at once. */
  readonly length: number | undefined;
  /** Failures that it told of before; undefined when it does not tell of failures. */
  readonly failures: number | undefined;
}

export interface OurBan extends OwnBan {
  readonly ban: Ban;
}

export type Found = Difference<TheirBan, OurBan>;

export interface ShadowOptions {
  readonly path: OwnPath;
  readonly server: ServerView;
  readonly clock: () => number;
  /** How long a lonely ban waits, in milliseconds. */
  readonly waitMs: number;
  onBegin(inForce: number): void;
  onDifference(found: Found): void;
}

/** What is decided so soon after the start may be of lines from before it; fail2ban takes a second or two. */
const EARLY_MS = 5_000;
/** Bans of just before the start whose counterpart may come after it. */
const EARLY_MAX = 10_000;
/** Its database knows whole seconds. */
const ROUNDING_MS = 1_000;
/** A ban that ends so much before its time was lifted. */
const LIFTED_MS = 5_000;
/** Bans in force by its log alone, and ends of bans that it made longer. Beyond, it begins anew and knows less. */
const REMEMBERED_MAX = 100_000;
/** Turns at the end, some 400 MB: whoever is further behind is asked to wait no longer. */
const LAST_TURNS = 100;
/** Chance is below 1. */
const MOST = 1 - 2 ** -40;

interface Held {
  readonly jail: string;
  readonly subject: string;
  readonly from: number;
  readonly until: number;
}

export class Shadow {
  readonly comparison: Comparison<TheirBan, OurBan>;
  readonly heard = new Heard();
  /** Since when bans are compared; undefined while old logs are read. */
  since: number | undefined;
  readonly #options: ShadowOptions;
  readonly #held = new Map<string, Held>();
  readonly #ends = new Map<string, number>();
  /** When its log last told of a ban, of before the start. */
  readonly #answers = new Map<string, number>();
  #early: OurBan[] = [];

  constructor(options: ShadowOptions) {
    this.#options = options;
    this.comparison = new Comparison({
      waitMs: options.waitMs,
      measure: (theirs, ours) => this.#measure(theirs, ours),
      onDifference: (found) => this.#differs(found),
    });
  }

  /** Reads both sides for a while; whether there is more at once. */
  turn(): boolean {
    const { path, server, clock } = this.#options;
    const { live } = path;
    const now = clock();
    const more = live.step();
    for (const { ban } of live.takeBans()) this.#banned(ban, now);
    if (live.isDue) live.commit('process');
    const said = server.read();
    for (const event of said.events) this.#said(event, now);
    const isCurrent = !more && !said.more && live.intake.hasCaughtUp && server.hasCaughtUp;
    if (this.since === undefined && isCurrent) this.#begin(now);
    return more || said.more;
  }

  /** Takes what both have written by now; what is alone after it is not decided. */
  finish(): void {
    for (let turns = 0; turns < LAST_TURNS && this.turn(); turns++);
    this.comparison.finish(this.#options.clock());
  }

  #begin(now: number): void {
    const { path, server, onBegin } = this.#options;
    this.since = now;
    path.forgetBans();
    const recent = [...this.#held.values()].filter(({ from }) => from > now - EARLY_MS);
    const known = server.inForce(now);
    const inForce = known
      ? [...known.flatMap(({ until, ...ban }) => (until === undefined ? [] : [{ ...ban, until }])), ...recent]
      : [...this.#held.values()].filter(({ until }) => until > now);
    for (const ban of inForce) path.resume(ban.jail, ban.subject, ban);
    for (const ban of this.#early) if (!this.#isAnswered(ban)) this.comparison.ours(ban, now, true);
    this.#early = [];
    this.#held.clear();
    this.#answers.clear();
    onBegin(inForce.length);
  }

  /** Whether a ban of ours from before the start has its counterpart there. */
  #isAnswered({ jail, subject, at }: OurBan): boolean {
    const { path, server } = this.#options;
    const last = this.#answers.get(keyOf({ jail, subject })) ?? server.newest(jail, subject)?.from ?? 0;
    return path.held(jail, subject) !== undefined || last >= at - ROUNDING_MS;
  }

  #banned(ban: Ban, now: number): void {
    const { path, waitMs } = this.#options;
    path.made(ban);
    const { ticket, banTime } = path.jail(ban.jail) ?? {};
    const prior = ticket?.increment === 'none' ? 0 : ban.prior;
    const lengthAt = (random: number): number => ticket?.length(prior, random) ?? banTime ?? 0;
    const ours: OurBan = {
      ...{ jail: ban.jail, subject: ban.subject.text, at: ban.from, ban },
      ...{ shortest: lengthAt(0), longest: lengthAt(MOST) },
    };
    if (this.since !== undefined) this.comparison.ours(ours, now);
    else if (ban.from > now - waitMs && this.#early.length < EARLY_MAX) this.#early.push(ours);
  }

  #said(event: ServerEvent, now: number): void {
    const { jail, subject } = event;
    switch (event.what) {
      case 'ban':
        this.#theirs(event, now);
        return;
      case 'restore':
        this.comparison.known(event);
        this.#hold(event);
        return;
      case 'unban':
        this.#unbanned(event, now);
        return;
      case 'increase':
        if (event.until === undefined) return;
        if (this.#ends.size >= REMEMBERED_MAX) this.#ends.clear();
        this.#ends.set(keyOf(event), event.until);
        return;
      case 'found':
        this.heard.failed(jail, subject, event.failedAt);
        return;
      case 'ignored':
        this.heard.ignored(jail, subject, event.by ?? '');
        return;
      case 'held':
        this.comparison.known(event);
    }
  }

  #theirs(event: ServerEvent, now: number): void {
    const { jail, subject, time, length } = event;
    this.#ends.delete(keyOf(event));
    const told = this.heard.take(jail, subject);
    const failures = this.heard.tellsFailures ? (told?.failures ?? 0) : undefined;
    if (this.since === undefined) {
      this.#hold(event);
      if (this.#answers.size >= REMEMBERED_MAX) this.#answers.clear();
      this.#answers.set(keyOf(event), time);
      return;
    }
    const isEarly = time < this.since + EARLY_MS;
    this.comparison.theirs({ jail, subject, at: told?.last ?? time, length, failures }, now, isEarly);
    if (isEarly) this.#hold(event);
  }

  #unbanned(event: ServerEvent, now: number): void {
    const { path } = this.#options;
    const { jail, subject } = event;
    this.#held.delete(keyOf(event));
    const held = path.held(jail, subject);
    if (this.since !== undefined && held && held.until > now + LIFTED_MS) path.release(jail, subject);
  }

  /** It has it banned, and so have we. */
  #hold(event: ServerEvent): void {
    const { path } = this.#options;
    const { jail, subject, time } = event;
    const span = { from: time, until: this.#endOf({ jail, subject, at: time, length: event.length }) };
    if (this.since !== undefined) {
      path.resume(jail, subject, span);
      return;
    }
    if (this.#held.size >= REMEMBERED_MAX) this.#held.clear();
    this.#held.set(keyOf(event), { jail, subject, ...span });
  }

  /** When a ban of theirs ends, as far as it is known. */
  #endOf({ jail, subject, at, length }: Omit<TheirBan, 'failures'>): number {
    const { path, server } = this.#options;
    const end = this.#ends.get(keyOf({ jail, subject })) ?? (length === undefined ? undefined : at + length);
    // While old logs are read there are too many to ask for each.
    const recorded = this.since === undefined ? undefined : server.newest(jail, subject)?.until;
    return end ?? recorded ?? at + (path.jail(jail)?.banTime ?? 0);
  }

  #measure(theirs: TheirBan, { ban }: OurBan): number | undefined {
    const { path, server } = this.#options;
    const { jail, subject, at, length } = theirs;
    if (!server.isLogged) return length;
    const recorded = server.newest(jail, subject);
    if (recorded?.until !== undefined && Math.abs(recorded.from - at) <= EARLY_MS)
      return recorded.until - recorded.from;
    const end = this.#ends.get(keyOf(theirs));
    if (end !== undefined) return end - (Math.abs(at - ban.from) <= EARLY_MS ? ban.from : at);
    // By its log alone; one that is made longer is made so a moment later.
    const isFinal = path.jail(jail)?.ticket?.increment === 'none';
    return !server.hasBans && isFinal ? length : undefined;
  }

  #differs(found: Found): void {
    const { path, onDifference } = this.#options;
    onDifference(found);
    if (found.what !== 'only theirs') return;
    // From now on both have it banned again; else everything that it does next would be another difference.
    const { jail, subject, at } = found.theirs;
    path.resume(jail, subject, { from: at, until: this.#endOf(found.theirs) });
  }
}

function keyOf({ jail, subject }: Pick<SeenBan, 'jail' | 'subject'>): string {
  return `${jail}\n${subject}`;
}

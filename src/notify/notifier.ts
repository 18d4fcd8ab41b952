/**
 * Tells people: looks at what was recorded, posts what is news, digests and reports into the outbox, and has it sent. How
 * far it looked, what it held back and what it posted are written in one transaction, so that a killed process neither
 * forgets nor repeats. It begins at the newest ban: history is told by nobody.
 */
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { ProblemError } from '../base/problem.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { lately, roomFor } from './budget.ts';
import type { Channel, Courier } from './channel.ts';
import { attemptsBetween, gatherDigest } from './digest.ts';
import { Lookout, type Sighting } from './lookout.ts';
import type { DigestNotice, Notice } from './notice.ts';
import { record } from './record.ts';
import { monthBefore, nextTime } from './schedule.ts';
import { Sender } from './sender.ts';
import { type NotifyState, STATE_NAME, stateFrom, withHeld } from './state.ts';

export interface Recipient {
  readonly channel: Channel;
  /** What it is told. */
  readonly sorts: readonly Notice['sort'][];
}

export interface NotifierOptions {
  readonly ledger: Ledger;
  readonly recipients: readonly Recipient[];
  /** Of what is no notice: others post it, and it is sent as all else. */
  readonly couriers?: readonly Courier[];
  readonly clock: Clock;
  readonly log: Log;
  /** Which bans are told at once. */
  readonly bans: 'new' | 'all' | 'none';
  readonly digest: DigestNotice['every'] | 'off';
  readonly atMinutes: number;
  readonly perHour: number;
  /** Makes the report of a month; undefined: none is wanted. Its failures are ProblemErrors. */
  readonly report: ((month: string) => Promise<MadeReport>) | undefined;
  readonly timeoutMs?: number;
  /** What else is looked after at each turn; whether there is more of it at once. */
  readonly also?: (now: number) => Promise<boolean>;
}

export interface MadeReport {
  readonly summary: readonly string[];
  /** Where it was written. */
  readonly path: string;
}

const HOUR = 3_600_000;
/** How often it is recorded that somebody is at work. */
export const ALIVE_MS = 30_000;
/** What was sent or given up is remembered for so long. */
const MEMORY_MS = 30 * 24 * HOUR;
/** A report that failed is tried again; what is in its way takes a person to mend. */
const REPORT_AGAIN_MS = HOUR;
/** Problems that `status` shows. */
const PROBLEM_MAX = 500;

export class Notifier {
  readonly #options: NotifierOptions;
  readonly #sender: Sender;
  readonly #lookout: Lookout;
  #state: NotifyState;
  /** The report that is being made; when the last one failed. */
  #reporting: Promise<void> | undefined;
  #reportFailed = Number.NEGATIVE_INFINITY;
  #isEnded = false;
  #tidied = Number.NEGATIVE_INFINITY;

  private constructor(options: NotifierOptions, state: NotifyState) {
    this.#options = options;
    this.#state = state;
    this.#lookout = new Lookout(options.ledger, state.bans);
    const channels = options.recipients.map(({ channel }) => channel);
    this.#sender = new Sender({ ...options, channels });
  }

  /** @throws ProblemError when the ledger cannot be written */
  static async begin(options: NotifierOptions): Promise<Notifier> {
    const { ledger, log } = options;
    const text = ledger.state(STATE_NAME);
    const known = stateFrom(text);
    if (text !== undefined && !known) log.warn('how far people were told cannot be read; it begins anew');
    const notifier = new Notifier(options, known ?? (await firstState(options)));
    notifier.#write(notifier.#state, []);
    notifier.#buryOrphans();
    return notifier;
  }

  get state(): NotifyState {
    return this.#state;
  }

  /** Does what is due; whether there is more at once. @throws ProblemError when the ledger cannot be read or written */
  async turn(): Promise<boolean> {
    this.#sender.turn();
    const now = this.#options.clock();
    const sighting = this.#look(now);
    this.#post(sighting, now);
    const isMore = (await this.#options.also?.(now)) ?? false;
    if (sighting.isMore) return true;
    await this.#digest(now);
    this.#report(now);
    this.#tidy(now);
    this.#sender.turn();
    return isMore;
  }

  /** When nothing is on its way. */
  async settled(): Promise<void> {
    await this.#reporting;
    await this.#sender.settled();
  }

  /** Begins nothing more, and gives up what takes longer; the next one goes on with it. */
  async end(graceMs: number): Promise<void> {
    this.#isEnded = true;
    await this.#sender.end(graceMs);
    const { recipients, couriers = [] } = this.#options;
    await Promise.all([...recipients.map(({ channel }) => channel), ...couriers].map((each) => each.close()));
  }

  #look(now: number): Sighting {
    const { perHour, bans } = this.#options;
    const isHeard = this.#listeners('ban').length > 0;
    const room = roomFor(this.#state.told, { perHour, now });
    return this.#lookout.look(this.#state, { now, room, bans: isHeard ? bans : 'none' });
  }

  #post({ state, notices, kinds }: Sighting, now: number): void {
    const isNews = state !== this.#state && JSON.stringify(state) !== JSON.stringify(this.#state);
    if (isNews || notices.length > 0 || Math.abs(now - this.#state.alive) >= ALIVE_MS) this.#write(state, notices);
    this.#lookout.learn(kinds);
  }

  /** Posts and the new state, in one transaction. */
  #write(state: NotifyState, notices: readonly Notice[]): void {
    const { ledger, clock } = this.#options;
    const now = clock();
    this.#state = record(ledger, 'process', () => {
      let next: NotifyState = { ...state, told: [...lately(state.told, now)], alive: now };
      for (const notice of notices) {
        const posted = this.#postTo(notice, now);
        if (posted === 'posted') next = { ...next, told: [...next.told, now] };
        if (posted === 'full' && notice.sort === 'ban') next = withHeld(next, notice.ban.id);
      }
      ledger.saveState(STATE_NAME, JSON.stringify(next));
      return next;
    });
  }

  /** `full`: whoever would be told has too much waiting. `known`: it was posted before, or is for nobody. */
  #postTo(notice: Notice, now: number): 'posted' | 'full' | 'known' {
    const { outbox } = this.#options.ledger;
    const content = JSON.stringify(notice);
    const { perHour } = this.#options;
    const full = new Set(outbox.backlogs().flatMap(({ channel, waiting }) => (waiting >= perHour ? channel : [])));
    const listeners = this.#listeners(notice.sort);
    // Who was out of order for a day shall not get a day's worth of alerts at once: the digest has them all.
    const able = notice.sort === 'ban' ? listeners.filter(({ channel }) => !full.has(channel.name)) : listeners;
    const { key, made } = notice;
    const posted = able.filter(({ channel: { name } }) => outbox.post({ key, channel: name, made, due: now, content }));
    if (posted.length > 0) return 'posted';
    return able.length === 0 && listeners.length > 0 ? 'full' : 'known';
  }

  #listeners(sort: Notice['sort']): readonly Recipient[] {
    return this.#options.recipients.filter(({ sorts }) => sorts.includes(sort));
  }

  async #digest(now: number): Promise<void> {
    const { ledger, digest, atMinutes, perHour } = this.#options;
    const { digest: before, bans: last, held, heldRest } = this.#state;
    // Without digests, one after an hour in which something was held back tells what it was.
    const every = digest === 'off' ? 'hour' : digest;
    const due = nextTime({ every, atMinutes: digest === 'off' ? 0 : atMinutes, zone: ledger.zone }, before.at);
    // A clock that was set back must not put it off for as long.
    if (now < due && before.at <= now) return;
    if (roomFor(this.#state.told, { perHour, now }) === 0) return;
    const { all, today } = await attemptsBetween(ledger, before.at, now);
    const attempts = Math.max(0, all - before.today);
    const figuresBefore = before.every === every ? before.figures : undefined;
    const from = Math.min(before.at, now);
    const notice = await gatherDigest({
      ...{ ledger, every, after: before.ban, last, from, until: now, attempts, held, heldRest },
      before: figuresBefore,
    });
    const isSilent = notice.bans === 0 && held.length === 0;
    const isWanted = digest === 'off' ? held.length > 0 : !(every === 'hour' && isSilent);
    const figures = { bans: notice.bans, addresses: notice.addresses, attempts };
    const next = { ...this.#state, held: [], heldRest: 0, digest: { ban: last, at: now, today, figures, every } };
    this.#write(next, isWanted ? [notice] : []);
  }

  /** Begins the report of the last month, when there is none; it takes its time, and nothing waits for it. */
  #report(now: number): void {
    const { report, ledger, atMinutes, perHour } = this.#options;
    const month = monthBefore(ledger.zone, now);
    if (this.#reporting || month <= this.#state.month) return;
    if (!report) {
      this.#write({ ...this.#state, month }, []);
      return;
    }
    if (now < this.#reportTime(now, atMinutes) || Math.abs(now - this.#reportFailed) < REPORT_AGAIN_MS) return;
    if (roomFor(this.#state.told, { perHour, now }) === 0) return;
    this.#reporting = this.#makeReport(report, month).finally(() => {
      this.#reporting = undefined;
    });
  }

  /** When the report of the month before is due: on the first of this one. */
  #reportTime(now: number, atMinutes: number): number {
    const { zone } = this.#options.ledger;
    const local = new Date(now + zone.offsetAt(now));
    return zone.fromLocal(Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), 1, 0, atMinutes));
  }

  async #makeReport(report: (month: string) => Promise<MadeReport>, month: string): Promise<void> {
    const { clock, log } = this.#options;
    try {
      const { summary, path } = await report(month);
      // The state is another's by now, who makes it again.
      if (this.#isEnded) return;
      const told = { sort: 'report', key: `report ${month}`, made: clock(), host: undefined } as const;
      this.#write({ ...this.#state, month, problems: [] }, [{ ...told, month, summary, path }]);
      log.notice('made a report', { month, path });
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.#reportFailed = clock();
      log.error('the report was not made', { month, why: error.message });
      const problem = `the report of ${month} was not made: ${error.message}`.slice(0, PROBLEM_MAX);
      this.#state = { ...this.#state, problems: [problem] };
    }
  }

  #tidy(now: number): void {
    if (Math.abs(now - this.#tidied) < HOUR) return;
    this.#tidied = now;
    const { ledger } = this.#options;
    record(ledger, 'process', () => ledger.outbox.forget(now - MEMORY_MS));
  }

  /** What waits for a channel that is no longer there is given up, and so is shown. */
  #buryOrphans(): void {
    const { ledger, recipients, couriers = [], clock } = this.#options;
    const names = new Set([...recipients.map(({ channel }) => channel), ...couriers].map(({ name }) => name));
    const orphans = [...ledger.outbox.list('waiting', ORPHANS_MAX), ...ledger.outbox.list('sending', ORPHANS_MAX)];
    const lost = orphans.filter(({ channel }) => !names.has(channel));
    if (lost.length === 0) return;
    record(ledger, 'process', () => {
      for (const { id, channel } of lost) {
        const error = `there is no channel "${channel}" in the configuration any more`;
        ledger.outbox.ended(id, { state: 'dead', at: clock(), error });
      }
    });
  }
}

/** More do not wait: each channel has at most an hour's worth of bans waiting, and its digests. */
const ORPHANS_MAX = 10_000;

async function firstState({ ledger, clock }: NotifierOptions): Promise<NotifyState> {
  const now = clock();
  const ban = ledger.newestBan();
  const { today } = await attemptsBetween(ledger, now, now);
  return {
    ...{ bans: ban, blocks: ledger.alerts.newestBlock(), told: [], held: [], heldRest: 0, campaigns: [] },
    digest: { ban, at: now, today },
    ...{ month: monthBefore(ledger.zone, now), alive: now, problems: [] },
  };
}

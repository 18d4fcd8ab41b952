/**
 * Sends what waits in the ledger's outbox: to each channel one message at a time, so that one that hangs keeps nobody else
 * waiting. What becomes of a message is recorded before the next; what was on its way when the process was killed is sent
 * again under the same id, which is the only way in which anything arrives twice.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { ProblemError } from '../base/problem.ts';
import type { Ledger, OutboxMessage, Outcome } from '../ledger/ledger.ts';
import { type Channel, type Courier, type Delivery, DeliveryError, type Progress } from './channel.ts';
import { noticeFrom } from './notice.ts';
import { progressIn, withProgress } from './progress.ts';
import { record } from './record.ts';

export interface SenderOptions {
  readonly ledger: Ledger;
  readonly channels: readonly Channel[];
  readonly couriers?: readonly Courier[];
  readonly clock: Clock;
  readonly log: Log;
  /** Messages that a channel gets in an hour, at most. */
  readonly perHour: number;
  /** How long a channel may take; 30 seconds when not given. */
  readonly timeoutMs?: number;
}

const MINUTE = 60_000;
const HOUR = 3_600_000;
/** Who does not answer for so long does not answer. */
export const TIMEOUT_MS = 30_000;
/** A message is tried again after 1 minute, 2, 4, ... and 6 hours at last: 21 times in three days. */
const LONGEST_WAIT_MS = 6 * HOUR;
export const TRIES_MAX = 21;
/** Nobody may ask for more quiet than this. */
const QUIET_MAX_MS = 24 * HOUR;

export class Sender {
  readonly #options: SenderOptions;
  readonly #couriers: readonly Courier[];
  /** By channel, what is on its way. */
  readonly #sending = new Map<string, Promise<void>>();
  /** What became of messages and could not be recorded yet, by number: they must not be sent again. */
  readonly #unrecorded = new Map<number, Outcome>();
  /** Until when a channel asked to be left alone. */
  readonly #quiet = new Map<string, number>();
  readonly #ending = new AbortController();
  #isEnding = false;

  constructor(options: SenderOptions) {
    this.#options = options;
    const { channels, couriers = [], perHour } = options;
    this.#couriers = [...channels.map((channel) => courierOf(channel, perHour)), ...couriers];
  }

  /** Begins what is due. To be called now and then. @throws ProblemError when the ledger cannot be written */
  turn(): void {
    this.#recordLate();
    for (const channel of this.#couriers) this.#beginNext(channel);
  }

  /** When nothing is on its way. */
  async settled(): Promise<void> {
    while (this.#sending.size > 0) await Promise.all(this.#sending.values());
  }

  /** Begins nothing more, and waits for what is on its way; what takes longer than `graceMs` is given up and tried again. */
  async end(graceMs: number): Promise<void> {
    this.#isEnding = true;
    const timer = setTimeout(() => this.#ending.abort(), graceMs);
    await this.settled();
    clearTimeout(timer);
    this.#recordLate();
  }

  #next({ name: channel, perHour }: Courier): OutboxMessage | undefined {
    const { ledger, clock } = this.#options;
    const now = clock();
    if ((this.#quiet.get(channel) ?? 0) > now) return undefined;
    const [message] = ledger.outbox.due(channel, now, 1);
    if (!message || ledger.outbox.sentBetween(channel, now - HOUR, now) >= perHour) return undefined;
    return message;
  }

  #beginNext(channel: Courier): void {
    if (this.#isEnding || this.#sending.has(channel.name)) return;
    const message = this.#next(channel);
    if (message) this.#begin(channel, message);
  }

  #begin(channel: Courier, message: OutboxMessage): void {
    const { ledger } = this.#options;
    record(ledger, 'power', () => ledger.outbox.began(message.id));
    const sending = this.#send(channel, message).then((outcome) => {
      this.#unrecorded.set(message.id, outcome);
      this.#sending.delete(channel.name);
      this.#tell(channel.name, message, outcome);
      this.#goOn(channel);
    });
    this.#sending.set(channel.name, sending);
  }

  /** What became of it; never throws. */
  async #send(channel: Courier, message: OutboxMessage): Promise<Outcome> {
    const { clock, timeoutMs = TIMEOUT_MS } = this.#options;
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#ending.signal]);
    try {
      await sent(channel, message.content, { id: messageId(message), signal, progress: progressOf(message) });
      return { state: 'sent', at: clock() };
    } catch (error) {
      return this.#failed(channel.name, message, error);
    }
  }

  #failed(channel: string, message: OutboxMessage, error: unknown): Outcome {
    const now = this.#options.clock();
    const refusal = error instanceof DeliveryError ? error : undefined;
    const what = refusal?.message ?? faultOf(error);
    const tries = message.tries + 1;
    const kept = refusal?.progress && { content: withProgress(message.content, refusal.progress) };
    if (refusal?.isFinal || tries >= TRIES_MAX) return { state: 'dead', at: now, error: what, ...kept };
    const asked = Math.min(refusal?.waitMs ?? 0, QUIET_MAX_MS);
    if (asked > 0) this.#quiet.set(channel, now + asked);
    return { state: 'waiting', due: now + Math.max(asked, waitAfter(tries, messageId(message))), error: what, ...kept };
  }

  #tell(channel: string, { id, key, tries }: OutboxMessage, outcome: Outcome): void {
    const { log } = this.#options;
    const fields = { channel, id, key, tries: tries + 1 };
    if (outcome.state === 'sent') log.info('sent', fields);
    else if (outcome.state === 'waiting') log.warn('not sent, and tried again', { ...fields, why: outcome.error });
    else log.error('given up', { ...fields, why: outcome.error });
  }

  /** Records what became of the message before, and begins the next. */
  #goOn(channel: Courier): void {
    try {
      this.#recordLate();
      this.#beginNext(channel);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.#options.log.warn('the ledger cannot be written, so that sending waits', { why: error.message });
    }
  }

  #recordLate(): void {
    if (this.#unrecorded.size === 0) return;
    const { ledger } = this.#options;
    record(ledger, 'power', () => {
      for (const [id, outcome] of this.#unrecorded) ledger.outbox.ended(id, outcome);
    });
    this.#unrecorded.clear();
  }
}

/** What is tried for the first time, or because somebody wants it, is tried with whoever refused it before, too. */
function progressOf({ content, tries }: OutboxMessage): Progress {
  const progress = progressIn(content);
  return tries === 0 ? { ...progress, refused: [] } : progress;
}

/** A channel is given notices. */
function courierOf(channel: Channel, perHour: number): Courier {
  return {
    ...{ name: channel.name, perHour, close: () => channel.close() },
    async deliver(content, delivery) {
      const notice = noticeFrom(content);
      if (!notice) throw new DeliveryError('it cannot be read', { isFinal: true });
      await channel.send(notice, delivery);
    },
  };
}

/** Sends it, or gives up when it is time, also where the channel does not heed the signal. */
async function sent(channel: Courier, content: string, delivery: Delivery): Promise<void> {
  const { signal } = delivery;
  let giveUp = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    giveUp = () =>
      reject(new DeliveryError(signal.reason?.name === 'TimeoutError' ? 'no answer in time' : 'interrupted'));
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
  });
  try {
    await Promise.race([channel.deliver(content, delivery), late]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** A channel that fails otherwise than agreed has a fault; its words may hold a secret. */
function faultOf(error: unknown): string {
  return error instanceof Error ? `a fault of the program (${error.name})` : 'a fault of the program';
}

/** The same for every try, also after a restart, and for no other message. */
export function messageId({ channel, key, made }: Pick<OutboxMessage, 'channel' | 'key' | 'made'>): string {
  return createHash('sha256')
    .update(JSON.stringify([channel, key, made]))
    .digest('hex')
    .slice(0, 32);
}

/**
 * How long to wait after so many tries, in milliseconds: longer each time, and up to a quarter longer or shorter, so that
 * what failed together is not tried together. Which it is comes from the id, so that it can be told beforehand.
 */
export function waitAfter(tries: number, id: string): number {
  const wait = Math.min(LONGEST_WAIT_MS, MINUTE * 2 ** Math.min(tries - 1, 20));
  const draw = createHash('sha256').update(`${id} ${tries}`).digest().readUInt16BE(0) / 65_535;
  return Math.round(wait * (0.75 + draw / 2));
}

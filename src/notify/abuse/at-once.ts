/**
 * Tells services of each ban as it is recorded, where nobody wants to look at it before (`review = false`). How far it came
 * is written in the transaction in which messages are posted. It begins at the newest ban: history is told to nobody.
 */
import * as v from 'valibot';
import { parsedJson } from '../../base/json.ts';
import { dayOf } from '../../base/zone.ts';
import type { Ledger, ReasonedBan } from '../../ledger/ledger.ts';
import { record } from '../record.ts';
import type { AbuseKind, Deed, Discretion } from './deed.ts';
import { amountOf, type DraftContent } from './draft.ts';
import { deedsOfBan } from './gather.ts';
import { AGAIN_MS, channelOf, keyOf } from './queue.ts';
import { entryOf, SERVICE_NAMES, type ServiceWay } from './services.ts';
import type { AbuseEntry } from './told.ts';

export interface AtOnceOptions {
  readonly ledger: Ledger;
  readonly ways: readonly ServiceWay[];
  readonly kinds: ReadonlyMap<string, AbuseKind>;
  readonly lines: number;
  /** Asked anew now and then: who logged in a minute ago is somebody to be discreet about. */
  readonly discretion: () => Promise<Discretion>;
}

const STATE_NAME = 'abuse';
const schema = v.object({ ban: v.number() });

/** Some ten milliseconds of reading. */
const SLICE = 100;
/** Whether anybody was blocked is recorded within a second or so. */
const PATIENCE_MS = 10_000;
/** What is older is history: somebody replays logs, or an outage is over. */
const FRESH_MS = 86_400_000;
const DISCRETION_MS = 600_000;
/** Five days' worth of a free account: who is out of order for so long is told no more until it works again. */
const WAITING_MAX = 5_000;

export class AtOnce {
  readonly #options: AtOnceOptions;
  #ban: number | undefined;
  /** The ban whose block is not known yet, and since when it is waited for. */
  #pending: { readonly id: number; readonly since: number } | undefined;
  #discretion: { readonly value: Discretion; readonly at: number } | undefined;

  constructor(options: AtOnceOptions) {
    this.#options = options;
  }

  /** Whether there is more at once. @throws ProblemError when the ledger cannot be read or written */
  async turn(now: number): Promise<boolean> {
    const { ledger } = this.#options;
    const newest = ledger.newestBan();
    const before = this.#ban ?? savedBan(ledger) ?? newest;
    const last = Math.min(newest, before + SLICE);
    if (last === before && this.#ban !== undefined) return false;
    const discretion = await this.#discreet(now);
    const reached = record(ledger, 'process', () => {
      const end = this.#tellUntil(last, before, { now, discretion });
      ledger.saveState(STATE_NAME, JSON.stringify({ ban: end }));
      return end;
    });
    this.#ban = reached;
    return reached === last && last < newest;
  }

  async #discreet(now: number): Promise<Discretion> {
    if (!this.#discretion || Math.abs(now - this.#discretion.at) >= DISCRETION_MS) {
      this.#discretion = { value: await this.#options.discretion(), at: now };
    }
    return this.#discretion.value;
  }

  /** The number of the last ban that was looked at. */
  #tellUntil(
    last: number,
    before: number,
    { now, discretion }: { readonly now: number; readonly discretion: Discretion },
  ): number {
    const { ledger, kinds, lines } = this.#options;
    const ids = Array.from({ length: last - before }, (_, i) => before + 1 + i);
    for (const ban of ledger.reasonedBans(ids)) {
      if (this.#isPending(ban, now)) return ban.id - 1;
      if (ban.from < now - FRESH_MS) continue;
      const reported = { ...ban, rule: ban.reason.rule };
      const { deeds } = deedsOfBan(reported, { ledger, kinds, lines, discretion });
      for (const deed of deeds) for (const way of this.#options.ways) this.#post(way, deed, { ban, now });
    }
    return last;
  }

  #isPending({ id }: ReasonedBan, now: number): boolean {
    if (this.#options.ledger.blocksOf(id).length > 0) return false;
    if (this.#pending?.id !== id) this.#pending = { id, since: now };
    return Math.abs(now - this.#pending.since) < PATIENCE_MS;
  }

  #post(way: ServiceWay, deed: Deed, { ban, now }: { readonly ban: ReasonedBan; readonly now: number }): void {
    const { ledger, kinds } = this.#options;
    const entry = entryOf(way, deed, kinds);
    const channel = channelOf(way);
    const waiting = ledger.outbox.backlogs().find((each) => each.channel === channel)?.waiting ?? 0;
    const last = ledger.abuse.lastApproved(deed.address, way);
    // One that waits already will do; after a clock was set back, one that waits for long is none.
    const isKnown = last !== undefined && last > now && last <= now + AGAIN_MS;
    if (!entry || waiting >= WAITING_MAX || isKnown) return;
    const due = last === undefined || last > now ? now : Math.max(now, last + AGAIN_MS);
    const id = ledger.abuse.add(reportOf(entry, deed, { day: dayOf(ledger.zone, ban.from), now }));
    const key = keyOf(id, deed.address);
    ledger.outbox.post({ key, channel, made: now, due, content: JSON.stringify(entry) });
    ledger.abuse.step(id, { state: 'approved', at: due, note: '' });
  }
}

function reportOf(entry: AbuseEntry, deed: Deed, { day, now }: { readonly day: number; readonly now: number }) {
  const content: DraftContent = { way: 'service', entries: [entry] };
  return {
    ...{ way: entry.way, contact: SERVICE_NAMES[entry.way], organization: undefined, day, made: now },
    ...amountOf([deed]),
    content: JSON.stringify(content),
  };
}

/** Undefined where there is none, or it is damaged: it begins anew, at the newest ban. */
function savedBan(ledger: Ledger): number | undefined {
  const result = v.safeParse(schema, parsedJson(ledger.state(STATE_NAME) ?? ''));
  return result.success ? result.output.ban : undefined;
}

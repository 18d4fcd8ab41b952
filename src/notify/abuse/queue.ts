/**
 * The queue that a person reviews: drafts wait in the ledger, and what is approved goes into the outbox as it was shown. A
 * contact gets one mail a day: who was written to of a day, or was to be left alone, is not written to of that day again.
 */
import { EXIT, ProblemError } from '../../base/problem.ts';
import type { AbuseReport, AbuseState, Ledger, NewAbuseReport, OutboxMessage } from '../../ledger/ledger.ts';
import { record } from '../record.ts';
import { contentFrom, type DraftContent } from './draft.ts';
import type { AbuseEntry, AbuseMail } from './told.ts';

/** The channels that approved reports wait for; no channel of the configuration may have a colon in its name. */
export function channelOf(way: string): string {
  return `abuse:${way}`;
}

/** AbuseIPDB takes a report of an address once in 15 minutes; the minute more is for clocks that differ. */
export const AGAIN_MS = 16 * 60_000;

export function stateOf({ steps }: AbuseReport): AbuseState | 'draft' {
  return steps.at(-1)?.state ?? 'draft';
}

/** Without drafts that a later one of the same contact and day replaces. */
export function currentOf(reports: readonly AbuseReport[]): AbuseReport[] {
  const newest = new Map(reports.map((report) => [sameOf(report), report.id]));
  return reports.filter((report) => report.steps.length > 0 || newest.get(sameOf(report)) === report.id);
}

function sameOf({ way, contact, day }: Pick<AbuseReport, 'way' | 'contact' | 'day'>): string {
  return JSON.stringify([way, contact, day]);
}

/** What is new of a day becomes a draft; a draft of which nothing is left is dropped, if its way is drafted. How many are new. */
export function refreshDrafts(
  ledger: Ledger,
  {
    day,
    drafts,
    ways,
    now,
  }: {
    readonly day: number;
    readonly drafts: readonly NewAbuseReport[];
    readonly ways: readonly string[];
    readonly now: number;
  },
): number {
  return record(ledger, 'power', () => {
    const known = new Map(ledger.abuse.ofDays(day, day).map((report) => [sameOf(report), report]));
    let count = 0;
    for (const draft of drafts) {
      const before = known.get(sameOf(draft));
      known.delete(sameOf(draft));
      if (before && (before.steps.length > 0 || ledger.abuse.contentOf(before.id) === draft.content)) continue;
      ledger.abuse.add(draft);
      count++;
    }
    for (const { id, way, steps } of known.values()) {
      if (steps.length === 0 && ways.includes(way))
        ledger.abuse.step(id, { state: 'dropped', at: now, note: 'nothing is left of it' });
    }
    return count;
  });
}

/** @throws ProblemError (64): there is no such report, or it is not the newest draft of its contact and day */
export function draftAt(ledger: Ledger, id: number): { readonly report: AbuseReport; readonly content: DraftContent } {
  const report = ledger.abuse.report(id);
  const content = contentFrom(ledger.abuse.contentOf(id));
  if (!report || !content) {
    throw new ProblemError(EXIT.usage, { what: `there is no report ${id}`, hint: 'rapsheet abuse list shows them' });
  }
  const current = currentOf(ledger.abuse.ofDays(report.day, report.day));
  if (current.some((each) => each.id === id)) return { report, content };
  const newer = current.find((each) => sameOf(each) === sameOf(report));
  throw new ProblemError(EXIT.usage, {
    what: `report ${id} was replaced by ${newer?.id ?? 'another one'}: more became known of that day`,
    hint: `rapsheet abuse show ${newer?.id ?? ''}`.trim(),
  });
}

/** It goes out as it was drafted, with the next turn of whoever sends. To be called within a transaction. */
export function approve(ledger: Ledger, id: number, now: number): void {
  const { report, content } = draftAt(ledger, id);
  const state = stateOf(report);
  if (state !== 'draft')
    throw new ProblemError(EXIT.usage, { what: `report ${id} is no draft any more: it is ${state}` });
  for (const { told, key, due } of messagesOf(ledger, id, { content, now })) {
    ledger.outbox.post({ key, channel: channelOf(report.way), made: now, due, content: JSON.stringify(told) });
  }
  ledger.abuse.step(id, { state: 'approved', at: now, note: '' });
}

interface Posting {
  readonly told: AbuseMail | AbuseEntry;
  readonly key: string;
  readonly due: number;
}

function messagesOf(ledger: Ledger, id: number, { content, now }: { content: DraftContent; now: number }): Posting[] {
  if (content.way === 'mail')
    return [{ told: { way: 'mail', made: now, ...content.letter }, key: keyOf(id), due: now }];
  return content.entries.map((entry) => {
    const last = ledger.abuse.lastApproved(entry.address, entry.way);
    const due = last === undefined ? now : Math.max(now, Math.min(last, now) + AGAIN_MS);
    return { told: entry, key: keyOf(id, entry.address), due };
  });
}

/** The same message has the same key, whoever posts it. */
export function keyOf(id: number, address?: string): string {
  return address === undefined ? `abuse ${id}` : `abuse ${id} ${address}`;
}

/** @throws ProblemError (64) when it went out, or was dropped before. Within a transaction. */
export function drop(ledger: Ledger, id: number, now: number): void {
  const { report } = draftAt(ledger, id);
  const state = stateOf(report);
  if (state !== 'draft')
    throw new ProblemError(EXIT.usage, { what: `report ${id} is no draft any more: it is ${state}` });
  ledger.abuse.step(id, { state: 'dropped', at: now, note: '' });
}

/** What came back. @throws ProblemError (64) when it never went out. Within a transaction. */
export function answered(
  ledger: Ledger,
  id: number,
  { state, note, now }: { readonly state: 'bounced' | 'answered'; readonly note: string; readonly now: number },
): void {
  const { report } = draftAt(ledger, id);
  if (!report.steps.some((step) => step.state === 'sent' || step.state === 'approved')) {
    throw new ProblemError(EXIT.usage, { what: `report ${id} never went out: it is ${stateOf(report)}` });
  }
  ledger.abuse.step(id, { state, at: now, note });
}

/** Records what became of approved reports, as far as the outbox knows by now. How many. */
export function settleDelivered(ledger: Ledger, now: number): number {
  const steps = ledger.abuse.undelivered().flatMap((report) => {
    const state = deliveryOf(ledger, report);
    return state && state.state !== stateOf(report) ? [{ id: report.id, ...state }] : [];
  });
  if (steps.length === 0) return 0;
  return record(ledger, 'power', () => {
    for (const { id, state, note } of steps) ledger.abuse.step(id, { state, at: now, note });
    return steps.length;
  });
}

/** Undefined: it is on its way, or nobody knows any more. */
function deliveryOf(ledger: Ledger, { id, way }: AbuseReport): { state: 'sent' | 'failed'; note: string } | undefined {
  const keys = way === 'mail' ? [keyOf(id)] : ledger.abuse.addressesOf(id).map((address) => keyOf(id, address));
  const messages: OutboxMessage[] = [];
  for (const key of keys) {
    const message = ledger.outbox.find(channelOf(way), key);
    if (message?.state === 'waiting' || message?.state === 'sending') return undefined;
    if (message) messages.push(message);
  }
  if (messages.length === 0) return undefined;
  const dead = messages.filter(({ state }) => state === 'dead');
  if (dead.length === 0) return { state: 'sent', note: '' };
  if (dead.length < messages.length)
    return { state: 'sent', note: `but ${dead.length} of ${messages.length} were refused` };
  return { state: 'failed', note: dead[0]?.error ?? '' };
}

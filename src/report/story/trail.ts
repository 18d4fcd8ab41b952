/** The bans behind a story: the numbers of the newest, and how many there are. */
import { parseNetwork } from '../../base/address.ts';
import type { BanRecord, Evidence, Tally } from '../../model.ts';
import { Newest } from '../facts/newest.ts';
import type { Inquiry } from '../question/question.ts';

export interface Trail {
  /** The newest first. */
  readonly ids: readonly number[];
  /** How many there are in all. */
  readonly count: number;
  /** The address or network whose rap sheet has all of them. */
  readonly show: string | undefined;
  /** Which lines of the newest ban may be shown; all where it is not said. */
  readonly isTelling?: (line: Evidence) => boolean;
}

/** Numbers that are printed. */
const IDS = 3;

export function trailFrom(bans: Newest<number>, show?: string): Trail {
  return { ids: bans.items().slice(-IDS).reverse(), count: bans.count, show };
}

/** Of all bans of an address or network, and of what lies in it. */
export function trailOf(inquiry: Inquiry, text: string): Trail {
  const newest = new Newest<number>(IDS);
  for (const ban of bansOf(inquiry, text)) if (lies(ban.subject, text)) newest.add(ban.id);
  return trailFrom(newest, text);
}

/** The bans of an address or network, of what lies in it and of what holds it, that are in scope. */
export function* bansOf(inquiry: Inquiry, text: string): Generator<BanRecord> {
  const { from } = inquiry.options.scope.period;
  for (const ban of bansUntilNow(inquiry, text)) if (ban.from >= from) yield ban;
}

/** With those before the period: what somebody learned from a ban of last month. */
export function* bansUntilNow(inquiry: Inquiry, text: string): Generator<BanRecord> {
  const network = parseNetwork(text);
  const { period, host } = inquiry.options.scope;
  if (network === undefined) return;
  for (const ban of inquiry.records.bansOf(network)) {
    if (ban.from < period.until && (host === undefined || ban.host === host)) yield ban;
  }
}

/** The tallies of an address in scope, by what they are in the ledger: not in the order of time. */
export function* talliesOf(inquiry: Inquiry, text: string): Generator<Tally> {
  const network = parseNetwork(text);
  const { period, host } = inquiry.options.scope;
  if (network === undefined) return;
  for (const tally of inquiry.records.talliesOf(network)) {
    if (tally.last < period.from || tally.first >= period.until) continue;
    if (host === undefined || tally.host === host) yield tally;
  }
}

/** Whether a banned address or network lies in a network: one that holds it is about others, too. */
function lies(subject: string, text: string): boolean {
  const [inner, outer] = [parseNetwork(subject), parseNetwork(text)];
  return inner !== undefined && outer !== undefined && inner.bits >= outer.bits;
}

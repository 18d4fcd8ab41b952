/** From the ledger to what is told of one ban: its facts, its last lines, and the rap sheet in short. */
import { type Network, networkOf, parseNetwork } from '../base/address.ts';
import { isLeftToActions } from '../base/left-to-actions.ts';
import type { Ledger, ReasonedBan } from '../ledger/ledger.ts';
import type { BanRecord, Block } from '../model.ts';
import type { Counted, ToldBan, ToldLine } from './notice.ts';

/** A message is read, not searched: the lines that tipped the scales. `rapsheet show` has all. */
const LINES_MAX = 10;
/** What a screen shows of a line. */
const LINE_MAX = 500;
const KINDS_MAX = 10;
/** Hosts of a fleet that a message names. */
const HOSTS_MAX = 50;
/** Days and kinds of one address: ten years of ten kinds. A network may have more, and its counts are then lower bounds. */
const TALLIES_MAX = 36_500;
/** Earlier bans of one subject that are read; more than one a day for ten years. */
const BANS_MAX = 4_000;

export function toldBan(ledger: Ledger, ban: ReasonedBan): ToldBan {
  const blocks = ledger.blocksOf(ban.id);
  const { id, subject, host, jail, service, kind, from, until, prior, reason, origin } = ban;
  return {
    ...{ id, subject, host, jail, service, kind, from, prior, reason, origin },
    until: Number.isFinite(until) ? until : null,
    ...blockOf(blocks),
    evidence: linesOf(ledger, id),
    record: recordOf(ledger, ban),
  };
}

/** What became of a ban so far. */
export function blockOf(blocks: readonly Block[]): Pick<ToldBan, 'block' | 'why'> {
  const last = blocks.at(-1);
  if (!last) return { block: 'pending', why: undefined };
  if (isLeftToActions(last)) return { block: 'left', why: undefined };
  const why = last.state === 'refused' || last.state === 'ineffective' ? last.why : undefined;
  return { block: last.state, why };
}

function linesOf(ledger: Ledger, banId: number): ToldLine[] {
  return ledger
    .evidenceOf(banId)
    .slice(-LINES_MAX)
    .map(({ time, path, offset, line }) => ({ time, path, offset, line: cutLog(line, LINE_MAX) }));
}

function recordOf(ledger: Ledger, ban: ReasonedBan): ToldBan['record'] {
  const network = parseNetwork(ban.subject);
  if (!network) return { bans: 1, first: ban.from, hosts: [ban.host], kinds: [] };
  const hosts = new Set([ban.host]);
  let first = ban.from;
  let bans = 0;
  for (const each of earlierBans(ledger, network, ban)) {
    bans++;
    first = Math.min(first, each.from);
    hosts.add(each.host);
  }
  return { bans: bans + 1, first, hosts: [...hosts].sort().slice(0, HOSTS_MAX), kinds: kindsOf(ledger, network) };
}

/** Of exactly the same subject, recorded before. */
function* earlierBans(ledger: Ledger, network: Network, { id }: BanRecord): Generator<BanRecord> {
  let read = 0;
  for (const each of ledger.bansExactly(network)) {
    if (each.id >= id || read++ === BANS_MAX) return;
    yield each;
  }
}

/** The hosts that banned the same subject before. */
export function earlierHosts(ledger: Ledger, ban: BanRecord): ReadonlySet<string> {
  const network = parseNetwork(ban.subject);
  if (!network) return new Set();
  return new Set([...earlierBans(ledger, network, ban)].map(({ host }) => host));
}

function kindsOf(ledger: Ledger, network: Network): Counted[] {
  const counts = new Map<string, number>();
  let read = 0;
  for (const { kind, count } of ledger.talliesOf(network)) {
    if (read++ === TALLIES_MAX) break;
    counts.set(kind, (counts.get(kind) ?? 0) + count);
  }
  return mostOf(counts, KINDS_MAX);
}

/** The beginning of text from a log (latin1), without half a character of what may be UTF-8, or all of it would look broken. */
export function cutLog(text: string, most: number): string {
  if (text.length <= most) return text;
  let end = most;
  while (end > most - 4 && (text.charCodeAt(end) & 0xc0) === 0x80) end--;
  return text.slice(0, end);
}

/** The most first; equal ones by name, so that the same counts give the same list. */
export function mostOf(counts: ReadonlyMap<string, number>, most: number): Counted[] {
  const list = [...counts].map(([name, count]) => ({ name, count }));
  return list.sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)).slice(0, most);
}

/** The sizes of networks that one customer has at least, where nothing is known of the one that holds the address. */
const UNKNOWN_PREFIX = { ipv4: 24, ipv6: 48 } as const;

/** The network that a ban is of: the announced one, else its /24 or /48; what was banned itself where that is larger. */
export function networkAround({ subject, origin }: BanRecord): Network | undefined {
  const banned = parseNetwork(subject);
  if (!banned) return undefined;
  const announced = origin.network === undefined ? undefined : parseNetwork(origin.network);
  if (announced && announced.bits <= banned.bits) return announced;
  const prefix = subject.includes(':') ? UNKNOWN_PREFIX.ipv6 : UNKNOWN_PREFIX.ipv4;
  const around = networkOf(banned.base, prefix);
  return around.bits <= banned.bits ? around : banned;
}

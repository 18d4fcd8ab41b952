/** The bans in force: as the daemon says, or without it as the ledger does. */
import { hostname } from 'node:os';
import { parseNetwork } from '../base/address.ts';
import { isLeftToActions } from '../base/left-to-actions.ts';
import { printable } from '../base/text.ts';
import { isoTime } from '../base/zone.ts';
import type { BanInForce } from '../daemon/protocol.ts';
import { isReleased, peekReleases } from '../daemon/releases.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { BanRecord } from '../model.ts';
import { type Cell, inColumns } from './columns.ts';
import { still } from './elapsed.ts';

/** Bans of this host that the ledger knows to be in force, without those whose release it is yet to learn of. */
export function* bansOfLedger(ledger: Ledger, path: string, now: number): Generator<BanInForce> {
  const released = peekReleases(path);
  for (const ban of ledger.inForce(hostname(), now)) {
    const subject = parseNetwork(ban.subject);
    if (subject && released.some((each) => each.at >= ban.from && isReleased(each, subject))) continue;
    yield inForceOf(ban, ledger);
  }
}

function inForceOf(ban: BanRecord, ledger: Ledger): BanInForce {
  const { id, subject, jail, kind, from, until, prior, origin } = ban;
  const blocks = [...ledger.blocksOf(id)];
  return {
    ...{ subject, jail, kind, from: new Date(from).toISOString(), until: isoTime(until), prior },
    country: origin.country ?? null,
    organization: origin.organization ?? origin.organizationAsGiven ?? null,
    blocked: blocks.some(({ state }) => state === 'blocked'),
    ...(blocks.some(isLeftToActions) ? { leftToActions: true } : {}),
  };
}

function blockWords({ blocked, leftToActions }: Pick<BanInForce, 'blocked' | 'leftToActions'>): string {
  if (blocked) return '';
  return leftToActions === true ? '  (left to the actions of its jail)' : '  (not blocked)';
}

export function banLines(bans: readonly BanInForce[], now: number): string[] {
  const rows = bans.map(({ subject, jail, kind, until, prior, country, organization, ...block }): Cell[] => [
    ...[printable(subject), printable(jail), printable(kind), still(until, now), prior],
    ...[country ?? '-', `${printable(organization ?? '-')}${blockWords(block)}`],
  ]);
  return inColumns(['ADDRESS', 'JAIL', 'FOR', 'ENDS IN', 'PRIOR', 'FROM', 'ORGANIZATION'], rows);
}

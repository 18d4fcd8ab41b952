/** Bad neighborhoods: the /24 or /64 of banned addresses, where there is more than one ban in it. */
import { AddressTable } from '../../base/address-table.ts';
import { count, rankColumns, text } from '../column.ts';
import { Numbers } from '../facts/numbers.ts';
import { PAIRS } from '../facts/pairs.ts';
import { networkText } from '../facts/subjects.ts';
import { finishTable, item, rankNotes, rest } from '../finish.ts';
import type { Entry, Ranked } from '../rank.ts';
import { rankEntries } from '../rank.ts';
import type { Cells, Column, Row, Table } from '../table.ts';
import type { Inquiry } from './question.ts';
import { countryOf } from './question.ts';

export function networks(inquiry: Inquiry): readonly Table[] {
  const { top } = inquiry.options;
  const { written, counted, compare } = inquiry;
  const found = neighborhoods(inquiry);
  const several = found.entries.filter((entry) => entry.count > 1);
  const ranking = rankEntries(several, { top, labels: (network) => [found.text(network)], compare });
  const tie = (size: number, each: number): string => `${counted(size, 'network')} with ${written(each)} bans each`;
  const table = finishTable({
    name: 'networks',
    title: 'Networks',
    base: 'bans',
    columns: networkColumns(),
    rows: [
      ...ranking.listed.map((entry) => item(networkCells(inquiry, found, entry))),
      ...restRows(found, ranking.rest),
    ],
    total: {},
    notes: [
      ...rankNotes(ranking, tie),
      `A network is a /24 (IPv4) or a /64 (IPv6). ${counted(several.length, 'network has', 'networks have')} more than one ban.`,
    ],
    order: { by: 'bans', direction: 'falling', amongEquals: ['network'] },
    top,
  });
  return [table];
}

function networkColumns(): readonly Column[] {
  const bans = { rule: { type: 'adds', parts: ['topBans', 'otherBans'] }, measure: 'bans' } as const;
  return [
    ...rankColumns(),
    text('network', 'Network', { overflow: 'whole' }),
    count('addresses', 'Unique addresses', { measure: 'addresses' }),
    count('bans', 'Bans', bans),
    text('topAddress', 'Top address', { show: 'roomy', overflow: 'whole' }),
    count('topBans', 'Its bans', { rule: { type: 'part' }, show: 'roomy' }),
    count('otherBans', 'Others’ bans', { rule: { type: 'part' }, show: 'roomy' }),
    text('organization', 'Organization', { show: 'wide', absent: 'unknown' }),
    text('country', 'Country', { show: 'wide', absent: 'unknown' }),
  ];
}

/** Networks by number, with what was seen in each. */
interface Neighborhoods {
  readonly entries: readonly Entry<number>[];
  readonly addressesIn: (network: number) => number;
  /** The address with the most bans, the one that was banned first of several. */
  readonly topOf: (network: number) => number;
  readonly text: (network: number) => string;
  /** Addresses that are in no network, because the ledger's text of them is unreadable; and their bans. */
  readonly outside: { readonly addresses: number; readonly bans: number };
}

function neighborhoods(inquiry: Inquiry): Neighborhoods {
  const { bans } = inquiry.facts;
  const table = new AddressTable(PAIRS);
  const addresses = new Numbers();
  const bansIn = new Numbers();
  const top = new Numbers();
  const outside = { addresses: 0, bans: 0 };
  for (let subject = 0; subject < bans.subjects.size; subject++) {
    const times = bans.of(subject, 'bans');
    const network = bans.subjects.neighborhood(subject, table);
    if (network < 0) {
      outside.addresses++;
      outside.bans += times;
      continue;
    }
    if (addresses.at(network) === 0 || times > bans.of(top.at(network), 'bans')) top.put(network, subject);
    addresses.add(network, 1);
    bansIn.add(network, times);
  }
  return {
    entries: Array.from({ length: table.size }, (_, network) => ({ item: network, count: bansIn.at(network) })),
    addressesIn: (network) => addresses.at(network),
    topOf: (network) => top.at(network),
    text: (network) => networkText(table, network),
    outside,
  };
}

function networkCells(inquiry: Inquiry, found: Neighborhoods, entry: Ranked<number>): Cells {
  const { bans } = inquiry.facts;
  const top = found.topOf(entry.item);
  return {
    rank: entry.rank,
    tied: entry.tied,
    network: found.text(entry.item),
    addresses: found.addressesIn(entry.item),
    bans: entry.count,
    topAddress: bans.subjects.text(top),
    topBans: bans.of(top, 'bans'),
    otherBans: entry.count - bans.of(top, 'bans'),
    organization: bans.nameOf(top, 'organization') ?? null,
    country: countryOf(inquiry, top) ?? null,
  };
}

function restRows(found: Neighborhoods, others: readonly Entry<number>[]): Row[] {
  const sum = (entries: readonly Entry<number>[]): Cells => ({
    addresses: entries.reduce((all, { item: network }) => all + found.addressesIn(network), 0),
    bans: entries.reduce((all, entry) => all + entry.count, 0),
  });
  const once = found.entries.filter((entry) => entry.count === 1);
  return [
    ...rest({ network: 'other networks', ...sum(others) }, others.length),
    ...rest({ network: 'networks with one ban', ...sum(once) }, once.length),
    ...rest({ network: 'unreadable', ...found.outside }, found.outside.addresses),
  ];
}

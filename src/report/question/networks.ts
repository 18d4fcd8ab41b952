/** Bad neighborhoods: the /24 or /64 of banned addresses, where there is more than one ban in it. */
import { count, rankColumns, text } from '../column.ts';
import { type Neighborhoods, SEVERAL, type SharedTrait } from '../facts/neighborhoods.ts';
import { WORD } from '../facts/profiles.ts';
import { type Draft, finishTable, item, rankNotes, rest } from '../finish.ts';
import type { Entry, Ranked } from '../rank.ts';
import { rankEntries } from '../rank.ts';
import type { Cells, Column, Row, Table } from '../table.ts';
import type { Inquiry } from './question.ts';

export function networks(inquiry: Inquiry): readonly Table[] {
  const { top } = inquiry.options;
  const { compare, phrases } = inquiry;
  const found = inquiry.facts.neighborhoods;
  const several = severalIn(found);
  const ranking = rankEntries(several, { top, labels: (network) => [found.text(network)], compare });
  const draft: Draft = {
    name: 'networks',
    title: 'Networks',
    base: 'bans',
    columns: networkColumns(),
    rows: [
      ...ranking.listed.map((entry) => item(networkCells(inquiry, found, entry))),
      ...restRows(found, ranking.rest, inquiry.options),
    ],
    total: {},
    notes: [
      ...rankNotes(ranking, { things: 'networks', counts: 'bans' }, inquiry),
      phrases.notes.neighborhoods({ several: several.length }),
    ],
    order: { by: 'bans', direction: 'falling', amongEquals: ['network'] },
    top,
  };
  return [finishTable(draft, inquiry)];
}

/** The networks with more than one ban. */
export function severalIn(found: Neighborhoods): Entry<number>[] {
  const entries: Entry<number>[] = [];
  for (let network = 0; network < found.size; network++) {
    if (found.bansIn(network) > 1) entries.push({ item: network, count: found.bansIn(network) });
  }
  return entries;
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
    topBans: bans.of(top, WORD.bans),
    otherBans: entry.count - bans.of(top, WORD.bans),
    organization: originCell(inquiry, entry.item, 'organization'),
    country: originCell(inquiry, entry.item, 'country'),
  };
}

/** Its own origin, which is that of all its addresses: those of a provider may be in many countries. */
function originCell(inquiry: Inquiry, network: number, trait: SharedTrait): string | null {
  const isMixed = inquiry.facts.neighborhoods.originOf(network, trait) === SEVERAL;
  return isMixed ? inquiry.say('several') : (originOfNetwork(inquiry, network, trait) ?? null);
}

/** Undefined when not all of its addresses share it. */
export function originOfNetwork(
  { facts, countryName }: Inquiry,
  network: number,
  trait: SharedTrait,
): string | undefined {
  const shared = facts.neighborhoods.originOf(network, trait);
  if (shared <= 0) return undefined;
  const name = facts.bans.origins.names[trait].text(shared - 1);
  return trait === 'country' ? countryName(name) : name;
}

function restRows(found: Neighborhoods, others: readonly Entry<number>[], { isPublic }: Inquiry['options']): Row[] {
  const sum = (entries: readonly Entry<number>[]): Cells => ({
    addresses: entries.reduce((all, { item: network }) => all + found.addressesIn(network), 0),
    bans: entries.reduce((all, entry) => all + entry.count, 0),
  });
  let once = 0;
  for (let network = 0; network < found.size; network++) if (found.bansIn(network) === 1) once++;
  return [
    ...rest({ network: 'other networks', ...sum(others) }, others.length),
    ...rest({ network: 'networks with one ban', addresses: once, bans: once }, once),
    ...rest({ network: isPublic ? 'hidden' : 'unreadable', ...found.outside }, found.outside.addresses),
  ];
}

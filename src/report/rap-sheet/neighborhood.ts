/** Others that were banned: around an address, and of the same organization. */
import type { Network } from '../../base/address.ts';
import { contains, isIPv4, networkOf, parseNetwork } from '../../base/address.ts';
import type { BanRecord, Origin } from '../../model.ts';
import { count, percent, rankColumns, text, time } from '../column.ts';
import { type Draft, finishTable, item, rankNotes, rest } from '../finish.ts';
import { rankEntries } from '../rank.ts';
import type { Table } from '../table.ts';
import type { Words } from '../words.ts';
import type { Neighborhood, RapSheetRecords, SheetSubject } from './sheet-records.ts';

/** What one customer or one building has: a /24, and of IPv6 the /48 that a site is given. */
const AROUND = { v4: 24, v6: 48 } as const;

interface Neighbor {
  bans: number;
  first: number;
  last: number;
}

export interface Neighborhoods {
  /** The network around the subject; undefined for what is as large itself, or no network. */
  readonly network: Found | undefined;
  readonly organization: Found | undefined;
}

interface Found {
  readonly name: string;
  /** The network whose bans are left out of it. */
  readonly outside: string | undefined;
  readonly neighbors: ReadonlyMap<string, Neighbor>;
}

/** `origin`: of the subject's newest ban. */
export function findNeighbors(
  records: RapSheetRecords,
  subject: SheetSubject,
  origin: Origin | undefined,
): Neighborhoods {
  const around = subject.type === 'network' ? around24(subject.network) : undefined;
  const organization = subject.type === 'network' || subject.type === 'asn' ? origin?.organization : undefined;
  const isOther = (ban: BanRecord): boolean => !belongs(ban, subject);
  const isElsewhere = (ban: BanRecord): boolean => isOther(ban) && !(around && isWithin(around, ban));
  return {
    network: around && {
      name: around.text,
      outside: undefined,
      neighbors: gathered(records.neighborsOf({ type: 'network', network: around }), isOther),
    },
    organization:
      organization === undefined
        ? undefined
        : {
            name: organization,
            outside: around?.text,
            neighbors: gathered(records.neighborsOf({ type: 'organization', organization }), isElsewhere),
          },
  };
}

function around24({ base, bits }: Network): Network | undefined {
  const around = networkOf(base, isIPv4(base) ? AROUND.v4 : AROUND.v6);
  return around.bits < bits ? around : undefined;
}

function isWithin(network: Network, { subject }: BanRecord): boolean {
  const banned = parseNetwork(subject);
  return banned !== undefined && contains(network, banned.base);
}

/** Whether a ban is one of the subject's own: in it, or of a network that holds it. */
function belongs(ban: BanRecord, subject: SheetSubject): boolean {
  if (subject.type === 'asn') return ban.origin.asn === subject.asn;
  if (subject.type !== 'network') return false;
  const banned = parseNetwork(ban.subject);
  return banned === undefined || contains(subject.network, banned.base) || contains(banned, subject.network.base);
}

function gathered(bans: Iterable<BanRecord>, isOther: (ban: BanRecord) => boolean): ReadonlyMap<string, Neighbor> {
  const neighbors = new Map<string, Neighbor>();
  for (const ban of bans) {
    if (!isOther(ban)) continue;
    const known = neighbors.get(ban.subject) ?? { bans: 0, first: ban.from, last: ban.from };
    known.bans++;
    known.first = Math.min(known.first, ban.from);
    known.last = Math.max(known.last, ban.from);
    neighbors.set(ban.subject, known);
  }
  return neighbors;
}

/** A table for each neighborhood in which anybody else was banned. */
export function neighbors({ network, organization }: Neighborhoods, words: Words, top: number | 'all'): Table[] {
  const tables = [
    network && neighborTable(network, { name: 'neighbors', title: 'Neighbors', of: 'network', words, top }),
    organization &&
      neighborTable(organization, {
        ...{ name: 'organization-neighbors', title: 'Others of its organization' },
        ...{ of: 'organization', words, top },
      }),
  ];
  return tables.filter((table) => table !== undefined && table.rows.length > 0).flatMap((table) => table ?? []);
}

interface Told {
  readonly name: string;
  readonly title: string;
  readonly of: Neighborhood['type'];
  readonly words: Words;
  readonly top: number | 'all';
}

function neighborTable(found: Found, { name, title, of, words, top }: Told): Table {
  const entries = [...found.neighbors].map(([subject, sums]) => ({ item: { subject, sums }, count: sums.bans }));
  const ranking = rankEntries(entries, { top, labels: ({ subject }) => [subject], compare: words.compare });
  const others = ranking.rest.reduce((sum, entry) => sum + entry.count, 0);
  const { notes, sheet } = words.phrases;
  const draft: Draft = {
    name,
    title,
    base: sheet.neighborsOf({ type: of, name: found.name, outside: found.outside }),
    columns: [
      ...rankColumns(),
      text('subject', 'Address', { overflow: 'whole' }),
      count('bans', 'Bans', { measure: name }),
      percent('bans', 'wide'),
      time('first', 'First ban', 'wide'),
      time('last', 'Last ban', 'roomy'),
    ],
    rows: [
      ...ranking.listed.map(({ item: { subject, sums }, rank, tied }) => item({ rank, tied, subject, ...sums })),
      ...rest({ subject: 'other addresses', bans: others }, ranking.rest.length),
    ],
    total: {},
    notes: [
      ...rankNotes(ranking, { things: 'addresses', counts: 'bans' }, words),
      notes.inAll({ count: entries.length, things: 'addresses' }),
    ],
    order: { by: 'bans', direction: 'falling', amongEquals: ['subject'] },
    top,
    bar: 'bans',
  };
  return finishTable(draft, words);
}

/**
 * All bans since the digest before, counted and grouped. They are taken by their numbers, so that each is in exactly one
 * digest, whenever it was recorded; they are read in pieces, so that others of the process have their turn in between.
 */
import { setImmediate } from 'node:timers/promises';
import { dayOf } from '../base/zone.ts';
import type { Ledger, ReasonedBan } from '../ledger/ledger.ts';
import { cutLog, mostOf, networkAround, toldBan } from './gather.ts';
import { campaignOf } from './news.ts';
import type { DigestGroup, DigestNotice, ToldBan } from './notice.ts';

export interface DigestRequest {
  readonly ledger: Ledger;
  readonly every: DigestNotice['every'];
  /** The last ban of the digest before, and of this one. */
  readonly after: number;
  readonly last: number;
  readonly from: number;
  readonly until: number;
  readonly attempts: number;
  readonly before: DigestNotice['before'];
  readonly held: readonly number[];
  readonly heldRest: number;
}

/** Two milliseconds of reading. */
const SLICE = 500;
/** Rows of tallies that are read in as much. */
const TALLY_SLICE = 5_000;
const RANKS_MAX = 10;
/** Two screens. */
const GROUPS_MAX = 20;
/** Groups that are counted at all, at a kilobyte or so each; bans of later ones are in the rest. */
const KNOWN_GROUPS_MAX = 50_000;
/** Addresses that are told apart, at a hundred bytes each: ten times what the worst day of a large fleet had. */
const ADDRESSES_MAX = 500_000;
const MEMBERS_MAX = 10;
const GROUP_KINDS_MAX = 5;
const HELD_TOLD_MAX = 10;
const NAME_MAX = 200;

export async function gatherDigest(request: DigestRequest): Promise<DigestNotice> {
  const { ledger, after, last, until } = request;
  const tally = new DigestTally();
  for (let id = after + 1; id <= last; id += SLICE) {
    const ids = Array.from({ length: Math.min(SLICE, last - id + 1) }, (_, i) => id + i);
    for (const ban of ledger.reasonedBans(ids)) tally.add(ban);
    await setImmediate();
  }
  const { every, from, attempts, before, held, heldRest } = request;
  const told = heldBans(ledger, held);
  return {
    ...{ sort: 'digest', key: `digest ${after + 1} ${last} ${until}`, made: until, host: undefined },
    ...{ every, from, until, attempts, before, ...tally.figures(), ...tally.groups() },
    held: told,
    heldRest: heldRest + held.length - told.length,
  };
}

function heldBans(ledger: Ledger, held: readonly number[]): ToldBan[] {
  return [...ledger.reasonedBans(held.slice(0, HELD_TOLD_MAX))].map((ban) => toldBan(ledger, ban));
}

interface Group {
  readonly by: 'campaign' | 'network';
  readonly name: string;
  readonly ban: ReasonedBan;
  bans: number;
  readonly addresses: Set<string>;
  readonly kinds: Set<string>;
}

class DigestTally {
  #bans = 0;
  readonly #addresses = new Set<string>();
  readonly #countries = new Map<string, number>();
  readonly #organizations = new Map<string, number>();
  readonly #kinds = new Map<string, number>();
  readonly #hosts = new Map<string, number>();
  readonly #groups = new Map<string, Group>();

  add(ban: ReasonedBan): void {
    if (ban.importedFrom !== undefined) return;
    const { subject, kind, host, origin } = ban;
    this.#bans++;
    if (this.#addresses.size < ADDRESSES_MAX) this.#addresses.add(subject);
    count(this.#countries, origin.country);
    count(this.#organizations, origin.organization);
    count(this.#kinds, kind);
    count(this.#hosts, host);
    const group = this.#groupOf(ban);
    if (!group) return;
    group.bans++;
    group.addresses.add(subject);
    if (group.kinds.size < GROUP_KINDS_MAX) group.kinds.add(kind);
  }

  figures(): Pick<DigestNotice, 'bans' | 'addresses' | 'countries' | 'organizations' | 'kinds' | 'hosts'> {
    return {
      bans: this.#bans,
      addresses: this.#addresses.size,
      countries: mostOf(this.#countries, RANKS_MAX),
      organizations: mostOf(this.#organizations, RANKS_MAX),
      kinds: mostOf(this.#kinds, RANKS_MAX),
      hosts: mostOf(this.#hosts, RANKS_MAX),
    };
  }

  groups(): { groups: DigestGroup[]; rest: number } {
    const sorted = [...this.#groups.values()].sort((a, b) => b.bans - a.bans || (a.name < b.name ? -1 : 1));
    const groups = sorted.slice(0, GROUPS_MAX).map(toldGroup);
    return { groups, rest: groups.reduce((rest, { bans }) => rest - bans, this.#bans) };
  }

  #groupOf(ban: ReasonedBan): Group | undefined {
    const { reason } = ban;
    const network = networkAround(ban)?.text ?? ban.subject;
    const key = campaignOf(reason) ?? network;
    const known = this.#groups.get(key);
    if (known || this.#groups.size >= KNOWN_GROUPS_MAX) return known;
    const is: Pick<Group, 'by' | 'name'> =
      reason.rule === 'campaign' ? { by: 'campaign', name: reason.user } : { by: 'network', name: network };
    const group: Group = { ...is, ban, bans: 0, addresses: new Set(), kinds: new Set() };
    this.#groups.set(key, group);
    return group;
  }
}

function toldGroup({ by, name, ban, bans, addresses, kinds }: Group): DigestGroup {
  const isAlone = by === 'network' && addresses.size === 1;
  const isOfOne = by === 'network';
  return {
    by: isAlone ? 'address' : by,
    name: isAlone ? ban.subject : cutLog(name, NAME_MAX),
    organization: isOfOne ? ban.origin.organization : undefined,
    country: isOfOne ? ban.origin.country : undefined,
    bans,
    addresses: addresses.size,
    kinds: [...kinds],
    members: [...addresses].slice(0, MEMBERS_MAX),
  };
}

/** Unknown ones are left out: they are no country, and no company. */
function count(counts: Map<string, number>, name: string | undefined): void {
  if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** Attempts that were recorded for the days from `since` to `now`, and of these the ones of the last day. */
export async function attemptsBetween(
  ledger: Ledger,
  since: number,
  now: number,
): Promise<{ readonly all: number; readonly today: number }> {
  const day = dayOf(ledger.zone, now);
  let [all, today, read] = [0, 0, 0];
  const period = { from: Math.min(since, now), until: now + 1, name: '' };
  for (const tally of ledger.tallies({ period, host: undefined })) {
    all += tally.count;
    if (tally.day === day) today += tally.count;
    if (++read % TALLY_SLICE === 0) await setImmediate();
  }
  return { all, today };
}

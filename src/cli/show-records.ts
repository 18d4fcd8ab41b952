/** The ledger's answers in the rap sheet's words, within limits: of a subject with too many bans the newest are read. */

import { compareAddresses, contains, type Network, parseNetwork } from '../base/address.ts';
import { serviceOf } from '../base/kind.ts';
import { toLog } from '../base/text.ts';
import { dayOf, type Zone } from '../base/zone.ts';
import type { BanSearch, Ledger } from '../ledger/ledger.ts';
import type { BanRecord, Tally } from '../model.ts';
import type {
  Neighborhood,
  Omission,
  RapSheetRecords,
  SheetBan,
  SheetEvidence,
  SheetFinding,
  SheetReport,
  SheetSubject,
} from '../report/report.ts';

/** How much is read. */
export interface ShowLimits {
  readonly bans: number;
  /** Bans whose lines are read, and what others said of their addresses. */
  readonly evidence: number;
  /** Addresses and networks whose attempts are asked for one by one, of an operator. */
  readonly members: number;
  /** Tallies: an address has one for each day, host and kind. */
  readonly tallies: number;
  /** Bans of a neighborhood. */
  readonly neighbors: number;
}

/** Each of them is read in half a second; together they answer for a /8 in a few. */
export const SHOW_LIMITS: ShowLimits = {
  bans: 100_000,
  evidence: 5_000,
  members: 10_000,
  tallies: 200_000,
  neighbors: 20_000,
};

/** Reports that are read: one a day for three years. */
const REPORTS = 1_000;

export function sheetRecords(ledger: Ledger, limits: ShowLimits = SHOW_LIMITS): RapSheetRecords {
  return new LedgerSheet(ledger, limits);
}

class LedgerSheet implements RapSheetRecords {
  readonly #ledger: Ledger;
  readonly #limits: ShowLimits;
  /** Once however often it was found: by what it says. */
  readonly #omissions = new Map<string, Omission>();
  /** Of the subject: what is asked thrice is searched once. */
  readonly #found = new Map<SheetSubject, readonly number[]>();
  /** What was banned, as the bans told that were asked for first. */
  readonly #subjects = new Set<string>();

  constructor(ledger: Ledger, limits: ShowLimits) {
    this.#ledger = ledger;
    this.#limits = limits;
  }

  omissions(): readonly Omission[] {
    return [...this.#omissions.values()];
  }

  #omit(omission: Omission): void {
    this.#omissions.set(JSON.stringify(omission), omission);
  }

  *bansOf(subject: SheetSubject): Generator<SheetBan> {
    this.#subjects.clear();
    for (const ban of this.#ledger.reasonedBans(this.#idsOf(subject))) {
      this.#subjects.add(ban.subject);
      yield ban;
    }
  }

  *talliesOf(subject: SheetSubject): Generator<Tally> {
    if (subject.type === 'user') {
      for (const line of this.evidenceOf(subject)) yield tallyOf(line, this.#ledger.zone);
      return;
    }
    let count = 0;
    for (const network of subject.type === 'network' ? [subject.network] : this.#members()) {
      for (const tally of this.#ledger.talliesOf(network)) {
        if (++count > this.#limits.tallies) {
          this.#omit({ of: 'tallies', from: tally.address });
          return;
        }
        yield tally;
      }
    }
  }

  *evidenceOf(subject: SheetSubject): Generator<SheetEvidence> {
    const user = subject.type === 'user' ? toLog(subject.user) : undefined;
    for (const { id, host } of this.#ledger.reasonedBans(this.#newestOf(subject))) {
      for (const evidence of this.#ledger.evidenceOf(id)) {
        if (user === undefined || evidence.user === user) yield { ...evidence, ban: id, host };
      }
    }
  }

  *findingsOf(subject: SheetSubject): Generator<SheetFinding> {
    for (const id of this.#newestOf(subject)) {
      for (const finding of this.#ledger.findingsOf(id)) yield { ...finding, ban: id };
    }
  }

  /** Of an operator or a user name nothing is told: reports are of addresses. */
  *reportsOf(subject: SheetSubject): Generator<SheetReport> {
    if (subject.type !== 'network') return;
    for (const { contact, steps } of this.#ledger.abuse.ofNetwork(subject.network, REPORTS)) {
      if (steps.some(({ state }) => state === 'approved')) yield { to: contact, steps };
    }
  }

  neighborsOf(neighborhood: Neighborhood): Iterable<BanRecord> {
    const { ids } = this.#ledger.searchBans(neighborhood);
    const read = newest(ids, this.#limits.neighbors);
    if (read.length < ids.length) {
      const where = neighborhood.type === 'network' ? neighborhood.network.text : neighborhood.organization;
      this.#omit({ of: 'neighbors', where, read: read.length, all: ids.length });
    }
    return this.#ledger.reasonedBans(read);
  }

  effectsOf({ id, subject, host, from, until }: SheetBan): ReturnType<RapSheetRecords['effectsOf']> {
    const network = parseNetwork(subject);
    const releases = network === undefined ? [] : this.#ledger.releasesOf(network);
    return {
      blocks: this.#ledger.blocksOf(id),
      releases: releases.filter(
        (release) => release.subject === subject && release.host === host && release.at >= from && release.at < until,
      ),
    };
  }

  #idsOf(subject: SheetSubject): readonly number[] {
    const known = this.#found.get(subject);
    if (known !== undefined) return known;
    const { ids, unread } = this.#ledger.searchBans(searchOf(subject));
    const read = newest(ids, this.#limits.bans);
    if (read.length < ids.length) {
      this.#omit({ of: 'bans', read: read.length, all: ids.length });
    }
    if (unread > 0) this.#omit({ of: 'search', unread });
    this.#found.set(subject, read);
    return read;
  }

  /** Of these, the ones that are read down to what was recorded with each. */
  #newestOf(subject: SheetSubject): readonly number[] {
    const all = this.#idsOf(subject);
    const read = newest(all, this.#limits.evidence);
    if (read.length < all.length) {
      this.#omit({ of: 'details', read: read.length, all: all.length });
    }
    return read;
  }

  /** What of an operator was banned, none within another; of too many the last that were first banned. */
  #members(): readonly Network[] {
    const { members } = this.#limits;
    const subjects = [...this.#subjects];
    if (subjects.length > members) {
      this.#omit({ of: 'members', read: members, all: subjects.length });
    }
    return apart(subjects.slice(-members).flatMap((text) => parseNetwork(text) ?? []));
  }
}

/** Without those that lie in others: their attempts would count twice. */
function apart(networks: readonly Network[]): Network[] {
  const sorted = [...networks].sort((a, b) => compareAddresses(a.base, b.base) || a.bits - b.bits);
  const kept: Network[] = [];
  for (const network of sorted) {
    const last = kept.at(-1);
    if (last === undefined || !contains(last, network.base)) kept.push(network);
  }
  return kept;
}

function searchOf(subject: SheetSubject): BanSearch {
  return subject.type === 'user' ? { type: 'user', user: toLog(subject.user) } : subject;
}

function newest(ids: readonly number[], limit: number): readonly number[] {
  return ids.length > limit ? ids.slice(-limit) : ids;
}

/** The ledger has no address for a name that was tried; it can count the attempts that led to bans. */
function tallyOf(line: SheetEvidence, zone: Zone): Tally {
  const { host, kind, count, time } = line;
  const service = serviceOf(kind);
  return { day: dayOf(zone, time), host, address: line.address.text, service, kind, count, first: time, last: time };
}

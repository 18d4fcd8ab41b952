/**
 * The records of a report seen through a mask. All that a report says comes from here, so that sentences, orders, ties and
 * sums are made of what readers see, and the audit holds.
 */
import type { Aim, BanRecord, Reason, Scope, Tally, UserTally } from '../../model.ts';
import type { BanPage, ReportRecords, SubjectList } from '../records.ts';
import { type Mask, maskedEvidence } from './mask.ts';
import { SHOWN } from './privacy.ts';

/** `host`: the only one that the report is of, by the name that the records know. */
export function maskedRecords(records: ReportRecords, mask: Mask, host: string | undefined): ReportRecords {
  const real = (scope: Scope): Scope => ({ ...scope, host });
  return {
    banPages: (scope) => each(records.banPages(real(scope)), (page) => maskedPage(page, mask)),
    tallyPages: (scope) => each(records.tallyPages(real(scope)), (page) => maskedList(page, mask)),
    attemptsIn: (scope) => records.attemptsIn(real(scope)),
    users: (scope) => each(records.users(real(scope)), (tally) => maskedUser(tally, mask)),
    hosts: (scope) => [...new Set(records.hosts(real(scope)).map((host) => mask.host(host)))].sort(),
    firstBan: () => records.firstBan(host),
    bansOf: (network) => each(records.bansOf(network), (ban) => maskedBan(ban, mask)),
    talliesOf: (network) => each(records.talliesOf(network), (tally) => maskedTally(tally, mask)),
    reasonOf: (id) => {
      const reason = records.reasonOf(id);
      return reason && maskedReason(reason, mask);
    },
    evidenceOf: (id) => each(records.evidenceOf(id), (evidence) => maskedEvidence(evidence, mask)),
    aimsOf: (ids) => each(records.aimsOf(ids), (aim) => maskedAim(aim, mask)),
  };
}

/** Anew each time it is read, as the records themselves are. */
export function each<Item, Seen>(items: Iterable<Item>, see: (item: Item) => Seen): Iterable<Seen> {
  return {
    *[Symbol.iterator]() {
      for (const item of items) yield see(item);
    },
  };
}

function maskedPage(page: BanPage, mask: Mask): BanPage {
  const list = maskedList(page, mask);
  return {
    ...list,
    hostOf: (number) => mask.host(page.hostOf(number)),
    reasonOf: (row) => maskedReason(page.reasonOf(row), mask),
  };
}

/** Most pages hold nothing that is hidden, and are what they were. */
function maskedList<List extends SubjectList>(list: List, mask: Mask): List {
  let bits = list.bits;
  for (let row = 0; row < list.size; row++) {
    const width = list.bits[row] ?? -1;
    if (width < 0 || !mask.hides(list.words, row * 4, width)) continue;
    if (bits === list.bits) bits = list.bits.slice(0, list.size);
    bits[row] = -1;
  }
  return { ...list, bits, textOf: (row) => mask.subject(list.textOf(row)) };
}

export function maskedBan<Record extends BanRecord>(ban: Record, mask: Mask): Record {
  return { ...ban, subject: mask.subject(ban.subject), host: mask.host(ban.host) };
}

export function maskedTally(tally: Tally, mask: Mask): Tally {
  return { ...tally, host: mask.host(tally.host), address: mask.subject(tally.address) };
}

function maskedUser(tally: UserTally, mask: Mask): UserTally {
  const { host, user } = tally;
  return { ...tally, host: mask.host(host), user: user === undefined ? undefined : mask.user(user) };
}

function maskedAim(aim: Aim, mask: Mask): Aim {
  const { host, address, user, target } = aim;
  return {
    ...aim,
    host: mask.host(host),
    address: mask.address(address),
    user: user === undefined ? undefined : mask.user(user),
    target: target === undefined ? undefined : mask.text(target, user),
  };
}

/** Without what a person or another program wrote as the reason. */
export function maskedReason<Known extends Reason | undefined>(reason: Known, mask: Mask): Known | Reason {
  switch (reason?.rule) {
    case 'campaign':
      return { ...reason, user: mask.user(reason.user) };
    case 'wide':
      return { ...reason, members: reason.members.map((member) => mask.subject(member)) };
    case 'manual':
      return { ...reason, by: SHOWN.user, why: '' };
    case 'imported':
      return { ...reason, text: '' };
    default:
      return reason;
  }
}

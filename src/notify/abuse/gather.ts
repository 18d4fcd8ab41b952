/** From the bans of a day to what each address did, and who is responsible for it. */
import { setImmediate } from 'node:timers/promises';
import { type Network, parseNetwork, single } from '../../base/address.ts';
import { ellipsis, printable } from '../../base/text.ts';
import { dayOf } from '../../base/zone.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Evidence, ReportedBan } from '../../model.ts';
import {
  type AbuseKind,
  type Deed,
  type DeedLine,
  type Desk,
  type Discretion,
  type LeftOut,
  LeftOutTally,
  type Reason,
} from './deed.ts';

export interface GatherOptions {
  readonly ledger: Ledger;
  readonly kinds: ReadonlyMap<string, AbuseKind>;
  readonly discretion: Discretion;
  /** Lines of evidence of one address. */
  readonly lines: number;
}

/** An address with its deeds. */
export interface Culprit {
  readonly deed: Deed;
  /** Undefined: nobody is known. */
  readonly desk: Desk | undefined;
}

export interface Gathered {
  readonly culprits: readonly Culprit[];
  readonly leftOut: readonly LeftOut[];
}

const DAY = 86_400_000;
/** Bans that are read before others have their turn. */
const SLICE = 200;
/** Addresses of a day, at two kilobytes each: ten times what the worst day of a large fleet had. */
const CULPRITS_MAX = 100_000;
/** What an eye takes in, and enough of a request to know it again. */
const LINE_MAX = 300;
/** Days, hosts and kinds of one address: ten years of ten kinds. */
const TALLIES_MAX = 36_500;
/** Names of companies. */
const NAME_MAX = 100;

/** Of the bans that began on a day, in the ledger's zone. */
export async function gatherDeeds(day: number, options: GatherOptions): Promise<Gathered> {
  const { ledger } = options;
  const { zone } = ledger;
  const period = { from: zone.fromLocal(day * DAY), until: zone.fromLocal((day + 1) * DAY), name: '' };
  const leftOut = new LeftOutTally();
  const suspects = new Map<string, Suspect>();
  let read = 0;
  for (const ban of ledger.bans({ period, host: undefined })) {
    for (const suspect of suspectsOf(ban, leftOut, options)) accuse(suspects, suspect, leftOut);
    if (++read % SLICE === 0) await setImmediate();
  }
  const culprits: Culprit[] = [];
  for (const suspect of suspects.values()) {
    culprits.push(convict(suspect, day, options));
    if (culprits.length % SLICE === 0) await setImmediate();
  }
  return { culprits, leftOut: leftOut.list() };
}

/** What one ban says, addresses and all, without a day's context: for reports that go out at once. */
export function deedsOfBan(ban: ReportedBan, options: GatherOptions): { deeds: Deed[]; leftOut: LeftOut[] } {
  const leftOut = new LeftOutTally();
  const day = dayOf(options.ledger.zone, ban.from);
  const deeds = suspectsOf(ban, leftOut, options).map((suspect) => convict(suspect, day, options).deed);
  return { deeds, leftOut: leftOut.list() };
}

interface Suspect {
  readonly address: string;
  readonly evidence: Evidence[];
  desk: Desk | undefined;
}

function suspectsOf(ban: ReportedBan, leftOut: LeftOutTally, options: GatherOptions): Suspect[] {
  const network = parseNetwork(ban.subject);
  const reason = network ? reasonAgainst(ban, network, options) : 'no line';
  if (reason !== undefined) {
    leftOut.add(reason, ban.subject);
    return [];
  }
  const { ledger, kinds, discretion } = options;
  const desk = deskOf(ban, ledger);
  const byAddress = new Map<string, Suspect>();
  for (const line of ledger.evidenceOf(ban.id)) {
    if (kinds.get(line.kind)?.forgeable !== false || discretion.isOurs(single(line.address))) continue;
    const { text: address } = line.address;
    const suspect = byAddress.get(address) ?? { address, evidence: [], desk };
    suspect.evidence.push(line);
    byAddress.set(address, suspect);
  }
  if (byAddress.size === 0) leftOut.add('no line', ban.subject);
  return [...byAddress.values()];
}

function reasonAgainst(
  ban: ReportedBan,
  network: Network,
  { ledger, kinds, discretion }: GatherOptions,
): Reason | undefined {
  if (ban.importedFrom !== undefined) return 'imported';
  if (ban.rule === 'manual') return 'by hand';
  if (ban.rule === 'wide') return 'whole network';
  if (ban.origin.scanner !== undefined) return 'scanner';
  if (discretion.isOurs(network)) return 'ours';
  if (kinds.get(ban.kind)?.forgeable !== false) return 'forgeable';
  if (ledger.blocksOf(ban.id).some(({ state }) => state === 'dry-run')) return 'dry run';
  const { host, from, subject } = ban;
  const isBack = ledger
    .releasesOf(network)
    .some((each) => each.subject === subject && each.host === host && each.at >= from);
  return isBack ? 'taken back' : undefined;
}

/** As the registry said when it was asked about the ban. Of several addresses the first is the one to write to. */
function deskOf(ban: ReportedBan, ledger: Ledger): Desk | undefined {
  for (const { answer } of ledger.findingsOf(ban.id)) {
    if (answer.about !== 'registration') continue;
    const contact = answer.abuse.find(isPlainMail)?.toLowerCase();
    const organization = answer.holder ?? ban.origin.organization ?? answer.name;
    const name = organization === undefined ? undefined : printable(ellipsis(organization, NAME_MAX));
    return contact === undefined ? undefined : { contact, organization: name };
  }
  return undefined;
}

/** It stands in a header and in a command of SMTP as it is. What registries say passed a like check before. */
export function isPlainMail(text: string): boolean {
  return (
    text.length <= 254 &&
    /^(?![.-])[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)+$/.test(text)
  );
}

function accuse(suspects: Map<string, Suspect>, suspect: Suspect, leftOut: LeftOutTally): void {
  const known = suspects.get(suspect.address);
  if (known) {
    known.evidence.push(...suspect.evidence);
    known.desk ??= suspect.desk;
  } else if (suspects.size < CULPRITS_MAX) suspects.set(suspect.address, suspect);
  else leftOut.add('too many', suspect.address);
}

function convict({ address, evidence, desk }: Suspect, day: number, options: GatherOptions): Culprit {
  const lines = [...evidence].sort((a, b) => a.time - b.time);
  const counts = countsOf(lines, day, options);
  const times = lines.map(({ time }) => time);
  const kinds = [...counts.kinds]
    .map(([kind, count]) => ({ kind, sentence: options.kinds.get(kind)?.sentence ?? kind, count }))
    .sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1));
  const deed: Deed = {
    address,
    first: Math.min(counts.first, ...times.slice(0, 1)),
    last: Math.max(counts.last, ...times.slice(-1)),
    attempts: kinds.reduce((sum, { count }) => sum + count, 0),
    kinds,
    lines: lines.slice(-options.lines).map((line) => lineOf(line, options.discretion)),
  };
  return { deed, desk };
}

/** What was tallied that day; never less than the lines that are there. */
function countsOf(
  lines: readonly Evidence[],
  day: number,
  { ledger, kinds }: GatherOptions,
): { kinds: Map<string, number>; first: number; last: number } {
  const seen = new Map<string, number>();
  for (const { kind, count } of lines) seen.set(kind, (seen.get(kind) ?? 0) + count);
  const tallied = new Map<string, number>();
  let [first, last, read] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  const [line] = lines;
  for (const tally of line ? ledger.talliesOf(single(line.address)) : []) {
    if (read++ === TALLIES_MAX) break;
    if (tally.day !== day || kinds.get(tally.kind)?.forgeable !== false || isHonest(tally.kind)) continue;
    tallied.set(tally.kind, (tallied.get(tally.kind) ?? 0) + tally.count);
    [first, last] = [Math.min(first, tally.first), Math.max(last, tally.last)];
  }
  for (const [kind, count] of seen) tallied.set(kind, Math.max(count, tallied.get(kind) ?? 0));
  return { kinds: tallied, first, last };
}

/** Logins that went well are no abuse. */
function isHonest(kind: string): boolean {
  return kind.endsWith('.accepted');
}

function lineOf(evidence: Evidence, discretion: Discretion): DeedLine {
  const { time, kind } = evidence;
  const target = discretion.target(evidence);
  return {
    ...{ time, kind, port: discretion.port(evidence), line: shown(discretion.line(evidence)) },
    target: target === undefined ? undefined : shown(target),
  };
}

/** First cut, because what is escaped may be long; then again, because escapes are longer. */
function shown(text: string): string {
  return ellipsis(printable(ellipsis(text, LINE_MAX)), LINE_MAX);
}

/**
 * `rapsheet replay --diff`: the same logs under two configurations. What the new rules ban that the old ones did not, what
 * they let go, and which of one's own they would have hit. Nothing is recorded.
 */
import { join } from 'node:path';
import { type Address, contains, countedNetwork, type Network } from '../base/address.ts';
import { formatDuration } from '../base/duration.ts';
import { EXIT, formatProblem, type Problem, ProblemError } from '../base/problem.ts';
import { fromLog, printable, printableJson } from '../base/text.ts';
import { isoTime } from '../base/zone.ts';
import type { Config } from '../config/config.ts';
import { overlap } from '../jail/jail.ts';
import type { Attempt, Ban } from '../model.ts';
import { readScanners, type Scanners } from '../origin/scanners.ts';
import type { SourceRequest } from '../source/source.ts';
import { openLedgerFor, originsOf } from './open.ts';
import { programFolder } from './program.ts';
import { replayLogs } from './replay-run.ts';
import { filterOf } from './stages.ts';

/** Lines of one list for people; JSON has all. */
const LISTED_MAX = 20;
/** Addresses of logins that are remembered of the logs: more people than a host has. */
const LOGINS_MAX = 100_000;

/** What one configuration made of a subject on a host. */
interface Banned {
  readonly subject: Network;
  readonly host: string;
  bans: number;
  readonly first: number;
  /** All its bans together, in milliseconds. */
  length: number;
  readonly jail: string;
  readonly rule: string;
  /** Of the first ban's newest line. */
  readonly scanner: string | undefined;
}

interface Login {
  readonly address: Address;
  readonly host: string;
  readonly user: string;
}

interface Side {
  readonly config: Config;
  readonly bans: ReadonlyMap<string, Banned>;
  readonly total: number;
  readonly logins: ReadonlyMap<string, Login>;
  /** What could not be read of the logs. */
  readonly problems: readonly Problem[];
}

/** Somebody who must not be banned, and the new ban that hits them. */
interface Hit {
  readonly who: string;
  readonly subject: string;
  readonly host: string;
  readonly from: string | null;
  /** The old rules hit them too. */
  readonly before: boolean;
}

export interface Difference {
  readonly bans: { readonly old: number; readonly new: number };
  readonly onlyNew: readonly Banned[];
  readonly onlyOld: readonly Banned[];
  readonly changed: ReadonlyArray<{ readonly old: Banned; readonly new: Banned }>;
  readonly hits: readonly Hit[];
  readonly problems: readonly Problem[];
}

export async function replayDiff(
  configs: { readonly old: Config; readonly new: Config },
  requests: readonly SourceRequest[],
  { json }: { readonly json: boolean },
): Promise<string> {
  if (requests.some(({ paths }) => paths.includes('-'))) {
    const hint = 'name files: the logs are read once for each configuration';
    throw new ProblemError(EXIT.usage, { what: '--diff cannot read standard input', hint });
  }
  const before = await sideOf(configs.old, requests);
  const after = await sideOf(configs.new, requests);
  const difference = differenceOf(before, after, await wouldHit(after, requests));
  if (json) return `${printableJson(differenceJson(difference))}\n`;
  return `${differenceSentences(difference).map(printable).join('\n')}\n`;
}

async function sideOf(config: Config, requests: readonly SourceRequest[]): Promise<Side> {
  const bans = new Map<string, Banned>();
  const logins = new Map<string, Login>();
  const ledger = await openLedgerFor({ ledger: ':memory:' }, config, 'write');
  const origins = originsOf(config);
  let total = 0;
  const observer = {
    onBan: (ban: Ban, { scanner }: { readonly scanner: string | undefined }) => {
      total++;
      addBan(bans, ban, scanner);
    },
    onLogin: (attempt: Attempt) => addLogin(logins, attempt),
  };
  try {
    const { files } = await replayLogs({ config, filter: filterOf(config), ledger, origins, requests, observer });
    return { config, bans, total, logins, problems: files.flatMap(({ problems }) => problems) };
  } finally {
    ledger.close();
    origins.close();
  }
}

/** The bans that only the allowlist prevents: what they would be is seen without it. Asked where there is one of note. */
async function wouldHit({ config }: Side, requests: readonly SourceRequest[]): Promise<ReadonlyMap<string, Banned>> {
  const isLoopback = ({ network: { text } }: Config['allow'][number]): boolean =>
    text === '127.0.0.0/8' || text === '::1';
  if (config.allow.every(isLoopback)) return new Map();
  return (await sideOf({ ...config, allow: config.allow.filter(isLoopback) }, requests)).bans;
}

function addBan(bans: Map<string, Banned>, ban: Ban, scanner: string | undefined): void {
  const { subject, host, jail, from, until, reason } = ban;
  const key = `${host} ${subject.text}`;
  const known = bans.get(key);
  if (known) {
    known.bans++;
    known.length += until - from;
    return;
  }
  bans.set(key, { subject, host, bans: 1, first: from, length: until - from, jail, rule: reason.rule, scanner });
}

function addLogin(logins: Map<string, Login>, { address, user = '', file: { host } }: Attempt): void {
  if (logins.size < LOGINS_MAX) logins.set(`${host} ${address.text}`, { address, host, user: fromLog(user) });
}

function differenceOf(before: Side, after: Side, unlisted: ReadonlyMap<string, Banned>): Difference {
  const both = [...after.bans].flatMap(([key, now]) => {
    const then = before.bans.get(key);
    return then ? [{ old: then, new: now }] : [];
  });
  return {
    bans: { old: before.total, new: after.total },
    onlyNew: missingIn(before, after.bans),
    onlyOld: missingIn(after, before.bans),
    changed: both.filter((each) => each.old.first !== each.new.first || each.old.length !== each.new.length),
    hits: [
      ...loginHits(before, after),
      ...allowHits(before, after, unlisted),
      ...crawlerHits(before, after, readScanners([join(programFolder(), 'data', 'crawlers.toml')])),
    ],
    problems: after.problems,
  };
}

function missingIn(side: Side, bans: ReadonlyMap<string, Banned>): Banned[] {
  return [...bans].filter(([key]) => !side.bans.has(key)).map(([, banned]) => banned);
}

function loginHits(before: Side, after: Side): Hit[] {
  const [then, now] = [before, after].map(coverOf);
  return [...after.logins.values()].flatMap((login) => {
    const hit = now?.(login);
    const who = `${login.user === '' ? 'somebody' : login.user}, who logged in from ${login.address.text}`;
    return hit ? [hitOf(who, hit, then?.(login) !== undefined)] : [];
  });
}

/** Finds the first ban that covers a login: of what its address is counted as, or of one of the few other networks. */
function coverOf({ config, bans }: Side): (login: Login) => Banned | undefined {
  const countedAs = (address: Address): string => countedNetwork(address, config.ipv6Prefix).text;
  const others = [...bans.values()].filter(({ subject }) => countedAs(subject.base) !== subject.text);
  return ({ host, address }) => {
    const counted = bans.get(`${host} ${countedAs(address)}`);
    const around = others.find((each) => each.host === host && contains(each.subject, address));
    return counted && around && around.first < counted.first ? around : (counted ?? around);
  };
}

/** Monitors and the like: whom either allowlist names. */
function allowHits(before: Side, after: Side, unlisted: ReadonlyMap<string, Banned>): Hit[] {
  const entries = new Map([...before.config.allow, ...after.config.allow].map((entry) => [entry.network.text, entry]));
  return [...entries.values()].flatMap(({ network, reason }) => {
    const covers = ({ subject }: Banned): boolean => overlap(subject, network);
    const isBefore = [...before.bans.values()].some(covers);
    const real = [...after.bans.values()].filter(covers);
    if (real.length > 0) return real.map((hit) => hitOf(`${reason} (no longer on the allowlist)`, hit, isBefore));
    const spared = [...unlisted.values()].filter(covers);
    return spared.map((hit) => hitOf(`${reason} (spared: ${network.text} is on the allowlist)`, hit, isBefore));
  });
}

/** Search engines, and research scanners, which are no attack either. */
function crawlerHits(before: Side, after: Side, crawlers: Scanners): Hit[] {
  return [...after.bans].flatMap(([key, hit]) => {
    const crawler = crawlers.scannerOf(hit.subject.base, { asn: undefined, names: [] });
    const who = crawler ?? (hit.scanner === undefined ? undefined : `${hit.scanner} (research)`);
    return who === undefined ? [] : [hitOf(who, hit, before.bans.has(key))];
  });
}

function hitOf(who: string, { subject, host, first }: Banned, before: boolean): Hit {
  return { who, subject: subject.text, host, from: isoTime(first), before };
}

function differenceJson({ bans, onlyNew, onlyOld, changed, hits, problems }: Difference): object {
  return {
    bans,
    onlyNew: onlyNew.map(bannedJson),
    onlyOld: onlyOld.map(bannedJson),
    changed: changed.map((each) => ({ old: bannedJson(each.old), new: bannedJson(each.new) })),
    hits,
    problems,
  };
}

function bannedJson({ subject, first, length, ...rest }: Banned): object {
  return { ...rest, scanner: rest.scanner ?? null, subject: subject.text, first: isoTime(first), lengthMs: length };
}

function differenceSentences({ bans, onlyNew, onlyOld, changed, hits, problems }: Difference): string[] {
  const fresh = hits.filter(({ before }) => !before);
  const isSame = onlyNew.length + onlyOld.length + changed.length === 0;
  return [
    `Bans: ${bans.old} with the old rules, ${bans.new} with the new ones.`,
    ...problems.map((problem) => `  ${formatProblem(problem)}`),
    ...(isSame ? ['Both ban the same, at the same times, for as long.'] : []),
    ...list('Banned by the new rules only', onlyNew.map(bannedText)),
    ...list('Banned by the old rules only', onlyOld.map(bannedText)),
    ...list('Banned by both, differently', changed.map(changeText)),
    ...list(
      `Of your own, monitors and search engines, the new rules hit ${hits.length} (${fresh.length} that the old ones did not)`,
      hits.map(({ who, subject, host, from, before }) => {
        return `${who}: ${subject} on ${host} at ${from}${before ? ', as before' : ''}`;
      }),
    ),
    ...(hits.length === 0 ? ['None of your logins, monitors and search engines is hit by the new rules.'] : []),
  ];
}

function bannedText({ subject, host, jail, rule, first, bans, length }: Banned): string {
  const times = bans === 1 ? 'once' : `${bans} times`;
  return `${subject.text} on ${host} (${jail}, ${rule}), ${times}, first at ${isoTime(first)}, ${formatDuration(length)} in all`;
}

function changeText({ old: then, new: now }: Difference['changed'][number]): string {
  const shift = now.first - then.first;
  const words = [
    ...(shift < 0 ? [`${formatDuration(-shift)} earlier`] : []),
    ...(shift > 0 ? [`${formatDuration(shift)} later`] : []),
    ...(now.length > then.length ? [`${formatDuration(now.length - then.length)} longer`] : []),
    ...(now.length < then.length ? [`${formatDuration(then.length - now.length)} shorter`] : []),
  ];
  return `${now.subject.text} on ${now.host}: ${words.join(', ')}`;
}

function list(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length > LISTED_MAX ? [`  and ${lines.length - LISTED_MAX} more (--json lists all)`] : [];
  return ['', `${title}:`, ...lines.slice(0, LISTED_MAX).map((line) => `  ${line}`), ...more];
}

/**
 * Bans that somebody ended without the daemon, because it hung or was down: which ones, and how the ledger learns of it.
 * Until it can be written they stand in a file beside it, `LEDGER.releases`, which the daemon reads before it makes the
 * kernel match the ledger: else it would put back what was just released.
 */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { contains, isIPv4, type Network, networkOf, parseNetwork } from '../base/address.ts';
import { parsedJson } from '../base/json.ts';
import { EXIT, type Problem, ProblemError } from '../base/problem.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { bequeath, fileProblem, readSmall, removeSmall } from './safe-file.ts';

/** What was ended: all bans of this host, or those that a network has to do with. */
export interface SpooledRelease {
  /** `*`, or an address or network, canonical text. */
  readonly scope: string;
  /** Also larger networks that hold it: somebody is to be let in, whatever keeps them out. */
  readonly around: boolean;
  /** Epoch milliseconds. Bans that were made later stay. */
  readonly at: number;
  readonly by: string;
  readonly why: string;
}

export const EVERYTHING = '*';

/** Each is about 150 bytes: 1,700 of them. Who needs more by hand says --all, which is one. */
const SPOOL_BYTES = 262_144;
const FILE_MODE = 0o640;
const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;

const text = (most: number) => v.pipe(v.string(), v.maxLength(most));
const spooled = v.object({
  scope: v.pipe(
    text(64),
    v.check((value) => value === EVERYTHING || parseNetwork(value) !== undefined),
  ),
  around: v.boolean(),
  at: v.pipe(v.number(), v.integer(), v.minValue(0)),
  by: text(256),
  why: text(1_024),
});

export function spoolPath(ledgerPath: string): string {
  return `${ledgerPath}.releases`;
}

/** Adds a line, on the disk when it returns. @throws ProblemError when it cannot be written, or the file is full. */
export function spoolRelease(ledgerPath: string, release: SpooledRelease): void {
  const path = spoolPath(ledgerPath);
  const line = Buffer.from(`${JSON.stringify(release)}\n`, 'utf8');
  // The daemon may take the file away while we write: then its copy may lack our line, and a new file gets it again.
  // To end a ban twice does no harm.
  for (let tries = 0; tries < 3; tries++) {
    if (append(path, line)) return;
  }
}

/** Whether the file that was written to is still the one that will be read. */
function append(path: string, line: Buffer): boolean {
  try {
    const file = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, FILE_MODE);
    try {
      const { size, ino } = fstatSync(file);
      if (size + line.length > SPOOL_BYTES) {
        const hint = 'start the daemon, or use unban --all';
        throw new ProblemError(EXIT.unavailable, { where: path, what: 'too many releases wait to be recorded', hint });
      }
      if (size === 0) bequeath(file, statSync(dirname(path)));
      writeSync(file, line);
      fsyncSync(file);
      return statSync(path, { throwIfNoEntry: false })?.ino === ino;
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw fileProblem(path, error);
  }
}

export interface TakenReleases {
  readonly releases: readonly SpooledRelease[];
  /** Lines that are none of ours. */
  readonly problems: readonly Problem[];
  /** To be called when they are in the ledger: takes them away for good. */
  done(): void;
}

/**
 * What waits to be recorded; undefined when nothing does. It is moved aside first, so that lines which are added meanwhile
 * wait for the next call, and stays there until `done`: call it again after a crash, and it is given again.
 */
export function takeReleases(ledgerPath: string): TakenReleases | undefined {
  const path = spoolPath(ledgerPath);
  const taken = `${path}.taken`;
  try {
    if (!existsSync(taken)) {
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (!stats) return undefined;
      if (!stats.isFile())
        throw new ProblemError(EXIT.badData, { where: path, what: 'is not a file', hint: 'remove it' });
      renameSync(path, taken);
    }
    const file = readSmall(taken, SPOOL_BYTES);
    return file && { ...parseReleases(file.text, path), done: () => void removeSmall(taken) };
  } catch (error) {
    throw fileProblem(path, error);
  }
}

/** What waits to be recorded, without taking it. Empty when it cannot be read. */
export function peekReleases(ledgerPath: string): readonly SpooledRelease[] {
  const path = spoolPath(ledgerPath);
  return [`${path}.taken`, path].flatMap((each) => {
    try {
      return parseReleases(readSmall(each, SPOOL_BYTES)?.text ?? '', each).releases;
    } catch {
      return [];
    }
  });
}

function parseReleases(content: string, path: string): { releases: SpooledRelease[]; problems: Problem[] } {
  const releases: SpooledRelease[] = [];
  let strange = 0;
  for (const line of content.split('\n')) {
    if (line === '') continue;
    const release = v.safeParse(spooled, parsedJson(line));
    if (release.success) releases.push(release.output);
    else strange++;
  }
  const problems = strange === 0 ? [] : [{ where: path, what: `${strange} lines are no releases, and were left out` }];
  return { releases, problems };
}

/** Whether a ban of `subject` is meant. */
export function isReleased(release: Pick<SpooledRelease, 'scope' | 'around'>, subject: Network): boolean {
  if (release.scope === EVERYTHING) return true;
  const scope = parseNetwork(release.scope);
  if (!scope) return false;
  return lies(subject, scope) || (release.around && lies(scope, subject));
}

/** What an unban of an address or a network is about: IPv6 is banned by networks, so its address means its network. */
export function unbanScope(network: Network, ipv6Prefix: number): Network {
  if (isIPv4(network.base) || network.bits <= ipv6Prefix) return network;
  return networkOf(network.base, ipv6Prefix);
}

/** Whether the first is the second, or lies in it. */
function lies(inner: Network, outer: Network): boolean {
  return inner.bits >= outer.bits && contains(outer, inner.base);
}

/**
 * Records releases for the bans in force that they mean, within the caller's transaction; the subjects. A ban that is
 * not in force any more, or was made after the release, is left alone: it may be told twice.
 */
export function recordReleases(
  ledger: Pick<Ledger, 'inForce' | 'release'>,
  { host, now, releases }: { host: string; now: number; releases: readonly SpooledRelease[] },
): string[] {
  const bans = [...ledger.inForce(host, now)];
  const ended = new Map<string, SpooledRelease>();
  const kept = new Set<string>();
  for (const ban of bans) {
    const subject = parseNetwork(ban.subject);
    const release = subject && releases.find((each) => each.at >= ban.from && isReleased(each, subject));
    if (release) ended.set(ban.subject, release);
    else kept.add(ban.subject);
  }
  // The ledger ends all bans of a subject together: one that was banned again since stays banned.
  const subjects = [...ended.keys()].filter((subject) => !kept.has(subject));
  for (const subject of subjects) {
    const release = ended.get(subject);
    if (release) ledger.release(subject, { host, at: release.at, why: whyOf(release) });
  }
  return subjects;
}

function whyOf({ by, why }: SpooledRelease): string {
  return why === '' ? `by ${by}` : `by ${by}: ${why}`;
}

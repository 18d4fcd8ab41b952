/**
 * Ends bans: through the daemon when it answers, else by ourselves, in the kernel. Whoever is locked out gets in again
 * whatever state the daemon is in, and a daemon that comes back learns of it before it blocks anybody again.
 */
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { type Network, parseNetwork } from '../base/address.ts';
import { systemClock } from '../base/clock.ts';
import { EXIT, formatProblem, type Problem, ProblemError } from '../base/problem.ts';
import type { Config } from '../config/config.ts';
import { readAnswer } from '../daemon/answers.ts';
import { DaemonSilent } from '../daemon/client.ts';
import type { Request } from '../daemon/protocol.ts';
import {
  EVERYTHING,
  isReleased,
  recordReleases,
  type SpooledRelease,
  spoolPath,
  spoolRelease,
  type TakenReleases,
  takeReleases,
  unbanScope,
} from '../daemon/releases.ts';
import { type Firewall, FirewallError } from '../firewall/firewall.ts';
import { openLedger } from '../ledger/ledger.ts';
import { type Ask, asker } from './daemon-call.ts';

export interface ReleaseOrder {
  /** Whom to let in: their bans end, those of what lies in them, and of larger networks that hold them. Undefined: all. */
  readonly scopes: readonly Network[] | undefined;
  readonly why: string;
}

export interface ReleasePlaces {
  readonly config: Config;
  readonly ledger: string;
  readonly ask: Ask;
  readonly openFirewall: () => Promise<Firewall>;
}

export interface ReleaseOutcome {
  readonly by: 'daemon' | 'kernel';
  readonly released: number;
  /** The first of them. */
  readonly subjects: readonly string[];
  /** What else to say: why the daemon did not do it, where it is recorded. */
  readonly notes: readonly string[];
}

/** More are not named one by one. */
const NAMED = 20;
/** The firewall that is a program of the user's. */
const COMMAND = 'command';

/** @throws ProblemError when neither the daemon nor the kernel can be reached. */
export async function releaseBans(order: ReleaseOrder, places: ReleasePlaces): Promise<ReleaseOutcome> {
  try {
    return await releaseByDaemon(order, places.ask);
  } catch (error) {
    if (!(error instanceof DaemonSilent) || error.silence === 'denied') throw error;
    return await releaseInKernel(order, places, error);
  }
}

async function releaseByDaemon({ scopes, why }: ReleaseOrder, ask: Ask): Promise<ReleaseOutcome> {
  const by = asker();
  const requests: readonly Request[] = scopes
    ? scopes.map((scope) => ({ verb: 'unban', subject: scope.text, by, why }))
    : [{ verb: 'unban-all', by, why }];
  const subjects: string[] = [];
  let released = 0;
  for (const request of requests) {
    const answer = readAnswer.unban(await ask(request));
    released += answer.released;
    subjects.push(...answer.subjects.slice(0, NAMED));
  }
  return { by: 'daemon', released, subjects: subjects.slice(0, NAMED), notes: [] };
}

/** The kernel first: that is what is urgent. Then the record, and the note for the daemon. */
async function releaseInKernel(
  order: ReleaseOrder,
  places: ReleasePlaces,
  silent: DaemonSilent,
): Promise<ReleaseOutcome> {
  const releases = spooledOf(order, places.config.ipv6Prefix);
  const known = await subjectsInForce(places.ledger);
  const { subjects, notes } = await withFirewall(places, (firewall) => emptyKernel(firewall, order, releases, known));
  const hangs = silent.silence === 'hung';
  const recorded = await record(releases, places.ledger, hangs);
  return {
    by: 'kernel',
    released: subjects.length,
    subjects: subjects.slice(0, NAMED),
    notes: [hangs ? 'The daemon does not answer.' : 'The daemon is not running.', ...notes, ...recorded],
  };
}

/** Whoever is to be let in is kept out by larger networks, too. */
function spooledOf({ scopes, why }: ReleaseOrder, ipv6Prefix: number): SpooledRelease[] {
  const common = { around: true, at: systemClock(), by: asker(), why };
  if (!scopes) return [{ scope: EVERYTHING, ...common }];
  return scopes.map((scope) => ({ scope: unbanScope(scope, ipv6Prefix).text, ...common }));
}

/** What the ledger says is banned; nothing when it cannot be read, because the kernel knows it, too. */
async function subjectsInForce(path: string): Promise<Network[]> {
  try {
    const ledger = await openLedger({ path, mode: 'read', clock: systemClock });
    try {
      return [...ledger.inForce(hostname(), systemClock())].flatMap((ban) => parseNetwork(ban.subject) ?? []);
    } finally {
      ledger.close();
    }
  } catch {
    return [];
  }
}

/** Does something with the firewall and closes it. */
export async function withFirewall<Result>(
  { openFirewall }: Pick<ReleasePlaces, 'openFirewall'>,
  work: (firewall: Firewall) => Promise<Result>,
): Promise<Result> {
  try {
    const firewall = await openFirewall();
    try {
      return await work(firewall);
    } finally {
      await firewall.close();
    }
  } catch (error) {
    if (!(error instanceof FirewallError)) throw error;
    const hint = error.hint ?? (process.getuid?.() === 0 ? undefined : 'run as root');
    const status = process.getuid?.() === 0 ? EXIT.unavailable : EXIT.notPermitted;
    throw new ProblemError(status, { what: error.message, ...(hint === undefined ? {} : { hint }) }, { cause: error });
  }
}

interface Emptied {
  /** Those that were blocked, as far as can be told. */
  readonly subjects: readonly string[];
  readonly notes: readonly string[];
}

/** Releases in the kernel. */
async function emptyKernel(
  firewall: Firewall,
  { scopes }: ReleaseOrder,
  releases: readonly SpooledRelease[],
  known: readonly Network[],
): Promise<Emptied> {
  const listed = await listOf(firewall);
  const meant = (listed ?? known).filter((subject) => releases.some((release) => isReleased(release, subject)));
  const subjects = [...new Set(meant.map((subject) => subject.text))];
  if (listed) {
    if (!scopes) await firewall.replace([]);
    else if (meant.length > 0) await firewall.apply({ release: meant });
    return { subjects, notes: [] };
  }
  if (scopes || firewall.name === COMMAND) {
    // What cannot be listed is what the ledger knows, and what was named.
    return { subjects, notes: await releaseBlindly(firewall, [...meant, ...(scopes ?? [])]) };
  }
  // Its rules are not as we know them: away with all that is ours. The daemon makes them anew.
  await firewall.remove();
  return { subjects, notes: [] };
}

/** Where our rules are not, there is nothing to release; to root that is a remark, to anybody else it is a lack of rights. */
async function releaseBlindly(firewall: Firewall, release: readonly Network[]): Promise<string[]> {
  try {
    if (release.length > 0) await firewall.apply({ release });
    return [];
  } catch (error) {
    if (!(error instanceof FirewallError) || process.getuid?.() !== 0) throw error;
    return [`The firewall holds nothing of ours that could be released (${error.message}).`];
  }
}

/** What the kernel holds; undefined when it cannot be told: our rules are missing or altered. */
async function listOf(firewall: Firewall): Promise<Network[] | undefined> {
  // It lists what this very process has blocked.
  if (firewall.name === COMMAND) return undefined;
  try {
    return (await firewall.list()).map((blockOrder) => blockOrder.subject);
  } catch (error) {
    if (error instanceof FirewallError) return undefined;
    throw error;
  }
}

/**
 * A daemon that hangs must hear of it when it wakes up, and records it then: it stands in the file. Without a daemon it
 * goes into the ledger. Each is the other's way out.
 */
async function record(releases: readonly SpooledRelease[], path: string, hangs: boolean): Promise<string[]> {
  if (!existsSync(path)) {
    return [`There is no ledger at ${path}: if it is elsewhere, say --ledger, or the daemon will block them again.`];
  }
  const noted = `Noted in ${spoolPath(path)}: the daemon reads it before it blocks anything again.`;
  const ways = [
    { done: noted, work: () => spoolAll(releases, path) },
    { done: 'Recorded in the ledger.', work: () => recordInLedger(releases, path, hangs) },
  ];
  const problems: Problem[] = [];
  for (const { done, work } of hangs ? ways : ways.reverse()) {
    const failed = await problemsOf(work);
    if (failed.length === 0) return [done];
    problems.push(...failed);
  }
  const loud = 'It could NOT be recorded: a daemon that starts again will block them again.';
  return [loud, ...problems.map(formatProblem)];
}

function spoolAll(releases: readonly SpooledRelease[], path: string): void {
  for (const release of releases) spoolRelease(path, release);
}

/** Without a daemon, what waits in the file is recorded, too. */
async function recordInLedger(releases: readonly SpooledRelease[], path: string, hangs: boolean): Promise<void> {
  const ledger = await openLedger({ path, mode: 'write', clock: systemClock });
  try {
    const waiting = hangs ? undefined : takeIfReadable(path);
    ledger.begin();
    const all = [...releases, ...(waiting?.releases ?? [])];
    recordReleases(ledger, { host: hostname(), now: systemClock(), releases: all });
    ledger.commit();
    waiting?.done();
  } finally {
    ledger.close();
  }
}

/** What waits and cannot be read is for the daemon to tell of; it must not be in the way now. */
function takeIfReadable(path: string): TakenReleases | undefined {
  try {
    return takeReleases(path);
  } catch (error) {
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}

async function problemsOf(work: () => void | Promise<void>): Promise<readonly Problem[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (error instanceof ProblemError) return error.problems;
    throw error;
  }
}

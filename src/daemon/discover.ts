/**
 * Finds out at the start what there is to watch: for every filter its log files, else the journal; and says so, a sentence
 * for each. Opens no log. One service is not read twice: either its files or the journal.
 */
import { statSync } from 'node:fs';
import { type Clock, systemClock } from '../base/clock.ts';
import { type Problem, ProblemError } from '../base/problem.ts';
import { printable } from '../base/text.ts';
import type { WatchSettings } from '../config/settings.ts';
import type { FilterDefinition } from '../filter/definition.ts';
import { type JournalAnswer, newestEntry } from '../source/journal-probe.ts';
import { Walk } from '../source/walk.ts';

/** A log of syslog that is silent for longer has probably been left to the journal: cron alone writes every hour. */
const STALE_MS = 86_400_000;
/** The journal has an entry a moment before the file has the line. */
const MOMENT_MS = 60_000;
/** Names in a sentence; more are counted. */
const NAMED = 3;

export type WatchedFilter = Pick<FilterDefinition, 'name' | 'format' | 'journal' | 'logs'>;

export interface Discovery {
  /** Paths and globs to follow, also of services that are not there yet. */
  readonly files: readonly string[];
  /** Matches for the journal; undefined when it is not read. */
  readonly journal: readonly string[] | undefined;
  /** Addresses to listen at. */
  readonly syslog: readonly string[];
  /** What will be watched, a sentence for each filter. */
  readonly sentences: readonly string[];
  readonly problems: readonly Problem[];
}

/** What is asked of the system; replaced in tests. */
export interface Probes {
  /** The files that a glob matches now. */
  files(glob: string): { readonly found: readonly FoundLog[]; readonly problems: readonly Problem[] };
  newestEntry(matches: readonly string[]): Promise<JournalAnswer>;
}

export interface FoundLog {
  readonly path: string;
  /** When it was last written. */
  readonly modified: number;
}

export interface DiscoveryRequest {
  readonly filters: readonly WatchedFilter[];
  readonly watch: WatchSettings;
  readonly clock?: Clock | undefined;
  readonly probes?: Probes | undefined;
  /** What is said when there is nothing to watch, where it is not that no service is known. */
  readonly nothing?: readonly Problem[] | undefined;
}

const NOTHING: Problem = {
  what: 'no log of any known service was found',
  hint: 'name the logs: [watch] logs = ["..."]',
};

export async function discoverLogs(request: DiscoveryRequest): Promise<Discovery> {
  const { filters, watch } = request;
  const search = new Search(request);
  const first: Choice[] = [];
  for (const filter of filters) first.push(await search.choose(filter));
  const choices = withoutLeftFiles(first);
  const fromJournal = choices.filter(({ place }) => place !== 'files');
  const instead = new Set(choices.filter(({ place }) => place === 'journal').flatMap(({ filter }) => filter.logs));
  const globs = choices.flatMap(({ filter }) => filter.logs).filter((glob) => !instead.has(glob));
  const files = watch.logs === 'auto' ? globs : watch.logs;
  const sentences = [...choices.map(({ sentence }) => sentence), ...othersIn(watch)];
  const problems = search.problems();
  if (watch.syslog.length === 0 && choices.every(({ isThere }) => !isThere) && watch.logs === 'auto') {
    problems.push(...(request.nothing ?? [NOTHING]));
  }
  return {
    files: [...new Set(files)],
    journal: fromJournal.length > 0 ? [...new Set(fromJournal.flatMap(({ filter }) => filter.journal))] : undefined,
    syslog: [...new Set(watch.syslog)],
    sentences,
    problems,
  };
}

/** Where a filter's lines come from. */
interface Choice {
  readonly filter: WatchedFilter;
  /** `either`: there are none yet, and they may appear here or there. */
  readonly place: 'files' | 'journal' | 'either';
  readonly found: readonly FoundLog[];
  readonly isThere: boolean;
  readonly sentence: string;
}

class Search {
  readonly #watch: WatchSettings;
  readonly #now: number;
  readonly #probes: Probes;
  readonly #known = new Map<string, readonly FoundLog[]>();
  readonly #problems = new Map<string, Problem>();
  /** Whether there is a journal with anything in it. */
  #hasJournal: boolean | undefined;

  constructor({ watch, clock = systemClock, probes = SYSTEM }: DiscoveryRequest) {
    this.#watch = watch;
    this.#now = clock();
    this.#probes = probes;
  }

  problems(): Problem[] {
    return [...this.#problems.values()];
  }

  async choose(filter: WatchedFilter): Promise<Choice> {
    const { journal, logs, format } = filter;
    if (logs.length + journal.length === 0) return absent(filter, 'files', `every ${format} log that is watched`);
    const found = this.#logsOf(filter);
    if (!isInJournal(filter) || this.#watch.journal === 'no') {
      return found.length > 0 ? inFiles(filter, found) : absent(filter, 'files', `not found${this.#missing(filter)}`);
    }
    if (this.#watch.journal === 'yes') {
      const isThere = await this.#hasEntries(journal, Number.NEGATIVE_INFINITY);
      return isThere ? inJournal(filter, found, '') : absent(filter, 'journal', 'the journal (no entries yet)');
    }
    const newest = Math.max(Number.NEGATIVE_INFINITY, ...found.map(({ modified }) => modified));
    if (this.#now - newest <= STALE_MS) return inFiles(filter, found);
    if (await this.#hasEntries(journal, newest + MOMENT_MS)) return inJournal(filter, found, olderThan(found));
    if (found.length > 0) return inFiles(filter, found);
    const hasJournal = await this.#askForJournal();
    // It has no other place to come from: then `status` tells of a journal that is waited for.
    if (logs.length === 0) return absent(filter, 'journal', 'the journal (no entries yet)');
    return absent(filter, hasJournal ? 'either' : 'files', `not found${this.#missing(filter)}`);
  }

  #missing(filter: WatchedFilter): string {
    const files = this.#watch.logs === 'auto' && filter.logs.length > 0 ? [`no ${namesOf(filter.logs)}`] : [];
    const entries = isInJournal(filter) && this.#watch.journal !== 'no' ? ['no journal entries'] : [];
    return [...files, ...entries].length > 0 ? ` (${[...files, ...entries].join(', ')})` : '';
  }

  /** The filter's logs on this host; of a list that the user gave, those that are the filter's. */
  #logsOf({ logs }: WatchedFilter): readonly FoundLog[] {
    const found = new Map(logs.flatMap((glob) => this.#find(glob)).map((log) => [log.path, log]));
    if (this.#watch.logs === 'auto') return [...found.values()];
    const given = new Set(this.#watch.logs.flatMap((glob) => this.#find(glob)).map(({ path }) => path));
    return [...found.values()].filter(({ path }) => given.has(path));
  }

  #find(glob: string): readonly FoundLog[] {
    const known = this.#known.get(glob);
    if (known) return known;
    const { found, problems } = this.#probes.files(glob);
    for (const problem of problems) this.#problems.set(JSON.stringify(problem), problem);
    this.#known.set(glob, found);
    return found;
  }

  /** Whether the journal has such an entry that is newer. */
  async #hasEntries(matches: readonly string[], than: number): Promise<boolean> {
    if (!(await this.#askForJournal())) return false;
    const { newest, problem } = await this.#probes.newestEntry(matches);
    if (problem) this.#problems.set('journal', problem);
    return newest !== undefined && newest > than;
  }

  async #askForJournal(): Promise<boolean> {
    if (this.#hasJournal !== undefined) return this.#hasJournal;
    const { newest, problem } = await this.#probes.newestEntry([]);
    // Nobody asked for a journal where there is none: only with "yes" that is a problem.
    if (problem && (this.#watch.journal === 'yes' || problem.what.startsWith('no permission'))) {
      this.#problems.set('journal', problem);
    }
    this.#hasJournal = newest !== undefined;
    return this.#hasJournal;
  }
}

/**
 * A log that is read from the journal for one filter was left by syslog, and so for all: whoever had nothing but it, in
 * vain, is found in either place.
 */
function withoutLeftFiles(choices: readonly Choice[]): readonly Choice[] {
  const left = new Set(
    choices.flatMap(({ place, found }) => (place === 'journal' ? found : [])).map(({ path }) => path),
  );
  return choices.map((choice) => {
    const { filter, place, found } = choice;
    if (place !== 'files' || !isInJournal(filter) || found.length === 0) return choice;
    if (!found.every(({ path }) => left.has(path))) return choice;
    return absent(filter, 'either', 'not found (no journal entries)');
  });
}

/** What can be in the journal: web servers write files of their own. */
function isInJournal({ format, journal }: WatchedFilter): boolean {
  return format === 'syslog' && journal.length > 0;
}

function inFiles(filter: WatchedFilter, found: readonly FoundLog[]): Choice {
  return { filter, place: 'files', found, isThere: true, sentence: `${filter.name}: ${namesOf(pathsOf(found))}` };
}

function inJournal(filter: WatchedFilter, found: readonly FoundLog[], why: string): Choice {
  return { filter, place: 'journal', found, isThere: true, sentence: `${filter.name}: the journal${why}` };
}

function absent(filter: WatchedFilter, place: Choice['place'], what: string): Choice {
  return { filter, place, found: [], isThere: false, sentence: `${filter.name}: ${what}` };
}

function olderThan(found: readonly FoundLog[]): string {
  return found.length > 0 ? ` (newer than ${namesOf(pathsOf(found))})` : '';
}

function pathsOf(found: readonly FoundLog[]): readonly string[] {
  return found.map(({ path }) => path);
}

/** What the user named himself. */
function othersIn({ logs, syslog }: WatchSettings): readonly string[] {
  const named = logs === 'auto' || logs.length === 0 ? [] : [`as configured: ${namesOf(logs)}`];
  return [...named, ...syslog.map((address) => `syslog: ${printable(address)}`)];
}

function namesOf(paths: readonly string[]): string {
  const rest = paths.length - NAMED;
  const names = paths.slice(0, rest === 1 ? NAMED + 1 : NAMED).map(printable);
  return `${names.join(', ')}${rest > 1 ? ` and ${rest} more` : ''}`;
}

const SYSTEM: Probes = { files: filesOf, newestEntry: (matches) => newestEntry(matches) };

function filesOf(glob: string): { found: readonly FoundLog[]; problems: readonly Problem[] } {
  const walk = new Walk();
  const problems: Problem[] = [];
  try {
    walk.glob(glob);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(...error.problems);
  }
  // Whatever has a way out is worth a word: a folder that may not be read.
  for (const { path, reason, hint } of walk.passed) {
    if (hint !== undefined) problems.push({ where: printable(path), what: reason, hint });
  }
  const found = [...walk.files].flatMap((path) => {
    const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    return modified === undefined ? [] : [{ path, modified }];
  });
  return { found, problems };
}

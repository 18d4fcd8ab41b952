/**
 * An installation of fail2ban as the rest of the program understands it: jails, a filter for each log, patterns, what to
 * watch. A jail that cannot be used is left out, and why is told.
 */
import type { Network } from '../base/address.ts';
import { ProblemError } from '../base/problem.ts';
import type { Zone } from '../base/zone.ts';
import type { FilterSet } from '../filter/filter.ts';
import type { JailOptions, TicketOptions } from '../jail/jail.ts';
import type { LogFile, Pattern } from '../model.ts';
import { type AdoptedJail, adoptedJail, type RecordedKind } from './adopted-jail.ts';
import { type BanLines, hearing, logTarget } from './ban-line.ts';
import { type JailFacts, jailFacts } from './client/facts.ts';
import type { FileTree } from './config/file-tree.ts';
import type { JailFile } from './config/jail-file.ts';
import { parseSeconds } from './config/seconds.ts';
import type { DateForms } from './dates/choose.ts';
import { type Fail2ban, filterOf, type Watch } from './fail2ban.ts';
import { wordsOf } from './filter/journal-entry.ts';
import { SearcherPool } from './filter/searcher-pool.ts';
import { IgnoreFiles } from './ignore-files.ts';
import { gathered, type JailProblem, type LeftOut, leftOutOf } from './jail-problem.ts';
import { AdoptedFilters, type LogType, type Route } from './log-filter.ts';
import { LogGlob } from './log-paths.ts';

export type { LeftOut } from './jail-problem.ts';
export type { Route } from './log-filter.ts';

export interface AdoptOptions {
  readonly tree: FileTree;
  readonly zone: Zone;
  readonly dates: DateForms;
  readonly counting: TicketOptions['counting'];
  /** `live`: a log is what a jail's `logpath` names; `replay`: it may lie elsewhere, or be a journal that was exported. */
  readonly logs: 'live' | 'replay';
  /** `running`: fail2ban itself goes on and writes its log, so that who watches it reads of bans there. */
  readonly server?: 'running' | undefined;
  /** By which files of `ignoreip` are looked at again; without it they are read once. */
  readonly clock?: (() => number) | undefined;
  /** This host's own addresses. */
  readonly own: readonly Network[];
  /** Jails by name that read a log (a path or glob) whatever their `logpath` says. */
  readonly chosen: readonly { readonly jail: string; readonly log: string }[];
  /** As what failures of a jail are recorded, by its name and its filter's; `skip` for one whose bans let somebody in. */
  kindOf(jail: string, filter: string): RecordedKind | 'skip';
  /** By which time years are found that a file's lines leave out. */
  now(file: LogFile): number;
  /** Hears which jails read a log, of each log once. */
  onRoute?(route: Route): void;
}

export interface Adoption {
  readonly jails: readonly JailOptions[];
  readonly filter: FilterSet;
  readonly patterns: readonly Pattern[];
  readonly watched: readonly WatchedJail[];
  /** By jail what its actions block: names, numbers and ranges as they are written. */
  readonly ports: ReadonlyMap<string, 'all' | readonly string[]>;
  /** What clients of fail2ban may ask about a jail, by its name; worked out when it is asked for. */
  facts(name: string): JailFacts | undefined;
  /** Of the server, by their names: `socket`, `dbfile`, ... */
  readonly server: ReadonlyMap<string, string>;
  readonly problems: readonly JailProblem[];
  readonly leftOut: LeftOut;
  /** Their problems may change, and are told by themselves. */
  readonly ignoreFiles: Pick<IgnoreFiles, 'problems' | 'listen'>;
}

export interface WatchedJail {
  readonly name: string;
  readonly service: string;
  /** Globs. */
  readonly logs: readonly string[];
  /** Matches of the journal, any of which an entry may have; what is wanted of it exactly the filter knows. */
  readonly journal: readonly string[];
  /** Where it is said what it reads. */
  readonly place: string;
}

/** All entries there are, whoever sent them. */
const EVERY_ENTRY = ['journal', 'stdout', 'syslog', 'kernel', 'audit', 'driver'].map((name) => `_TRANSPORT=${name}`);
const DAY_S = 86_400;

export function adopt(fail2ban: Fail2ban, options: AdoptOptions): Adoption {
  const problems: JailProblem[] = [...fail2ban.problems];
  const watch: Watch = { zone: options.zone, dates: options.dates, searchers: new SearcherPool(), mode: 'replay' };
  const memoryMs = memoryOf(fail2ban);
  const ignoreFiles = new IgnoreFiles({ tree: options.tree, clock: options.clock });
  const reading = new Set<string>();
  const jails = fail2ban.jails
    .flatMap((file) => adopted(file, { options, watch, memoryMs, ignoreFiles, problems }))
    .map((jail) =>
      withHearing(jail, {
        ...{ path: logTarget(fail2ban.server.get('logtarget')), zone: options.zone },
        filterOf: (each) => filterOf(each.file, watch, 'file'),
        // A daemon finds there what fail2ban wrote before it was stopped.
        isReading: (name) => (options.logs === 'replay' || options.server === 'running') && reading.has(name),
      }),
    );
  for (const { jail, log } of options.chosen) {
    if (jails.some(({ options: { name } }) => name === jail)) continue;
    problems.push({ what: `there is no jail "${jail}" in use to read ${log}` });
  }
  return {
    jails: jails.map((jail) => jail.options),
    filter: new AdoptedFilters({
      jailsOf: routing(jails, options),
      filterOf: (jail, type) => filterOf(jail.file, watch, type),
      now: options.now,
      onRoute: (route) => {
        for (const name of route.jails) reading.add(name);
        options.onRoute?.(route);
      },
    }),
    patterns: jails.flatMap(({ patterns }) => patterns),
    watched: jails.map(watchedOf),
    ports: new Map(jails.map(({ file }) => [file.name, portsOf(file)])),
    facts: (name) => {
      const jail = jails.find(({ file }) => file.name === name);
      return jail && factsOf(jail, watch);
    },
    server: fail2ban.server,
    problems: gathered(problems),
    leftOut: leftOutOf(problems),
    ignoreFiles,
  };
}

function adopted(
  file: JailFile,
  about: { options: AdoptOptions; watch: Watch; memoryMs: number; ignoreFiles: IgnoreFiles; problems: JailProblem[] },
): AdoptedJail[] {
  const { options, watch, memoryMs, ignoreFiles, problems } = about;
  const kind = options.kindOf(file.name, file.filter?.name ?? file.name);
  if (kind === 'skip') {
    const hint = 'what it calls a ban opens a port; keep it in fail2ban';
    const what = 'its bans let somebody in';
    problems.push({ where: file.place, what, hint, jails: [file.name], effect: 'skipped' });
    return [];
  }
  try {
    // Made to see that they can be: what is wrong with an expression is told now, and not when a log is opened.
    for (const type of ['file', 'journal'] as const) filterOf(file, watch, type);
    const { counting, own } = options;
    if (options.logs === 'live') problems.push(...withoutLog(file));
    return [adoptedJail(file, { counting, own, ignoreFiles, memoryMs, kind }, problems)];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(...error.problems.map((each): JailProblem => ({ ...each, jails: [file.name], effect: 'skipped' })));
    return [];
  }
}

function withoutLog({ name, backend, logPaths, placeOf }: JailFile): JailProblem[] {
  if (logPaths.length > 0 || backend.startsWith('systemd')) return [];
  const what = `it has no logpath, and backend = ${backend} reads no journal`;
  return [{ where: placeOf('logpath'), what, jails: [name], effect: 'idle' }];
}

function withHearing(jail: AdoptedJail, lines: BanLines): AdoptedJail {
  const hears = hearing(jail, lines);
  const { ticket } = jail.options;
  return hears && ticket ? { ...jail, options: { ...jail.options, ticket: { ...ticket, hears } } } : jail;
}

function factsOf({ file, globs, isOfJournal }: AdoptedJail, watch: Watch): JailFacts {
  const filter = filterOf(file, watch, isOfJournal ? 'journal' : 'file');
  return jailFacts(file, filter, (path) => globs.some((glob) => glob.agreement(path).isWhole));
}

/** How long the server knows earlier bans. */
function memoryOf({ server }: Fail2ban): number {
  try {
    return parseSeconds(server.get('dbpurgeage') ?? '1d') * 1_000;
  } catch {
    return DAY_S * 1_000; // As the original has it where nothing is said; a mistake here is not worth more.
  }
}

/** Of each log the jails that read it. */
function routing(
  jails: readonly AdoptedJail[],
  { logs, chosen }: AdoptOptions,
): (path: string, type: LogType) => readonly AdoptedJail[] {
  const choices = chosen.map(({ jail, log }) => ({ jail, log, glob: new LogGlob(log) }));
  return (path, type) => {
    const names = choices
      .filter(({ log, glob }) => log === path || glob.agreement(path).isWhole)
      .map(({ jail }) => jail);
    if (names.length > 0) return jails.filter(({ options }) => names.includes(options.name));
    if (type === 'journal') {
      return jails.filter(({ isOfJournal, journal }) => isOfJournal || (logs === 'replay' && journal.length > 0));
    }
    const found = jails.map((jail) => ({ jail, ...bestOf(jail, path) }));
    const whole = found.filter(({ isWhole }) => isWhole);
    if (whole.length > 0 || logs === 'live') return whole.filter(isOfFiles).map(({ jail }) => jail);
    // A copy of a log, in another folder: whose logpath agrees with most of its last names.
    const most = Math.max(0, ...found.map(({ names }) => names));
    return most === 0 ? [] : found.filter(({ names }) => names === most).map(({ jail }) => jail);

    function isOfFiles({ jail }: { readonly jail: AdoptedJail }): boolean {
      return logs === 'replay' || !jail.isOfJournal;
    }
  };
}

function bestOf({ globs }: AdoptedJail, path: string): { readonly names: number; readonly isWhole: boolean } {
  const agreements = globs.map((glob) => glob.agreement(path));
  return {
    names: Math.max(0, ...agreements.map(({ names }) => names)),
    isWhole: agreements.some(({ isWhole }) => isWhole),
  };
}

function watchedOf({ file, globs, journal, isOfJournal, patterns }: AdoptedJail): WatchedJail {
  const { name } = file;
  const about = { name, service: patterns[0]?.service ?? 'other', place: file.placeOf('logpath') };
  if (!isOfJournal)
    return { ...about, logs: globs.length > 0 ? file.logPaths.map(({ glob }) => glob) : [], journal: [] };
  return { ...about, logs: [], journal: journal.length > 0 ? wordsOf(journal) : EVERY_ENTRY };
}

/** What the actions of a jail that block ports block; all where one blocks all, or none says. */
function portsOf({ actions }: JailFile): 'all' | readonly string[] {
  if (actions.some(({ file }) => file.includes('allports'))) return 'all';
  const ports = actions.flatMap(({ properties }) => properties.get('port') ?? []);
  const words = ports.flatMap((text) => text.split(/[\s,]+/)).filter((word) => word !== '');
  return words.length === 0 ? 'all' : [...new Set(words)];
}

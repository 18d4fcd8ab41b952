/** What becomes of an installation: which jails are ours from now on, which go on as they are, and what changes by it. */
import { formatProblem } from '../../base/problem.ts';
import { fateSafely } from '../action/plan.ts';
import type { ActionFate, Fate } from '../action/takeover.ts';
import type { FileTree } from '../config/file-tree.ts';
import type { JailFile } from '../config/jail-file.ts';
import type { Fail2ban } from '../fail2ban.ts';
import { gathered, type JailProblem } from '../jail-problem.ts';
import { type Allowed, allowedOf } from './allowed.ts';
import { type Counterpart, counterpartOf } from './counterparts.ts';
import { type OurLimits, strictest, type TranslatedLimits, translateLimits } from './limits.ts';

export interface PlanRequest {
  readonly root: string;
  readonly tree: FileTree;
  /** Of each filter of ours the logs that it looks for by itself: paths and globs. */
  readonly ourLogs: ReadonlyMap<string, readonly string[]>;
  /** What the jails of the default configuration count. */
  readonly ourKinds: ReadonlyMap<string, readonly string[]>;
  /** Whether a word is a port, a range or a service that we know. */
  isPort(word: string): boolean;
}

export interface PlannedAction {
  readonly name: string;
  readonly file: string;
  readonly fate: Fate;
  /** For a person. */
  readonly why: string;
}

export interface PlannedJail {
  readonly name: string;
  readonly filter: string;
  /** Ours counts it; it goes on as it is; it is needed no more, or cannot go on. */
  readonly fate: 'ours' | 'kept' | 'dropped';
  /** Why it is not ours. */
  readonly why?: string;
  readonly counterpart?: Counterpart;
  readonly translated: TranslatedLimits;
  readonly actions: readonly PlannedAction[];
  readonly logs: readonly string[];
  readonly isOfJournal: boolean;
  /** Undefined for all. */
  readonly ports: readonly string[] | undefined;
  /** Words for ports that we do not know, so that all are blocked. */
  readonly unknownPorts: readonly string[];
}

export interface PlannedLog {
  readonly path: string;
  /** What there is to say about it. */
  readonly note?: string;
}

/** A jail of ours, with the limits of those that it takes over. */
export interface OurJail {
  readonly name: string;
  readonly from: readonly PlannedJail[];
  readonly limits: OurLimits;
  readonly ports: readonly string[] | undefined;
  /** The jail that banned those whom others banned again and again: bans of ours grow instead. */
  readonly insteadOf: string | undefined;
  /** What it shall count; undefined for all that it counts by default. */
  readonly kinds: readonly string[] | undefined;
}

/** A jail that was not understood. */
export interface LostJail {
  readonly name: string;
  /** `file:line option: what is wrong`, one or more. */
  readonly reasons: readonly string[];
  /** The jail of ours that would have taken it over: it is as by default, unless others lead to it. */
  readonly ours: string | undefined;
}

export interface ImportPlan {
  readonly root: string;
  readonly jails: readonly PlannedJail[];
  readonly ours: readonly OurJail[];
  /** Of the default configuration, with nothing in fail2ban that they would take over. */
  readonly unused: readonly string[];
  /** In use in fail2ban as far as is known, and neither ours from now on nor in the folder's list. */
  readonly lost: readonly LostJail[];
  /** Files beside those of filters and actions that could not be read, and why. */
  readonly unread: readonly string[];
  readonly allowed: Allowed;
  /** Logs to be named because our filters do not look for them; none when they find all by themselves. */
  readonly logs: readonly PlannedLog[];
  readonly journal: 'auto' | 'yes';
  /** Undefined when fail2ban keeps none. */
  readonly database: string | undefined;
  readonly problems: readonly JailProblem[];
}

export function planImport({ server, jails, problems }: Fail2ban, request: PlanRequest): ImportPlan {
  const each = jails.map((jail) => plannedJail(jail, request));
  const repeat = each.find(({ filter }) => filter === RECIDIVE);
  const planned = each.map((jail) => (jail === repeat ? { ...jail, ...repeatFate(each) } : jail));
  const taken = planned.filter(({ fate }) => fate === 'ours');
  const names = [...new Set(taken.map(({ counterpart }) => counterpart?.jail ?? ''))];
  const ours = names.map((name) =>
    ourJail(
      name,
      taken.filter(({ counterpart }) => counterpart?.jail === name),
      { usual: request.ourKinds.get(name) ?? [], repeat },
    ),
  );
  const lost = lostJails(problems);
  const used = [...names, ...lost.flatMap((jail) => jail.ours ?? [])];
  const database = server.get('dbfile') ?? '';
  return {
    root: request.root,
    jails: planned,
    ours,
    unused: [...request.ourKinds.keys()].filter((name) => !used.includes(name)),
    lost,
    unread: problems.filter(({ effect, jails: whose }) => effect === 'unread' && !whose).map(formatProblem),
    allowed: allowedOf(request.tree, jails),
    logs: logsOf(taken, request.ourLogs),
    journal: taken.length > 0 && taken.every(({ isOfJournal }) => isOfJournal) ? 'yes' : 'auto',
    database: /^(?:none|:memory:|)$/i.test(database) ? undefined : database,
    problems: gathered(problems),
  };
}

function lostJails(problems: readonly JailProblem[]): LostJail[] {
  const skipped = problems.filter(({ effect }) => effect === 'skipped');
  const names = [...new Set(skipped.flatMap(({ jails = [] }) => jails))];
  return names.map((name) => {
    const own = skipped.filter(({ jails = [] }) => jails.includes(name));
    const ours = counterpartOf(own[0]?.filter ?? name)?.jail;
    return { name, reasons: own.map(formatProblem), ours };
  });
}

const RECIDIVE = 'recidive';
/** Of bans of ours in its place. */
const GROWTH = 2;

/** It hears of the bans of its like, and not of ours. */
function repeatFate(jails: readonly PlannedJail[]): Pick<PlannedJail, 'fate' | 'why'> {
  const hasOthers = jails.some(({ fate, filter }) => fate === 'kept' && filter !== RECIDIVE);
  return hasOthers
    ? { fate: 'kept', why: 'hears of the bans of these jails; those of ours grow instead' }
    : { fate: 'dropped', why: 'who comes back is banned longer by every jail (growth), and the record forgets nobody' };
}

/** None where all that the jails read is found without being named. */
function logsOf(taken: readonly PlannedJail[], ourLogs: PlanRequest['ourLogs']): PlannedLog[] {
  const found = [...new Set(taken.flatMap(({ counterpart }) => counterpart?.filters ?? []))].flatMap(
    (filter) => ourLogs.get(filter) ?? [],
  );
  const isFound = found.map(globExpression);
  const logs = taken.filter(({ isOfJournal }) => !isOfJournal).flatMap((jail) => jail.logs);
  const named = [...new Set(logs)].filter((log) => !isFound.some((glob) => glob.test(log)));
  if (named.length === 0) return [];
  // The list takes the place of what is found, so that belongs to it.
  return [...[...new Set(found)].map((path) => ({ path })), ...named.flatMap(withAccessLog)];
}

/** Of a site's error log the access log too, from which failed logins are read. */
function withAccessLog(path: string): PlannedLog[] {
  const access = path.replace(/error([^/]*)$/, 'access$1');
  const own = { path, note: 'logpath of fail2ban' };
  return access === path ? [own] : [own, { path: access, note: 'a guess: failed logins are read from the access log' }];
}

function plannedJail(jail: JailFile, request: PlanRequest): PlannedJail {
  const { name, filter, limits, options } = jail;
  const counterpart = filter && counterpartOf(filter.name);
  const fates = jail.actions.map((action) => fateSafely(action, 'firewall'));
  const { ports, unknownPorts } = portsOf(fates, request);
  return {
    name,
    filter: filter?.name ?? '',
    ...fateOf(jail, counterpart, fates),
    translated: translateLimits(limits, options),
    actions: fates.map(({ action: { name: unique, file }, fate, why }) => ({ name: unique, file, fate, why })),
    logs: jail.logPaths.map(({ glob }) => glob),
    isOfJournal: jail.backend.startsWith('systemd'),
    ...{ ports, unknownPorts },
  };
}

/** Options by which a jail makes another filter of the one that it names. */
const OF_FILTER = ['failregex', 'ignoreregex', 'prefregex', 'datepattern', 'maxlines'];

function fateOf(
  jail: JailFile,
  counterpart: Counterpart | undefined,
  fates: readonly ActionFate[],
): Pick<PlannedJail, 'fate' | 'why' | 'counterpart'> {
  const { filter, options, backend } = jail;
  if (/^pass2allow/.test(jail.name)) {
    return { fate: 'dropped', why: 'its "bans" let somebody in, which a ban of ours never does: keep it in fail2ban' };
  }
  if (!counterpart) return { fate: 'kept', why: 'Rapsheet has no filter that sees all of it' };
  const own = OF_FILTER.filter((option) => options.has(option));
  if (own.length > 0) return { fate: 'kept', why: `has its own ${own.join(', ')}` };
  const local = filter?.files.find((path) => path.endsWith('.local') && path.includes('/filter.d/'));
  if (local !== undefined) return { fate: 'kept', why: `its filter was changed in ${local}` };
  if (options.get('ignorecommand')) return { fate: 'kept', why: 'has an ignorecommand' };
  if (/\[.*(?:journalpath|journalfiles|namespace)/.test(backend)) return { fate: 'kept', why: 'reads another journal' };
  if (fates.length > 0 && fates.every(({ fate }) => fate !== 'taken over')) {
    return { fate: 'kept', why: `bans by ${fates.map(({ action }) => action.file).join(', ')}, not by a firewall` };
  }
  return { fate: 'ours', counterpart };
}

function portsOf(fates: readonly ActionFate[], { isPort }: PlanRequest): Pick<PlannedJail, 'ports' | 'unknownPorts'> {
  const blocked = fates.flatMap(({ ports }) => (ports === undefined ? [] : [ports]));
  const ports = [...new Set(blocked.flatMap((each) => (each === 'all' ? [] : each)))];
  const isAll = blocked.includes('all') || ports.length === 0;
  const unknownPorts = isAll ? [] : ports.filter((word) => !isPort(word));
  return { ports: isAll || unknownPorts.length > 0 ? undefined : ports, unknownPorts };
}

function ourJail(
  name: string,
  from: readonly PlannedJail[],
  { usual, repeat }: { readonly usual: readonly string[]; readonly repeat: PlannedJail | undefined },
): OurJail {
  const counted = [...new Set(from.flatMap(({ counterpart }) => counterpart?.kinds ?? []))];
  const isAll = from.some(({ ports }) => ports === undefined);
  const limits = strictest(from.map(({ translated }) => translated.limits));
  const isGrown = repeat !== undefined && limits.growth === 1;
  const longest = Math.max(limits.maxBanTime, repeat?.translated.limits.banTime ?? 0);
  return {
    name,
    from,
    limits: isGrown ? { ...limits, growth: GROWTH, maxBanTime: longest } : limits,
    insteadOf: isGrown ? repeat.name : undefined,
    kinds: usual.every((kind) => counted.includes(kind)) ? undefined : counted,
    ports: isAll ? undefined : [...new Set(from.flatMap(({ ports }) => ports ?? []))],
  };
}

/** Whether a path, or a glob as it is written, is one that a glob stands for. */
function globExpression(glob: string): RegExp {
  return new RegExp(
    `^${glob
      .replace(/[.+^$()|{}\\[\]]/g, '\\$&')
      .replaceAll('*', '[^/]*')
      .replaceAll('?', '[^/]')}$`,
  );
}

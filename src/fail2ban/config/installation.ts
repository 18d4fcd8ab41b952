/** A whole installation: the jails that are enabled, and the options of the server. */
import { EXIT, ProblemError } from '../../base/problem.ts';
import type { JailProblem } from '../jail-problem.ts';
import { CallError, parseCall } from './call.ts';
import type { Installation } from './definition.ts';
import { DEFAULT_SECTION, type Option } from './ini.ts';
import { type Given, interpolate } from './interpolate.ts';
import { enabledDoubts, type JailFile, OPTIONS, readJail } from './jail-file.ts';
import { type Layers, readLayers } from './layers.ts';
import { nearMisses } from './near-misses.ts';

export interface JailsRead {
  readonly jails: readonly JailFile[];
  /** Of jails that are skipped for what is wrong in them, and of files that could not be read. */
  readonly problems: readonly JailProblem[];
}

/** Jails of one installation. The shipped file has a hundred; each is read anew with its filter and actions. */
const JAILS_MAX = 2_000;

/**
 * The enabled jails. One with a mistake is left out and its problem told, the others are there all the same.
 * @throws ProblemError when `jail.conf` is missing or is not of the dialect.
 */
export function readJails(installation: Installation, version: string): JailsRead {
  const layers = withConstants(required(installation, 'jail'), installation.root, version);
  const names = [...layers.sections.keys()].filter((name) => name !== 'INCLUDES');
  const problems: JailProblem[] = [...layers.problems, ...misspelled(layers, names)];
  if (names.length > JAILS_MAX)
    problems.push({ where: 'jail', what: `only ${JAILS_MAX} jails of ${names.length} are read` });
  const jails = names.slice(0, JAILS_MAX).flatMap((name) => {
    try {
      problems.push(...enabledDoubts(layers, name));
      return readJail(installation, layers, name) ?? [];
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const about = { jails: [name], effect: 'skipped', filter: filterName(layers, name) } as const;
      problems.push(...error.problems.map((each) => ({ ...each, ...about })));
      return [];
    }
  });
  return { jails, problems: [...problems, ...jails.flatMap((jail) => jail.problems)] };
}

function filterName(layers: Layers, jail: string): string | undefined {
  try {
    return parseCall(interpolate(layers, jail, 'filter') ?? '').name;
  } catch (error) {
    if (error instanceof ProblemError || error instanceof CallError) return undefined;
    throw error;
  }
}

/**
 * One jail, enabled or not, without its actions: for who wants to try its filter. `options`: of the filter, and of the jail
 * where it has them. @returns undefined when there is no such jail. @throws ProblemError
 */
export function readOneJail(
  installation: Installation,
  version: string,
  { name, options }: { readonly name: string; readonly options: Given },
): JailFile | undefined {
  const layers = readLayers(installation.tree, installation.root, 'jail');
  const section = name === 'INCLUDES' ? undefined : layers?.sections.get(name);
  if (!layers || !section) return undefined;
  const forced = [...options, ['enabled', 'true'] as const, ['action', ''] as const];
  const given = forced.map(([option, text]): [string, Option] => [option, { text, place: 'given' }]);
  const sections = new Map([...layers.sections, [name, new Map([...section, ...given])]]);
  const scope = withConstants({ ...layers, sections }, installation.root, version);
  const ofFilter = new Map([...options].filter(([option]) => option !== 'backend'));
  return readJail(installation, scope, name, ofFilter);
}

const SERVER_OPTIONS: Readonly<Record<string, string>> = {
  loglevel: 'INFO',
  logtarget: '/var/log/fail2ban.log',
  syslogsocket: 'auto',
  socket: '/var/run/fail2ban/fail2ban.sock',
  pidfile: '/var/run/fail2ban/fail2ban.pid',
  allowipv6: 'auto',
  dbfile: '/var/lib/fail2ban/fail2ban.sqlite3',
  dbpurgeage: '1d',
  dbmaxmatches: '10',
};

function misspelled({ defaults, sections }: Layers, jails: readonly string[]): JailProblem[] {
  const all = [defaults, ...sections.values()];
  return [DEFAULT_SECTION, ...jails].flatMap((section) => {
    const options = section === DEFAULT_SECTION ? defaults : (sections.get(section) ?? new Map());
    return nearMisses({ section, options, known: OPTIONS }, all);
  });
}

export interface ServerRead {
  readonly options: Given;
  /** Of files that could not be read. */
  readonly problems: readonly JailProblem[];
}

/** The options of `fail2ban.conf`, those that are not set with their defaults. @throws ProblemError */
export function readServer(installation: Installation): ServerRead {
  const layers = required(installation, 'fail2ban');
  const values = new Map<string, string>();
  for (const [name, usual] of Object.entries(SERVER_OPTIONS)) {
    values.set(name, interpolate(layers, 'Definition', name) ?? usual);
  }
  const stackSize = interpolate(layers, 'Thread', 'stacksize');
  if (stackSize !== undefined) values.set('stacksize', stackSize);
  return { options: values, problems: layers.problems };
}

function required(installation: Installation, name: string): Layers {
  const layers = readLayers(installation.tree, installation.root, name);
  if (layers) return layers;
  throw new ProblemError(EXIT.badConfig, { where: `${installation.root}/${name}.conf`, what: 'there is no such file' });
}

function withConstants(layers: Layers, root: string, version: string): Layers {
  const constants: [string, Option][] = [
    ['fail2ban_version', { text: version, place: 'built in' }],
    ['fail2ban_confpath', { text: root, place: 'built in' }],
  ];
  return { ...layers, defaults: new Map([...layers.defaults, ...constants]) };
}

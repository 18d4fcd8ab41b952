/**
 * A file of a filter or an action, with what a jail gives it: options of the call over those of the jail over those of
 * the file, references and tags replaced.
 */
import { EXIT, ProblemError } from '../../base/problem.ts';
import type { JailProblem } from '../jail-problem.ts';
import type { FileTree } from './file-tree.ts';
import { type Given, interpolate, type Scope } from './interpolate.ts';
import { type Layers, readLayers } from './layers.ts';
import { nearMisses } from './near-misses.ts';
import { replaceTags } from './tags.ts';

/** Where an installation lies. */
export interface Installation {
  readonly tree: FileTree;
  /** Absolute path, `/etc/fail2ban`. */
  readonly root: string;
}

export interface DefinitionRequest {
  /** `filter.d/sshd` */
  readonly path: string;
  /** Names that have a meaning of their own in such a file. */
  readonly known: readonly string[];
  /** What the jail says. */
  readonly jail: Given;
  /** What the call says: `sshd[mode=aggressive]`. */
  readonly call: Given;
  /** Names of tags that only a ban knows the values of. */
  readonly ignored: readonly string[];
  /** Where a jail names it. */
  readonly namedAt?: string | undefined;
  /** `all`: the options too that have a meaning only within the file. A jail may refer to them by `known/name`. */
  readonly extent: 'known' | 'all';
}

export interface Definition {
  /** Of `[Definition]`, with tags replaced; then of `[Init]` and the call, which cover the former. */
  readonly options: ReadonlyMap<string, string>;
  /** Options of `[Init]` and of the call as they stand, with what they covered as `known/name`. */
  readonly given: ReadonlyMap<string, string>;
  /** `file:line [section] option` of an option of the file. */
  readonly placeOf: (option: string) => string;
  readonly files: readonly string[];
  readonly problems: readonly JailProblem[];
}

const CONDITIONAL = /^(\w+)\?.+$/;

/** @throws ProblemError when there is no such file, or what is wrong in it. */
export function readDefinition(installation: Installation, request: DefinitionRequest): Definition {
  const layers = readDefinitionLayers(installation, request.path, request.namedAt);
  const outside: Given = new Map([...request.jail, ...request.call]);
  const options = ownOptions(layers, request, outside);
  const given = initOptions(layers, request.call, outside);
  const combined = new Map([...options, ...given]);
  const place = layers.files.at(-1) ?? request.path;
  const placeOf = (option: string): string => {
    const found = layers.sections.get(DEFINITION)?.get(option);
    return found ? `${found.place} [${DEFINITION}] ${option}` : `${place} ${option}`;
  };
  const about = { given, placeOf, files: layers.files, problems: [...layers.problems, ...misspelled(layers, request)] };
  if (combined.size === 0) return { options: combined, ...about };
  const conditional = [...combined.keys()].flatMap((name) => CONDITIONAL.exec(name)?.[1] ?? []);
  const replaced = replaceTags(combined, {
    ignored: new Set([...request.ignored, ...conditional]),
    further: (name) => furtherValue(layers, name, outside),
    place,
  });
  return { options: replaced, ...about };
}

/**
 * The files of a filter or an action, laid over each other. `namedAt`: where a jail names it.
 * @throws ProblemError when there is none.
 */
export function readDefinitionLayers({ tree, root }: Installation, path: string, namedAt?: string): Layers {
  const layers = readLayers(tree, root, path);
  if (layers?.sections.has(DEFINITION)) return layers;
  // A file that cannot be read may be the one with the section: then nothing more is known to be wrong.
  if (layers && layers.problems.length > 0) throw new ProblemError(EXIT.badConfig, layers.problems);
  const where = `${root}/${path}.conf`;
  if (layers) throw new ProblemError(EXIT.badConfig, { where, what: 'has no section [Definition]' });
  const hint = namedAt === undefined ? {} : { hint: `named by ${namedAt}` };
  throw new ProblemError(EXIT.badConfig, { where, what: 'there is no such file', ...hint });
}

const DEFINITION = 'Definition';

/** Of a file whose options are asked for twice, once. */
function misspelled(
  { defaults, sections, known: covered }: Layers,
  { known, extent }: DefinitionRequest,
): JailProblem[] {
  if (extent === 'all') return [];
  const options = sections.get(DEFINITION) ?? new Map();
  return nearMisses({ section: DEFINITION, options, known }, [defaults, ...sections.values(), ...covered.values()]);
}

function ownOptions(layers: Layers, request: DefinitionRequest, outside: Given): Map<string, string> {
  const options = new Map<string, string>();
  const put = (name: string, given?: Given): void => {
    const value = interpolate(layers, DEFINITION, name, given);
    if (value !== undefined) options.set(name, value);
  };
  // What the jail or the call gives is not taken from the file.
  for (const name of request.known) if (!outside.has(name)) put(name, outside);
  if (request.extent === 'known') return options;
  for (const name of layers.sections.get(DEFINITION)?.keys() ?? []) if (!options.has(name)) put(name);
  return options;
}

function initOptions(layers: Layers, call: Given, outside: Given): Map<string, string> {
  const given = new Map(call);
  for (const name of layers.sections.get('Init')?.keys() ?? []) {
    const value = interpolate(layers, 'Init', name) ?? '';
    if (!name.startsWith('known/')) given.set(`known/${name}`, value);
    if (given.has(name)) continue;
    const base = CONDITIONAL.exec(name)?.[1];
    given.set(name, (base === undefined ? undefined : outside.get(base)) ?? value);
  }
  return given;
}

/** A tag may also name an option of the file's other sections, what was covered, or something of the jail. */
function furtherValue(scope: Scope, name: string, outside: Given): string | undefined {
  try {
    return bySection(scope, name) ?? interpolate(scope, DEFINITION, name, outside);
  } catch (error) {
    // `<...>` in an expression may look like a reference that it is not; then it stays what it is.
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}

function bySection(scope: Scope, name: string): string | undefined {
  const [, section, option] = /^([\w-]+)\/([^\s>]+)$/.exec(name) ?? [];
  if (section === undefined || option === undefined) return undefined;
  switch (section.toLowerCase()) {
    case 'known':
      return (
        interpolate({ ...scope, sections: scope.known }, DEFINITION, option) ?? interpolate(scope, DEFINITION, option)
      );
    case 'default':
      return interpolate({ ...scope, sections: new Map() }, 'DEFAULT', option);
    default:
      return scope.sections.has(section) ? interpolate(scope, section, option) : undefined;
  }
}

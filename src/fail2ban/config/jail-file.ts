/** A jail of an installation, as its files say: what it watches, which filter and actions it has, its limits. */
import { EXIT, ProblemError } from '../../base/problem.ts';
import { isBoolean, parseBoolean } from '../boolean.ts';
import type { JailProblem } from '../jail-problem.ts';
import { type ActionFile, readAction } from './action-file.ts';
import { type Call, CallError, parseCall, splitCalls, splitWords } from './call.ts';
import type { Installation } from './definition.ts';
import { FILTER_OPTIONS, type FilterFile, type FilterRequest, filterOptions, readFilter } from './filter-file.ts';
import type { Option } from './ini.ts';
import { type Given, interpolate, type Scope } from './interpolate.ts';
import { filterDoubts, wrongBooleans } from './jail-doubts.ts';
import { type JailLimits, LIMIT_OPTIONS, limitsOf } from './jail-limits.ts';
import { optionPlace } from './option-place.ts';

export interface JailFile {
  readonly name: string;
  /** Where its section begins to be said. */
  readonly place: string;
  /** Where an option was given its value, or a word of it; where the section begins for one that was not given. */
  readonly placeOf: (option: string, word?: string) => string;
  /** `auto`, `pyinotify`, `polling`, `systemd`, perhaps with options in brackets. */
  readonly backend: string;
  readonly filter?: FilterFile;
  /** The filter for lines of a file, or of a journal: their prefixes differ. */
  readonly filterFor?: (logType: 'file' | 'journal') => FilterFile;
  readonly actions: readonly ActionFile[];
  readonly logPaths: readonly LogPath[];
  /** Addresses, networks, names, `file:/path`. */
  readonly ignoreIp: readonly string[];
  readonly limits: JailLimits;
  /** The other options by their names, as text: `ignorecommand`, `logtimezone`, ... */
  readonly options: ReadonlyMap<string, string>;
  readonly problems: readonly JailProblem[];
}

export interface LogPath {
  /** A path in which `*`, `?` and `[...]` stand for others. */
  readonly glob: string;
  /** Where a log that is seen for the first time is read from. */
  readonly from: 'head' | 'tail';
}

/** Beside those of filters and limits. */
const OTHER_OPTIONS = [
  'enabled',
  'backend',
  'filter',
  'action',
  'logpath',
  'ignorecommand',
  'ignoreself',
  'ignoreip',
  'ignorecache',
  'logtimezone',
  'logencoding',
  'skip_if_nologs',
  'systemd_if_nologs',
];
export const OPTIONS = [...OTHER_OPTIONS, ...LIMIT_OPTIONS, ...FILTER_OPTIONS];

/**
 * The jail of a section; undefined when it is not enabled. `options`: of its filter, over those that the jail gives it.
 * @throws ProblemError for what is wrong in it.
 */
export function readJail(
  installation: Installation,
  scope: Scope,
  name: string,
  options: Given = new Map(),
): JailFile | undefined {
  const reader = new JailReader(installation, scope, { name, options });
  return parseBoolean(reader.value('enabled') ?? '') ? reader.read() : undefined;
}

/** What is wrong with whether a jail is enabled. @throws ProblemError for a reference to nothing */
export function enabledDoubts(scope: Scope, name: string): JailProblem[] {
  const text = interpolate(scope, name, 'enabled') ?? '';
  if (isBoolean(text)) return [];
  const what = `"${text}" is neither true nor false, so the jail is off`;
  return [{ where: optionPlace(scope, { section: name, option: 'enabled' }) ?? name, what, jails: [name] }];
}

class JailReader {
  readonly #installation: Installation;
  readonly #name: string;
  readonly #place: string;
  readonly #filterOptions: Given;
  #scope: Scope;

  constructor(installation: Installation, scope: Scope, { name, options }: { name: string; options: Given }) {
    this.#installation = installation;
    this.#filterOptions = options;
    this.#scope = scope;
    this.#name = name;
    this.#place = placeOf(scope, name);
  }

  value(option: string): string | undefined {
    return interpolate(this.#scope, this.#name, option);
  }

  read(): JailFile {
    const call = this.#call(this.value('filter') ?? '', 'filter');
    const request = call && this.#filterRequest(call, this.#values(['enabled', 'backend', 'filter']));
    const ofFilter = request && filterOptions(this.#installation, request);
    if (ofFilter) this.#learn(ofFilter);
    const values = this.#values(OPTIONS);
    const placeOf = (option: string, word?: string): string => this.#placeOf(option, word);
    const filter = request && readFilter(this.#installation, { ...request, jail: values });
    const actions = splitCalls(values.get('action') ?? '').flatMap((text) => this.#action(text, values));
    return {
      name: this.#name,
      place: this.#place,
      placeOf,
      backend: values.get('backend') ?? 'auto',
      ...(filter ? { filter } : {}),
      ...(request ? { filterFor: (logType) => this.#filterFor({ ...request, logType, jail: values }, filter) } : {}),
      actions,
      logPaths: logPaths(values.get('logpath') ?? ''),
      ignoreIp: splitWords(values.get('ignoreip') ?? ''),
      limits: limitsOf(values, placeOf),
      options: values,
      problems: [
        ...(filter?.problems ?? []),
        ...actions.flatMap((action) => action.problems),
        ...wrongBooleans(values, placeOf),
        ...(filter && request
          ? filterDoubts(filter, request, { options: [...(ofFilter?.keys() ?? [])], placeOf })
          : []),
      ].map((problem) => ({ ...problem, jails: [this.#name] })),
    };
  }

  #values(names: readonly string[]): Map<string, string> {
    const values = new Map<string, string>();
    for (const name of names) {
      const value = this.value(name);
      if (value !== undefined) values.set(name, value);
    }
    return values;
  }

  /** What the filter says by itself can be referred to in the jail: `%(known/failregex)s`. */
  #learn(options: ReadonlyMap<string, string>): void {
    const own = new Map<string, Option>(this.#scope.sections.get(this.#name));
    for (const [name, text] of options) {
      if (!name.startsWith('known/')) own.set(`known/${name}`, { text, place: this.#place });
    }
    this.#scope = { ...this.#scope, sections: new Map([...this.#scope.sections, [this.#name, own]]) };
  }

  #filterRequest(call: Call, jail: Given): FilterRequest {
    const logType = this.value('backend')?.startsWith('systemd') ? 'journal' : 'file';
    const placeOf = (option: string, word?: string): string => this.#placeOf(option, word);
    return { name: call.name, call: new Map([...call.options, ...this.#filterOptions]), jail, logType, placeOf };
  }

  /** `usual`: what was read for the jail's own backend. */
  #filterFor(request: FilterRequest, usual: FilterFile | undefined): FilterFile {
    const own = this.value('backend')?.startsWith('systemd') ? 'journal' : 'file';
    return usual && request.logType === own ? usual : readFilter(this.#installation, request);
  }

  #action(text: string, jail: Given): ActionFile[] {
    const call = this.#call(text, 'action');
    if (!call) return [];
    const { name, options } = call;
    const namedAt = this.#placeOf('action', name);
    return [readAction(this.#installation, { name, jailName: this.#name, call: options, jail, namedAt })];
  }

  #placeOf(option: string, word?: string): string {
    return optionPlace(this.#scope, { section: this.#name, option, word }) ?? this.#place;
  }

  #call(text: string, option: string): Call | undefined {
    if (text === '') return undefined;
    try {
      return parseCall(text);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      throw new ProblemError(EXIT.badConfig, { where: this.#placeOf(option, text), what: error.message });
    }
  }
}

function placeOf(scope: Scope, name: string): string {
  const first = [...(scope.sections.get(name)?.values() ?? [])][0];
  return `${first?.place ?? 'jail'} [${name}]`;
}

function logPaths(text: string): LogPath[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const blank = line.lastIndexOf(' ');
      if (blank < 0) return { glob: line, from: 'head' };
      return { glob: line.slice(0, blank), from: line.slice(blank + 1) === 'tail' ? 'tail' : 'head' };
    });
}

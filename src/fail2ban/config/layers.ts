/**
 * Several files as one configuration: what a name stands for (`jail` is `jail.conf`, `jail.d/*.conf`, `jail.local`,
 * `jail.d/*.local`), which files those include before and after themselves, and how later files cover earlier ones.
 */
import { dirname, isAbsolute, join } from 'node:path';
import { EXIT, ProblemError } from '../../base/problem.ts';
import type { JailProblem } from '../jail-problem.ts';
import type { FileTree } from './file-tree.ts';
import { type IniFile, type Option, type Options, parseIni } from './ini.ts';
import { interpolate } from './interpolate.ts';

export interface Layers {
  readonly defaults: Options;
  readonly sections: ReadonlyMap<string, Options>;
  /** Of each section, the values that a later file covered: what `known/` refers to. */
  readonly known: ReadonlyMap<string, Options>;
  /** In the order in which they were laid over each other. */
  readonly files: readonly string[];
  /** Files that are named and could not be read. */
  readonly problems: readonly JailProblem[];
}

const INCLUDES = 'INCLUDES';
/** `Init?family=inet6`: options of `[Init]` for one family of addresses. */
const CONDITIONAL = /^(\w+)(\?.+)$/;
/** Files that one name may stand for; the largest installation seen reads seven. Two files that include two each, and so on, stop here. */
const FILES_MAX = 500;
/** How deep files may include files. The deepest chain of the shipped ones is three. */
const DEPTH_MAX = 20;

/**
 * All files of a name, `jail` or `filter.d/sshd`, under the installation's folder.
 * @returns undefined when there is none. @throws ProblemError for what is in a file and cannot be read.
 */
export function readLayers(tree: FileTree, root: string, name: string): Layers | undefined {
  const path = join(root, name);
  const additions = tree.list(`${path}.d`).filter((file) => !file.startsWith('.'));
  const inFolder = (end: string): string[] =>
    additions.filter((file) => file.endsWith(end)).map((file) => join(`${path}.d`, file));
  const candidates = [`${path}.conf`, ...inFolder('.conf'), `${path}.local`, ...inFolder('.local')];
  return layFiles(
    tree,
    candidates.filter((file) => !('missing' in tree.read(file))),
  );
}

/** The given files with all that they include. @returns undefined when nothing is left. */
export function layFiles(tree: FileTree, paths: readonly string[]): Layers | undefined {
  const gathering = new Gathering(tree);
  gathering.addAll(paths, []);
  if (gathering.order.length === 0 && gathering.problems.length === 0) return undefined;
  const layers = new Laying();
  for (const file of gathering.order) layers.lay(file);
  return {
    defaults: layers.defaults,
    sections: layers.sections,
    known: layers.known,
    files: gathering.order.map((file) => file.path),
    problems: gathering.problems,
  };
}

/** Follows inclusions, so that each file stands between what it wants before and after itself. */
class Gathering {
  readonly order: IniFile[] = [];
  readonly problems: JailProblem[] = [];
  readonly #tree: FileTree;
  readonly #parsed = new Map<string, IniFile | undefined>();

  constructor(tree: FileTree) {
    this.#tree = tree;
  }

  addAll(paths: readonly string[], trail: readonly string[]): void {
    for (const path of paths) {
      this.#add(path, trail);
      const local = path.replace(/\.[^./]*$/, '.local');
      if (path !== local && !paths.includes(local)) this.#add(local, trail);
    }
  }

  #add(path: string, trail: readonly string[]): void {
    const file = this.#parse(path);
    if (!file) return;
    if (trail.length > DEPTH_MAX)
      throw tooMany(trail[0] ?? path, `files include each other more than ${DEPTH_MAX} deep`);
    this.#include(file, 'before', trail);
    if (this.order.length >= FILES_MAX) throw tooMany(trail[0] ?? path, `more than ${FILES_MAX} files are included`);
    this.order.push(file);
    this.#include(file, 'after', trail);
  }

  #include(file: IniFile, option: string, trail: readonly string[]): void {
    if (!(file.sections.get(INCLUDES)?.has(option) || (file.sections.has(INCLUDES) && file.defaults.has(option))))
      return;
    const layers = { defaults: file.defaults, sections: file.sections, known: new Map() };
    const names = interpolate(layers, INCLUDES, option)?.split('\n') ?? [];
    for (const name of names.filter((one) => one !== '')) {
      const path = isAbsolute(name) ? name : join(dirname(file.path), name);
      // One that is being read already is not read again: a loop ends here.
      if (trail.includes(path)) continue;
      this.addAll([path], [...trail, file.path]);
      // A .local file is there for whom wants one.
      if (!this.#parse(path) && !path.endsWith('.local')) this.#missing(file.path, path);
    }
  }

  #missing(from: string, path: string): void {
    if ('missing' in this.#tree.read(path))
      this.problems.push({ where: from, what: `includes ${path}, which does not exist`, effect: 'unread' });
  }

  #parse(path: string): IniFile | undefined {
    if (this.#parsed.has(path)) return this.#parsed.get(path);
    const content = this.#tree.read(path);
    if ('fault' in content) this.problems.push(unreadable(path, content));
    const file = 'text' in content ? parseIni(path, content.text) : undefined;
    this.#parsed.set(path, file);
    return file;
  }
}

class Laying {
  readonly defaults = new Map<string, Option>();
  readonly sections = new Map<string, Map<string, Option>>();
  readonly known = new Map<string, Map<string, Option>>();

  lay(file: IniFile): void {
    cover(this.defaults, file.defaults);
    for (const [header, options] of file.sections) {
      const [, name = header, condition = ''] = CONDITIONAL.exec(header) ?? [];
      this.#section(name, condition === '' ? options : conditional(options, condition));
    }
  }

  #section(name: string, options: Options): void {
    const section = this.sections.get(name);
    if (!section) {
      this.sections.set(name, new Map(options));
      return;
    }
    const known = this.known.get(name) ?? new Map<string, Option>();
    for (const option of options.keys()) {
      const covered = section.get(option);
      if (covered) known.set(option, covered);
    }
    this.known.set(name, known);
    cover(section, options);
  }
}

function conditional(options: Options, condition: string): Options {
  return new Map([...options].map(([name, option]) => [name + condition, option]));
}

function cover(under: Map<string, Option>, over: Options): void {
  for (const [name, option] of over) under.set(name, option);
}

function unreadable(path: string, { fault, at }: { readonly fault: string; readonly at?: string }): JailProblem {
  const where = at === undefined ? path : `${path}:${at}`;
  return { where, what: `cannot be read, and the whole file is left out: ${fault}`, effect: 'unread' };
}

function tooMany(where: string, what: string): ProblemError {
  return new ProblemError(EXIT.badConfig, { where, what });
}

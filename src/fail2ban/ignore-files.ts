/**
 * Lists of addresses in files that jails ignore (`ignoreip = file:/path`). Live they are looked at again, as fail2ban does
 * since 1.1.1: whoever is put on a list is spared from then on.
 */
import type { Problem } from '../base/problem.ts';
import type { AllowEntry } from '../jail/jail.ts';
import type { FileTree } from './config/file-tree.ts';
import { parseIdentity } from './identity.ts';

/** Entries of a list that are read; a firewall takes no more either. */
const LISTED_MAX = 100_000;
/** Of one file; the next one tells nothing that these do not. */
const PROBLEMS_MAX = 20;
/** The original looks as often. */
const LOOK_MS = 1_000;
/** Whatever else is no address is one that is cut short or misspelled. */
const HOST_NAME = /^(?=.*[a-z])[\w-]+(?:\.[\w-]+)*\.?$/i;

export interface IgnoreFilesOptions {
  readonly tree: FileTree;
  /** By which files are looked at again; without it they are read once. */
  readonly clock?: (() => number) | undefined;
}

/** Those of all jails: a file that several name is one. */
export class IgnoreFiles {
  readonly #options: IgnoreFilesOptions;
  readonly #files = new Map<string, IgnoreFile>();
  #onChange: () => void = () => undefined;

  constructor(options: IgnoreFilesOptions) {
    this.#options = options;
  }

  /** `path`: as it stands behind `file:`. */
  at(path: string): IgnoreFile {
    const plain = path.replace(/^\/\/(?=\/)/, '');
    const file = this.#files.get(plain) ?? new IgnoreFile(plain, this.#options, () => this.#onChange());
    this.#files.set(plain, file);
    return file;
  }

  problems(): readonly Problem[] {
    return [...this.#files.values()].flatMap((file) => file.problems);
  }

  /** `hear` is told when what is wrong with the files is not the same any more. */
  listen(hear: () => void): void {
    this.#onChange = hear;
  }
}

/** One list. A file that cannot be used takes nobody's protection away: the last one that could be holds. */
export class IgnoreFile {
  problems: readonly Problem[] = [];
  readonly #path: string;
  readonly #options: IgnoreFilesOptions;
  readonly #onChange: () => void;
  #entries: readonly AllowEntry[] = [];
  /** Whether the entries are those of a file without a mistake. */
  #isGood = false;
  #stamp: string;
  #looked: number;

  constructor(path: string, options: IgnoreFilesOptions, onChange: () => void) {
    this.#path = path;
    this.#options = options;
    this.#onChange = onChange;
    this.#looked = options.clock?.() ?? 0;
    // Before it is read: what is written meanwhile is seen the next time.
    this.#stamp = options.tree.stamp(path);
    this.#read();
  }

  /** The same list as long as nothing changed. */
  get entries(): readonly AllowEntry[] {
    const { clock, tree } = this.#options;
    if (!clock) return this.#entries;
    const now = clock();
    // A clock that was set back is no reason to wait.
    if (Math.abs(now - this.#looked) < LOOK_MS) return this.#entries;
    this.#looked = now;
    const stamp = tree.stamp(this.#path);
    if (stamp === this.#stamp) return this.#entries;
    this.#stamp = stamp;
    const before = JSON.stringify(this.problems);
    this.#read();
    if (JSON.stringify(this.problems) !== before) this.#onChange();
    return this.#entries;
  }

  #read(): void {
    const content = this.#options.tree.read(this.#path);
    if (!('text' in content)) {
      const why = 'missing' in content ? 'there is no such file' : content.fault;
      this.problems = [this.#problem(`ignoreip: the list cannot be read: ${why}`)];
      return;
    }
    const words = wordsOf(content.text);
    const entries: AllowEntry[] = [];
    const mistakes: Problem[] = [];
    const names: Problem[] = [];
    for (const word of words) {
      const entry = entryOf(word);
      if (entry) entries.push(entry);
      else if (HOST_NAME.test(word)) names.push(this.#nameProblem(word));
      else mistakes.push(this.#problem(`ignoreip: "${word}" is no address`));
    }
    this.problems = [...mistakes, ...names].slice(0, PROBLEMS_MAX);
    if (mistakes.length > 0 && this.#isGood) return;
    this.#isGood = mistakes.length === 0;
    this.#entries = entries;
  }

  #nameProblem(word: string): Problem {
    const { what, ...more } = nameProblem(word);
    return { where: this.#path, what: `ignoreip: ${what}`, ...more };
  }

  #problem(what: string): Problem {
    const hint = this.#isGood ? 'whom the list named before is spared, and nobody else' : 'whom it names may be banned';
    return { where: this.#path, what, hint };
  }
}

/** Undefined for what is neither an address nor a network. */
export function entryOf(word: string): AllowEntry | undefined {
  const identity = parseIdentity(word);
  return identity.type === 'network' ? { network: identity.network, reason: 'ignoreip', until: undefined } : undefined;
}

/** What is told of a name. */
export function nameProblem(word: string): Problem {
  const hint = 'write its addresses, or name them under [[allow]]';
  return { what: `names are not looked up, so "${word}" spares nobody`, hint };
}

function wordsOf(text: string): string[] {
  const words = text.split('\n').flatMap((line) => line.replace(/[#;].*$/, '').split(/[\s,]+/));
  return words.filter((word) => word !== '' && !word.startsWith('file:')).slice(0, LISTED_MAX);
}

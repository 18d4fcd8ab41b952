/**
 * An expression of Python's dialect, ready to be tried. V8's linear engine does what it can; where it finds too much, the
 * match is checked; what then is left is for our own matcher. None of them takes more than its share of time on any text.
 */
import { Checker } from './checker.ts';
import { emitNative } from './emit.ts';
import { leadingStart } from './leading.ts';
import { Machine, type SearchOptions } from './machine.ts';
import { MachineMatch, type Match, NativeMatch, placesOf } from './match.ts';
import type { Native } from './native.ts';
import type { Tree } from './node.ts';
import { parseRegex } from './parse.ts';
import { checkSize, compileProgram } from './program.ts';
import { simplify } from './simplify.ts';
import { splitConditionals } from './split.ts';
import type { Subject } from './subject.ts';

export interface ExpressionOptions {
  /** `^` and `$` at every line. */
  readonly multiline?: boolean;
  /** Groups whose place in the text is asked for. */
  readonly placed?: readonly number[];
}

/**
 * How an expression is kept from taking too long. `linear`: its time is in proportion to the text, on any text. `steps`:
 * it refers to what a group took, and stops after so many steps.
 */
export type Bound = 'linear' | 'steps';

/** Who finds its matches in ASCII text. `checked` and `filtered`: V8 first; then a check of the place, or our matcher. */
export type Engine = 'v8' | 'checked' | 'filtered' | 'own';

/** @throws RegexError for what is no expression. */
export function compileExpression(source: string, options: ExpressionOptions = {}): Expression {
  return new Expression(source, options);
}

export class Expression {
  readonly source: string;
  /** As it was parsed and simplified: for who derives from it what every match must contain. */
  readonly tree: Tree;
  readonly #placed: ReadonlySet<number>;
  readonly #isAnchored: boolean;
  /** Made when they are first needed: of many expressions only some are ever tried, and few by our own matcher. */
  #fast: Fast | undefined;
  /** It tells the places of groups, and takes its time for it. */
  #indexed: RegExp | undefined;
  #machine: Machine | undefined;

  constructor(source: string, { multiline = false, placed = [] }: ExpressionOptions) {
    const parsed = parseRegex(source, { multiline });
    const root = splitConditionals(simplify(parsed.root));
    checkSize(root);
    this.source = source;
    this.tree = { ...parsed, root };
    this.#placed = new Set(placed);
    this.#isAnchored = leadingStart(root) !== undefined;
  }

  get bound(): Bound {
    return this.#ours().isLinear ? 'linear' : 'steps';
  }

  get engine(): Engine {
    const { native } = this.#v8();
    if (!native) return 'own';
    if (native.meaning !== 'same') return 'filtered';
    return native.checks.length > 0 ? 'checked' : 'v8';
  }

  /**
   * The first match that begins at `from` or later. @throws ExhaustedError when the text would take too long; what it is
   * then is not known.
   */
  search(subject: Subject, from = 0): Match | undefined {
    // The beginning of the text is where it is, wherever the search begins.
    if (this.#isAnchored && from > 0) return undefined;
    const { native, regex, checker } = this.#v8();
    if (!native || !regex || !subject.isPlain || (native.needsOneLine && !subject.isOneLine)) {
      return this.#searchOurselves(subject, from);
    }
    regex.lastIndex = from;
    const found = regex.exec(subject.text);
    if (!found) return undefined;
    if (native.meaning === 'same' && checker?.holds(found)) return new NativeMatch(found, native, this.tree.names);
    return this.#searchOurselves(subject, found.index);
  }

  /**
   * Where the groups of the first match lie: of each where it begins and ends, -1 for one that is not set; the whole first.
   * It takes several times as long as `search`. @throws ExhaustedError
   */
  places(subject: Subject): Int32Array | undefined {
    const match = this.search(subject);
    if (!match) return undefined;
    const { native, regex } = this.#v8();
    if (match instanceof MachineMatch || !native || !regex) return this.#ours().search(subject.text, this.#from(0));
    this.#indexed ??= new RegExp(regex, `${regex.flags}d`);
    this.#indexed.lastIndex = 0;
    const found = this.#indexed.exec(subject.text);
    return found?.indices && placesOf(found, found.indices, native.groups);
  }

  #searchOurselves(subject: Subject, from: number): Match | undefined {
    const slots = this.#ours().search(subject.text, this.#from(from));
    return slots && new MachineMatch(subject.text, slots, this.tree.names);
  }

  #from(from: number): SearchOptions {
    return { from, isSticky: this.#isAnchored };
  }

  #v8(): Fast {
    if (this.#fast) return this.#fast;
    const native = emitNative(this.tree.root, this.tree.groups, this.#placed);
    const regex = native && new RegExp(native.source, native.flags);
    this.#fast = { native, regex, checker: native && new Checker(native.checks) };
    return this.#fast;
  }

  #ours(): Machine {
    this.#machine ??= new Machine(compileProgram(this.tree));
    return this.#machine;
  }
}

interface Fast {
  readonly native: Native | undefined;
  readonly regex: RegExp | undefined;
  readonly checker: Checker | undefined;
}

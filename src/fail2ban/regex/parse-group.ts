/** What an opening bracket begins: groups, names, lookaround, conditionals, flags, comments. */
import { type Flags, withFlags } from './flags.ts';
import { EMPTY, type Node } from './node.ts';
import type { Reader } from './reader.ts';
import { fixedWidth } from './width.ts';

/** How the inside of brackets is read. */
export interface Inside {
  branches(flags: Flags): Node;
  sequence(flags: Flags): Node;
}

/** The deepest of the shipped expressions has nine. */
const DEPTH_MAX = 100;
const GROUPS_MAX = 500;

export class GroupParser {
  /** Those given from outside, and those that `(?i)` and its like set. */
  flagsForAll: Flags;
  readonly #reader: Reader;
  readonly #inside: Inside;
  readonly #names = new Map<string, number>();
  readonly #open = new Set<number>();
  /** The highest group that a conditional refers to by number, and where. */
  #referred = { index: 0, column: 0 };
  #groups = 0;
  #depth = 0;

  constructor(reader: Reader, flags: Flags, inside: Inside) {
    this.#reader = reader;
    this.flagsForAll = flags;
    this.#inside = inside;
  }

  finish(): { readonly groups: number; readonly names: ReadonlyMap<string, number> } {
    const { index, column } = this.#referred;
    if (index > this.#groups) throw this.#reader.error(`there is no group ${index}`, column);
    return { groups: this.#groups, names: this.#names };
  }

  /** Reads behind the opening bracket; undefined for what matches nothing of its own: comments, flags. */
  parse(flags: Flags): Node | undefined {
    const column = this.#reader.at - 1;
    if (++this.#depth > DEPTH_MAX) throw this.#reader.error('brackets within brackets, too deep', column);
    const node = this.#parse(flags, column);
    this.#depth--;
    return node;
  }

  reference(index: number, flags: Flags, column: number): Node {
    if (index > this.#groups) throw this.#reader.error(`there is no group ${index}`, column);
    if (this.#open.has(index)) throw this.#reader.error('a reference to a group from within it', column);
    return { type: 'back', index, ignoresCase: flags.ignoreCase };
  }

  #parse(flags: Flags, column: number): Node | undefined {
    const reader = this.#reader;
    if (!reader.takes('?')) return this.#group(flags, column);
    if (reader.takes('P')) return this.#named(flags, column);
    if (reader.takes(':')) return this.#closed(this.#inside.branches(flags), column);
    if (reader.takes('>')) return { type: 'atomic', item: this.#closed(this.#inside.branches(flags), column) };
    if (reader.takes('(')) return this.#conditional(flags, column);
    if (reader.takes('#')) {
      reader.takeUntil(')', 'a comment does not end');
      return undefined;
    }
    for (const [text, isAhead, isNegated] of LOOKS) {
      if (reader.takes(text)) return this.#look(flags, column, { isAhead, isNegated });
    }
    return this.#flagged(flags, column);
  }

  #group(flags: Flags, column: number, name?: string): Node {
    const index = ++this.#groups;
    if (index > GROUPS_MAX) throw this.#reader.error(`more than ${GROUPS_MAX} groups`, column);
    if (name !== undefined) this.#names.set(name, index);
    this.#open.add(index);
    const item = this.#closed(this.#inside.branches(flags), column);
    this.#open.delete(index);
    return { type: 'group', index, item };
  }

  #named(flags: Flags, column: number): Node {
    const reader = this.#reader;
    if (reader.takes('<')) {
      const name = reader.takeUntil('>', 'the name of a group does not end');
      if (!IDENTIFIER.test(name)) throw reader.error(`"${name}" is no name of a group`, column);
      if (this.#names.has(name)) throw reader.error(`there are two groups "${name}"`, column);
      return this.#group(flags, column, name);
    }
    if (!reader.takes('=')) throw reader.error('(?P is followed by neither < nor =', column);
    return this.reference(this.#indexOf(reader.takeUntil(')', 'a reference does not end'), column), flags, column);
  }

  #indexOf(name: string, column: number): number {
    const index = this.#names.get(name);
    if (index === undefined) throw this.#reader.error(`there is no group "${name}"`, column);
    return index;
  }

  #conditional(flags: Flags, column: number): Node {
    const reader = this.#reader;
    const name = reader.takeUntil(')', 'a condition does not end');
    const index = /^[0-9]{1,3}$/.test(name) ? Number(name) : this.#indexOf(name, column);
    if (index === 0) throw reader.error('there is no group 0', column);
    if (index > this.#referred.index) this.#referred = { index, column };
    const yes = this.#inside.sequence(flags);
    const no = reader.takes('|') ? this.#inside.sequence(flags) : EMPTY;
    if (reader.next === '|') throw reader.error('a condition with more than two branches');
    return this.#closed({ type: 'conditional', index, yes, no }, column);
  }

  #look(flags: Flags, column: number, kind: { readonly isAhead: boolean; readonly isNegated: boolean }): Node {
    const item = this.#closed(this.#inside.branches(flags), column);
    const width = kind.isAhead ? 0 : fixedWidth(item);
    if (width === undefined) throw this.#reader.error('what is looked back at has no fixed width', column);
    return { type: 'look', ...kind, width, item };
  }

  /** `(?i)` for all, `(?i:...)` and `(?-i:...)` for what is inside. */
  #flagged(flags: Flags, column: number): Node | undefined {
    const reader = this.#reader;
    const on = reader.takeWhile(/[a-zA-Z]/);
    if (on !== '' && reader.takes(')')) {
      this.flagsForAll = this.#changed(this.flagsForAll, on, column);
      return undefined;
    }
    const off = reader.takes('-') ? reader.takeWhile(/[imsx]/) : '';
    if (on + off === '' || !reader.takes(':')) throw reader.error('(? is followed by nothing known', column);
    const inside = this.#unset(this.#changed(flags, on, column), off);
    return this.#closed(this.#inside.branches(inside), column);
  }

  #changed(flags: Flags, letters: string, column: number): Flags {
    const changed = withFlags(flags, letters, true);
    if (!changed) throw this.#reader.error(`"${letters}" has a letter that is no flag`, column);
    return changed;
  }

  #unset(flags: Flags, letters: string): Flags {
    return withFlags(flags, letters, false) ?? flags;
  }

  #closed(node: Node, column: number): Node {
    if (!this.#reader.takes(')')) throw this.#reader.error('( does not close', column);
    return node;
  }
}

const LOOKS = [
  ['<=', false, false],
  ['<!', false, true],
  ['=', true, false],
  ['!', true, true],
] as const;

const IDENTIFIER = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/**
 * Parses expressions in the dialect of Python's `re` (3.11) into a tree. Flags are resolved here: a set has both cases,
 * an anchor knows which it is. What Python would refuse is refused with its column.
 */
import { ANYTHING, complement, NEWLINE, single } from './charset.ts';
import { type Flags, inCase, NO_FLAGS } from './flags.ts';
import { choice, EMPTY, type Node, sequence, type Tree } from './node.ts';
import { parseClass } from './parse-class.ts';
import { escapeSet, parseEscape } from './parse-escape.ts';
import { GroupParser } from './parse-group.ts';
import { parseQuantifier } from './parse-quantifier.ts';
import { Reader } from './reader.ts';

/** Characters of one expression. The longest of the shipped ones has 1,500 with all its tags replaced. */
const SOURCE_MAX = 60_000;

/** @throws RegexError */
export function parseRegex(source: string, options: { readonly multiline: boolean }): Tree {
  const reader = new Reader(source);
  if (source.length > SOURCE_MAX) throw reader.error(`longer than ${SOURCE_MAX} characters`);
  const flags = { ...NO_FLAGS, multiline: options.multiline };
  const first = new RegexParser(reader, flags);
  const tree = first.parse();
  // Flags for all may stand anywhere; then all is read once more with them.
  return first.flagsForAll === flags ? tree : new RegexParser(new Reader(source), first.flagsForAll).parse();
}

/** An item of a sequence; `isBare`: not in brackets of any kind, so that what it is decides how it can be repeated. */
interface Item {
  readonly node: Node;
  readonly isBare: boolean;
}

class RegexParser {
  readonly #reader: Reader;
  readonly #groups: GroupParser;
  readonly #flags: Flags;

  constructor(reader: Reader, flags: Flags) {
    this.#reader = reader;
    this.#flags = flags;
    this.#groups = new GroupParser(reader, flags, {
      branches: (inside) => this.#branches(inside),
      sequence: (inside) => this.#sequence(inside),
    });
  }

  get flagsForAll(): Flags {
    return this.#groups.flagsForAll;
  }

  parse(): Tree {
    const root = this.#branches(this.#flags);
    if (!this.#reader.isAtEnd) throw this.#reader.error(') without (');
    return { root, ...this.#groups.finish() };
  }

  #branches(flags: Flags): Node {
    const branches = [this.#sequence(flags)];
    while (this.#reader.takes('|')) branches.push(this.#sequence(flags));
    return choice(branches);
  }

  #sequence(flags: Flags): Node {
    const items: Item[] = [];
    while (!this.#reader.isAtEnd && this.#reader.next !== '|' && this.#reader.next !== ')') {
      const column = this.#reader.at;
      const quantifier = parseQuantifier(this.#reader);
      if (quantifier) items.push({ node: quantifier.repeat(this.#repeated(items.pop(), column)), isBare: true });
      else {
        const item = this.#atom(flags);
        if (item) items.push(item);
      }
    }
    return sequence(items.map((item) => item.node));
  }

  #repeated(item: Item | undefined, column: number): Node {
    if (!item || (item.isBare && item.node.type === 'assert')) throw this.#reader.error('nothing to repeat', column);
    if (item.isBare && (item.node.type === 'repeat' || item.node.type === 'atomic')) {
      throw this.#reader.error('repeated twice', column);
    }
    return item.node;
  }

  /** Undefined for what is none: a comment, flags for all, blanks of a verbose expression. */
  #atom(flags: Flags): Item | undefined {
    const reader = this.#reader;
    const character = reader.take();
    if (flags.verbose && /[ \t\n\r\v\f]/.test(character)) return undefined;
    if (flags.verbose && character === '#') {
      reader.takeWhile(/[^\n]/);
      return undefined;
    }
    switch (character) {
      case '(': {
        const node = this.#groups.parse(flags);
        return node && { node, isBare: false };
      }
      case '[':
        return bare({ type: 'set', set: parseClass(reader, flags) });
      case '.':
        return bare({ type: 'set', set: flags.dotAll ? ANYTHING : complement(NEWLINE) });
      case '^':
        return bare({ type: 'assert', kind: flags.multiline ? 'line-start' : 'start' });
      case '$':
        return bare({ type: 'assert', kind: flags.multiline ? 'line-end' : 'end' });
      case '\\':
        return bare(this.#escape(flags));
      default:
        return bare({ type: 'set', set: inCase(single(character.codePointAt(0) ?? 0), flags) });
    }
  }

  #escape(flags: Flags): Node {
    const column = this.#reader.at - 1;
    const read = parseEscape(this.#reader, flags);
    if (read.type === 'assert') return { type: 'assert', kind: read.kind };
    if (read.type === 'back') return this.#groups.reference(read.index, flags, column);
    const set = escapeSet(read);
    if (!set) return EMPTY;
    return { type: 'set', set: read.type === 'character' ? inCase(set, flags) : set };
  }
}

function bare(node: Node): Item {
  return { node, isBare: true };
}

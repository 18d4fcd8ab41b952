/** An expression of a filter with its tags: what it finds in the lines that are looked at together. */
import { SHORTEST_LITERAL } from '../../filter/skim.ts';
import { compileExpression, type Expression } from '../regex/expression.ts';
import { deriveLiterals, type Literals } from '../regex/literals.ts';
import type { Match } from '../regex/match.ts';
import type { Node } from '../regex/node.ts';
import { RegexError } from '../regex/reader.ts';
import type { Subject } from '../regex/subject.ts';
import { expandTags } from './expand.ts';
import { type FieldList, FieldReader, textOf } from './fields.ts';
import { type Line, message, splitLines } from './line.ts';

/** A text that is searched, and the lines that it is made of. */
export interface Searched {
  readonly subject: Subject;
  readonly lines: readonly Line[];
}

/** The lines that a match lies in, without those that it skips, and the others. */
export interface Division {
  readonly matched: readonly Line[];
  readonly unmatched: readonly Line[];
}

export interface SearcherOptions {
  /** Whether `<HOST>` may be a name. */
  readonly hosts: 'names' | 'addresses';
  readonly multiline: boolean;
  /** The expression that is tried before this one. */
  readonly before?: Searcher | undefined;
}

/** Groups that say whom a failure is about, or which session it belongs to. */
const IDENTIFYING = ['fid', 'ip4', 'ip6', 'dns', 'mlfid'];

export class Searcher {
  readonly expression: Expression;
  /** How it says what its groups took. */
  readonly fields: FieldReader;

  /** Nothing that it matches lies behind the group. */
  readonly #endsInContent: boolean;
  /** Derived when they are first asked for. */
  #literals: { readonly of: Literals | undefined } | undefined;

  /** @throws RegexError */
  constructor(source: string, { hosts, multiline, before }: SearcherOptions) {
    this.expression = compileTagged(source, { hosts, multiline });
    this.#endsInContent = endsIn(this.expression.tree.root, this.expression.tree.names.get('content'));
    this.fields = new FieldReader(this.expression.tree.names, before?.fields);
  }

  /** What every text has that it matches, one of them at least; undefined when nothing tells it. */
  get literals(): Literals | undefined {
    this.#literals ??= { of: deriveLiterals(this.expression.tree.root, SHORTEST_LITERAL) };
    return this.#literals.of;
  }

  get isIdentifying(): boolean {
    return IDENTIFYING.some((name) => this.expression.tree.names.has(name));
  }

  /** Whether it says which session a line belongs to. */
  get tellsSession(): boolean {
    return this.expression.tree.names.has('mlfid');
  }

  /** @throws ExhaustedError */
  search(subject: Subject): Match | undefined {
    return this.expression.search(subject);
  }

  /** What the match says, and that of the expression before it. */
  fieldsOf(match: Match, before?: Match): FieldList {
    return this.fields.read(match, before);
  }

  /** What of the text is for the expressions behind this one, when it says so and it is not empty. With a newline. */
  contentOf(match: Match, text: string): string | undefined {
    const value = this.fields.content(match);
    if (value === undefined || value.length === 0) return undefined;
    // The end of the text need not be put together.
    const isEnd = this.#endsInContent && typeof value === 'string' && match.end === text.length - 1;
    return isEnd ? text.slice(match.end - value.length) : `${textOf(value)}\n`;
  }

  /** How a match divides the lines that were searched. */
  divide(match: Match, { subject: { text }, lines }: Searched): Division {
    if (lines.length <= 1) return { matched: lines, unmatched: [] };
    const from = newlines(text, text.lastIndexOf('\n', match.start) + 1);
    const end = text.indexOf('\n', Math.max(0, match.end - 1));
    const to = newlines(text, end < 0 ? text.length : end + 1);
    const matched = lines.slice(from, to);
    const unmatched = lines.slice(0, from);
    let at = 0;
    for (const skipped of this.#skippedLines(match)) {
      const found = matched.findIndex((line, i) => i >= at && message(line) === skipped);
      if (found < 0) continue;
      unmatched.push(...matched.splice(found, 1));
      at = found;
    }
    return { matched, unmatched: [...unmatched, ...lines.slice(to)] };
  }

  #skippedLines(match: Match): string[] {
    let text = '';
    for (let i = 0; this.expression.tree.names.has(`skiplines${i}`); i++) text += match.group(`skiplines${i}`) ?? '';
    return splitLines(text);
  }
}

/** @throws RegexError whose column is that of the source, which is what a person has written. */
function compileTagged(source: string, { hosts, multiline }: SearcherOptions): Expression {
  const { text, sourceColumn } = expandTags(source, hosts);
  try {
    return compileExpression(text, { multiline });
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw new RegexError(error.message, sourceColumn(error.column));
  }
}

function newlines(text: string, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** Whether every match ends where the group does. */
function endsIn(node: Node, group: number | undefined): boolean {
  if (node.type === 'group') return node.index === group || endsIn(node.item, group);
  if (node.type !== 'sequence') return false;
  const last = node.items.findLastIndex((item) => item.type !== 'assert');
  const item = node.items[last];
  return item !== undefined && endsIn(item, group);
}

/** An expression of a filter with its tags: what it finds in the lines that are looked at together. */
import { compileExpression, type Expression } from '../regex/expression.ts';
import type { Match } from '../regex/match.ts';
import type { Subject } from '../regex/subject.ts';
import { expandTags } from './expand.ts';
import { FieldReader, type Fields } from './fields.ts';
import { type Line, message, splitLines } from './line.ts';

/** A text that is searched, and the lines that it is made of. */
export interface Searched {
  readonly subject: Subject;
  readonly lines: readonly Line[];
}

export interface Finding {
  readonly fields: Fields;
  /** The lines that the match lies in, without those that it skips. */
  readonly matched: readonly Line[];
  readonly unmatched: readonly Line[];
}

export interface SearcherOptions {
  /** Whether `<HOST>` may be a name. */
  readonly hosts: 'names' | 'addresses';
  readonly multiline: boolean;
}

/** Groups that say whom a failure is about, or which session it belongs to. */
const IDENTIFYING = ['fid', 'ip4', 'ip6', 'dns', 'mlfid'];

export class Searcher {
  readonly expression: Expression;
  readonly #fields: FieldReader;

  /** @throws RegexError */
  constructor(source: string, { hosts, multiline }: SearcherOptions) {
    this.expression = compileExpression(expandTags(source, hosts), { multiline });
    this.#fields = new FieldReader(this.expression.tree.names.keys());
  }

  get isIdentifying(): boolean {
    return IDENTIFYING.some((name) => this.expression.tree.names.has(name));
  }

  /** @throws ExhaustedError */
  search({ subject, lines }: Searched): Finding | undefined {
    const match = this.expression.search(subject);
    if (!match) return undefined;
    const fields = this.#fields.read(match);
    if (lines.length <= 1) return { fields, matched: lines, unmatched: [] };
    return { fields, ...this.#divide(match, subject.text, lines) };
  }

  #divide(match: Match, text: string, lines: readonly Line[]): Pick<Finding, 'matched' | 'unmatched'> {
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

function newlines(text: string, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

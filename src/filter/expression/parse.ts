/**
 * Parses the regular expressions of filters into a tree, so that they can be made safe for text of many lines,
 * and so that the literals can be derived that every match must contain. The dialect is what V8's linear engine takes;
 * anything else (lookaround, backreferences, word boundaries) is refused here with its column.
 */

export type Node =
  | { readonly type: 'text'; readonly text: string }
  /** `members` as written inside the brackets, without a leading `^`; `few`: the characters, when they are few. */
  | { readonly type: 'class'; readonly members: string; readonly negated: boolean; readonly few: string }
  /** A placeholder of the filter language: `<address>`, `<user>`, ... */
  | { readonly type: 'field'; readonly name: FieldName }
  | { readonly type: 'group'; readonly branches: readonly Node[] }
  | { readonly type: 'sequence'; readonly items: readonly Node[] }
  | { readonly type: 'repeat'; readonly item: Node; readonly min: number; readonly quantifier: string };

export const FIELDS = ['address', 'user', 'target', 'count', 'port', 'word', 'any'] as const;
export type FieldName = (typeof FIELDS)[number];

/** An error in an expression; `column` counts from 0 in its source. */
export class ExpressionError extends Error {
  readonly column: number;

  constructor(message: string, column: number) {
    super(message);
    this.name = 'ExpressionError';
    this.column = column;
  }
}

const SHORTHANDS: Readonly<Record<string, { members: string; negated: boolean }>> = {
  d: { members: '0-9', negated: false },
  w: { members: '0-9A-Za-z_', negated: false },
  // Only blanks: a line's end is never inside a match.
  s: { members: ' \\t', negated: false },
  D: { members: '0-9', negated: true },
  W: { members: '0-9A-Za-z_', negated: true },
  S: { members: ' \\t\\r\\f\\v', negated: true },
};

const CONTROLS: Readonly<Record<string, string>> = { t: '\t', r: '\r', f: '\f', v: '\v', 0: '\0' };

/** @throws ExpressionError for what is not an expression of the dialect. */
export function parseExpression(source: string): Node {
  const reader = new Reader(source);
  const tree = parseBranches(reader);
  if (reader.at < source.length) throw new ExpressionError('unmatched )', reader.at);
  return tree.length === 1 && tree[0] ? tree[0] : { type: 'group', branches: tree };
}

class Reader {
  readonly source: string;
  at = 0;

  constructor(source: string) {
    this.source = source;
  }

  get next(): string {
    return this.source[this.at] ?? '';
  }

  take(): string {
    return this.source[this.at++] ?? '';
  }

  takes(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }
}

function parseBranches(reader: Reader): Node[] {
  const branches: Node[] = [parseSequence(reader)];
  while (reader.takes('|')) branches.push(parseSequence(reader));
  return branches;
}

function parseSequence(reader: Reader): Node {
  const items: Node[] = [];
  while (reader.at < reader.source.length && reader.next !== '|' && reader.next !== ')') {
    items.push(parseRepeat(reader, parseAtom(reader)));
  }
  return { type: 'sequence', items };
}

function parseRepeat(reader: Reader, item: Node): Node {
  const quantifier = reader.next;
  if (quantifier === '{') throw new ExpressionError('counted repeats like {2,5} are not linear on Node 20', reader.at);
  if (quantifier !== '*' && quantifier !== '+' && quantifier !== '?') return item;
  reader.take();
  const lazy = reader.takes('?') ? '?' : '';
  return { type: 'repeat', item, min: quantifier === '+' ? 1 : 0, quantifier: quantifier + lazy };
}

function parseAtom(reader: Reader): Node {
  const column = reader.at;
  const character = reader.take();
  switch (character) {
    case '(':
      return parseGroup(reader, column);
    case '[':
      return parseClass(reader, column);
    case '.':
      return { type: 'class', members: '', negated: true, few: '' };
    case '\\':
      return parseEscape(reader, column);
    case '<':
      return parseField(reader);
    case '^':
    case '$':
      throw new ExpressionError(`${character} is not needed: a pattern always matches the whole field`, column);
    case '*':
    case '+':
    case '?':
      throw new ExpressionError(`nothing to repeat before ${character}`, column);
    default:
      if (character.charCodeAt(0) > 255) {
        throw new ExpressionError(
          'logs are matched byte by byte: write characters beyond latin1 as \\xHH bytes',
          column,
        );
      }
      return { type: 'text', text: character };
  }
}

/** `<user>` and its like; any other `<` is itself. */
function parseField(reader: Reader): Node {
  const name = FIELDS.find((field) => reader.takes(`${field}>`));
  return name ? { type: 'field', name } : { type: 'text', text: '<' };
}

function parseGroup(reader: Reader, column: number): Node {
  if (!reader.takes('?:') && reader.next === '?') {
    throw new ExpressionError('lookaround and named groups are not taken; use <user>, <target>, <any>', column);
  }
  const branches = parseBranches(reader);
  if (!reader.takes(')')) throw new ExpressionError('unclosed (', column);
  return { type: 'group', branches };
}

function parseEscape(reader: Reader, column: number): Node {
  const character = reader.take();
  const shorthand = SHORTHANDS[character];
  if (shorthand) return { type: 'class', ...shorthand, few: '' };
  if (character === 'x') {
    const hex = /^[0-9a-fA-F][0-9a-fA-F]/.exec(reader.source.slice(reader.at))?.[0];
    if (!hex) throw new ExpressionError('\\x needs two hexadecimal digits', column);
    reader.at += 2;
    return { type: 'text', text: String.fromCharCode(Number.parseInt(hex, 16)) };
  }
  const control = CONTROLS[character];
  if (control !== undefined) return { type: 'text', text: control };
  if (character === '' || /[0-9A-Za-z]/.test(character)) {
    throw new ExpressionError(`\\${character} is not taken (no backreferences, no word boundaries)`, column);
  }
  return { type: 'text', text: character };
}

function parseClass(reader: Reader, column: number): Node {
  const negated = reader.takes('^');
  let members = '';
  while (reader.next !== ']' || members === '') {
    const character = reader.take();
    if (character === '') throw new ExpressionError('unclosed [', column);
    members += character === '\\' ? classEscape(reader) : escapedMember(character);
  }
  reader.take();
  const few = !negated && /^[0-9A-Za-z_ /:.]+$/.test(members) && members.length <= 4 ? members : '';
  return { type: 'class', members, negated, few };
}

function classEscape(reader: Reader): string {
  const character = reader.take();
  if (character === 's') return ' \\t';
  if (/[DWS]/.test(character)) throw new ExpressionError(`\\${character} cannot stand in brackets`, reader.at - 1);
  return `\\${character}`;
}

function escapedMember(character: string): string {
  return character === '[' || character === ']' ? `\\${character}` : character;
}

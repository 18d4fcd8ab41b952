/**
 * From messages to an expression that matches them and their like: what is the same in all stays as it is, what differs
 * becomes a placeholder. Only the user name may be free text, and only on one side of the address. Pure.
 */
import { parseAddress } from '../base/address.ts';
import { FIELDS } from './expression/parse.ts';

/** Of a message: text as it is, or a place where something stands that varies. */
type Piece =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'slot'; readonly kind: SlotKind; readonly seen: readonly string[] };
type SlotKind = 'address' | 'other-address' | 'user' | 'varies';

/** More lines than this are compared in vain: the tenth line seldom shows what nine have not. */
export const LINES_MAX = 32;
/** The work of comparing grows with the square of this. */
const TOKENS_MAX = 2_000;

/** Words that a user name follows. */
const USER_AFTER =
  /(?:\b(?:user ?name|user|login|account|acct|uname|identity|email|for(?: (?:invalid|illegal|unknown))?(?: user)?)(?: name| (?:of|for|by|as))?(?: ?[=:] ?| )["'`[<(]?)$/i;
/** Words that follow `for` or `user` and are no names. */
const NO_NAMES: ReadonlySet<string> = new Set(
  'from of as the a an is was not with on in at by to for and or has failed invalid unknown denied refused name user'.split(
    ' ',
  ),
);

/** Addresses in a text, each as often as it stands there. */
export function addressesIn(text: string): string[] {
  return tokensOf(text).filter((token) => parseAddress(token) !== undefined);
}

/** The expression for messages that all hold the address given for each; without one, none is looked for. */
export function draftExpression(messages: readonly string[], addresses: ReadonlyArray<string | undefined>): string {
  const [first = [], ...others] = messages.map((message, index) => piecesOf(message, addresses[index]));
  const merged = others.reduce<readonly Piece[]>((pieces, other) => merge(pieces, other), first);
  return joined(merged)
    .map((piece, index, all) => emitPiece(piece, index, all))
    .join('');
}

/** Runs of letters and digits, addresses whole, everything else by the character. */
function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  for (const [token] of text.matchAll(/[0-9A-Fa-f]*[.:][0-9A-Fa-f.:]+|[A-Za-z0-9_]+|[^A-Za-z0-9_]/g)) {
    tokens.push(...splitAddress(token));
  }
  return tokens;
}

/** `203.0.113.7:40112`, `203.0.113.7.` and the like: the address apart from what follows it. */
function splitAddress(token: string): string[] {
  if (token.length < 3 || !/[.:]/.test(token)) return [token];
  for (const end of [token.length, token.lastIndexOf(':'), token.length - 1]) {
    const [head, tail] = [token.slice(0, end), token.slice(end)];
    if (end > 0 && parseAddress(head)) return tail === '' ? [head] : [head, ...splitPlain(tail)];
  }
  return splitPlain(token);
}

function splitPlain(token: string): string[] {
  return token.match(/[A-Za-z0-9_]+|[^A-Za-z0-9_]/g) ?? [];
}

/** The last place of the address is the one that the service itself wrote, as a rule. */
function piecesOf(message: string, address: string | undefined): Piece[] {
  const tokens = tokensOf(message.trimEnd()).slice(0, TOKENS_MAX);
  const last = address === undefined ? -1 : tokens.lastIndexOf(address);
  const pieces = tokens.map((text, index): Piece => {
    if (index === last) return { type: 'slot', kind: 'address', seen: [text] };
    if (parseAddress(text)) return { type: 'slot', kind: 'other-address', seen: [text] };
    return isVarying(text) ? { type: 'slot', kind: 'varies', seen: [text] } : { type: 'text', text };
  });
  return withUser(pieces, tokens, last);
}

/** What varies though only one line was given: numbers but for short ones (they are codes), and what looks like an id. */
function isVarying(token: string): boolean {
  return /^\d{4,}$/.test(token) || (/^[\w-]{10,}$/.test(token) && /\d/.test(token) && /[A-Za-z]/.test(token));
}

/** Finds the user name by the word before it, and what belongs to it up to its quote or the next blank. */
function withUser(pieces: readonly Piece[], tokens: readonly string[], address: number): Piece[] {
  let before = '';
  for (const [index, token] of tokens.entries()) {
    if (USER_AFTER.test(before) && /^\w/.test(token) && !NO_NAMES.has(token.toLowerCase()) && index !== address) {
      const closing = { '"': '"', "'": "'", '`': '`', '[': ']', '<': '>', '(': ')' }[before.at(-1) ?? ''];
      let end = index + 1;
      const isOver = (text: string): boolean => (closing === undefined ? /[\s,;:)\]]/.test(text) : text === closing);
      while (end < tokens.length && end !== address && !isOver(tokens[end] ?? '')) end++;
      const user: Piece = { type: 'slot', kind: 'user', seen: [tokens.slice(index, end).join('')] };
      return [...pieces.slice(0, index), user, ...pieces.slice(end)];
    }
    before += token;
  }
  return [...pieces];
}

function same(a: Piece | undefined, b: Piece | undefined): boolean {
  if (a?.type === 'text' && b?.type === 'text') return a.text === b.text;
  return a?.type === 'slot' && b?.type === 'slot' && a.kind === b.kind;
}

/** The longest common subsequence stays; what lies between differs. */
function merge(left: readonly Piece[], right: readonly Piece[]): Piece[] {
  const lengths = commonLengths(left, right);
  const at = (i: number, j: number): number => lengths[i * (right.length + 1) + j] ?? 0;
  const merged: Piece[] = [];
  let [i, j] = [0, 0];
  let gap: [string, string] = ['', ''];
  const close = (): void => {
    if (gap[0] + gap[1] !== '') merged.push({ type: 'slot', kind: 'varies', seen: [...new Set(gap)] });
    gap = ['', ''];
  };
  while (i < left.length || j < right.length) {
    const [a, b] = [left[i], right[j]];
    if (a && b && same(a, b)) {
      close();
      merged.push(a.type === 'slot' && b.type === 'slot' ? { ...a, seen: [...new Set([...a.seen, ...b.seen])] } : a);
      i++;
      j++;
    } else if (b && (!a || at(i, j + 1) >= at(i + 1, j))) {
      gap[1] += textOf(b);
      j++;
    } else if (a) {
      gap[0] += textOf(a);
      i++;
    }
  }
  close();
  return merged;
}

function commonLengths(left: readonly Piece[], right: readonly Piece[]): Uint16Array {
  const width = right.length + 1;
  const lengths = new Uint16Array((left.length + 1) * width);
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      const skip = Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
      lengths[i * width + j] = same(left[i], right[j]) ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1 : skip;
    }
  }
  return lengths;
}

function textOf(piece: Piece): string {
  return piece.type === 'text' ? piece.text : (piece.seen[0] ?? '');
}

/** Neighboring pieces of text as one. */
function joined(pieces: readonly Piece[]): Piece[] {
  const all: Piece[] = [];
  for (const piece of pieces) {
    const last = all.at(-1);
    if (piece.type === 'text' && last?.type === 'text')
      all[all.length - 1] = { type: 'text', text: last.text + piece.text };
    else all.push(piece);
  }
  return all;
}

function emitPiece(piece: Piece, index: number, all: readonly Piece[]): string {
  if (piece.type === 'text') return escapeForPattern(piece.text);
  switch (piece.kind) {
    case 'address':
      return '<address>';
    case 'other-address':
      return '[\\da-fA-F.:]+';
    case 'user':
      return '<user>';
    case 'varies':
      return emitVarying(piece.seen, all[index - 1]);
  }
}

/** As narrow as what was seen: digits, characters of names, or just the texts themselves. */
function emitVarying(seen: readonly string[], before: Piece | undefined): string {
  const texts = seen.filter((text) => text !== '');
  const isOptional = texts.length < seen.length;
  const close = (source: string): string => (isOptional ? `(?:${source})?` : source);
  if (texts.every((text) => /^\d+$/.test(text))) {
    const isPort = before?.type === 'text' && /(?:port[ =:]*|:)$/.test(before.text);
    return close(isPort ? '<port>' : '\\d+');
  }
  if (texts.every((text) => /^[\dA-Fa-f]+$/.test(text))) return close('[\\da-fA-F]+');
  if (texts.every((text) => /^[\w.-]+$/.test(text))) return close('[\\w.-]+');
  if (texts.every((text) => /^[\w./:@=+-]+$/.test(text))) return close('[\\w./:@=+-]+');
  return close(`(?:${texts.map(escapeForPattern).join('|')})`);
}

/** Text that a pattern takes as it is. */
export function escapeForPattern(text: string): string {
  const fields = new RegExp(`<(?=(?:${FIELDS.join('|')})>)`, 'g');
  return text
    .replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    .replace(fields, '\\<')
    .replace(/\t/g, '\\t')
    .replace(/[\u0000-\u001f\u007f-\uffff]/g, (character) => {
      return `\\x${(character.charCodeAt(0) & 0xff).toString(16).padStart(2, '0')}`;
    });
}

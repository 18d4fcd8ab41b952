/** `[...]`: a set of characters. A `]` that comes first is one of them, as is a `-` that comes last. */
import { type CharSet, complement, range, single, union } from './charset.ts';
import { type Flags, inCase } from './flags.ts';
import { type Escape, escapeSet, parseClassEscape } from './parse-escape.ts';
import type { Reader } from './reader.ts';

/** Members of one pair of brackets; each costs when the set is built. */
const MEMBERS_MAX = 2_000;

/** Reads behind the opening bracket. @throws RegexError */
export function parseClass(reader: Reader, flags: Flags): CharSet {
  const column = reader.at - 1;
  const isNegated = reader.takes('^');
  const explicit: CharSet[] = [];
  const categories: CharSet[] = [];
  do {
    if (reader.isAtEnd || explicit.length > MEMBERS_MAX) throw reader.error('[ does not close', column);
    const member = parseMember(reader, flags);
    const isRange = member.type === 'character' && reader.takes('-');
    if (isRange && reader.next === ']') explicit.push(single(member.code), single(0x2d));
    else if (isRange) explicit.push(parseRange(reader, member.code, flags));
    else (member.type === 'character' ? explicit : categories).push(escapeSet(member) ?? single(0));
  } while (reader.next !== ']');
  reader.take();
  const set = union([inCase(union(explicit), flags), ...categories]);
  return isNegated ? complement(set) : set;
}

function parseMember(reader: Reader, flags: Flags): Escape {
  const character = reader.take();
  if (character === '\\') return parseClassEscape(reader, flags);
  return { type: 'character', code: character.codePointAt(0) ?? 0 };
}

function parseRange(reader: Reader, from: number, flags: Flags): CharSet {
  const column = reader.at - 2;
  if (reader.isAtEnd) throw reader.error('[ does not close', column);
  const last = parseMember(reader, flags);
  if (last.type !== 'character' || last.code < from) throw reader.error('not a range of characters', column);
  return range(from, last.code);
}

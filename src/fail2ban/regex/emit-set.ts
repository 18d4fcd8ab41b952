/** Writes a set for JavaScript, for text that is ASCII. */
import { asciiMembers, type CharSet } from './charset.ts';

/** More members than these are written as what they are not. */
const HALF = 64;

export function emitSet(set: CharSet): string {
  const members = asciiMembers(set);
  const [only] = members;
  if (only !== undefined && members.length === 1) return emitCode(only);
  if (members.length === 128) return '[\\s\\S]';
  if (members.length <= HALF) return `[${ranges(members)}]`;
  const isIn = new Set(members);
  return `[^${ranges(Array.from({ length: 128 }, (_, code) => code).filter((code) => !isIn.has(code)))}]`;
}

function ranges(members: readonly number[]): string {
  let source = '';
  for (let i = 0; i < members.length; ) {
    let end = i;
    while (members[end + 1] === (members[end] ?? 0) + 1) end++;
    const [from, to] = [members[i] ?? 0, members[end] ?? 0];
    source += emitCode(from);
    if (to > from) source += (to > from + 1 ? '-' : '') + emitCode(to);
    i = end + 1;
  }
  return source;
}

function emitCode(code: number): string {
  const character = String.fromCharCode(code);
  return /[0-9A-Za-z_ ,;:"'<>=%&@!#~`]/.test(character) ? character : `\\x${code.toString(16).padStart(2, '0')}`;
}

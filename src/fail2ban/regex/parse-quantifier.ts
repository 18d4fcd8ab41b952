/** `*`, `+`, `?`, `{2,5}` and their like, lazy with `?`, without going back with `+`. */
import type { Node } from './node.ts';
import type { Reader } from './reader.ts';

export interface Quantifier {
  repeat(item: Node): Node;
}

/** More is no count that anybody means, and each is a state of its own. */
const COUNT_MAX = 1_000;

/** Takes a quantifier when one stands next; a `{` that begins none is a character. @throws RegexError */
export function parseQuantifier(reader: Reader): Quantifier | undefined {
  const start = reader.at;
  const counts = parseCounts(reader);
  if (!counts) {
    reader.at = start;
    return undefined;
  }
  const { min, max } = counts;
  if (max < min) throw reader.error('the least is more than the most', start);
  if (min > COUNT_MAX || (max > COUNT_MAX && max !== Number.POSITIVE_INFINITY)) {
    throw reader.error(`a count of more than ${COUNT_MAX}`, start);
  }
  const isLazy = reader.takes('?');
  const isPossessive = !isLazy && reader.takes('+');
  return {
    repeat(item) {
      const repeated: Node = { type: 'repeat', item, min, max, isLazy };
      return isPossessive ? { type: 'atomic', item: repeated } : repeated;
    },
  };
}

function parseCounts(reader: Reader): { readonly min: number; readonly max: number } | undefined {
  switch (reader.next) {
    case '*':
      reader.take();
      return { min: 0, max: Number.POSITIVE_INFINITY };
    case '+':
      reader.take();
      return { min: 1, max: Number.POSITIVE_INFINITY };
    case '?':
      reader.take();
      return { min: 0, max: 1 };
    case '{':
      reader.take();
      return parseBraces(reader);
    default:
      return undefined;
  }
}

function parseBraces(reader: Reader): { readonly min: number; readonly max: number } | undefined {
  if (reader.next === '}') return undefined;
  const least = reader.takeWhile(/[0-9]/);
  const most = reader.takes(',') ? reader.takeWhile(/[0-9]/) || 'Infinity' : least;
  if (!reader.takes('}')) return undefined;
  return { min: Number(least), max: Number(most) };
}

/** JSON of any size, written in pieces: a list of 100,000 bans as one text would hold up everything else. */

/** Long enough that a write costs little by the byte, short enough that making it takes well under a millisecond. */
const PIECE_LENGTH = 16_384;
/** Below this depth a value is one row and written at once. */
const DEPTH = 2;

/** The text of `JSON.stringify`, cut. An iterable that is no text is written as a list, and read only as it is written. */
export function* jsonPieces(value: unknown): Generator<string> {
  let piece = '';
  for (const token of tokens(value, 0)) {
    piece += token;
    if (piece.length < PIECE_LENGTH) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

function* tokens(value: unknown, depth: number): Generator<string> {
  if (isIterable(value)) yield* listTokens(value, depth);
  else if (isPlain(value) && depth < DEPTH) yield* objectTokens(value, depth);
  else yield JSON.stringify(value) ?? 'null';
}

function* listTokens(list: Iterable<unknown>, depth: number): Generator<string> {
  let separator = '[';
  for (const item of list) {
    yield separator;
    yield* tokens(item, depth + 1);
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}

function* objectTokens(object: object, depth: number): Generator<string> {
  let separator = '{';
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) continue;
    yield `${separator}${JSON.stringify(key)}:`;
    yield* tokens(value, depth + 1);
    separator = ',';
  }
  yield separator === '{' ? '{}' : '}';
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

/** An object that says nothing itself of how it is written, as a Date does. */
function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !('toJSON' in value);
}

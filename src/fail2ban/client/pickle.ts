/**
 * Values as Python pickles them (protocol 4), which is how fail2ban's server answers. Reading is unpickle.ts; the format is
 * described in Python's pickletools.
 */
import { Raised, type RaisedType, Tuple, type Value } from './value.ts';

const MODULES: Readonly<Record<RaisedType, string>> = {
  Exception: 'builtins',
  IndexError: 'builtins',
  ValueError: 'builtins',
  UnknownJailException: 'fail2ban.exceptions',
};

export function pickle(value: Value): Buffer {
  const body = Buffer.concat([...piecesOf(value), Buffer.from('.')]);
  const head = Buffer.alloc(11);
  head.write('\x80\x04\x95', 0, 'latin1');
  head.writeBigUInt64LE(BigInt(body.length), 3);
  return Buffer.concat([head, body]);
}

function* piecesOf(value: Value): Generator<Buffer> {
  if (value === null) yield code('N');
  else if (value === true) yield code('\x88');
  else if (value === false) yield code('\x89');
  else if (typeof value === 'number') yield numberPiece(value);
  else if (typeof value === 'string') yield textPiece(value);
  else if (value instanceof Tuple) yield* tuplePieces(value.items);
  else if (value instanceof Raised) yield* raisedPieces(value);
  else if (value instanceof Map) yield* mapPieces(value);
  else if (Array.isArray(value)) {
    yield code('](');
    for (const item of value) yield* piecesOf(item);
    yield code('e');
  }
}

function* mapPieces(map: ReadonlyMap<string, Value>): Generator<Buffer> {
  yield code('}(');
  for (const [key, value] of map) {
    yield textPiece(key);
    yield* piecesOf(value);
  }
  yield code('u');
}

function* tuplePieces(items: readonly Value[]): Generator<Buffer> {
  yield code('(');
  for (const item of items) yield* piecesOf(item);
  yield code('t');
}

function* raisedPieces({ type, argument }: Raised): Generator<Buffer> {
  yield textPiece(MODULES[type]);
  yield textPiece(type);
  yield code('\x93');
  yield* tuplePieces([argument]);
  yield code('R');
}

function numberPiece(value: number): Buffer {
  const piece = Buffer.alloc(9);
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 31) {
    piece.write('J', 0, 'latin1');
    piece.writeInt32LE(value, 1);
    return piece.subarray(0, 5);
  }
  if (Number.isSafeInteger(value)) {
    const long = Buffer.alloc(10);
    long.write('\x8a\x08', 0, 'latin1');
    long.writeBigInt64LE(BigInt(value), 2);
    return long;
  }
  piece.write('G', 0, 'latin1');
  piece.writeDoubleBE(value, 1);
  return piece;
}

function textPiece(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const head = Buffer.alloc(5);
  head.write('X', 0, 'latin1');
  head.writeUInt32LE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

function code(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/**
 * Reads what clients send: a pickle of lists, texts, numbers and their like. A pickle is a program, and whoever runs all of
 * one runs what its sender wants; of this one nothing is run that makes more than plain values. Anything else is refused.
 */
import { PickleBytes, PickleError } from './pickle-bytes.ts';
import { Tuple, type Value } from './value.ts';

export { PickleError } from './pickle-bytes.ts';

/** The deepest request of the original's own client, a stream of its configuration, has five levels. */
const DEPTH_MAX = 16;
/** Its longest, for a hundred jails, has some twenty thousand. */
const VALUES_MAX = 200_000;

/** @throws PickleError */
export function unpickle(bytes: Buffer): Value {
  return new Unpickler(bytes).read();
}

type Item = Value | typeof MARK;
const MARK = Symbol('mark');

/** Lists grow while they are read, so they are known by the depth of what is in them. */
class Unpickler {
  readonly #bytes: PickleBytes;
  readonly #stack: Item[] = [];
  readonly #memo = new Map<number, Value>();
  readonly #depths = new WeakMap<object, number>();
  #values = 0;

  constructor(bytes: Buffer) {
    this.#bytes = new PickleBytes(bytes);
  }

  read(): Value {
    for (;;) {
      const code = String.fromCharCode(this.#bytes.byte());
      if (code === '.') return this.#pop();
      this.#step(code);
    }
  }

  #step(code: string): void {
    if (this.#structure(code) || this.#memory(code)) return;
    const value = this.#scalar(code);
    if (value === undefined) throw new PickleError(`it asks for more than plain values (${printableCode(code)})`);
    this.#push(value);
  }

  /** What arranges values. */
  #structure(code: string): boolean {
    switch (code) {
      case '\x80':
        this.#bytes.byte();
        return true;
      case '\x95':
        this.#bytes.take(8);
        return true;
      case '(':
        this.#stack.push(MARK);
        return true;
      case ']':
        this.#push([]);
        return true;
      case ')':
        this.#push(this.#tuple([]));
        return true;
      case 'l':
        this.#push(this.#list([], this.#popToMark()));
        return true;
      case 't':
        this.#push(this.#tuple(this.#popToMark()));
        return true;
      case '\x85':
      case '\x86':
      case '\x87':
        this.#push(this.#tuple(this.#popMany(code.charCodeAt(0) - 0x84)));
        return true;
      case 'a':
        this.#append([this.#pop()]);
        return true;
      case 'e':
        this.#append(this.#popToMark());
        return true;
      default:
        return false;
    }
  }

  /** What is said twice is said by its number the second time. Only texts and numbers: a list in itself has no end. */
  #memory(code: string): boolean {
    switch (code) {
      case '\x94':
        this.#remember(this.#memo.size);
        return true;
      case 'q':
        this.#remember(this.#bytes.byte());
        return true;
      case 'r':
        this.#remember(this.#bytes.take(4).readUInt32LE());
        return true;
      case 'p':
        this.#remember(Number(this.#bytes.line()));
        return true;
      case 'h':
        this.#recall(this.#bytes.byte());
        return true;
      case 'j':
        this.#recall(this.#bytes.take(4).readUInt32LE());
        return true;
      case 'g':
        this.#recall(Number(this.#bytes.line()));
        return true;
      default:
        return false;
    }
  }

  #scalar(code: string): Value | undefined {
    switch (code) {
      case 'N':
        return null;
      case '\x88':
        return true;
      case '\x89':
        return false;
      case 'K':
        return this.#bytes.byte();
      case 'M':
        return this.#bytes.take(2).readUInt16LE();
      case 'J':
        return this.#bytes.take(4).readInt32LE();
      case 'I':
        return this.#oldInteger();
      case 'L':
        return this.#integer(this.#bytes.line().replace(/L$/, ''));
      case '\x8a':
        return this.#bytes.long();
      case 'G':
        return this.#bytes.take(8).readDoubleBE();
      case 'F':
        return this.#float();
      default:
        return this.#text(code);
    }
  }

  #text(code: string): string | undefined {
    switch (code) {
      case '\x8c':
      case 'U':
        return this.#bytes.utf8(this.#bytes.byte());
      case 'X':
      case 'T':
        return this.#bytes.utf8(this.#bytes.take(4).readUInt32LE());
      case '\x8d':
        return this.#bytes.utf8(Number(this.#bytes.take(8).readBigUInt64LE()));
      case 'V':
        return unescaped(this.#bytes.line(), /\\u([0-9a-f]{4})|\\U([0-9a-f]{8})/gi);
      case 'S':
        return unquoted(this.#bytes.line());
      default:
        return undefined;
    }
  }

  #oldInteger(): Value {
    const text = this.#bytes.line();
    if (text === '01' || text === '00') return text === '01';
    return this.#integer(text);
  }

  #integer(text: string): number {
    const value = Number(text);
    if (!/^-?\d{1,16}$/.test(text) || !Number.isSafeInteger(value)) throw new PickleError('a number is none');
    return value;
  }

  #float(): number {
    const value = Number(this.#bytes.line());
    if (Number.isNaN(value)) throw new PickleError('a number is none');
    return value;
  }

  #append(items: readonly Value[]): void {
    const list = this.#stack.at(-1);
    if (!Array.isArray(list)) throw new PickleError('something is added to what is no list');
    this.#list(list, items);
  }

  #list(list: Value[], items: readonly Value[]): Value[] {
    for (const item of items) list.push(item);
    this.#deepen(list, items);
    return list;
  }

  #tuple(items: readonly Value[]): Tuple {
    const tuple = new Tuple(...items);
    this.#deepen(tuple, items);
    return tuple;
  }

  #deepen(holder: object, items: readonly Value[]): void {
    let depth = this.#depths.get(holder) ?? 1;
    for (const item of items) {
      if (typeof item === 'object' && item !== null) depth = Math.max(depth, 1 + (this.#depths.get(item) ?? 1));
    }
    if (depth > DEPTH_MAX) throw new PickleError('it is too deep');
    this.#depths.set(holder, depth);
  }

  #push(value: Value): void {
    this.#values++;
    if (this.#values > VALUES_MAX) throw new PickleError('it has too many values');
    this.#stack.push(value);
  }

  #pop(): Value {
    const item = this.#stack.pop();
    if (item === undefined || item === MARK) throw new PickleError('it ends too early');
    return item;
  }

  #popMany(count: number): Value[] {
    const items: Value[] = [];
    while (items.length < count) items.unshift(this.#pop());
    return items;
  }

  #popToMark(): Value[] {
    const from = this.#stack.lastIndexOf(MARK);
    if (from < 0) throw new PickleError('it ends what it did not begin');
    const items = this.#stack.splice(from + 1);
    this.#stack.pop();
    return items.filter((item) => item !== MARK);
  }

  #remember(index: number): void {
    const value = this.#stack.at(-1);
    if (value === undefined || value === MARK) throw new PickleError('it remembers nothing');
    this.#memo.set(index, value);
  }

  #recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined || (typeof value === 'object' && value !== null))
      throw new PickleError('it recalls what is no text or number');
    this.#push(value);
  }
}

function unquoted(line: string): string {
  const quote = line.at(0);
  if (line.length < 2 || (quote !== "'" && quote !== '"') || line.at(-1) !== quote) {
    throw new PickleError('a text has no quotes');
  }
  return unescaped(line.slice(1, -1), /\\x([0-9a-f]{2})/gi).replace(/\\(['"\\])/g, '$1');
}

function unescaped(text: string, form: RegExp): string {
  return text.replace(form, (_all, short: string, long?: string) => {
    const point = Number.parseInt(short ?? long ?? '', 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
  });
}

function printableCode(code: string): string {
  return `code 0x${code.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

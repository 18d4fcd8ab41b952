/** Bans for a report, column by column: what takes a second a million row by row takes a third of it here. */
import { fromWords, isIPv4, networkOf } from '../base/address.ts';
import type { Origin, Period, Reason } from '../model.ts';
import { KEY_BYTES } from './address-key.ts';
import { type Decision, FOR_GOOD, type Rules } from './ban-row.ts';
import { keysOf, numbersOf, PAGE_OF_LISTS, readNumbers, readWords } from './columns.ts';
import type { Database } from './database.ts';
import { ColumnReader, ColumnWriter } from './packed-columns.ts';
import type { Row } from './row.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What is a number each, in the order of `#columns`. */
const COLUMNS = ['id', 'host', 'service', 'kind', 'since', 'length', 'prior', 'origin', 'reason'];

const USUAL: Decision = { rule: 'threshold', importedFrom: undefined };

/** Of bans that have been made, side by side, a list for each column; filled again with the next page. */
export class BanLists {
  size = 0;
  readonly words = new Int32Array(PAGE_OF_LISTS * 4);
  readonly bits = new Int32Array(PAGE_OF_LISTS);
  readonly id = new Float64Array(PAGE_OF_LISTS);
  readonly host = new Float64Array(PAGE_OF_LISTS);
  readonly service = new Float64Array(PAGE_OF_LISTS);
  readonly kind = new Float64Array(PAGE_OF_LISTS);
  readonly from = new Float64Array(PAGE_OF_LISTS);
  readonly until = new Float64Array(PAGE_OF_LISTS);
  readonly prior = new Float64Array(PAGE_OF_LISTS);
  readonly origin = new Float64Array(PAGE_OF_LISTS);
  readonly #reason = new Float64Array(PAGE_OF_LISTS);
  readonly #columns: readonly Float64Array[];
  readonly #vocabulary: Vocabulary;
  readonly #rules: Rules;
  /** The rows that were banned by a rule which is not the usual one. */
  unusual: readonly number[] = [];

  constructor(vocabulary: Vocabulary, rules: Rules) {
    this.#vocabulary = vocabulary;
    this.#rules = rules;
    const { id, host, service, kind, from, until, prior, origin } = this;
    this.#columns = [id, host, service, kind, from, until, prior, origin, this.#reason];
  }

  /** The statement that gives a page of the bans that meet a condition, in the order in which they were made. */
  static select(condition: string): string {
    return `SELECT count(*) AS size, ${COLUMNS.map((column) => numbersOf(column)).join(', ')},
        ${keysOf('low')}, ${keysOf('wide_high')}, ${numbersOf('wide')} FROM (
      SELECT id, host, service, kind, since, until - since AS length, prior, origin, reason, low,
        iif(low = high, NULL, id) AS wide, iif(low = high, NULL, high) AS wide_high
      FROM ban WHERE ${condition} ORDER BY id LIMIT ${PAGE_OF_LISTS})`;
  }

  readonly hostOf = (number: number): string => this.#vocabulary.names.get(number);

  readonly nameOf = (number: number): string => this.#vocabulary.names.get(number);

  readonly originOf = (number: number): Origin => this.#vocabulary.origins.get(number);

  readonly decisionOf = (row: number): Decision => this.#rules.get(this.#reason[row] ?? 0) ?? USUAL;

  readonly reasonOf = (row: number): Reason => this.#vocabulary.reasons.get(this.#reason[row] ?? 0);

  readonly textOf = (row: number): string => {
    const word = (number: number): number => this.words[row * 4 + number] ?? 0;
    const base = fromWords(word(0), word(1), word(2), word(3));
    const bits = this.bits[row] ?? 128;
    return networkOf(base, isIPv4(base) ? bits - 96 : bits).text;
  };

  /** Reads a page. @throws ProblemError when it cannot be one. */
  fill(row: Row, database: Database): void {
    const size = row.number('size');
    this.size = size;
    if (size === 0) return;
    for (const [at, list] of this.#columns.entries()) {
      readNumbers(row.bytes(COLUMNS[at] ?? ''), list, { size, database });
    }
    readWords(row.bytes('low'), this.words, { size, database });
    this.#fillBits(row, database);
    this.#settle();
  }

  /** The page in few bytes, for `unpack`. */
  pack(): Buffer {
    const { size, words, bits, from, until } = this;
    const writer = new ColumnWriter(size);
    const lengths = from.map((since, row) => Math.min(until[row] ?? 0, FOR_GOOD) - since);
    for (const list of this.#columns) writer.add(list === until ? lengths : list);
    return writer.addWords(words).add(bits).bytes();
  }

  /** Reads a page that was packed. @throws ProblemError when it cannot be one. */
  unpack(bytes: Buffer, database: Database): void {
    const reader = new ColumnReader(bytes, { sizeMax: PAGE_OF_LISTS, database });
    for (const list of this.#columns) reader.read(list);
    reader.readWords(this.words).readInts(this.bits).end();
    this.size = reader.size;
    this.#settle();
  }

  /** Keeps the rows in scope; `host` by its number. */
  narrow({ from, until }: Period, host: number | undefined): void {
    let kept = 0;
    for (let row = 0; row < this.size; row++) {
      const since = this.from[row] ?? 0;
      if (since < from || since >= until || (host !== undefined && this.host[row] !== host)) continue;
      if (row > kept) this.#move(row, kept);
      kept++;
    }
    if (kept === this.size) return;
    this.size = kept;
    this.unusual = this.#unusualRows();
  }

  #move(row: number, to: number): void {
    for (const list of this.#columns) list[to] = list[row] ?? 0;
    this.words.copyWithin(to * 4, row * 4, row * 4 + 4);
    this.bits[to] = this.bits[row] ?? 0;
  }

  /** Of ends, what was read is the length. */
  #settle(): void {
    const { size, from, until } = this;
    for (let row = 0; row < size; row++) {
      const end = (from[row] ?? 0) + (until[row] ?? 0);
      until[row] = end === FOR_GOOD ? Number.POSITIVE_INFINITY : end;
    }
    this.unusual = this.#unusualRows();
  }

  /** Most bans are of single addresses: of the others alone it is read how far they reach. */
  #fillBits(row: Row, database: Database): void {
    this.bits.fill(128, 0, this.size);
    if (!row.has('wide')) return;
    const keys = row.bytes('wide_high');
    const size = keys.length / KEY_BYTES;
    const [ids, highs] = [new Float64Array(size), new Int32Array(size * 4)];
    readNumbers(row.bytes('wide'), ids, { size, database });
    readWords(keys, highs, { size, database });
    for (let at = 0, wide = 0; at < this.size && wide < size; at++) {
      if (this.id[at] === ids[wide]) this.bits[at] = commonBits(this.words, at * 4, highs, wide++ * 4);
    }
  }

  #unusualRows(): number[] {
    const rows: number[] = [];
    if (this.#rules.size === 0) return rows;
    for (let at = 0; at < this.size; at++) if (this.#rules.has(this.#reason[at] ?? 0)) rows.push(at);
    return rows;
  }
}

/** How many bits the first and the last address of a network have in common. */
function commonBits(lows: Int32Array, low: number, highs: Int32Array, high: number): number {
  for (let word = 0; word < 4; word++) {
    const difference = (lows[low + word] ?? 0) ^ (highs[high + word] ?? 0);
    if (difference !== 0) return word * 32 + Math.clz32(difference);
  }
  return 128;
}

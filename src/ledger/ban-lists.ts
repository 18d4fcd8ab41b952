/** Bans for a report, column by column: what takes a second a million row by row takes a third of it here. */
import { fromWords, isIPv4, networkOf } from '../base/address.ts';
import type { Origin, Reason } from '../model.ts';
import { KEY_BYTES } from './address-key.ts';
import { FOR_GOOD } from './ban-book.ts';
import type { Decision, Rules } from './ban-row.ts';
import { keysOf, numbersOf, readNumbers, readWords } from './columns.ts';
import type { Database } from './database.ts';
import { PAGE_OF_LISTS, Room } from './room.ts';
import type { Row } from './row.ts';
import type { Vocabulary } from './vocabulary.ts';

const USUAL: Decision = { rule: 'threshold', importedFrom: undefined };

/** Of bans that have been made, side by side, a list for each column; filled again with the next page. */
export class BanLists {
  size = 0;
  /** As tallies have one. */
  readonly series = 0;
  readonly words: Int32Array;
  readonly bits: Int32Array;
  readonly id: Float64Array;
  readonly host: Float64Array;
  readonly service: Float64Array;
  readonly kind: Float64Array;
  readonly from: Float64Array;
  readonly until: Float64Array;
  readonly prior: Float64Array;
  readonly origin: Float64Array;
  readonly #reason: Float64Array;
  readonly #vocabulary: Vocabulary;
  readonly #rules: Rules;
  /** The rows that were banned by a rule which is not the usual one. */
  unusual: readonly number[] = [];

  constructor(vocabulary: Vocabulary, rules: Rules, room = new Room()) {
    this.#vocabulary = vocabulary;
    this.#rules = rules;
    this.id = room.floats();
    this.host = room.floats();
    this.service = room.floats();
    this.kind = room.floats();
    this.from = room.floats();
    this.until = room.floats();
    this.prior = room.floats();
    this.origin = room.floats();
    this.#reason = room.floats();
    this.words = room.ints(4);
    this.bits = room.ints(1);
  }

  /** The statement that gives a page of the bans that meet a condition, in the order in which they were made. */
  static select(condition: string): string {
    const columns = ['id', 'host', 'service', 'kind', 'since', 'length', 'prior', 'origin', 'reason'];
    return `SELECT count(*) AS size, ${columns.map((column) => numbersOf(column)).join(', ')},
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
    const { id, host, service, kind, from: since, until, prior, origin } = this;
    const lists = { id, host, service, kind, since, length: until, prior, origin, reason: this.#reason };
    for (const [column, list] of Object.entries(lists)) readNumbers(row.bytes(column), list, { size, database });
    for (let at = 0; at < size; at++) {
      const end = (since[at] ?? 0) + (until[at] ?? 0);
      until[at] = end === FOR_GOOD ? Number.POSITIVE_INFINITY : end;
    }
    readWords(row.bytes('low'), this.words, { size, database });
    this.#fillBits(row, database);
    this.unusual = this.#unusualRows();
  }

  /** Takes a page that was filled in the same room by another thread. */
  receive(size: number): this {
    this.size = size;
    this.unusual = this.#unusualRows();
    return this;
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

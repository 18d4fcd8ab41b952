/** What others said of banned addresses: added, never changed, one answer to a question for a ban. */
import type { Network } from '../base/address.ts';
import type { Answer, Finding } from '../model.ts';
import { addressOf, keyOf, rangeOf } from './address-key.ts';
import type { Database, Query } from './database.ts';
import type { Row } from './row.ts';
import type { Vocabulary } from './vocabulary.ts';

export class Findings {
  readonly #database: Database;
  readonly #vocabulary: Vocabulary;
  readonly #add: Query;
  readonly #ofBan: Query;
  readonly #newest: Query;

  constructor(database: Database, vocabulary: Vocabulary) {
    this.#database = database;
    this.#vocabulary = vocabulary;
    this.#add = database.query(
      `INSERT INTO finding (ban, about, address, at, source, answer) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (ban, about) DO NOTHING`,
    );
    this.#ofBan = database.query('SELECT address, at, source, answer FROM finding WHERE ban = ?');
    this.#newest = database.query(
      `SELECT address, at, source, answer FROM finding
       WHERE about = ? AND address >= ? AND address <= ? AND at >= ? ORDER BY at DESC LIMIT 1`,
    );
  }

  /** Where the ban has an answer to the question already, that one stays. */
  add(banId: number, { address, at, source, answer }: Finding): void {
    const { names, answers } = this.#vocabulary;
    const about = names.id(answer.about);
    this.#add.run(banId, about, keyOf(address), Math.round(at), names.id(source), answers.id(answer));
  }

  /** In the order of the questions' names, whichever was answered first. */
  ofBan(banId: number): Finding[] {
    const found = this.#ofBan.rows(banId).map((row) => this.#findingFrom(row));
    return found.sort((a, b) => (a.answer.about < b.answer.about ? -1 : 1));
  }

  /** The last answer about an address of the network, not older than `since`. */
  newest(about: Answer['about'], network: Network, since: number): Finding | undefined {
    const id = this.#vocabulary.names.find(about);
    if (id === undefined) return undefined;
    const { low, high } = rangeOf(network);
    const row = this.#newest.row(id, low, high, Math.round(since));
    return row && this.#findingFrom(row);
  }

  #findingFrom(row: Row): Finding {
    const { names, answers } = this.#vocabulary;
    const address = addressOf(row.bytes('address'));
    if (!address) throw this.#database.damaged('a finding has no address');
    return {
      address,
      at: row.number('at'),
      source: names.get(row.number('source')),
      answer: answers.get(row.number('answer')),
    };
  }
}

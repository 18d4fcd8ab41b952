/**
 * Pages of bans and tallies that another thread reads (reader.ts) while this one folds them. Where that is of no use, or
 * fails on the way, they are read here: the pages are the same, so that one may go on in the middle.
 */
import { existsSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Scope } from '../model.ts';
import type { BanLists } from './ban-lists.ts';
import { type Database, openDatabase } from './database.ts';
import { accessTo } from './opening.ts';
import type { ReaderData } from './reader.ts';
import { Ring, type RingPage } from './ring.ts';
import type { Room } from './room.ts';
import type { TallyLists } from './tally-lists.ts';

/** In bytes, some 100,000 bans. A smaller ledger is read before the thread has started. */
const LARGE = 40 * 1024 * 1024;

const READER = new URL('./reader.js', import.meta.url);

export interface Ahead {
  readonly path: string;
  readonly scope: Scope;
  /** The thread's program; beside this one where it was built. */
  readonly reader?: URL;
  /** From which size of the file on, in bytes. */
  readonly from?: number;
}

/** Whether a thread would help. */
export function isWorthwhile({ path, reader = READER, from = leastSize() }: Ahead): boolean {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? -1;
  return size >= from && existsSync(fileURLToPath(reader));
}

/** One processor does not do two things at once. */
function leastSize(): number {
  return availableParallelism() > 1 ? LARGE : Number.POSITIVE_INFINITY;
}

interface Source<Lists> {
  /** Undefined for a page that was never put. */
  readonly receive: (page: RingPage) => Lists | undefined;
  /** The same pages, read by this thread. */
  readonly own: () => Iterable<Lists>;
}

export class ReadAhead {
  readonly #scope: Scope;
  readonly #ring = new Ring();
  /** Open for nothing but to see whether somebody commits: then the two threads see different states. */
  readonly #watch: Database;
  readonly #version: number;
  /** What the thread's next page is one of. */
  #next: 'bans' | 'tallies' | 'nothing' = 'bans';
  #isSame: boolean | undefined;

  /** Before this thread's own transaction has read anything. */
  constructor({ path, scope, reader = READER }: Ahead) {
    this.#scope = scope;
    this.#watch = openDatabase(path, accessTo(path, 'read'));
    this.#version = this.#watch.version();
    const workerData: ReaderData = { path, scope, memory: this.#ring.memory };
    const worker = new Worker(reader, { workerData });
    // It was told to the ring, or nobody waits any more.
    worker.on('error', () => this.#ring.enter('failed'));
    worker.unref();
  }

  rooms<Lists>(make: (room: Room) => Lists): Lists[] {
    return this.#ring.rooms(make);
  }

  bans(scope: Scope, source: Source<BanLists>): Iterable<BanLists> {
    return this.#isNext('bans', scope) ? this.#pages(source, 'tallies') : source.own();
  }

  tallies(scope: Scope, source: Source<TallyLists>): Iterable<TallyLists> {
    return this.#isNext('tallies', scope) ? this.#pages(source, 'bans') : source.own();
  }

  close(): void {
    this.#next = 'nothing';
    this.#ring.enter('stopped');
    this.#watch.close();
  }

  #isNext(what: 'bans' | 'tallies', { host, period }: Scope): boolean {
    const { host: itsHost, period: its } = this.#scope;
    return this.#next === what && host === itsHost && period.from === its.from && period.until === its.until;
  }

  *#pages<Lists>({ receive, own }: Source<Lists>, next: 'bans' | 'tallies'): Generator<Lists> {
    // Whoever stops in the middle gets no more of this.
    this.#next = 'nothing';
    let given = 0;
    for (let page = this.#page(); page !== undefined; page = this.#page()) {
      const lists = page.size === 0 ? undefined : receive(page);
      if (lists !== undefined) yield lists;
      this.#ring.release();
      if (page.size === 0) {
        this.#next = next;
        return;
      }
      given++;
    }
    let number = 0;
    for (const lists of own()) if (number++ >= given) yield lists;
  }

  #page(): RingPage | undefined {
    this.#isSame ??= this.#ring.isReading() && this.#watch.version() === this.#version;
    return this.#isSame ? this.#ring.page() : undefined;
  }
}

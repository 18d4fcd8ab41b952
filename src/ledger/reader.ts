/** The thread that reads a ledger ahead of a report: the pages of bans and tallies of a scope, again and again. */
import { workerData } from 'node:worker_threads';
import { systemClock } from '../base/clock.ts';
import { UTC } from '../base/zone.ts';
import type { Scope } from '../model.ts';
import { BanLists } from './ban-lists.ts';
import { openPlace } from './opening.ts';
import { Ring } from './ring.ts';
import { ScopedBans } from './scoped-bans.ts';
import { SeriesTable } from './series.ts';
import { TallyLists } from './tally-lists.ts';
import { TallyRecords } from './tally-records.ts';
import { openVocabulary } from './vocabulary.ts';

/** What the thread is given. */
export interface ReaderData {
  readonly path: string;
  readonly scope: Scope;
  readonly memory: SharedArrayBuffer;
}

const { path, scope, memory }: ReaderData = workerData;
const ring = new Ring(memory);
try {
  read();
} catch {
  // Whoever takes the pages reads the rest in their own thread, and meets there what went wrong.
  ring.enter('failed');
}

function read(): void {
  const { database, zone } = openPlace({ path, mode: 'read', clock: systemClock, zone: UTC });
  try {
    database.exec('BEGIN');
    database.version();
    ring.enter('reading');
    const vocabulary = openVocabulary(database);
    const bans = new ScopedBans(database, vocabulary);
    const tallies = new TallyRecords({ database, series: new SeriesTable(database, vocabulary), zone });
    const banLists = ring.rooms((room) => new BanLists(vocabulary, new Map(), room));
    const tallyLists = ring.rooms((room) => new TallyLists(room));
    for (;;) {
      if (!pass(bans.pages(scope, () => banLists[ring.free() ?? -1]))) return;
      if (!pass(tallies.tallyPages(scope, () => tallyLists[ring.free() ?? -1]))) return;
    }
  } finally {
    database.close();
  }
}

/** Puts all pages and an empty one behind them; whether somebody still wants them. */
function pass(pages: Iterable<{ readonly size: number; readonly series: number }>): boolean {
  for (const lists of pages) ring.put(lists);
  if (ring.free() === undefined) return false;
  ring.put({ size: 0, series: 0 });
  return true;
}

/** Pages that another thread reads ahead are the pages that this one would read, whatever becomes of the thread. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { types } from 'node:util';
import { build } from 'esbuild';
import { beforeEach, expect, test } from 'vitest';
import { zoneOf } from '../base/zone.ts';
import type { BanLists } from './ban-lists.ts';
import { openPlace } from './opening.ts';
import { PageReader } from './page-reader.ts';
import { ScopedBans } from './scoped-bans.ts';
import { SeriesTable } from './series.ts';
import type { TallyLists } from './tally-lists.ts';
import { TallyRecords } from './tally-records.ts';
import { address, attempt, ban, EVERYTHING, NOON, network, open, origin, record, scratch } from './testing/sample.ts';
import { openVocabulary } from './vocabulary.ts';

/** More than all rooms hold. */
const MANY = 40_000;

const FAILS_AT_ONCE = `
  import { workerData } from 'node:worker_threads';
  import { Ring } from './ring.ts';
  new Ring(workerData.memory).enter('failed');`;

/** After a page. */
const FAILS_LATER = `
  import { Ring } from './ring.ts';
  const put = Ring.prototype.put;
  Ring.prototype.put = function (page) {
    if (this.second) throw new Error('the disk is gone');
    this.second = true;
    put.call(this, page);
  };
  await import('./reader.ts');`;

let folder = '';

beforeEach(() => {
  folder = scratch();
});

async function program(contents = "import './reader.ts';"): Promise<URL> {
  const outfile = join(folder, 'reader.mjs');
  const stdin = { contents, resolveDir: import.meta.dirname };
  // Where it looks for packages, which are not beside it.
  const define = { 'import.meta.url': JSON.stringify(import.meta.url) };
  await build({ stdin, outfile, define, bundle: true, platform: 'node', format: 'esm' });
  return pathToFileURL(outfile);
}

/** A ledger of many bans and tallies, and whoever reads it in a transaction. */
async function prepared(contents?: string) {
  const path = join(folder, 'ledger.db');
  const ledger = await open({ path });
  const add = (first: number, end: number): void =>
    record(ledger, () => {
      for (let i = first; i < end; i++) {
        const base = address(`198.18.${i >> 8}.${i & 255}`);
        const subject = i % 7 === 0 ? network(`198.18.${i >> 8}.0/24`) : { base, bits: 128, text: base.text };
        ledger.ban({ ...ban(), subject, from: NOON + i, until: NOON + 2 * i }, origin({ asn: i % 11 }));
        ledger.tally(attempt({ time: NOON + i * 1000, address: base }), 1 + (i % 7));
      }
    });
  add(0, MANY);
  const { database, zone } = openPlace({ path, mode: 'read', clock: () => NOON, zone: zoneOf('UTC') ?? ledger.zone });
  const vocabulary = openVocabulary(database);
  const series = new SeriesTable(database, vocabulary);
  const [bans, tallies] = [new ScopedBans(database, vocabulary), new TallyRecords({ database, series, zone })];
  const pages = new PageReader({ bans, tallies, series });
  const expected = told(pages);
  expect(expected.join().length).toBeGreaterThan(MANY * 20);
  pages.prepare({ path, scope: EVERYTHING, reader: await program(contents), from: 0 });
  database.exec('BEGIN');
  database.version();
  return { pages, expected, add };
}

/** Whether the pages come from the thread. */
function isAhead(pages: PageReader): boolean {
  for (const page of pages.bans(EVERYTHING)) return types.isSharedArrayBuffer(page.words.buffer);
  return false;
}

function told(pages: PageReader): string[] {
  const texts: string[] = [];
  for (const page of pages.bans(EVERYTHING)) texts.push(banText(page));
  for (const page of pages.tallies(EVERYTHING)) texts.push(tallyText(page));
  return texts;
}

function banText(page: BanLists): string {
  const lists = [page.id, page.from, page.until, page.origin, page.words, page.bits];
  return lists.map((list) => list.slice(0, page.size * (list === page.words ? 4 : 1)).join()).join(';');
}

function tallyText(page: TallyLists): string {
  const lists = [page.count, page.first, page.last, page.words];
  const columns = lists.map((list) => list.slice(0, page.size * (list === page.words ? 4 : 1)).join());
  return [page.day, page.service, page.kind, ...columns].join(';');
}

test.each([
  ['reads on', undefined],
  ['fails at once', FAILS_AT_ONCE],
  ['fails later', FAILS_LATER],
])('pages are the same when the thread %s', async (_, contents) => {
  const { pages, expected } = await prepared(contents);
  expect(told(pages)).toEqual(expected);
  expect(told(pages)).toEqual(expected);
  pages.close();
  expect(told(pages)).toEqual(expected);
});

test('what others commit before the thread has begun is not seen', async () => {
  const { pages, expected, add } = await prepared();
  add(MANY, MANY + 10);
  expect(told(pages)).toEqual(expected);
  expect(isAhead(pages)).toBe(false);
  pages.close();
});

test('whoever stops in the middle may begin again', async () => {
  const { pages, expected } = await prepared();
  expect(isAhead(pages)).toBe(true);
  expect(isAhead(pages)).toBe(false);
  expect(told(pages)).toEqual(expected);
  pages.close();
});

/** Bans and tallies column by column are the same as row by row. */
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Scope } from '../model.ts';
import { openDatabase } from './database.ts';
import type { Ledger } from './ledger.ts';
import { copyOf } from './migration.ts';
import {
  address,
  attempt,
  ban,
  EVERYTHING,
  makeFifth,
  NOON,
  network,
  open,
  origin,
  problemOf,
  record,
  scratch,
} from './testing/sample.ts';

const SUBJECTS = ['192.0.2.1', '255.255.255.255', '192.0.2.0/24', '128.0.0.0/1', '2001:db8::/64', 'fe80::1', '::/0'];
/** More than two pages. */
const MANY = 4100;
const DAY = 86_400_000;

function writeBan(ledger: Ledger, i: number): void {
  const subject = SUBJECTS[i % SUBJECTS.length] ?? '';
  const until = i % 5 === 0 ? Number.POSITIVE_INFINITY : NOON + i;
  const host = i % 3 === 0 ? 'mail' : 'web1';
  ledger.ban(ban(subject, { host, until, from: NOON - i, prior: i % 4 }), origin({ asn: i % 11 }));
}

function bansOfPages(ledger: Ledger, scope: Scope): unknown[] {
  const seen: unknown[] = [];
  for (const page of ledger.banPages(scope)) {
    for (let row = 0; row < page.size; row++) {
      const [asn, rule] = [page.originOf(page.origin[row] ?? 0).asn, page.decisionOf(row).rule];
      const names = [page.host, page.service, page.kind].map((list) => page.nameOf(list[row] ?? 0));
      expect(page.bits[row]).toBe(network(page.textOf(row)).bits);
      expect(page.unusual.includes(row)).toBe(rule !== 'threshold');
      const [from, until, prior] = [page.from, page.until, page.prior].map((list) => list[row]);
      seen.push([page.id[row], page.textOf(row), ...names, from, until, prior, asn, rule]);
    }
  }
  return seen;
}

function bansOfRows(ledger: Ledger, scope: Scope): unknown[] {
  return [...ledger.bans(scope)].map(
    ({ id, subject, host, service, kind, from, until, prior, origin: { asn }, rule }) => {
      return [id, subject, host, service, kind, from, until, prior, asn, rule];
    },
  );
}

function talliesOfPages(ledger: Ledger): unknown[] {
  const seen: unknown[] = [];
  for (const page of ledger.tallyPages(EVERYTHING)) {
    for (let row = 0; row < page.size; row++) {
      const { day, service, kind } = page;
      seen.push([day, service, kind, page.textOf(row), page.count[row], page.first[row], page.last[row]]);
    }
  }
  return seen;
}

function talliesOfRows(ledger: Ledger): unknown[] {
  return [...ledger.tallies(EVERYTHING)].map(({ day, service, kind, address: from, count, first, last }) => {
    return [day, service, kind, from, count, first, last];
  });
}

/** How many rows a table of a closed ledger has. */
function rowsOf(path: string, table: string): number {
  const database = openDatabase(path, 'read');
  const count = database.query(`SELECT count(*) AS n FROM ${table}`).row()?.number('n') ?? -1;
  database.close();
  return count;
}

test('Ledger.banPages are Ledger.bans', async () => {
  const ledger = await open();
  record(ledger, () => {
    for (let i = 0; i < MANY; i++) writeBan(ledger, i);
  });
  for (const host of [undefined, 'mail', 'nobody']) {
    for (const from of [0, NOON - 4000, NOON - 3000, NOON - 1000]) {
      const scope = { period: { from, until: NOON, name: '' }, host };
      const seen = bansOfPages(ledger, scope);
      expect(seen).toEqual(bansOfRows(ledger, scope));
      expect(seen.length > 0).toBe(host !== 'nobody');
    }
  }
});

test('Ledger.tallyPages and Ledger.attemptsIn are Ledger.tallies', async () => {
  const ledger = await open();
  expect(ledger.attemptsIn(EVERYTHING)).toEqual({ count: 0, first: Number.POSITIVE_INFINITY });
  record(ledger, () => {
    for (let i = 0; i < MANY; i++) {
      const from = i % 2 === 0 ? `198.18.${i >> 8}.${i & 255}` : `2001:db8::${i.toString(16)}`;
      ledger.tally(attempt({ time: NOON - (i % 2) * 86_400_000 + i, address: address(from) }), 1 + (i % 7));
    }
  });
  expect(talliesOfPages(ledger)).toEqual(talliesOfRows(ledger));
  const tallies = [...ledger.tallies(EVERYTHING)];
  expect(ledger.attemptsIn(EVERYTHING)).toEqual({
    count: tallies.reduce((sum, { count }) => sum + count, 0),
    first: Math.min(...tallies.map(({ first }) => first)),
  });
});

test('pages are made of full ones only, and of tallies when their day is over or the ledger is closed', async () => {
  const path = join(scratch(), 'ledger.db');
  const ledger = await open({ path });
  record(ledger, () => {
    for (let i = 0; i < MANY; i++) writeBan(ledger, i);
    ledger.tally(attempt({ time: NOON }), 1);
  });
  expect([rowsOf(path, 'ban_page'), rowsOf(path, 'tally_page'), rowsOf(path, 'unpacked')]).toEqual([2, 0, 1]);
  record(ledger, () => ledger.tally(attempt({ time: NOON + DAY }), 1));
  expect([rowsOf(path, 'tally_page'), rowsOf(path, 'unpacked')]).toEqual([1, 1]);
  // A line that came late.
  record(ledger, () => ledger.tally(attempt({ time: NOON + 1, address: address('192.0.2.1') }), 3));
  expect([rowsOf(path, 'tally_page'), rowsOf(path, 'unpacked')]).toEqual([0, 2]);
  expect(talliesOfPages(ledger)).toEqual(talliesOfRows(ledger));
  ledger.close();
  expect([rowsOf(path, 'tally_page'), rowsOf(path, 'unpacked')]).toEqual([2, 0]);
  const again = await open({ path, mode: 'read' });
  expect(talliesOfPages(again)).toEqual(talliesOfRows(again));
  expect(talliesOfPages(again)).toHaveLength(3);
});

test('a ledger that is closed while another writes keeps its tallies, without pages', async () => {
  const path = join(scratch(), 'ledger.db');
  const [ledger, other] = [await open({ path, patienceMs: 10 }), await open({ path })];
  record(ledger, () => ledger.tally(attempt(), 1));
  other.begin();
  ledger.close();
  other.rollback();
  expect([rowsOf(path, 'tally'), rowsOf(path, 'unpacked')]).toEqual([1, 1]);
  expect(talliesOfPages(other)).toEqual(talliesOfRows(other));
});

test('a ledger of version 5 is brought up to date, beside a copy, and packed', async () => {
  const path = join(scratch(), 'fifth.db');
  const made = await open({ path });
  record(made, () => {
    for (let i = 0; i < MANY; i++) {
      writeBan(made, i);
      made.tally(attempt({ time: NOON + i * 60_000, address: address(`198.18.${i >> 8}.${i & 255}`) }), 1);
    }
  });
  const [bans, tallies] = [bansOfRows(made, EVERYTHING), talliesOfRows(made)];
  made.close();
  makeFifth(path);
  const ledger = await open({ path });
  // Four days, of which the last two are left.
  expect([rowsOf(path, 'ban_page'), rowsOf(path, 'tally_page'), rowsOf(path, 'unpacked')]).toEqual([2, 2, 2]);
  expect(bansOfPages(ledger, EVERYTHING)).toEqual(bans);
  expect(talliesOfPages(ledger)).toEqual(tallies);
  const copy = openDatabase(copyOf(path, 5), 'read');
  expect(copy.query('SELECT user_version AS version FROM pragma_user_version').row()?.number('version')).toBe(5);
  copy.close();
});

test('the copy is for those who may read the ledger, and is whole or is not there', async () => {
  const folder = scratch();
  const path = join(folder, 'fifth.db');
  const made = await open({ path });
  record(made, () => {
    for (let i = 0; i < 500; i++) writeBan(made, i);
  });
  made.close();
  makeFifth(path);
  const pages = readFileSync(path);
  chmodSync(path, 0o600);
  writeFileSync(path, Buffer.from(pages).fill(0xff, 4096 * 30, 4096 * 60));
  await problemOf(() => open({ path }));
  expect(readdirSync(folder).filter((name) => name.includes('version-5'))).toEqual([]);
  writeFileSync(path, pages);
  (await open({ path, mode: 'read' })).close();
  expect(statSync(copyOf(path, 5)).mode & 0o777).toBe(0o600);
});

test('what a daemon of version 5 adds after that, until it is restarted, is in the pages', async () => {
  const path = join(scratch(), 'fifth.db');
  const made = await open({ path });
  record(made, () => {
    for (let day = 0; day < 4; day++) made.tally(attempt({ time: NOON + day * DAY }), 1);
  });
  made.close();
  makeFifth(path);
  (await open({ path, mode: 'read' })).close();

  const daemon = openDatabase(path, 'write');
  daemon.exec(`UPDATE tally SET count = count + 7 WHERE series = (SELECT id FROM series ORDER BY day DESC LIMIT 1);
    INSERT INTO series (day, host, service, kind) SELECT max(day) + 1, host, service, kind FROM series;
    INSERT INTO tally SELECT (SELECT max(id) FROM series), address, 9, first, last FROM tally LIMIT 1`);
  daemon.close();
  for (const mode of ['read', 'write'] as const) {
    const ledger = await open({ path, mode });
    expect(talliesOfPages(ledger)).toEqual(talliesOfRows(ledger));
    expect(ledger.attemptsIn(EVERYTHING).count).toBe(4 + 7 + 9);
    if (mode === 'write') record(ledger, () => ledger.tally(attempt({ time: NOON + 4 * DAY }), 1));
    expect(talliesOfPages(ledger)).toEqual(talliesOfRows(ledger));
    ledger.close();
  }
});

test('a page that cannot be read is damage, and is told so', async () => {
  const path = join(scratch(), 'ledger.db');
  const made = await open({ path });
  record(made, () => made.tally(attempt(), 1));
  made.close();
  const database = openDatabase(path, 'write');
  database.exec('UPDATE tally_page SET content = substr(content, 1, 20)');
  database.close();
  const ledger = await open({ path, mode: 'read' });
  expect(() => talliesOfPages(ledger)).toThrow('the ledger is damaged: a page of columns cannot be read');
});

const deed = fc.record({
  bans: fc.constantFrom(0, 1, 1999, 2001),
  tallies: fc.array(fc.record({ day: fc.nat({ max: 3 }), from: fc.nat({ max: 20 }) }), { maxLength: 6 }),
  end: fc.constantFrom('commit', 'rollback', 'reopen'),
});

test('pages are rows, whatever was written in which order, undone, and written again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 6 }), async (deeds) => {
      const path = join(scratch(), 'ledger.db');
      let ledger = await open({ path });
      let made = 0;
      for (const { bans, tallies, end } of deeds) {
        ledger.begin();
        for (let i = 0; i < bans; i++) writeBan(ledger, made++);
        for (const { day, from } of tallies)
          ledger.tally(attempt({ time: NOON + day * DAY + made, address: address(`192.0.2.${from}`) }), 1);
        // Within the transaction, too.
        expect(bansOfPages(ledger, EVERYTHING)).toEqual(bansOfRows(ledger, EVERYTHING));
        expect(talliesOfPages(ledger)).toEqual(talliesOfRows(ledger));
        if (end === 'rollback') ledger.rollback();
        else ledger.commit();
        if (end === 'reopen') {
          ledger.close();
          ledger = await open({ path });
        }
        expect(bansOfPages(ledger, EVERYTHING)).toEqual(bansOfRows(ledger, EVERYTHING));
        expect(talliesOfPages(ledger)).toEqual(talliesOfRows(ledger));
      }
    }),
    { numRuns: 10 },
  );
});

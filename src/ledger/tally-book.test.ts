import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareAddresses, fromWords } from '../base/address.ts';
import { dayName, dayOf, zoneOf } from '../base/zone.ts';
import type { Attempt, Scope, Tally } from '../model.ts';
import { NAME_BYTES, NAMES_A_DAY } from './ledger.ts';
import { address, attempt, EVERYTHING, NOON, network, open, pattern, record } from './testing/sample.ts';

const DAY = 86_400_000;
const PATTERNS = [
  pattern(),
  // Another pattern of the same service and kind adds to the same tally.
  pattern({ number: 2 }),
  pattern({ kind: 'ssh.close' }),
  pattern({ service: 'mail', kind: 'mail.auth' }),
];
const anyAttempt: fc.Arbitrary<Attempt> = fc
  .record({
    time: fc.integer({ min: NOON - 3 * DAY, max: NOON + 3 * DAY }),
    address: fc.constantFrom('192.0.2.1', '192.0.2.2', '198.51.100.1', '2001:db8::1').map(address),
    pattern: fc.constantFrom(...PATTERNS),
    user: fc.option(fc.constantFrom('root', 'admin', '__proto__', '', 'r\xf6\xf6t\0'), { nil: undefined }),
    host: fc.constantFrom('web1', 'web2'),
  })
  .map(attempt);
/** Attempts with how many each stands for, in transactions. */
const anyRun = fc.array(fc.array(fc.tuple(anyAttempt, fc.integer({ min: 1, max: 9 })), { maxLength: 20 }), {
  maxLength: 5,
});

/** The tallies by the simplest means. */
function expected(given: readonly (readonly [Attempt, number])[], zone: string): Tally[] {
  const found = new Map<string, Tally>();
  for (const [
    {
      time,
      file,
      pattern: { service, kind },
      address: from,
    },
    count,
  ] of given) {
    const day = dayOf(zoneOf(zone) ?? fail(), time);
    const key = JSON.stringify([day, file.host, service, kind, from.text]);
    const { count: before, first, last } = found.get(key) ?? { count: 0, first: time, last: time };
    found.set(key, {
      day,
      host: file.host,
      address: from.text,
      service,
      kind,
      count: before + count,
      first: Math.min(first, time),
      last: Math.max(last, time),
    });
  }
  return [...found.values()];
}

function fail(): never {
  throw new Error('there is no such zone');
}

function sorted<T>(items: Iterable<T>): T[] {
  return [...items].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

test('Ledger.tally adds up by day, host, address, service and kind, over transactions', async () => {
  await fc.assert(
    fc.asyncProperty(anyRun, fc.constantFrom('UTC', 'Asia/Kathmandu', 'America/New_York'), async (run, zone) => {
      const ledger = await open({ zone });
      for (const each of run) record(ledger, () => each.map(([one, count]) => ledger.tally(one, count)));
      const all = expected(run.flat(), zone);
      expect(sorted(ledger.tallies(EVERYTHING))).toEqual(sorted(all));
      for (const text of ['192.0.2.0/24', '2001:db8::1', '203.0.113.0/24']) {
        const within = all.filter(({ address: from }) => from.startsWith(text.slice(0, 6)));
        expect(sorted(ledger.talliesOf(network(text)))).toEqual(sorted(within));
      }
    }),
    { numRuns: 60 },
  );
});

test('Ledger.users adds up to the attempts that named a user', async () => {
  await fc.assert(
    fc.asyncProperty(anyRun, async (run) => {
      const ledger = await open();
      for (const each of run) record(ledger, () => each.map(([one, count]) => ledger.tally(one, count)));
      const named = run.flat().filter(([{ user }]) => user !== undefined);
      for (const user of new Set(named.map(([one]) => one.user ?? ''))) {
        const sum = named.reduce((total, [one, count]) => total + (one.user === user ? count : 0), 0);
        const found = [...ledger.users(EVERYTHING)].filter((tally) => tally.user === user);
        expect(found.reduce((total, { count }) => total + count, 0)).toBe(sum);
        expect(sorted(ledger.usersNamed(user))).toEqual(sorted(found));
      }
      expect([...ledger.users(EVERYTHING)].reduce((total, { count }) => total + count, 0)).toBe(
        named.reduce((total, [, count]) => total + count, 0),
      );
    }),
    { numRuns: 40 },
  );
});

test('Ledger.tallies begins days in the zone of the ledger and tells whole days', async () => {
  const ledger = await open({ zone: 'Europe/Zurich' });
  const midnight = Date.UTC(2024, 9, 3, 22);
  const times = [midnight - 1, midnight, midnight + DAY - 1, midnight + DAY];
  record(ledger, () => times.map((time) => ledger.tally(attempt({ time }), 1)));
  const counts = (from: number, until: number): [string, number][] => {
    const scope: Scope = { period: { from, until, name: '' }, host: undefined };
    return [...ledger.tallies(scope)].map(({ day, count }) => [dayName(day), count]);
  };
  const [third, fourth, fifth] = [
    ['2024-10-03', 1],
    ['2024-10-04', 2],
    ['2024-10-05', 1],
  ];
  expect(counts(0, Number.POSITIVE_INFINITY)).toEqual([third, fourth, fifth]);
  expect(counts(midnight, midnight + DAY)).toEqual([fourth]);
  expect(counts(midnight - 1, midnight + 1)).toEqual([third, fourth]);
});

test('Ledger.tally holds more addresses than the memory that it takes', async () => {
  const ledger = await open();
  const ADDRESSES = 270_000;
  record(ledger, () => {
    for (let i = 0; i < ADDRESSES; i++) ledger.tally(attempt({ address: fromWords(0, 0, 0xffff, i * 7919) }), 1);
    for (let i = 0; i < ADDRESSES; i += 1000) ledger.tally(attempt({ address: fromWords(0, 0, 0xffff, i * 7919) }), 1);
  });
  const found = [...ledger.tallies(EVERYTHING)].map((tally) => ({ ...tally, address: address(tally.address) }));
  const inOrder = found.every(
    (tally, i) => compareAddresses(found[i - 1]?.address ?? tally.address, tally.address) <= 0,
  );
  const total = found.reduce((sum, { count }) => sum + count, 0);
  expect([found.length, total, inOrder]).toEqual([ADDRESSES, ADDRESSES + 270, true]);
});

test('Ledger.users keeps the first names of a day and host and counts the rest, whenever it is written', async () => {
  const SPARE = 25;
  // Two services share the room; every third name comes again; names after the last that fits are the rest.
  const run = Array.from({ length: NAMES_A_DAY + SPARE }, (_, i) =>
    attempt({ user: `user${i}`, pattern: PATTERNS[i % 2 === 0 ? 0 : 3] ?? pattern() }),
  ).flatMap((one, i) => (i % 3 === 0 ? [one, one] : [one]));
  const extra = attempt({ host: 'web2', user: `user${NAMES_A_DAY + 1}` });
  const outcomes = await Promise.all(
    [run.length, 4001].map(async (size) => {
      const ledger = await open();
      for (let at = 0; at < run.length; at += size) {
        record(ledger, () => run.slice(at, at + size).map((one) => ledger.tally(one, 1)));
      }
      record(ledger, () => ledger.tally(extra, 1));
      return sorted(ledger.users(EVERYTHING));
    }),
  );
  const [whole = [], pieces] = outcomes;
  expect(pieces).toEqual(whole);
  expect(whole.filter(({ host, user }) => host === 'web1' && user !== undefined)).toHaveLength(NAMES_A_DAY);
  const rest = whole.filter(({ user }) => user === undefined);
  const restCount = run.filter(({ user }) => Number(user?.slice(4)) >= NAMES_A_DAY).length;
  expect(rest.map(({ service }) => service).sort()).toEqual(['mail', 'ssh']);
  expect(rest.reduce((sum, { count }) => sum + count, 0)).toBe(restCount);
  expect(whole.reduce((sum, { count }) => sum + count, 0)).toBe(run.length + 1);
  expect(whole.filter(({ host }) => host === 'web2')).toMatchObject([{ user: extra.user, count: 1 }]);
});

test('Ledger.users cuts long names, and counts equal beginnings as one', async () => {
  const ledger = await open();
  const long = 'x'.repeat(NAME_BYTES);
  record(ledger, () => ['', 'y', `${'y'}`.repeat(500)].map((tail) => ledger.tally(attempt({ user: long + tail }), 1)));
  expect([...ledger.users(EVERYTHING)]).toMatchObject([{ user: long, count: 3 }]);
});

test('Ledger.users holds more names than the memory that it takes', async () => {
  const ledger = await open();
  const NAMES = 66_000;
  record(ledger, () => {
    for (let i = 0; i < NAMES; i++) ledger.tally(attempt({ host: `web${i % 8}`, user: `user${i}` }), 2);
  });
  const counts = [...ledger.users(EVERYTHING)].map(({ count }) => count);
  expect([counts.length, new Set(counts).size]).toEqual([NAMES, 1]);
});

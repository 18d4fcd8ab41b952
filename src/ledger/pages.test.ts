/** Bans and tallies column by column are the same as row by row. */
import { expect, test } from 'vitest';
import { address, attempt, ban, EVERYTHING, NOON, network, open, origin, record } from './testing/sample.ts';

const SUBJECTS = ['192.0.2.1', '255.255.255.255', '192.0.2.0/24', '128.0.0.0/1', '2001:db8::/64', 'fe80::1', '::/0'];
/** More than two pages. */
const MANY = 4100;

test('Ledger.banPages are Ledger.bans', async () => {
  const ledger = await open();
  record(ledger, () => {
    for (let i = 0; i < MANY; i++) {
      const subject = network(SUBJECTS[i % SUBJECTS.length] ?? '');
      const until = i % 5 === 0 ? Number.POSITIVE_INFINITY : NOON + i;
      const host = i % 3 === 0 ? 'mail' : 'web1';
      ledger.ban({ ...ban(), subject, host, until, from: NOON - i, prior: i % 4 }, origin({ asn: i % 11 }));
    }
  });
  for (const host of [undefined, 'mail', 'nobody']) {
    const scope = { period: { from: NOON - 4000, until: NOON, name: '' }, host };
    const seen: unknown[] = [];
    for (const page of ledger.banPages(scope)) {
      for (let row = 0; row < page.size; row++) {
        const [asn, rule] = [page.originOf(page.origin[row] ?? 0).asn, page.decisionOf(row).rule];
        const names = [page.host, page.service, page.kind].map((list) => page.nameOf(list[row] ?? 0));
        const { bits } = network(page.textOf(row));
        expect(page.bits[row]).toBe(bits);
        seen.push([
          page.id[row],
          page.textOf(row),
          ...names,
          page.from[row],
          page.until[row],
          page.prior[row],
          asn,
          rule,
        ]);
      }
    }
    const rows = [...ledger.bans(scope)].map((each) => {
      const { id, subject, service, kind, from, until, prior, rule } = each;
      return [id, subject, each.host, service, kind, from, until, prior, each.origin.asn, rule];
    });
    expect(seen).toEqual(rows);
    expect(seen.length > 0).toBe(host !== 'nobody');
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
  const seen: unknown[] = [];
  for (const page of ledger.tallyPages(EVERYTHING)) {
    for (let row = 0; row < page.size; row++) {
      const { day, service, kind } = page;
      seen.push([day, service, kind, page.textOf(row), page.count[row], page.first[row], page.last[row]]);
    }
  }
  const tallies = [...ledger.tallies(EVERYTHING)];
  const rows = tallies.map(({ day, service, kind, address: from, count, first, last }) => {
    return [day, service, kind, from, count, first, last];
  });
  expect(seen).toEqual(rows);
  expect(ledger.attemptsIn(EVERYTHING)).toEqual({
    count: tallies.reduce((sum, { count }) => sum + count, 0),
    first: Math.min(...tallies.map(({ first }) => first)),
  });
});

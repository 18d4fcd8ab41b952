import { expect, it } from 'vitest';
import { abuseReport, NOON, network, open, record } from './testing/sample.ts';

it('a report is kept as it was drafted, with what became of it, and found by day and by address', async () => {
  const ledger = await open();
  const [first, second] = record(ledger, () => {
    const one = ledger.abuse.add(
      abuseReport({ addresses: ['203.0.113.7', '2001:db8::7'], content: '{"ä":"\\u0000"}' }),
    );
    const two = ledger.abuse.add(abuseReport({ contact: 'noc@example.org', day: 20_001, organization: undefined }));
    ledger.abuse.step(one, { state: 'approved', at: NOON, note: '' });
    ledger.abuse.step(one, { state: 'sent', at: NOON + 1, note: '' });
    ledger.abuse.step(one, { state: 'answered', at: NOON + 2, note: 'ticket 4711 — done\u0000'.padEnd(300, '!') });
    return [one, two];
  });
  const { abuse } = ledger;
  expect(abuse.report(first)).toMatchObject({
    ...{ id: first, way: 'mail', contact: 'abuse@example.net', organization: 'Example Hosting', addresses: 2 },
    steps: [{ state: 'approved' }, { state: 'sent' }, { state: 'answered', at: NOON + 2 }],
  });
  expect(abuse.report(first)?.steps.at(-1)?.note).toHaveLength(200);
  expect(abuse.report(second)).toMatchObject({ organization: undefined, steps: [] });
  expect(abuse.report(99)).toBeUndefined();
  expect(abuse.contentOf(first)).toBe('{"ä":"\\u0000"}');
  expect(abuse.addressesOf(first)).toEqual(['203.0.113.7', '2001:db8::7'].sort().reverse());
  const ids = (reports: readonly { id: number }[]) => reports.map(({ id }) => id);
  expect(ids(abuse.ofDays(20_000, 20_000))).toEqual([first]);
  expect(ids(abuse.ofDays(20_000, 20_001))).toEqual([first, second]);
  expect(ids(abuse.ofNetwork(network('203.0.113.0/24'), 10))).toEqual([first, second]);
  expect(ids(abuse.ofNetwork(network('203.0.113.0/24'), 1))).toEqual([second]);
  expect(ids(abuse.ofNetwork(network('2001:db8::/64'), 10))).toEqual([first]);
  expect(abuse.ofNetwork(network('192.0.2.0/24'), 10)).toEqual([]);
});

it('what was approved is undelivered until it was sent, also after it was given up', async () => {
  const ledger = await open();
  const ids = record(ledger, () => {
    const drafts = ['a', 'b', 'c', 'd', 'e'].map((name) =>
      ledger.abuse.add(abuseReport({ contact: `${name}@example.net` })),
    );
    const [, approved = 0, sent = 0, failed = 0, dropped = 0] = drafts;
    for (const id of [approved, sent, failed]) ledger.abuse.step(id, { state: 'approved', at: NOON + id, note: '' });
    ledger.abuse.step(sent, { state: 'sent', at: NOON, note: '' });
    ledger.abuse.step(failed, { state: 'failed', at: NOON, note: '' });
    ledger.abuse.step(dropped, { state: 'dropped', at: NOON, note: '' });
    return { approved, failed };
  });
  expect(ledger.abuse.undelivered().map(({ id }) => id)).toEqual([ids.approved, ids.failed]);
  expect(ledger.abuse.lastApproved('203.0.113.7', 'mail')).toBe(NOON + ids.failed);
  expect(ledger.abuse.lastApproved('203.0.113.7', 'elsewhere')).toBeUndefined();
  expect(ledger.abuse.lastApproved('203.0.113.8', 'mail')).toBeUndefined();
});

it('a draft that is rolled back is gone with its addresses', async () => {
  const ledger = await open();
  ledger.begin();
  const id = ledger.abuse.add(abuseReport());
  ledger.rollback();
  expect(ledger.abuse.report(id)).toBeUndefined();
  expect(ledger.abuse.ofNetwork(network('203.0.113.7'), 10)).toEqual([]);
});

import { expect, it } from 'vitest';
import { ban, NOON, network, open, origin, record } from './testing/sample.ts';

it('what was banned before, for what kinds, and which blocks came to nothing, is known by number', async () => {
  const ledger = await open();
  const { alerts } = ledger;
  const [first, second] = record(ledger, () => {
    const ids = [
      ledger.ban(ban('203.0.113.7'), origin()),
      ledger.ban(ban('203.0.113.9', { kind: 'ssh.scan', host: 'mx' }), origin()),
    ];
    ledger.block(ids[0] ?? 0, { state: 'blocked', at: NOON });
    ledger.block(ids[1] ?? 0, { state: 'refused', at: NOON, why: 'the set is full' });
    ledger.block(ids[0] ?? 0, { state: 'ineffective', at: NOON, why: 'a proxy' });
    return ids;
  });
  const around = network('203.0.113.0/24');
  expect(alerts.wasBannedBefore(around, first ?? 0)).toBe(false);
  expect(alerts.wasBannedBefore(around, second ?? 0)).toBe(true);
  expect(alerts.wasBannedBefore(network('198.51.100.0/24'), 100)).toBe(false);
  expect(alerts.bannedKinds(first ?? 0)).toEqual([{ host: 'web1', kind: 'ssh.login' }]);
  expect(alerts.bannedKinds(100)).toHaveLength(2);
  expect(alerts.failedBlocks(0, 10)).toEqual([
    { id: 2, ban: second },
    { id: 3, ban: first },
  ]);
  expect(alerts.failedBlocks(2, 10)).toEqual([{ id: 3, ban: first }]);
  expect(alerts.newestBlock()).toBe(3);
});

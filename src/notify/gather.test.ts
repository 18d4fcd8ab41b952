import { describe, expect, it } from 'vitest';
import { parseAddress } from '../base/address.ts';
import { LEFT_TO_ACTIONS } from '../base/left-to-actions.ts';
import { fromLog, toLog } from '../base/text.ts';
import type { Evidence } from '../model.ts';
import { blockOf, cutLog, mostOf, networkAround, toldBan } from './gather.ts';
import { DAY, NOON, scene } from './testing/scene.ts';

const address = parseAddress('203.0.113.7');
if (!address) throw new Error('not an address');

function never(): never {
  throw new Error('unreachable');
}

describe('toldBan()', () => {
  it('has the last lines, cut, and the rap sheet up to the ban', async () => {
    const all = await scene();
    all.tally(40);
    all.tally(2, 'ssh.scan');
    const evidence = Array.from(
      { length: 30 },
      (_, i): Evidence => ({
        ...{ time: NOON + i, address: address ?? never(), kind: 'ssh.login', filter: 'sshd', pattern: 1, user: 'root' },
        ...{ target: undefined, path: '/var/log/auth.log', offset: i, count: 1, line: `\x1b[31m${'x'.repeat(2_000)}` },
      }),
    );
    const [, id = 0] = all.record(
      { subject: '203.0.113.7', ban: { host: 'mx', from: NOON - DAY } },
      { subject: '203.0.113.7', ban: { evidence } },
      { subject: '203.0.113.7', ban: { host: 'later' } },
    );
    const [ban] = all.ledger.reasonedBans([id]);
    const told = toldBan(all.ledger, ban ?? never());
    expect(told.evidence.map(({ offset }) => offset)).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29]);
    expect(told.evidence.every(({ line }) => line.length === 500)).toBe(true);
    expect(told.record).toEqual({
      ...{ bans: 2, first: NOON - DAY, hosts: ['mx', 'web1'] },
      kinds: [
        { name: 'ssh.login', count: 40 },
        { name: 'ssh.scan', count: 2 },
      ],
    });
    // It waits as JSON, so nothing may be lost on the way.
    expect(JSON.parse(JSON.stringify(told))).toMatchObject({ until: NOON + DAY / 24, reason: { rule: 'threshold' } });
  });
});

describe('blockOf()', () => {
  it('is what was recorded last', () => {
    expect(blockOf([])).toEqual({ block: 'pending', why: undefined });
    const refused = { state: 'refused', at: NOON, why: 'the set is full' } as const;
    expect(blockOf([refused])).toEqual({ block: 'refused', why: 'the set is full' });
    expect(blockOf([refused, { state: 'blocked', at: NOON }])).toEqual({ block: 'blocked', why: undefined });
    expect(blockOf([{ state: 'dry-run' }])).toEqual({ block: 'dry-run', why: undefined });
    const left = { ...refused, why: LEFT_TO_ACTIONS };
    expect(blockOf([left])).toEqual({ block: 'left', why: undefined });
  });
});

describe('networkAround()', () => {
  it.each([
    ['203.0.113.7', undefined, '203.0.113.0/24'],
    ['203.0.113.7', '203.0.0.0/16', '203.0.0.0/16'],
    ['203.0.113.7', 'nonsense', '203.0.113.0/24'],
    ['203.0.0.0/16', '203.0.113.0/24', '203.0.0.0/16'],
    ['2001:db8:1:2::/64', undefined, '2001:db8:1::/48'],
    ['2001:db8:1:2::/64', '2001:db8::/32', '2001:db8::/32'],
  ])('of %s announced in %s is %s', async (subject, network, expected) => {
    const all = await scene();
    const [id = 0] = all.record({ subject, origin: { network } });
    const [ban] = all.ledger.reasonedBans([id]);
    expect(networkAround(ban ?? never())?.text).toBe(expected);
  });
});

describe('cutLog()', () => {
  it('never leaves half a character behind', () => {
    const line = toLog(`${'ä€😀'.repeat(50)}`);
    for (let most = 0; most < line.length; most++) {
      const cut = fromLog(cutLog(line, most));
      expect([line.startsWith(toLog(cut)), cut.length > 0 || most < 2]).toEqual([true, true]);
      expect('ä€😀'.repeat(50).startsWith(cut)).toBe(true);
    }
    expect(cutLog('short', 5)).toBe('short');
    expect(cutLog('\x80'.repeat(50), 20).length).toBe(16);
  });
});

describe('mostOf()', () => {
  it('orders equal counts by name, and cuts', () => {
    const counts = new Map([
      ['b', 2],
      ['a', 2],
      ['c', 3],
      ['d', 1],
    ]);
    expect(mostOf(counts, 3).map(({ name }) => name)).toEqual(['c', 'a', 'b']);
  });
});

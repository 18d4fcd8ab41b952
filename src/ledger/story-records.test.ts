/** What the ledger tells a report beside all bans and all attempts. */
import { expect, test } from 'vitest';
import type { Reason } from '../model.ts';
import { ban, EVERYTHING, evidence, NOON, open, origin, record } from './testing/sample.ts';

const DAY = 86_400_000;
const REASONS: readonly Reason[] = [
  { rule: 'threshold', score: 5, limit: 5, findTime: 1, kinds: { 'ssh.login': 5 } },
  { rule: 'slow', score: 100, limit: 100, findTime: 1, since: 2 },
  { rule: 'wide', banned: 10, limit: 10, findTime: 1, size: 256, attacked: 12, members: ['192.0.2.1'] },
  { rule: 'campaign', user: '"}{\xff', service: 'ssh', addresses: 500, findTime: 1, since: 2 },
  { rule: 'manual', by: '{"rule":"slow"', why: '' },
];

test('Ledger.bans says by which rule each ban was made, whoever made its reason and in whatever order', async () => {
  const ledger = await open();
  const shuffled = REASONS.map((reason) =>
    Object.assign({}, Object.fromEntries(Object.entries(reason).reverse()), reason),
  );
  record(ledger, () => {
    for (const reason of [...shuffled, ...REASONS]) ledger.ban(ban('192.0.2.1', { reason }), origin());
  });
  const rules = REASONS.map(({ rule }) => rule);
  expect([...ledger.bans(EVERYTHING)].map(({ rule }) => rule)).toEqual([...rules, ...rules]);
});

test('Ledger.firstBan is of the host', async () => {
  const ledger = await open();
  expect(ledger.firstBan(undefined)).toBeUndefined();
  record(ledger, () => {
    for (const [i, host] of ['web1', 'web1', 'mail'].entries()) {
      ledger.ban(ban('192.0.2.1', { host, from: NOON + i * DAY, until: NOON + i * DAY + 1 }), origin());
    }
  });
  expect([undefined, 'web1', 'mail', 'nobody'].map((host) => ledger.firstBan(host))).toEqual([
    NOON,
    NOON,
    NOON + 2 * DAY,
    undefined,
  ]);
});

test('Ledger.aimsOf gives user names and targets byte for byte, in the order of the bans, and cuts what is long', async () => {
  const ledger = await open();
  const bytes = Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte)).toString('latin1');
  const lines = [
    evidence({ user: bytes, target: undefined }),
    evidence({ user: undefined, target: undefined }),
    evidence({ user: undefined, target: 'x'.repeat(513) }),
    evidence({ user: '', target: '' }),
  ];
  const ids = record(ledger, () =>
    ['web1', 'mail', 'web1'].map((host) => ledger.ban(ban('192.0.2.1', { host, evidence: lines }), origin())),
  );
  const aims = [...ledger.aimsOf([ids[2] ?? 0, ids[1] ?? 0])];
  expect(aims.map(({ ban: id, host }) => [id, host])).toEqual([
    ...new Array(3).fill([ids[1], 'mail']),
    ...new Array(3).fill([ids[2], 'web1']),
  ]);
  expect(aims.slice(0, 3).map(({ user, target }) => [user, target])).toEqual([
    [bytes, undefined],
    [undefined, 'x'.repeat(512)],
    ['', ''],
  ]);
  expect(aims[0]).toMatchObject({ address: lines[0]?.address, kind: lines[0]?.kind, time: lines[0]?.time });
  expect([...ledger.aimsOf([])]).toEqual([]);
});

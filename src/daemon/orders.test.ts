import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Daemon } from './daemon.ts';
import { blocked, network } from './testing/record.ts';
import { failure, openBench, type TestBench, until } from './testing.ts';
import { handle } from './verbs.ts';

const MINUTE = 60_000;
let bench: TestBench | undefined;
let ahead = 0;
afterEach(async () => {
  await bench?.end();
  bench = undefined;
  ahead = 0;
});

function begin(): TestBench {
  bench = openBench(['auth.log'], () => Date.now() + ahead);
  writeFileSync(join(bench.folder, 'auth.log'), '');
  return bench;
}

async function attack(on: TestBench, daemon: Daemon, address: string): Promise<void> {
  const before = daemon.status().counts.bans;
  const lines = Array.from({ length: 5 }, (_, i) => failure(Date.now() + ahead, address, i));
  appendFileSync(join(on.folder, 'auth.log'), lines.join(''));
  await until(() => daemon.status().counts.bans > before, `the ban of ${address}`);
  await daemon.enforcer.settled();
}

async function pass(daemon: Daemon, ms: number): Promise<void> {
  ahead += ms;
  daemon.tick();
  await daemon.enforcer.settled();
}

describe('a trial', () => {
  it('that is not confirmed leaves no block, and its bans do not come back', async () => {
    const on = begin();
    const daemon = await on.start({ trialMs: 10 * MINUTE });
    await attack(on, daemon, '203.0.113.1');
    const [order] = await on.firewall.list();
    expect((order?.until ?? 0) - Date.now()).toBeLessThanOrEqual(10 * MINUTE);
    expect(daemon.status()).toMatchObject({ mode: 'trial', trialUntil: expect.any(String) });
    await pass(daemon, 11 * MINUTE);
    await attack(on, daemon, '203.0.113.2');
    expect([await blocked(on), daemon.status().mode, daemon.status().firewall.blocked]).toEqual([[], 'dry-run', 0]);
    expect(await handle(daemon, { verb: 'confirm' })).toEqual({ confirmed: false });
    await daemon.stop();
    const later = await on.start();
    await later.enforcer.settled();
    // What was made after the trial was never tried out; it is a ban like any other.
    expect(await blocked(on)).toEqual(['203.0.113.2']);
  });

  it('that is confirmed makes the blocks as long as their bans', async () => {
    const on = begin();
    const daemon = await on.start({ trialMs: 10 * MINUTE });
    await attack(on, daemon, '203.0.113.1');
    expect(await handle(daemon, { verb: 'confirm' })).toEqual({ confirmed: true });
    await daemon.enforcer.settled();
    await pass(daemon, 11 * MINUTE);
    expect([await blocked(on), daemon.status().mode, daemon.status().trialUntil]).toEqual([
      ['203.0.113.1'],
      'enforcing',
      null,
    ]);
    expect(await handle(daemon, { verb: 'confirm' })).toEqual({ confirmed: false });
  });
});

it('a ban that must not be enforced does not shield who else is in it', async () => {
  const on = begin();
  const first = await on.start();
  await handle(first, { verb: 'ban', subject: '203.0.113.0/24', by: 'alice' });
  await first.stop();
  const { base: address } = network('203.0.113.10');
  on.facts = { ...on.facts, sessions: [{ address, user: 'alice', terminal: 'pts/0' }] };
  const daemon = await on.start();
  await daemon.enforcer.settled();
  expect(await blocked(on)).toEqual([]);
  await attack(on, daemon, '203.0.113.66');
  expect(await blocked(on)).toEqual(['203.0.113.66']);
});

it('whoever is new in the allow file is let in, and is not banned while he is in it', async () => {
  const on = begin();
  const daemon = await on.start();
  const allowFile = on.config.protect.allowFile;
  await attack(on, daemon, '203.0.113.1');
  writeFileSync(allowFile, '203.0.113.1 # me\nnonsense\n');
  await pass(daemon, 1_000);
  expect(await blocked(on)).toEqual([]);
  expect(daemon.status().problems).toMatchObject([{ where: `${allowFile}:2`, severity: 'warning' }]);
  appendFileSync(
    join(on.folder, 'auth.log'),
    Array.from({ length: 40 }, (_, i) => failure(Date.now(), '203.0.113.1', i)).join(''),
  );
  await until(() => daemon.status().counts.spared > 0, 'the limit');
  writeFileSync(allowFile, '');
  await pass(daemon, 1_000);
  expect(daemon.status().problems).toEqual([]);
  await attack(on, daemon, '203.0.113.1');
  expect(await blocked(on)).toEqual(['203.0.113.1']);
});

it('blocks that are missing in a firewall that tells of nothing are put back', async () => {
  const on = begin();
  const daemon = await on.start();
  await attack(on, daemon, '203.0.113.1');
  daemon.tick();
  await on.firewall.replace([]);
  await pass(daemon, 61_000);
  await until(() => daemon.status().firewall.lastReconciled !== null, 'the look');
  await daemon.enforcer.settled();
  expect(await blocked(on)).toEqual(['203.0.113.1']);
});

it('a ban without effect is looked into, shown, and recorded with the ban', async () => {
  const on = begin();
  on.diagnosis = { cause: 'proxy', what: 'they come through a proxy', remedy: 'block there' };
  const daemon = await on.start();
  await attack(on, daemon, '203.0.113.1');
  ahead += 10_000;
  const lines = Array.from({ length: 3 }, (_, i) => failure(Date.now() + ahead + i, '203.0.113.1', 50 + i));
  appendFileSync(join(on.folder, 'auth.log'), lines.join(''));
  await until(() => daemon.status().ineffective.length > 0, 'the look');
  expect(daemon.status().ineffective).toMatchObject([{ subject: '203.0.113.1', cause: 'proxy', attempts: 3 }]);
  daemon.commit();
  const ids = [...(daemon.ledger?.inForce('web1', Date.now()) ?? [])].map(({ id }) => id);
  expect(ids.map((id) => daemon.ledger?.blocksOf(id).map(({ state }) => state))).toEqual([['blocked', 'ineffective']]);
});

import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseAddress, parseNetwork } from '../base/address.ts';
import { openLedger } from '../ledger/ledger.ts';
import { failure, HOST, openBench, type TestBench, until } from './testing.ts';

let bench: TestBench | undefined;
afterEach(async () => {
  await bench?.end();
  bench = undefined;
});

function network(text: string) {
  const parsed = parseNetwork(text);
  if (!parsed) throw new RangeError(text);
  return parsed;
}

async function blocked({ firewall }: TestBench): Promise<string[]> {
  return (await firewall.list()).map(({ subject }) => subject.text).sort();
}

async function recordOf(ledgerPath: string) {
  const ledger = await openLedger({ path: ledgerPath, mode: 'read', clock: () => 0 });
  try {
    const scope = { period: { from: 0, until: Number.POSITIVE_INFINITY, name: '' }, host: undefined };
    const bans = [...ledger.bans(scope)].map(({ id, subject, from, until }) => ({
      ...{ subject, from, until, blocks: ledger.blocksOf(id).map(({ state }) => state) },
    }));
    const attempts = [...ledger.tallies(scope)].reduce((sum, { count }) => sum + count, 0);
    return { bans, attempts };
  } finally {
    ledger.close();
  }
}

describe('Daemon', () => {
  it('bans an attacker who is written into a log, in the kernel and in the ledger', async () => {
    const now = Date.now();
    bench = openBench(['auth.log'], () => Date.now());
    const log = join(bench.folder, 'auth.log');
    writeFileSync(log, failure(now - 3_000, '203.0.113.7', 1));
    const daemon = await bench.start();
    for (let i = 2; i <= 5; i++) appendFileSync(log, failure(now - 3_000 + i, '203.0.113.7', i));
    appendFileSync(log, failure(now, '198.51.100.9'));
    await until(() => daemon.enforcer.held(network('203.0.113.7')) !== undefined, 'the block');
    expect(await blocked(bench)).toEqual(['203.0.113.7']);
    const status = daemon.status();
    expect(status.counts).toMatchObject({ attempts: 6, bans: 1, lines: 6 });
    expect(status.problems).toEqual([]);
    await daemon.stop();
    const { bans, attempts } = await recordOf(bench.ledgerPath);
    expect(bans).toEqual([
      { subject: '203.0.113.7', from: now - 2_995, until: now - 2_995 + 3_600_000, blocks: ['blocked'] },
    ]);
    expect(attempts).toBe(6);
    // The block outlives the daemon.
    expect(await blocked(bench)).toEqual(['203.0.113.7']);
  });

  it('goes on where it ended: windows, bans and positions', async () => {
    const now = Date.now();
    bench = openBench(['auth.log'], () => Date.now());
    const log = join(bench.folder, 'auth.log');
    writeFileSync(log, '');
    const first = await bench.start();
    for (let i = 1; i <= 3; i++) appendFileSync(log, failure(now - 9_000 + i, '203.0.113.7', i));
    for (let i = 1; i <= 5; i++) appendFileSync(log, failure(now - 8_000 + i, '203.0.113.8', 10 + i));
    await until(() => first.enforcer.held(network('203.0.113.8')) !== undefined, 'the first block');
    await first.stop();
    // While it was away: rotation, and the rest of a window.
    appendFileSync(log, failure(now - 5_000, '203.0.113.7', 20));
    renameSync(log, `${log}.1`);
    writeFileSync(log, failure(now - 4_000, '203.0.113.7', 21));
    appendFileSync(log, failure(now - 4_000, '203.0.113.8', 22));
    await bench.firewall.replace([]);
    const second = await bench.start();
    await until(() => second.enforcer.held(network('203.0.113.7')) !== undefined, 'the second block');
    expect(await blocked(bench)).toEqual(['203.0.113.7', '203.0.113.8']);
    expect(second.status().counts).toMatchObject({ attempts: 3, bans: 1, whileBanned: 1 });
    await second.stop();
    const { bans, attempts } = await recordOf(bench.ledgerPath);
    expect(bans.map(({ subject, blocks }) => [subject, blocks])).toEqual([
      ['203.0.113.8', ['blocked']],
      ['203.0.113.7', ['blocked']],
    ]);
    expect(attempts).toBe(11);
  });

  it('never blocks who is protected, and says so', async () => {
    const now = Date.now();
    bench = openBench(['auth.log'], () => Date.now());
    const log = join(bench.folder, 'auth.log');
    const address = parseAddress('203.0.113.7');
    if (!address) throw new Error('no address');
    bench.facts = { ...bench.facts, own: [{ network: network('203.0.113.7'), why: 'the gateway' }] };
    const lines = Array.from({ length: 50 }, (_, i) => failure(now - 5_000 + i, '203.0.113.7', i));
    writeFileSync(log, lines.join('') + Array.from({ length: 5 }, (_, i) => failure(now + i, '192.0.2.1', i)).join(''));
    const daemon = await bench.start();
    await until(() => daemon.enforcer.held(network('192.0.2.1')) !== undefined, 'the other block');
    expect(await blocked(bench)).toEqual(['192.0.2.1']);
    expect(daemon.status().counts.spared).toBeGreaterThan(0);
    expect((await recordOf(bench.ledgerPath)).bans.map(({ subject }) => subject)).toEqual(['192.0.2.1']);
    expect(HOST).toBe('web1');
  });
});

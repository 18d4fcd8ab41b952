import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT, ProblemError } from '../base/problem.ts';
import type { Config } from '../config/config.ts';
import { readAnswer } from './answers.ts';
import type { Daemon } from './daemon.ts';
import type { Request } from './protocol.ts';
import { reload } from './reloading.ts';
import { blocked, network } from './testing/record.ts';
import { failure, openBench, type TestBench, until } from './testing.ts';
import { handle } from './verbs.ts';

let bench: TestBench;
let daemon: Daemon;
let next: Config | ProblemError;
beforeEach(async () => {
  bench = openBench(['auth.log'], () => Date.now());
  next = bench.config;
  writeFileSync(join(bench.folder, 'auth.log'), '');
  const loadConfig = (): Config => {
    if (next instanceof ProblemError) throw next;
    return next;
  };
  daemon = await bench.start({}, { loadConfig });
});
afterEach(() => bench.end());

const ask = (request: Request): Promise<unknown> => handle(daemon, request);

async function listed(jail?: string): Promise<unknown[]> {
  const answer = await ask({ verb: 'list', ...(jail === undefined ? {} : { jail }) });
  return Array.from(Object(answer));
}

async function attack(address: string): Promise<void> {
  const now = Date.now();
  const lines = Array.from({ length: 5 }, (_, i) => failure(now + i, address, i));
  appendFileSync(join(bench.folder, 'auth.log'), lines.join(''));
  await until(() => daemon.enforcer.held(network(address)) !== undefined, 'the block');
}

async function refusal(work: Promise<unknown>): Promise<ProblemError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ProblemError) return error;
  }
  throw new Error('it was not refused');
}

describe('handle()', () => {
  it('bans and unbans by hand, in the kernel when it answers', async () => {
    const made = readAnswer.ban(await ask({ verb: 'ban', subject: '203.0.113.7', forMs: 60_000, by: 'alice' }));
    expect(made).toMatchObject({ subject: '203.0.113.7', blocked: true, note: null });
    expect(Date.parse(made.until ?? '') - Date.now()).toBeGreaterThan(50_000);
    expect([await blocked(bench), await listed()]).toMatchObject([
      ['203.0.113.7'],
      [{ subject: '203.0.113.7', jail: 'manual', blocked: true }],
    ]);
    expect(readAnswer.unban(await ask({ verb: 'unban', subject: '203.0.113.7', by: 'alice' }))).toEqual({
      released: 1,
      subjects: ['203.0.113.7'],
    });
    expect([await blocked(bench), await listed()]).toEqual([[], []]);
    const again = await ask({ verb: 'unban', subject: '203.0.113.7', by: 'alice' });
    expect(again).toEqual({ released: 0, subjects: [] });
  });

  it('bans an IPv6 address by the network that it is counted by, and unbans it by any address of it', async () => {
    const made = readAnswer.ban(await ask({ verb: 'ban', subject: '2001:db8:7::1', by: 'alice' }));
    expect(made.subject).toBe('2001:db8:7::/64');
    expect(await ask({ verb: 'unban', subject: '2001:db8:7::99', by: 'alice' })).toMatchObject({ released: 1 });
  });

  it('an unban ends what lies in the network, and what holds it', async () => {
    for (const subject of ['203.0.113.7', '203.0.113.8', '203.0.113.0/24', '198.51.100.1']) {
      await ask({ verb: 'ban', subject, by: 'alice' });
    }
    expect(await ask({ verb: 'unban', subject: '203.0.113.7', by: 'alice' })).toMatchObject({
      subjects: ['203.0.113.7', '203.0.113.0/24'],
    });
    expect(await blocked(bench)).toEqual(['198.51.100.1', '203.0.113.8']);
    expect(await ask({ verb: 'unban-all', by: 'alice' })).toMatchObject({ released: 2 });
  });

  it('counts an attacker anew after an unban, and longer', async () => {
    await attack('203.0.113.7');
    await ask({ verb: 'unban', subject: '203.0.113.7', by: 'alice' });
    await attack('203.0.113.7');
    expect(await listed('ssh')).toMatchObject([{ subject: '203.0.113.7', prior: 1 }]);
    expect(await listed('mail')).toEqual([]);
  });

  it('does not count in single addresses who is in a network that is banned', async () => {
    await ask({ verb: 'ban', subject: '203.0.113.0/24', by: 'alice' });
    const lines = Array.from({ length: 9 }, (_, i) => failure(Date.now(), '203.0.113.7', i));
    appendFileSync(join(bench.folder, 'auth.log'), lines.join(''));
    await until(() => daemon.status().counts.whileBanned === 9, 'the lines');
    expect(await blocked(bench)).toEqual(['203.0.113.0/24']);
  });

  it('explains how far an address is', async () => {
    appendFileSync(join(bench.folder, 'auth.log'), failure(Date.now(), '203.0.113.7'));
    await until(() => daemon.status().counts.attempts === 1, 'the attempt');
    expect(readAnswer.explain(await ask({ verb: 'explain', address: '203.0.113.7' }))).toMatchObject({
      ...{ subject: '203.0.113.7', protectedBy: null, inForce: [], ineffective: null },
      windows: [
        { jail: 'ssh', score: 1, limit: 5 },
        { jail: 'ssh (slow)', score: 1, limit: 100 },
      ],
    });
    await attack('203.0.113.8');
    expect(await ask({ verb: 'explain', address: '203.0.113.8' })).toMatchObject({
      inForce: [{ subject: '203.0.113.8', blocked: true }],
    });
  });

  it('refuses what is no address', async () => {
    for (const verb of ['ban', 'unban'] as const) {
      expect((await refusal(ask({ verb, subject: 'example.org', by: 'alice' }))).status).toBe(EXIT.usage);
    }
    expect((await refusal(ask({ verb: 'explain', address: '1.2.3' }))).status).toBe(EXIT.usage);
  });

  it('answers status and metrics in their forms, and that there is no trial', async () => {
    expect(readAnswer.status(await ask({ verb: 'status' }))).toMatchObject({ mode: 'enforcing', problems: [] });
    expect(readAnswer.metrics(await ask({ verb: 'metrics' }))).toMatch(/^# HELP rapsheet_/m);
    expect(readAnswer.confirm(await ask({ verb: 'confirm' }))).toEqual({ confirmed: false });
  });

  it('says why a ban has no block', async () => {
    const dry = await bench.start({ dryRun: true, ledgerPath: ':memory:' });
    expect(await handle(dry, { verb: 'ban', subject: '203.0.113.7', by: 'alice' })).toMatchObject({
      ...{ blocked: false, note: 'a dry run blocks nobody' },
    });
  });
});

describe('reload()', () => {
  it('says what changes, and counts on with other limits', async () => {
    for (let i = 0; i < 3; i++) appendFileSync(join(bench.folder, 'auth.log'), failure(Date.now(), '203.0.113.7', i));
    await until(() => daemon.status().counts.attempts === 3, 'the attempts');
    const { config } = bench;
    next = { ...config, jails: config.jails.map((jail) => (jail.name === 'ssh' ? { ...jail, maxRetry: 4 } : jail)) };
    const answer = readAnswer.reload(await ask({ verb: 'reload', confirmed: false }));
    expect(answer).toMatchObject({ applied: true, risks: [], changes: [expect.stringMatching(/ssh.*maxretry.*5.*4/)] });
    appendFileSync(join(bench.folder, 'auth.log'), failure(Date.now(), '203.0.113.7', 9));
    await until(() => daemon.enforcer.held(network('203.0.113.7')) !== undefined, 'the block');
    expect(daemon.status().counts).toMatchObject({ attempts: 4, bans: 1, lines: 4 });
  });

  it('keeps the old one when the new one is broken', async () => {
    next = new ProblemError(EXIT.badConfig, { where: 'rapsheet.toml:3', what: 'a mistake' });
    const { config } = daemon;
    expect((await refusal(reload(daemon, { isConfirmed: true, now: Date.now() }))).message).toMatch(/a mistake/);
    expect(daemon.config).toBe(config);
  });

  it('waits for a person where it would take a protection away, until it is confirmed', async () => {
    const { config } = bench;
    const allow = [{ network: network('203.0.113.7'), reason: 'me', until: undefined }];
    next = { ...config, allow };
    await reload(daemon, { isConfirmed: false, now: Date.now() });
    const { base: address } = network('203.0.113.7');
    daemon.neverBan.see({ ...bench.facts, sessions: [{ address, user: 'alice', terminal: 'pts/0' }] });
    next = config;
    const now = Date.now();
    expect(await reload(daemon, { isConfirmed: false, now })).toMatchObject({ applied: false });
    expect([daemon.config.allow, daemon.status().reload?.risks.length]).toEqual([allow, 1]);
    expect(await reload(daemon, { isConfirmed: true, now })).toMatchObject({ applied: true });
    expect([daemon.config.allow, daemon.status().reload]).toEqual([config.allow, null]);
  });
});

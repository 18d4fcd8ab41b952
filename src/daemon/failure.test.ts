/**
 * What breaks around the daemon: firewall and logs. Each time a line in `status` says so, a new attacker is blocked all the same
 * where that is possible, and once it is mended all is as if nothing had been, without a restart.
 */
import { chmodSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { EXIT, ProblemError } from '../base/problem.ts';
import { startProgram } from '../base/program.ts';
import { FirewallError } from '../firewall/firewall.ts';
import { openLedger } from '../ledger/ledger.ts';
import { liveSources } from '../source/index.ts';
import { blocked } from './testing/record.ts';
import { hasProblem, isBlocked, isMended, Trouble } from './testing/trouble.ts';
import { HOST, until } from './testing.ts';
import { handle } from './verbs.ts';

let trouble: Trouble | undefined;
afterEach(async () => {
  await trouble?.bench.end();
  trouble = undefined;
});

function begin(): Trouble {
  trouble = new Trouble();
  return trouble;
}

describe('the firewall', () => {
  it('that is missing at the start: bans wait for it', async () => {
    const on = begin();
    let tries = 0;
    const daemon = await on.start(
      {},
      {
        openFirewall: async () => {
          if (++tries <= 2) throw new FirewallError('nft is not installed', { hint: 'apt install nftables' });
          return on.firewall;
        },
      },
    );
    on.attack('203.0.113.1');
    await hasProblem(daemon, /firewall: bans are not in effect: nft is not installed \(apt install nftables\)/);
    await until(() => daemon.status().counts.bans === 1, 'the ban');
    await isBlocked(daemon, '203.0.113.1');
    await isMended(daemon);
    expect(await blocked(on)).toEqual(['203.0.113.1']);
    await on.isWhole(daemon);
  });

  it('that fails in between: what it lost and what it missed is put into it', async () => {
    const on = begin();
    const daemon = await on.start();
    on.attack('203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
    on.firewall.fail(new FirewallError('netlink: permission denied'));
    on.attack('203.0.113.2');
    await hasProblem(daemon, /bans are not in effect: netlink: permission denied/);
    expect(daemon.status().firewall.queued).toBe(1);
    on.firewall.fail(undefined);
    on.firewall.flush('somebody');
    await isMended(daemon);
    expect(await blocked(on)).toEqual(['203.0.113.1', '203.0.113.2']);
    await on.isWhole(daemon);
  });

  it('that fails at an unban: it is made up for', async () => {
    const on = begin();
    const daemon = await on.start();
    on.attack('203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
    on.firewall.fail(new FirewallError('nft hangs'));
    await handle(daemon, { verb: 'unban', subject: '203.0.113.1', by: 'alice' });
    on.firewall.fail(undefined);
    await isMended(daemon);
    expect(await blocked(on)).toEqual([]);
  });

  it('that refuses one: the others are blocked, and the record says why', async () => {
    const on = begin();
    const daemon = await on.start();
    on.firewall.refuse('203.0.113.1', 'the set is full');
    on.attack('203.0.113.1');
    on.attack('203.0.113.2');
    await isBlocked(daemon, '203.0.113.2');
    expect(await blocked(on)).toEqual(['203.0.113.2']);
    await daemon.stop();
    const ledger = await openLedger({ path: on.ledgerPath, mode: 'read', clock: () => on.now });
    const states = [...ledger.inForce(HOST, on.now)].map(({ id }) => ledger.blocksOf(id).map(({ state }) => state));
    ledger.close();
    expect(states).toEqual([['refused'], ['blocked']]);
  });
});

describe('the journal', () => {
  it('that cannot be read: the files are, and the journal is as soon as it can', async () => {
    const on = begin();
    let journalctl = ['rslo-no-such-program'];
    const runner = () => startProgram(journalctl[0] ?? '', journalctl.slice(1));
    const daemon = await on.start();
    await daemon.stop();
    const { openSources } = daemon.options.world;
    const second = await on.start(
      {},
      {
        openSources: async (config, opening) => {
          const { onWake } = opening;
          const journal = { host: HOST, matches: [], cursor: undefined, clock: () => on.now, onWake, runner };
          return [...(await openSources(config, opening)), liveSources.journal(journal)];
        },
      },
    );
    await hasProblem(second, /journal.*rslo-no-such-program: is not installed/);
    on.attack('203.0.113.1');
    await isBlocked(second, '203.0.113.1');
    // A journal in which nothing is written.
    journalctl = ['tail', '-f', '/dev/null'];
    await isMended(second);
    expect(second.status().logs.map(({ name, state }) => [name.replace(/.*\//, ''), state])).toEqual([
      ['auth.log', 'followed'],
      ['journal', 'followed'],
    ]);
  });
});

describe('the logs', () => {
  it('that cannot be opened again: the blocks stay, and it is tried again', async () => {
    const on = begin();
    let isBroken = false;
    const daemon = await on.start();
    const { openSources } = daemon.options.world;
    Object.assign(daemon.options.world, {
      openSources: (...given: Parameters<typeof openSources>) => {
        if (isBroken) throw new ProblemError(EXIT.unavailable, { what: 'too many open files' });
        return openSources(...given);
      },
    });
    on.attack('203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
    isBroken = true;
    await daemon.restart();
    expect(daemon.problems.list()).toMatchObject([{ what: 'nothing is watched: too many open files' }]);
    on.firewall.flush('somebody');
    daemon.enforcer.reconcile('a test');
    await daemon.enforcer.settled();
    expect(await blocked(on)).toEqual(['203.0.113.1']);
    on.attack('203.0.113.2');
    isBroken = false;
    daemon.tick();
    on.ahead += 6_000;
    daemon.tick();
    await isMended(daemon);
    await isBlocked(daemon, '203.0.113.2');
    await on.isWhole(daemon);
  });

  it('whose folder vanishes and returns', async () => {
    const on = begin();
    const daemon = await on.start();
    on.attack('203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
    renameSync(join(on.folder, 'log'), join(on.folder, 'away'));
    await until(() => daemon.status().logs.every(({ state }) => state !== 'followed'), 'the loss');
    mkdirSync(join(on.folder, 'log'));
    on.attack('203.0.113.2');
    await isBlocked(daemon, '203.0.113.2');
    await isMended(daemon);
    await on.isWhole(daemon);
  });

  it('that cannot be read, until it can (as nobody)', async (context) => {
    const { seteuid, setegid, getuid } = process;
    const on = begin();
    const log = join(on.folder, 'log', 'auth.log');
    chmodSync(log, 0o000);
    if (getuid?.() === 0) {
      if (!seteuid || !setegid) return context.skip();
      for (const path of [on.folder, join(on.folder, 'log')]) chmodSync(path, 0o777);
      seteuid(65_534);
      onTestFinished(() => seteuid(0));
    }
    const daemon = await on.start();
    await hasProblem(daemon, /auth\.log: .*permission/i);
    expect(daemon.status().logs).toMatchObject([{ state: 'unreadable' }]);
    if (getuid?.() === 0) seteuid?.(0);
    chmodSync(log, 0o666);
    on.attack('203.0.113.1');
    await isBlocked(daemon, '203.0.113.1');
    await isMended(daemon);
    expect(readFileSync(log, 'latin1')).toBe(on.written.join(''));
    await on.isWhole(daemon);
  });
});

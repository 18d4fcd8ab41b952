/** What only nftables does: it watches, it notices what was altered, and it works with one capability. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { canUseNamespaces, hasProgram, makeNetwork, type Network as TestNetwork } from '../../test/netns.ts';
import { parseNetwork } from '../base/address.ts';
import { systemClock } from '../base/clock.ts';
import { ProgramError, type RunningProgram } from '../base/program.ts';
import { ALL_PORTS, type BlockOrder, type Firewall, FirewallError, type FirewallOptions } from './firewall.ts';
import { nftablesFirewall, probeNftables } from './nftables.ts';
import type { Runner } from './runner.ts';

const HOUR = 3_600_000;
const OPTIONS: FirewallOptions = {
  groups: [
    {
      name: 'ssh',
      ports: [
        [22, 22],
        [2200, 2222],
      ],
    },
  ],
  hooks: ['input', 'forward'],
  clock: systemClock,
};

function order(text: string, forMs = HOUR, group = ALL_PORTS): BlockOrder {
  const subject = parseNetwork(text);
  if (!subject) throw new RangeError(text);
  return { subject, until: systemClock() + forMs, group };
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !condition(); tries++) await sleep(50);
}

it('says what to do when nft is not installed', async () => {
  const missing: Runner = {
    run: async () => Promise.reject(new ProgramError('nft', 'is not installed')),
    start: () => {
      throw new ProgramError('nft', 'is not installed');
    },
  };
  const firewall = nftablesFirewall({ ...OPTIONS, runner: missing });
  const wanted = { name: 'FirewallError', hint: expect.stringContaining('nftables') };
  await expect(firewall.apply({ block: [order('203.0.113.7')] })).rejects.toMatchObject(wanted);
  await expect(firewall.replace([])).rejects.toMatchObject(wanted);
  await expect(firewall.list()).rejects.toMatchObject(wanted);
  const stop = firewall.watch?.(() => undefined);
  stop?.();
});

const usable = (await canUseNamespaces()) && hasProgram('nft');

describe.skipIf(!usable)('in a namespace', () => {
  let network: TestNetwork;
  let runner: Runner;
  let started: RunningProgram[];
  let firewall: Firewall;

  const nft = async (...args: readonly string[]): Promise<string> => {
    const { status, out, err } = await network.run('server', 'nft', args);
    expect(err).toBe('');
    expect(status).toBe(0);
    return out;
  };

  beforeAll(async () => {
    network = await makeNetwork('rsfwn');
  });
  afterAll(async () => {
    await network?.remove();
  });
  beforeEach(() => {
    const { run, start } = network.runner('server');
    started = [];
    runner = {
      run,
      start: (name, args, environment) => {
        const child = start(name, args, environment);
        started.push(child);
        return child;
      },
    };
    firewall = nftablesFirewall({ ...OPTIONS, runner });
  });
  afterEach(async () => {
    await firewall.remove();
    await firewall.close();
  });

  it('adopts the table of an earlier run', async () => {
    await firewall.apply({ block: [order('203.0.113.7'), order('203.0.113.0/24')] });
    await firewall.close();
    const next = nftablesFirewall({ ...OPTIONS, runner });
    await next.apply({ block: [order('203.0.113.8'), order('203.0.112.0/24')] });
    const texts = (await next.list()).map(({ subject }) => subject.text).sort();
    expect(texts).toEqual(['203.0.112.0/24', '203.0.113.0/24', '203.0.113.7', '203.0.113.8']);
    expect((await nft('list', 'chain', 'inet', 'rapsheet', 'group_all')).match(/all_4_24/g)).toHaveLength(1);
    await next.close();
  });

  it.each([
    ['a rule that lets all in', 'insert rule inet rapsheet input accept'],
    ['a rule that lets some in', 'insert rule inet rapsheet group_all ip saddr 203.0.113.7 accept'],
    ['no rule of a group', 'flush chain inet rapsheet group_ssh'],
    ['no rule of a hook', 'flush chain inet rapsheet forward'],
    ['no chain', 'flush chain inet rapsheet forward; delete chain inet rapsheet forward'],
    ['a table that sleeps', 'add table inet rapsheet { flags dormant; }'],
    [
      'other ports',
      'flush chain inet rapsheet input; add rule inet rapsheet input jump group_all; add rule inet rapsheet input tcp dport 23 jump group_ssh',
    ],
  ])('notices %s', async (_, command) => {
    await firewall.apply({ block: [order('203.0.113.7')] });
    await nft(command);
    await expect(firewall.list()).rejects.toThrow(/altered|missing|cannot be read/);
    await firewall.replace([order('203.0.113.7')]);
    expect(await firewall.list()).toHaveLength(1);
  });

  it('notices that groups or hooks are others now', async () => {
    await firewall.apply({ block: [order('203.0.113.7')] });
    const other = nftablesFirewall({ ...OPTIONS, groups: [{ name: 'ssh', ports: [[23, 23]] }], runner });
    await expect(other.apply({ block: [order('203.0.113.8')] })).rejects.toBeInstanceOf(FirewallError);
    await other.replace([order('203.0.113.8')]);
    expect(await other.list()).toHaveLength(1);
    await other.close();
  });

  it('throws when the table is gone, and goes on after replace', async () => {
    await firewall.apply({ block: [order('203.0.113.7')] });
    await nft('delete', 'table', 'inet', 'rapsheet');
    await expect(firewall.apply({ block: [order('203.0.113.8')] })).rejects.toThrow(/not there/);
    await firewall.replace([order('203.0.113.7')]);
    await firewall.apply({ block: [order('203.0.113.8')] });
    expect(await firewall.list()).toHaveLength(2);
  });

  it('goes on when its nft is killed', async () => {
    await firewall.apply({ block: [order('203.0.113.7')] });
    for (let i = 0; i < 3; i++) {
      started.at(-1)?.kill('SIGKILL');
      const [block] = await firewall.apply({ block: [order(`203.0.113.1${i}`)] });
      expect(block).toMatchObject({ state: 'blocked' });
    }
    expect(await firewall.list()).toHaveLength(4);
  });

  it('does without an nft that goes on', async () => {
    const { run, start } = network.runner('server');
    const batch = nftablesFirewall({ ...OPTIONS, runner: { run, start: () => start('false', []) } });
    await batch.apply({ block: [order('203.0.113.7')] });
    await batch.apply({ block: [order('2001:db8::/64')] });
    expect(await batch.list()).toHaveLength(2);
    await batch.close();
  });

  it('reads ends to the second', async () => {
    const orders = [
      order('203.0.113.7', 90_000),
      order('2001:db8::/48', 400 * 24 * HOUR),
      order('203.0.112.0/23', 86_400_000),
    ];
    await firewall.replace(orders);
    const found = await firewall.list();
    for (const wanted of orders) {
      const listed = found.find(({ subject }) => subject.text === wanted.subject.text);
      expect(Math.abs((listed?.until ?? 0) - wanted.until)).toBeLessThan(5_000);
    }
  });

  it('tells who changed the table, and not what it does itself or what expires', async () => {
    await firewall.replace([order('203.0.113.7')]);
    const heard: string[] = [];
    const stop = firewall.watch?.((who) => heard.push(who));
    // The monitor has begun when it tells of a change.
    for (let tries = 0; heard.length === 0 && tries < 100; tries++) {
      await nft(
        'add element inet rapsheet all_4_32 { 192.0.2.9 }; delete element inet rapsheet all_4_32 { 192.0.2.9 }',
      );
      await sleep(100);
    }
    expect(heard[0]).toMatch(/^nft \(process \d+\)$/);
    await sleep(300);
    heard.length = 0;
    await firewall.apply({ block: [order('203.0.113.8', 1_000), order('203.0.112.0/24', 1_000)] });
    await firewall.apply({ release: [order('203.0.113.7').subject] });
    await firewall.replace([order('203.0.113.9', 1_000)]);
    await nft('add table ip other; delete table ip other');
    await sleep(2_500);
    expect(heard).toEqual([]);
    await nft('flush', 'ruleset');
    await until(() => heard.length > 0);
    expect(heard).toEqual([expect.stringMatching(/^nft \(process \d+\)$/)]);
    stop?.();
    await firewall.replace([]);
    await nft('flush', 'ruleset');
    await sleep(300);
    expect(heard).toHaveLength(1);
  });

  it('works for a user who has CAP_NET_ADMIN and nothing else, and says so without', async () => {
    if (!hasProgram('setpriv')) return;
    const as = (capabilities: readonly string[]): Runner => {
      const { run, start } = network.runner('server');
      const user = ['--reuid', '65534', '--regid', '65534', '--clear-groups', ...capabilities];
      return {
        run: (name, args, options) => run('setpriv', [...user, name, ...args], options),
        start: (name, args, environment) => start('setpriv', [...user, name, ...args], environment),
      };
    };
    const able = [
      '--bounding-set',
      '-all,+net_admin',
      '--inh-caps',
      '-all,+net_admin',
      '--ambient-caps',
      '-all,+net_admin',
    ];
    const user = nftablesFirewall({ ...OPTIONS, runner: as(able) });
    expect(await user.replace([order('203.0.113.7'), order('203.0.113.0/24')])).toHaveLength(2);
    await user.apply({ block: [order('203.0.113.8')] });
    expect(await user.list()).toHaveLength(3);
    const many = Array.from({ length: 20_000 }, (_, i) => order(`10.0.${i >> 8}.${i & 255}`));
    expect((await user.replace(many)).every(({ state }) => state === 'blocked')).toBe(true);
    await user.close();

    const unable = nftablesFirewall({ ...OPTIONS, runner: as([]) });
    const wanted = { name: 'FirewallError', hint: expect.stringContaining('CAP_NET_ADMIN') };
    await expect(unable.apply({ block: [order('203.0.113.7')] })).rejects.toMatchObject(wanted);
    await expect(unable.replace([])).rejects.toMatchObject(wanted);
    await expect(unable.list()).rejects.toMatchObject(wanted);
    await expect(probeNftables({ ...OPTIONS, runner: as([]) })).rejects.toMatchObject(wanted);
    await unable.close();
  });
});

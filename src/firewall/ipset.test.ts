/** What only ipset does: two tools for two families, and a place in the chains of others. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { canUseNamespaces, hasProgram, makeNetwork, type Network as TestNetwork } from '../../test/netns.ts';
import { ProgramError } from '../base/program.ts';
import type { Firewall } from './firewall.ts';
import { ipsetFirewall } from './ipset.ts';
import { faultsOf, rulesText } from './ipset-script.ts';
import { HOUR, OPTIONS, order } from './testing/kinds.ts';

const SHAPE = { prefix: 'rapsheet', groups: OPTIONS.groups, hooks: OPTIONS.hooks, capacity: 100 };

it('finds its rules whatever order their parts are listed in, and misses those that are not there', () => {
  const rules = rulesText(SHAPE, 4, []);
  const listed = rules.split('\n').flatMap((line) => {
    if (line.startsWith('-I ')) return [line.replace(/^-I (\w+) 1/, '-A $1')];
    return line.startsWith('-A ')
      ? [line.replace('--ctorigdstport 22 --ctdir ORIGINAL', '--ctdir ORIGINAL --ctorigdstport 22')]
      : [];
  });
  expect(faultsOf(SHAPE, 4, listed)).toEqual([]);
  expect(faultsOf(SHAPE, 4, listed.slice(1))).toHaveLength(1);
  expect(faultsOf(SHAPE, 4, ['-A INPUT -j ACCEPT', ...listed])).toEqual([
    'the first rule of INPUT in iptables is not ours',
  ]);
  expect(faultsOf(SHAPE, 4, []).length).toBeGreaterThan(3);
});

const usable = (await canUseNamespaces()) && ['ipset', 'iptables', 'ip6tables'].every(hasProgram);

describe.skipIf(!usable)('in a namespace', () => {
  let network: TestNetwork;
  let firewall: Firewall;
  beforeAll(async () => {
    network = await makeNetwork('rsfwi');
  });
  afterAll(async () => {
    await network?.remove();
  });
  beforeEach(() => {
    firewall = ipsetFirewall({ ...OPTIONS, runner: network.runner('server') });
  });
  afterEach(async () => {
    await firewall.remove();
    await firewall.close();
  });

  it('refuses IPv6 with the reason when there is no ip6tables, and blocks IPv4', async () => {
    const { run, start } = network.runner('server');
    const half = ipsetFirewall({
      ...OPTIONS,
      runner: {
        start,
        run: async (name, args, options) => {
          if (name.startsWith('ip6tables')) throw new ProgramError(name, 'is not installed');
          return run(name, args, options);
        },
      },
    });
    const blocks = await half.apply({ block: [order('203.0.113.7'), order('2001:db8::7')] });
    expect(blocks).toMatchObject([
      { state: 'blocked' },
      { state: 'refused', why: 'IPv6 cannot be blocked here: ip6tables: is not installed' },
    ]);
    expect((await half.list()).map(({ subject }) => subject.text)).toEqual(['203.0.113.7']);
  });

  it('notices a rule before its own, and puts its own first again', async () => {
    await firewall.apply({ block: [order('203.0.113.7')] });
    await network.run('server', 'iptables', ['-I', 'INPUT', '1', '-s', '203.0.113.7', '-j', 'ACCEPT']);
    await expect(firewall.list()).rejects.toThrow('the first rule of INPUT in iptables is not ours');
    await firewall.replace([order('203.0.113.7')]);
    expect(await firewall.list()).toHaveLength(1);
    const { out } = await network.run('server', 'iptables', ['-S', 'INPUT']);
    expect(out.split('\n').slice(1, 3)).toEqual(['-A INPUT -j rapsheet-input', '-A INPUT -s 203.0.113.7/32 -j ACCEPT']);
    await network.run('server', 'iptables', ['-F', 'INPUT']);
  });

  it('forgets groups that there are no longer', async () => {
    await firewall.apply({ block: [order('203.0.113.7', HOUR, 'web_1')] });
    const fewer = ipsetFirewall({ ...OPTIONS, groups: [], runner: network.runner('server') });
    await fewer.replace([order('203.0.113.8')]);
    expect(await fewer.list()).toHaveLength(1);
    const { out } = await network.run('server', 'ipset', ['list', '-n']);
    expect(out).not.toContain('web_1');
  });
});

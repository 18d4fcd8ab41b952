/** The firewalls that the suites ask, and what they are asked with. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Network as TestNetwork } from '../../../test/netns.ts';
import { type Network, parseNetwork } from '../../base/address.ts';
import { systemClock } from '../../base/clock.ts';
import { ALL_PORTS, type BlockOrder, type Firewall, type FirewallOptions } from '../firewall.ts';
import { ipsetFirewall } from '../ipset.ts';
import { memoryFirewall } from '../memory.ts';
import { nftablesFirewall } from '../nftables.ts';
import type { Runner } from '../runner.ts';

export const HOUR = 3_600_000;
export const OPTIONS: FirewallOptions = {
  groups: [
    {
      name: 'ssh',
      ports: [
        [22, 22],
        [2200, 2210],
        [2205, 2222],
      ],
    },
    { name: 'web_1', ports: [[80, 80]] },
  ],
  hooks: ['input', 'forward'],
  clock: systemClock,
};

export interface Kind {
  readonly name: string;
  readonly programs: readonly string[];
  /** The longest block that it can make. */
  readonly longest: number;
  open(options: FirewallOptions, runner: Runner, capacity?: number): Firewall;
  /** Another program takes its blocks away. */
  flush(firewall: Firewall, network: TestNetwork): Promise<void>;
  /** What there is of it in the kernel. */
  traces(firewall: Firewall, network: TestNetwork): Promise<string>;
}

export const KINDS: readonly Kind[] = [
  {
    name: 'memory',
    programs: [],
    longest: Number.POSITIVE_INFINITY,
    open: (options, _, capacity) => memoryFirewall(options, capacity),
    flush: async (firewall) => {
      if ('flush' in firewall && typeof firewall.flush === 'function') firewall.flush('somebody');
    },
    traces: async () => '',
  },
  {
    name: 'nftables',
    programs: ['nft'],
    longest: Number.POSITIVE_INFINITY,
    open: (options, runner, capacity) =>
      nftablesFirewall({ ...options, runner, ...(capacity === undefined ? {} : { capacity }) }),
    flush: async (_, network) => {
      await network.run('server', 'nft', ['flush', 'ruleset']);
    },
    traces: async (_, network) => (await network.run('server', 'nft', ['list', 'ruleset'])).out,
  },
  {
    name: 'ipset',
    programs: ['ipset', 'iptables', 'ip6tables'],
    longest: 2_147_483_000,
    open: (options, runner, capacity) =>
      ipsetFirewall({ ...options, runner, ...(capacity === undefined ? {} : { capacity }) }),
    flush: async (_, network) => {
      for (const tool of ['iptables', 'ip6tables']) {
        await network.run('server', tool, ['-F']);
        await network.run('server', tool, ['-X']);
      }
    },
    traces: async (_, network) => {
      const sets = await network.run('server', 'ipset', ['list', '-n']);
      const four = await network.run('server', 'iptables', ['-S']);
      const six = await network.run('server', 'ip6tables', ['-S']);
      return (sets.out + four.out + six.out).replace(/^-P .*\n/gm, '');
    },
  },
];

export function subject(text: string): Network {
  const network = parseNetwork(text);
  if (!network) throw new RangeError(text);
  return network;
}

export function order(text: string, forMs = HOUR, group = ALL_PORTS): BlockOrder {
  return { subject: subject(text), until: systemClock() + forMs, group };
}

/** Kernels end blocks when they come round to it. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await condition()) return;
    await sleep(50);
  }
  throw new Error('it did not come about within 10 s');
}

import { expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { ProgramError } from '../base/program.ts';
import type { FirewallOptions } from './firewall.ts';
import { openFirewall } from './index.ts';
import type { Runner } from './runner.ts';

const OPTIONS: FirewallOptions = { groups: [], hooks: ['input'], clock: systemClock };

/** A system on which each program says what is given for it; the others are not installed. */
function system(programs: Readonly<Record<string, string>>): Runner {
  return {
    run: async (name) => {
      const err = programs[name];
      if (err === undefined) throw new ProgramError(name, 'is not installed');
      return { status: err === '' ? 0 : 1, out: '', err };
    },
    start: (name) => {
      throw new ProgramError(name, 'is not installed');
    },
  };
}

it.each([
  ['nftables', { nft: '', ipset: '', iptables: '' }],
  ['ipset', { ipset: '', iptables: '' }],
  ['ipset', { nft: 'Error: Could not process rule: Protocol not supported', ipset: '', iptables: '' }],
])('takes %s when %j work', async (name, programs) => {
  expect((await openFirewall('auto', { ...OPTIONS, runner: system(programs) })).name).toBe(name);
});

it('says why nothing works, and what to do', async () => {
  const runner = system({ nft: 'Error: Could not process rule: Operation not permitted' });
  await expect(openFirewall('auto', { ...OPTIONS, runner })).rejects.toMatchObject({
    name: 'FirewallError',
    message: 'no firewall works here: nft is not permitted to change the firewall; ipset: is not installed',
    hint: 'run as root, or give the process CAP_NET_ADMIN',
  });
});

it('opens what is asked for without trying it', async () => {
  const runner = system({});
  expect((await openFirewall('nftables', { ...OPTIONS, runner })).name).toBe('nftables');
  expect((await openFirewall('ipset', { ...OPTIONS, runner })).name).toBe('ipset');
  expect((await openFirewall('memory', OPTIONS)).name).toBe('memory');
  const command = { block: ['/opt/edge', '{address}'], release: ['/opt/edge', '{address}'] };
  expect((await openFirewall('command', { ...OPTIONS, command })).name).toBe('command');
  await expect(openFirewall('command', OPTIONS)).rejects.toMatchObject({ name: 'FirewallError' });
});

it.each([
  [{ name: 'all', ports: [[1, 2]] }],
  [{ name: 'a b', ports: [[1, 2]] }],
  [{ name: 'a'.repeat(17), ports: [[1, 2]] }],
  [{ name: 'ssh', ports: [] }],
  [{ name: 'ssh', ports: [[2, 1]] }],
  [{ name: 'ssh', ports: [[1, 65_536]] }],
] as const)('takes no group like %j', async (group) => {
  await expect(openFirewall('memory', { ...OPTIONS, groups: [group] })).rejects.toBeInstanceOf(RangeError);
});

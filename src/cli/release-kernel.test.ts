/** The emergency exit with real packets: nftables in a network namespace, and a daemon that hangs. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ADDRESSES, canUseNamespaces, hasProgram, makeNetwork, type Network } from '../../test/netns.ts';
import { parseNetwork } from '../base/address.ts';
import { systemClock } from '../base/clock.ts';
import { EXIT } from '../base/problem.ts';
import { ALL_PORTS, type Firewall, FirewallError } from '../firewall/firewall.ts';
import { nftablesFirewall } from '../firewall/nftables.ts';
import { openLedger } from '../ledger/ledger.ts';
import { allowCommand } from './allow.ts';
import { hungDaemon, runCommand, scratch } from './testing.ts';
import { unbanCommand } from './unban.ts';
import { uninstallCommand } from './uninstall.ts';

const opened = vi.hoisted((): { open: () => Promise<Firewall> } => ({ open: () => Promise.reject(new Error()) }));
vi.mock('./firewall-of.ts', () => ({ firewallOf: () => opened.open() }));

const usable = hasProgram('nft') && (await canUseNamespaces());

describe.runIf(usable)('in the kernel', () => {
  let network: Network;
  const { attacker, innocent, server } = ADDRESSES;

  beforeAll(async () => {
    network = await makeNetwork('rsct');
    await network.serve('server', 2222);
    opened.open = async () => firewall();
  });
  afterAll(() => network.remove());

  const firewall = (): Firewall =>
    nftablesFirewall({
      ...{ groups: [{ name: 'g1', ports: [[22, 22]] }], hooks: ['input', 'forward'], clock: systemClock },
      runner: network.runner('server'),
    });

  /** Blocks as a daemon does that hangs afterwards: its firewall is closed, its blocks stay. */
  async function block(...subjects: readonly string[]): Promise<void> {
    const made = firewall();
    const until = systemClock() + 3_600_000;
    await made.replace(
      subjects.flatMap((text) => {
        const subject = parseNetwork(text);
        return subject ? [{ subject, until, group: ALL_PORTS }] : [];
      }),
    );
    await made.close();
  }

  const lets = (from: 'attacker' | 'innocent', to: string): Promise<boolean> =>
    network.connects(from, { to, port: 2222 });

  async function emptyLedger(): Promise<string> {
    const path = join(scratch(), 'ledger.db');
    (await openLedger({ path, mode: 'write', clock: systemClock })).close();
    return path;
  }

  it('unban --all lets everybody in while the daemon hangs', async () => {
    await block(attacker.v4, '2001:db8:a::/64', '203.0.113.0/24');
    expect([await lets('attacker', server.v4), await lets('attacker', server.v6)]).toEqual([false, false]);
    expect(await lets('innocent', server.v4)).toBe(false);
    const given = ['--all', '--socket', await hungDaemon(), '--ledger', await emptyLedger()];
    const { status, out } = await runCommand(unbanCommand(), given);
    expect([status, out]).toEqual([EXIT.done, expect.stringMatching(/itself ended 3 bans in the kernel/)]);
    expect([await lets('attacker', server.v4), await lets('attacker', server.v6)]).toEqual([true, true]);
    expect(await lets('innocent', server.v4)).toBe(true);
  });

  it('allow lets one in through the network that kept it out; who else is blocked stays so', async () => {
    await block(attacker.v4, '203.0.113.0/24');
    const more = ['--file', join(scratch(), 'allow'), '--socket', await hungDaemon(), '--ledger', await emptyLedger()];
    const { status } = await runCommand(allowCommand(), [innocent.v4, ...more]);
    expect(status).toBe(EXIT.done);
    expect([await lets('innocent', server.v4), await lets('attacker', server.v4)]).toEqual([true, false]);
  });

  it('works where there is no table, and where somebody altered it', async () => {
    const given = ['--all', '--socket', await hungDaemon(), '--ledger', await emptyLedger()];
    await firewall().remove();
    expect((await runCommand(unbanCommand(), given)).status).toBe(EXIT.no);
    const one = [innocent.v4, ...given.slice(1)];
    expect((await runCommand(unbanCommand(), one)).status).toBe(EXIT.no);
    await block(attacker.v4);
    await network.run('server', 'nft', ['add', 'chain', 'inet', 'rapsheet', 'stray']);
    await network.run('server', 'nft', ['add', 'rule', 'inet', 'rapsheet', 'stray', 'drop']);
    expect(await lets('attacker', server.v4)).toBe(false);
    await runCommand(unbanCommand(), given);
    expect(await lets('attacker', server.v4)).toBe(true);
  });

  it('uninstall leaves nothing of ours', async () => {
    await block(attacker.v4);
    const { status } = await runCommand(uninstallCommand(), ['--yes', '--socket', join(scratch(), 'none.sock')]);
    expect([status, await lets('attacker', server.v4)]).toEqual([EXIT.done, true]);
    await expect(firewall().list()).rejects.toThrow(FirewallError);
    expect((await network.run('server', 'nft', ['list', 'tables'])).out).toBe('');
  });
});

/** Debian's own action files, run by the daemon in a network namespace: packets of the banned are stopped by them, and by nothing of ours. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attack, hasFail2ban, makeTree, placeOf, type Tree } from './fail2ban-tree.ts';
import { type LivePlace, type RunningDaemon, until } from './live.ts';
import { blockedIn, onWatch, rapsheetIn, startDaemonIn } from './live-network.ts';
import { ADDRESSES, canUseNamespaces, hasProgram, LINKS, makeNetwork, type Network } from './netns.ts';
import { scratch } from './run.ts';

const PORT = 2222;
const OTHER_PORT = 2223;
const isReady = hasFail2ban('test/fail2ban-network.test.ts') && (await canUseNamespaces());

describe.skipIf(!isReady)('actions of fail2ban and real packets', () => {
  let network: Network;

  beforeAll(async () => {
    network = await makeNetwork('rsf2b');
    await network.serve('server', PORT);
    await network.serve('server', OTHER_PORT);
  });

  afterAll(async () => network?.remove());

  it.skipIf(!hasProgram('iptables'))('iptables-multiport blocks and lets go', async () => {
    await blocksAndLetsGo('iptables-multiport', async () => {
      const { out } = await network.run('server', 'iptables', ['-S']);
      return out.includes('f2b-gate');
    });
  });

  it.skipIf(!hasProgram('nft'))('nftables-multiport blocks and lets go', async () => {
    await blocksAndLetsGo('nftables-multiport', async () => {
      const { out } = await network.run('server', 'nft', ['list', 'ruleset']);
      return out.includes('addr-set-gate');
    });
  });

  async function blocksAndLetsGo(action: string, isThere: () => Promise<boolean>): Promise<void> {
    const folder = scratch();
    const tree = makeTree(folder, { jail: [`action = ${action}[name=gate, port=${PORT}]`] });
    const place = placeOf(folder, tree, 'actions = "all"\n[firewall]\ntype = "nftables"\n');
    const daemon = startDaemonIn(network.runner('server'), place);
    try {
      await onWatch(daemon);
      expect(await isThere()).toBe(false);
      await checkBans(daemon, place, tree);
      daemon.program.kill('SIGTERM');
      await daemon.end;
      expect(await isThere()).toBe(false);
      expect(await reaches('attacker', 'v6')).toBe(true);
    } finally {
      daemon.program.kill('SIGKILL');
      await daemon.end;
    }
  }

  async function checkBans(daemon: RunningDaemon, place: LivePlace, tree: Tree): Promise<void> {
    for (const family of ['v4', 'v6'] as const) {
      expect([family, await reaches('attacker', family)]).toEqual([family, true]);
      attack(tree, ADDRESSES.attacker[family]);
      await until(
        async () => !(await reaches('attacker', family)),
        () => daemon.said.text,
      );
      expect([family, await reaches('innocent', family)]).toEqual([family, true]);
    }
    // The action has its port, and ours has none.
    expect(await reaches('attacker', 'v4', OTHER_PORT)).toBe(true);
    expect(await blockedIn(network.runner('server'))).toEqual([]);
    await rapsheetIn(network.runner('server'), place, ['unban', ADDRESSES.attacker.v4]);
    await until(
      () => reaches('attacker', 'v4'),
      () => daemon.said.text,
    );
    expect(await reaches('attacker', 'v6')).toBe(false);
  }

  function reaches(from: 'attacker' | 'innocent', family: 'v4' | 'v6', port = PORT): Promise<boolean> {
    const [to = ''] = LINKS[from][family].split('/');
    return network.connects(from, { to, port, timeoutMs: 500 });
  }
});

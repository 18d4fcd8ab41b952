/** That packets are stopped: of the banned, on the host and in a container behind it, and of nobody else. As root only. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { canUseNamespaces, hasProgram, makeNetwork, type Network as TestNetwork } from '../../test/netns.ts';
import type { Firewall } from './firewall.ts';
import { HOUR, KINDS, OPTIONS, order, subject, until } from './testing/kinds.ts';

const namespaces = await canUseNamespaces();

describe.each(KINDS.filter(({ name }) => name !== 'memory'))('$name, with packets', (kind) => {
  const usable = namespaces && kind.programs.every(hasProgram) && hasProgram('nft');

  describe.skipIf(!usable)('stops', () => {
    let network: TestNetwork;
    let firewall: Firewall;
    const server = { v4: '192.0.2.1', v6: '2001:db8:5::1' };

    beforeAll(async () => {
      network = await makeNetwork('rsfwp');
      await network.serve('server', 22);
      await network.serve('server', 443);
      await network.serve('container', 8000);
      await network.publish(80, 8000);
      await network.publish(8080, 8000);
      firewall = kind.open(OPTIONS, network.runner('server'));
    });
    afterAll(async () => {
      await firewall?.remove();
      await firewall?.close();
      await network?.remove();
    });
    afterEach(async () => {
      await firewall.replace([]);
    });

    const reach = async (from: 'attacker' | 'innocent', ports: readonly number[]): Promise<string[]> => {
      const tries = ports.flatMap((port) => Object.entries(server).map(([family, to]) => ({ family, to, port })));
      const results = await Promise.all(tries.map((one) => network.connects(from, one)));
      return tries.filter((_, index) => results[index]).map(({ family, port }) => `${family}:${port}`);
    };
    const everything = ['v4:22', 'v6:22', 'v4:443', 'v6:443', 'v4:80', 'v6:80', 'v4:8080', 'v6:8080'];
    const ports = [22, 443, 80, 8080];

    it('nobody when nobody is blocked', async () => {
      await firewall.replace([]);
      expect(await reach('attacker', ports)).toEqual(everything);
    });

    it.each([
      ['addresses', ['198.51.100.10', '2001:db8:a::10']],
      ['networks', ['198.51.100.0/24', '2001:db8:a::/64']],
      ['odd networks', ['198.51.100.8/29', '2001:db8:a::/52']],
    ])('%s, on the host and in the container, and nobody else', async (_, texts) => {
      await firewall.apply({ block: texts.map((text) => order(text)) });
      expect(await reach('attacker', ports)).toEqual([]);
      expect(await reach('innocent', ports)).toEqual(everything);
      await firewall.apply({ release: texts.map(subject) });
      expect(await reach('attacker', ports)).toEqual(everything);
    });

    it('only the ports of a group, as the client sees them', async () => {
      const texts = ['198.51.100.10', '2001:db8:a::/64'];
      await firewall.apply({ block: texts.flatMap((text) => [order(text, HOUR, 'ssh'), order(text, HOUR, 'web_1')]) });
      expect(await reach('attacker', ports)).toEqual(['v4:443', 'v6:443', 'v4:8080', 'v6:8080']);
      expect(await reach('innocent', ports)).toEqual(everything);
    });

    it('while it is closed, and until the end that the kernel knows', async () => {
      await firewall.apply({ block: [order('198.51.100.10', 4_000), order('2001:db8:a::10')] });
      await firewall.close();
      expect(await reach('attacker', [22])).toEqual([]);
      await until(async () => (await reach('attacker', [22])).includes('v4:22'));
      expect(await reach('attacker', [22])).toEqual(['v4:22']);
    });
  });
});

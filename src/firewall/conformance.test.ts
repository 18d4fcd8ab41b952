/** What every firewall must do. The real ones run in namespaces as root; without root only the fake is asked. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { canUseNamespaces, hasProgram, makeNetwork, type Network as TestNetwork } from '../../test/netns.ts';
import { systemClock } from '../base/clock.ts';
import { type Firewall, FirewallError } from './firewall.ts';
import type { Runner } from './runner.ts';
import { HOUR, KINDS, OPTIONS, order, subject, until } from './testing/kinds.ts';

const namespaces = await canUseNamespaces();

/** Text and group, sorted. */
async function blocked(firewall: Firewall): Promise<string[]> {
  return (await firewall.list()).map((one) => `${one.subject.text} ${one.group}`).sort();
}

async function remaining(firewall: Firewall, text: string): Promise<number> {
  const found = (await firewall.list()).find((one) => one.subject.text === text);
  return (found?.until ?? 0) - systemClock();
}

describe.each(KINDS)('$name', (kind) => {
  const usable = kind.programs.length === 0 || (namespaces && kind.programs.every(hasProgram));
  let network: TestNetwork;
  let runner: Runner;
  let firewall: Firewall;

  describe.skipIf(!usable)('conforms', () => {
    const open = (options = OPTIONS, capacity?: number): Firewall => kind.open(options, runner, capacity);

    beforeAll(async () => {
      if (!namespaces) return;
      network = await makeNetwork('rsfw');
      runner = network.runner('server');
    });
    afterAll(async () => {
      await network?.remove();
    });
    beforeEach(() => {
      firewall = open();
    });
    afterEach(async () => {
      await firewall.remove();
      await firewall.close();
    });

    it('changes nothing before it is used', async () => {
      expect(kind.traces === undefined ? '' : await kind.traces(firewall, network)).toBe('');
      await expect(firewall.list()).rejects.toBeInstanceOf(FirewallError);
    });

    it('blocks addresses and networks of both families, for all ports and for groups', async () => {
      const texts = ['203.0.113.7', '203.0.113.0/24', '203.0.0.0/16', '2001:db8::7', '2001:db8::/64', '2001:db8::/48'];
      const orders = texts.flatMap((text) => [order(text), order(text, HOUR, 'ssh')]);
      const blocks = await firewall.apply({ block: orders });
      expect(blocks.map(({ state }) => state)).toEqual(orders.map(() => 'blocked'));
      expect(await blocked(firewall)).toEqual(texts.flatMap((text) => [`${text} all`, `${text} ssh`]).sort());
    });

    it('ends a block by itself, and not before', async () => {
      await firewall.apply({
        block: [order('203.0.113.7', 1_500), order('2001:db8::/64', 1_500), order('203.0.113.8')],
      });
      expect(await blocked(firewall)).toEqual(['2001:db8::/64 all', '203.0.113.7 all', '203.0.113.8 all']);
      await until(async () => (await blocked(firewall)).length === 1);
      expect(await blocked(firewall)).toEqual(['203.0.113.8 all']);
    });

    it('keeps the later end of two orders, and takes the new end of the next', async () => {
      await firewall.apply({ block: [order('203.0.113.7', 2 * HOUR), order('203.0.113.7', HOUR)] });
      expect(await remaining(firewall, '203.0.113.7')).toBeGreaterThan(1.9 * HOUR);
      await firewall.apply({ block: [order('203.0.113.7', 3 * HOUR)] });
      expect(await remaining(firewall, '203.0.113.7')).toBeGreaterThan(2.9 * HOUR);
      await firewall.apply({ block: [order('203.0.113.7', HOUR)] });
      expect(await remaining(firewall, '203.0.113.7')).toBeLessThan(1.1 * HOUR);
      expect(await blocked(firewall)).toHaveLength(1);
    });

    it('blocks for good, and for very long', async () => {
      const year = 365 * 24 * HOUR;
      await firewall.apply({
        block: [order('203.0.113.7', Number.POSITIVE_INFINITY), order('2001:db8::7', 10 * year)],
      });
      expect(await remaining(firewall, '203.0.113.7')).toBe(Number.POSITIVE_INFINITY);
      expect(await remaining(firewall, '2001:db8::7')).toBeGreaterThan(Math.min(9 * year, kind.longest - HOUR));
    });

    it('releases from all groups, first, and what is not blocked without complaint', async () => {
      await firewall.apply({
        block: [
          order('203.0.113.7'),
          order('203.0.113.7', HOUR, 'ssh'),
          order('203.0.113.0/24'),
          order('2001:db8::/64'),
        ],
      });
      const release = [subject('203.0.113.7'), subject('2001:db8::/64'), subject('192.0.2.9'), subject('192.0.2.0/28')];
      await firewall.apply({ release, block: [order('2001:db8::/64', HOUR, 'web_1')] });
      expect(await blocked(firewall)).toEqual(['2001:db8::/64 web_1', '203.0.113.0/24 all']);
    });

    it('refuses an order that is over, of an unknown group, or of everybody, and makes the others', async () => {
      const blocks = await firewall.apply({
        block: [
          order('203.0.113.1'),
          order('203.0.113.2', -1),
          order('203.0.113.3', HOUR, 'nosuch'),
          order('0.0.0.0/0'),
          order('::/0'),
          order('203.0.113.4', Number.NaN),
          order('203.0.113.5'),
        ],
      });
      const [blockedState, refused] = ['blocked', 'refused'];
      expect(blocks.map(({ state }) => state)).toEqual([
        ...[blockedState, refused, refused, refused, refused, refused, blockedState],
      ]);
      expect(await blocked(firewall)).toEqual(['203.0.113.1 all', '203.0.113.5 all']);
    });

    it('refuses what has no room, and makes the others', async () => {
      await firewall.remove();
      firewall = open(OPTIONS, 8);
      const orders = Array.from({ length: 40 }, (_, i) => order(`203.0.113.${i}`));
      const blocks = await firewall.apply({ block: [...orders.slice(0, 39), order('2001:db8::/64', HOUR, 'ssh')] });
      const states = blocks.map(({ state }) => state);
      expect(states.at(-1)).toBe(kind.name === 'memory' ? 'refused' : 'blocked');
      expect(states.filter((state) => state === 'blocked').length).toBeGreaterThanOrEqual(8);
      expect(states.filter((state) => state === 'refused').length).toBeGreaterThan(0);
      expect(blocks.find(({ state }) => state === 'refused')).toMatchObject({
        why: expect.stringMatching(/full|room/),
      });
      expect(await blocked(firewall)).toHaveLength(states.filter((state) => state === 'blocked').length);
      await firewall.apply({ release: [subject('203.0.113.200'), subject('203.0.113.0')] });
      const again = await firewall.replace(orders);
      expect(again.map(({ state }) => state)).toContain('refused');
    });

    it('replaces all blocks by others', async () => {
      await firewall.apply({ block: [order('203.0.113.1'), order('203.0.113.0/24'), order('2001:db8::/64')] });
      const blocks = await firewall.replace([
        order('203.0.113.1'),
        order('192.0.2.0/28', HOUR, 'ssh'),
        order('192.0.2.1', -1),
      ]);
      expect(blocks.map(({ state }) => state)).toEqual(['blocked', 'blocked', 'refused']);
      expect(await blocked(firewall)).toEqual(['192.0.2.0/28 ssh', '203.0.113.1 all']);
      await firewall.replace([]);
      expect(await blocked(firewall)).toEqual([]);
    });

    it('finds out that it was flushed, and replace mends it', async () => {
      await firewall.apply({ block: [order('203.0.113.1')] });
      await kind.flush(firewall, network);
      await expect(firewall.list()).rejects.toBeInstanceOf(FirewallError);
      await firewall.replace([order('203.0.113.1'), order('203.0.113.2')]);
      expect(await blocked(firewall)).toEqual(['203.0.113.1 all', '203.0.113.2 all']);
    });

    it('removes every trace', async () => {
      await firewall.apply({ block: [order('203.0.113.1'), order('203.0.113.0/24', HOUR, 'web_1')] });
      await firewall.remove();
      expect(await kind.traces(firewall, network)).toBe('');
      await firewall.remove();
    });

    it('does many at once', async () => {
      const many = Array.from({ length: 5_000 }, (_, i) => order(`10.0.${i >> 8}.${i & 255}`));
      const blocks = await firewall.replace(many);
      expect(blocks.every(({ state }) => state === 'blocked')).toBe(true);
      await firewall.apply({ block: many.slice(0, 3_000), release: many.slice(3_000).map((one) => one.subject) });
      expect(await firewall.list()).toHaveLength(3_000);
    });

    it('keeps the order in which it was asked', async () => {
      const one = order('203.0.113.1');
      await Promise.all([
        firewall.apply({ block: [one] }),
        firewall.apply({ release: [one.subject] }),
        firewall.apply({ block: [one, order('203.0.113.2')] }),
        firewall.apply({ release: [subject('203.0.113.2')] }),
      ]);
      expect(await blocked(firewall)).toEqual(['203.0.113.1 all']);
    });
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canUseNamespaces, hasProgram, makeNetwork, type Network as TestNetwork } from '../../test/netns.ts';
import { type Network, parseNetwork } from '../base/address.ts';
import { ProgramError, type ProgramResult } from '../base/program.ts';
import { cutConnections } from './cut.ts';
import type { Runner } from './runner.ts';

function subjects(...texts: readonly string[]): Network[] {
  return texts.flatMap((text) => parseNetwork(text) ?? []);
}

/** Answers programs by a function of the whole command line, and remembers what was run. */
function fakeRunner(answer: (line: string) => Partial<ProgramResult>): { runner: Runner; ran: string[] } {
  const ran: string[] = [];
  const runner: Runner = {
    run: async (name, args) => {
      const line = [name, ...args].join(' ');
      ran.push(line);
      return { status: 0, out: '', err: '', ...answer(line) };
    },
    start: () => {
      throw new Error('not used');
    },
  };
  return { runner, ran };
}

describe('cutConnections()', () => {
  it('runs nothing for nobody', async () => {
    const { runner, ran } = fakeRunner(() => ({}));
    expect(await cutConnections([], runner)).toEqual({ sockets: 0, flows: 0, problems: [] });
    expect(ran).toEqual([]);
  });

  it('never throws, and says what is not installed', async () => {
    const missing = async (name: string): Promise<never> => Promise.reject(new ProgramError(name, 'is not installed'));
    const result = await cutConnections(subjects('203.0.113.7'), { ...fakeRunner(() => ({})).runner, run: missing });
    expect(result).toEqual({ sockets: 0, flows: 0, problems: ['ss: is not installed', 'conntrack: is not installed'] });
  });

  it('ends sockets of the subjects only, however ss writes the peer', async () => {
    let killed = false;
    const list = [
      'ESTAB 0 0 192.0.2.1:22 203.0.113.7:4000 ',
      'ESTAB 0 0 [::ffff:192.0.2.1]:80 [::ffff:203.0.113.7]:4001',
      'ESTAB 0 0 [2001:db8::1]:22 [2001:db8:a::7]:4002',
      'ESTAB 0 0 192.0.2.1:22 203.0.113.70:4003',
      'ESTAB 0 0 [fe80::1%eth0]:22 [fe80::2%eth0]:4004',
      'nonsense',
    ];
    const { runner, ran } = fakeRunner((line) => {
      if (line.startsWith('ss -HKtn')) killed = true;
      return line === 'ss -Htn' ? { out: (killed ? list.slice(3) : list).join('\n') } : {};
    });
    const result = await cutConnections(subjects('203.0.113.7', '2001:db8:a::/64'), runner);
    expect(result).toMatchObject({ sockets: 3, problems: [] });
    expect(ran[1]).toBe('ss -HKtn dst 203.0.113.7 or dst [::ffff:203.0.113.7] or dst [2001:db8:a::7]');
  });

  it('says when the kernel cannot end sockets', async () => {
    const { runner } = fakeRunner((line) => ({
      out: line === 'ss -Htn' ? 'ESTAB 0 0 192.0.2.1:22 203.0.113.7:4000' : '',
      err: line.startsWith('ss -HKtn') ? 'RTNETLINK answers: Operation not supported\n' : '',
    }));
    const result = await cutConnections(subjects('203.0.113.7'), runner);
    expect(result).toEqual({
      sockets: 0,
      flows: 0,
      problems: ['ss -K: RTNETLINK answers: Operation not supported'],
    });
  });

  it('lists the connections once when there are many subjects', async () => {
    const many = Array.from({ length: 5_000 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
    const { runner, ran } = fakeRunner((line) => {
      if (line === 'conntrack -L -f ipv4') {
        const flow = (source: string): string =>
          `tcp 6 431999 ESTABLISHED src=${source} dst=192.0.2.1 sport=1 dport=22 src=x`;
        return { out: [...many.slice(0, 1_000), '203.0.113.9'].map(flow).join('\n') };
      }
      return { err: line.startsWith('conntrack -D') ? 'conntrack v1: 1 flow entries have been deleted.' : '' };
    });
    const result = await cutConnections(subjects(...many), runner);
    expect(result.flows).toBe(256);
    expect(ran.length).toBeLessThan(300);
    expect(ran.join('\n')).not.toContain('203.0.113.9');
  });
});

const usable = (await canUseNamespaces()) && ['ss', 'conntrack', 'nft'].every(hasProgram);

describe.skipIf(!usable)('cutConnections() in a namespace', () => {
  let network: TestNetwork;
  beforeAll(async () => {
    network = await makeNetwork('rsfwc');
    await network.serve('server', 22);
    await network.serve('container', 8000);
    await network.publish(80, 8000);
  });
  afterAll(async () => {
    await network?.remove();
  });

  /** A client that says when it is connected and when its connection has ended. */
  async function connected(from: 'attacker' | 'innocent', to: string, port: number): Promise<{ ended: () => boolean }> {
    const script = `const s = require('node:net').connect(${port}, '${to}');
      s.on('data', () => console.log('connected')); s.on('error', () => {}); s.on('close', () => process.exit(0));`;
    const child = network.start(from, process.execPath, ['-e', script]);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    return { ended: () => child.exitCode !== null };
  }

  it('ends the connections of an address of either family, and no other', async () => {
    const attackers = [await connected('attacker', '192.0.2.1', 22), await connected('attacker', '2001:db8:5::1', 22)];
    const forwarded = await connected('attacker', '192.0.2.1', 80);
    const innocent = [await connected('innocent', '192.0.2.1', 22), await connected('innocent', '192.0.2.1', 80)];
    const result = await cutConnections(subjects('198.51.100.10', '2001:db8:a::/64'), network.runner('server'));
    expect(result.problems).toEqual([]);
    expect(result.sockets).toBe(2);
    expect(result.flows).toBeGreaterThanOrEqual(1);
    for (let tries = 0; tries < 100 && !attackers.every(({ ended }) => ended()); tries++) await sleep(50);
    expect(attackers.map(({ ended }) => ended())).toEqual([true, true]);
    expect([forwarded, ...innocent].map(({ ended }) => ended())).toEqual([false, false, false]);
    const { out } = await network.run('server', 'conntrack', ['-L']);
    expect(out).not.toContain('src=198.51.100.10');
    expect(out).toContain('src=203.0.113.10');
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { parseNetwork } from '../base/address.ts';
import { systemClock } from '../base/clock.ts';
import { ProgramError } from '../base/program.ts';
import { type CommandLines, commandFirewall } from './command.ts';
import { ALL_PORTS, type BlockOrder, type Firewall } from './firewall.ts';
import type { Runner } from './runner.ts';

const HOUR = 3_600_000;
const BLOCK = ['/opt/edge', 'deny', '--for={seconds}', '{address}', 'v{family}', '{group}', '{other}'];
const RELEASE = ['/opt/edge', 'allow', '{address}'];

function subject(text: string): BlockOrder['subject'] {
  const network = parseNetwork(text);
  if (!network) throw new RangeError(text);
  return network;
}

function order(text: string, forMs = HOUR, group = ALL_PORTS): BlockOrder {
  return { subject: subject(text), until: systemClock() + forMs, group };
}

/** A firewall, what it ran, and a switch that makes the program fail. */
function open(command: CommandLines): { firewall: Firewall; ran: string[][]; fails: Set<string>; listed: string[] } {
  const ran: string[][] = [];
  const fails = new Set<string>();
  const listed: string[] = [];
  const runner: Runner = {
    run: async (name, args) => {
      if (fails.has('missing')) throw new ProgramError(name, 'is not installed');
      ran.push([name, ...args]);
      const failed = args.some((argument) => fails.has(argument));
      return { status: failed ? 1 : 0, out: listed.join('\n'), err: failed ? 'no\x1b[2J way\nmore' : '' };
    },
    start: () => {
      throw new Error('not used');
    },
  };
  const groups = [{ name: 'ssh', ports: [[22, 22] as const] }];
  return { firewall: commandFirewall({ command, runner, groups, hooks: [], clock: systemClock }), ran, fails, listed };
}

async function texts(firewall: Firewall): Promise<string[]> {
  return (await firewall.list()).map((one) => `${one.subject.text} ${one.group}`).sort();
}

describe('commandFirewall()', () => {
  it('fills placeholders inside of single arguments', async () => {
    const { firewall, ran } = open({ block: BLOCK, release: RELEASE });
    await firewall.apply({
      block: [order('203.0.113.0/24', 90_000), order('2001:db8::1', Number.POSITIVE_INFINITY, 'ssh')],
    });
    await firewall.apply({ release: [subject('203.0.113.0/24'), subject('203.0.113.9')] });
    expect(ran).toEqual([
      ['/opt/edge', 'deny', '--for=90', '203.0.113.0/24', 'v4', 'all', '{other}'],
      ['/opt/edge', 'deny', '--for=0', '2001:db8::1', 'v6', 'ssh', '{other}'],
      ['/opt/edge', 'allow', '203.0.113.0/24'],
      ['/opt/edge', 'allow', '203.0.113.9'],
    ]);
    expect(await texts(firewall)).toEqual(['2001:db8::1 ssh']);
  });

  it('refuses alone what the program refuses, with what it said', async () => {
    const { firewall, fails } = open({ block: BLOCK, release: RELEASE });
    fails.add('203.0.113.2');
    const blocks = await firewall.apply({ block: [order('203.0.113.1'), order('203.0.113.2'), order('203.0.113.3')] });
    expect(blocks.map(({ state }) => state)).toEqual(['blocked', 'refused', 'blocked']);
    expect(blocks[1]).toMatchObject({ why: 'no\\x1b[2J way' });
    expect(await texts(firewall)).toEqual(['203.0.113.1 all', '203.0.113.3 all']);
  });

  it('throws when the program is not there, or refuses everything', async () => {
    const { firewall, fails } = open({ block: BLOCK, release: RELEASE });
    fails.add('deny');
    const many = Array.from({ length: 30 }, (_, i) => order(`203.0.113.${i}`));
    await expect(firewall.apply({ block: many })).rejects.toMatchObject({ name: 'FirewallError' });
    fails.add('missing');
    const wanted = { name: 'FirewallError', hint: expect.stringContaining('[firewall.command]') };
    await expect(firewall.apply({ block: [order('203.0.113.1')] })).rejects.toMatchObject(wanted);
  });

  it('ends blocks itself when the command takes no seconds', async () => {
    const { firewall, ran } = open({ block: ['/opt/edge', 'deny', '{address}'], release: RELEASE });
    await firewall.apply({ block: [order('203.0.113.1', 100), order('203.0.113.2'), order('203.0.113.1', 50, 'ssh')] });
    for (let tries = 0; tries < 100 && (await texts(firewall)).length > 1; tries++) await sleep(20);
    expect(await texts(firewall)).toEqual(['203.0.113.2 all']);
    expect(ran.filter(([, verb]) => verb === 'allow')).toEqual([['/opt/edge', 'allow', '203.0.113.1']]);
    await firewall.close();
  });

  it('asks the program what it blocks when it can, and replaces that', async () => {
    const { firewall, ran, listed } = open({ block: BLOCK, release: RELEASE, list: ['/opt/edge', 'list'] });
    listed.push('203.0.113.1  since yesterday', '  2001:db8::/64', '', 'total 2', '203.0.113.300');
    expect(await texts(firewall)).toEqual(['2001:db8::/64 all', '203.0.113.1 all']);
    ran.length = 0;
    await firewall.replace([order('203.0.113.1'), order('203.0.113.2')]);
    expect(ran.map(([, verb, ...rest]) => [verb, rest[0], rest[1]])).toEqual([
      ['list', undefined, undefined],
      ['allow', '2001:db8::/64', undefined],
      ['deny', '--for=3600', '203.0.113.1'],
      ['deny', '--for=3600', '203.0.113.2'],
    ]);
  });

  it('releases all on removal, and nothing on closing', async () => {
    const { firewall, ran } = open({ block: BLOCK, release: RELEASE });
    await firewall.apply({ block: [order('203.0.113.1')] });
    await firewall.close();
    expect(ran).toHaveLength(1);
    await firewall.remove();
    expect(ran.at(-1)).toEqual(['/opt/edge', 'allow', '203.0.113.1']);
    expect(await texts(firewall)).toEqual([]);
  });
});

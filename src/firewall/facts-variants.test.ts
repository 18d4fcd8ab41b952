import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { canUseNamespaces, hasProgram } from '../../test/netns.ts';
import { ProgramError } from '../base/program.ts';
import { ipsetFirewall } from './ipset.ts';
import { nftablesFirewall } from './nftables.ts';
import type { Runner } from './runner.ts';
import { LATER_MS, openScene, pause, type Scene, SERVER } from './testing/scene.ts';

const PROGRAMS = ['nft', 'iptables', 'ip6tables', 'ipset', 'conntrack', 'ss'];
const works = (await canUseNamespaces()) && PROGRAMS.map(hasProgram).every((one) => one);
if (!works)
  console.warn(
    'SKIPPED: no cause of a block without effect is built for real (needs root and nft, iptables, ipset, conntrack, ss)',
  );

describe.skipIf(!works)('other ways to a block without effect, and what looks like it', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await openScene('rsdj');
  }, 60_000);
  beforeEach(() => scene.renew());
  afterEach(() => scene.clear());
  afterAll(() => scene?.network.remove());

  it('established: a forwarded connection that a flow table has taken over', async () => {
    const table = `table inet fast {
      flowtable flows { hook ingress priority 0; devices = { "to-attacker", "to-container" }; }
      chain forward { type filter hook forward priority 0; ct state established flow add @flows; }
    }`;
    const made = await scene.network.run('server', 'nft', ['-f', '-'], { input: table });
    if (made.status !== 0) {
      console.warn(`SKIPPED, no flow tables in this kernel: ${made.err.split('\n')[0]}`);
      return;
    }
    await scene.network.publish(8022, 22);
    const child = await scene.talk(SERVER, 8022);
    await pause(400);
    await scene.block(nftablesFirewall);
    await pause(LATER_MS);
    expect(await scene.connects(SERVER, 8022)).toBe(false);
    const found = await scene.cause();
    child.kill();
    expect(found).toMatchObject({ cause: 'established' });
    expect(found.what).toContain('to port 8022 was handed to a flow table (inet fast flows)');
  }, 30_000);

  it('port: one that a redirection leads to', async () => {
    await scene.network.run('server', 'iptables', [
      '-t',
      'nat',
      '-A',
      'PREROUTING',
      ...'-p tcp --dport 22 -j REDIRECT --to-ports 2222'.split(' '),
    ]);
    const ports = [[22, 22]] as const;
    await scene.block(nftablesFirewall, { groups: [{ name: 'p22', ports }], group: 'p22' });
    const child = await scene.talk(SERVER, 22);
    await pause(LATER_MS);
    const found = await scene.cause({ ports });
    child.kill();
    expect(found).toMatchObject({ cause: 'port-or-family' });
    expect(found.remedy).toContain('add 2222 to ports');
  }, 30_000);

  it('rule-order: on the way to a container', async () => {
    await scene.network.publish(8022, 22);
    await scene.block(ipsetFirewall);
    await scene.network.run('server', 'iptables', ['-N', 'EDGE']);
    await scene.network.run('server', 'iptables', ['-A', 'EDGE', '-p', 'tcp', '--dport', '22', '-j', 'ACCEPT']);
    await scene.network.run('server', 'iptables', ['-I', 'FORWARD', '-j', 'EDGE']);
    expect(await scene.connects(SERVER, 8022)).toBe(true);
    const found = await scene.cause({ firewallName: 'ipset' });
    expect(found).toMatchObject({ cause: 'rule-order' });
    expect(found.remedy).toContain('iptables -D EDGE -p tcp');
  }, 30_000);

  it('forwarded: told without the program conntrack, by where destinations are translated', async () => {
    await scene.network.publish(8022, 22);
    await scene.block(nftablesFirewall, { hooks: ['input'] });
    expect(await scene.connects(SERVER, 8022)).toBe(true);
    const real = scene.network.runner('server');
    const run: Runner['run'] = async (name, args, options) => {
      if (name === 'conntrack' || name === 'grep') throw new ProgramError(name, 'is not installed');
      return real.run(name, args, options);
    };
    const found = await scene.cause({ hooks: ['input'] }, { run });
    expect(found).toMatchObject({ cause: 'forwarded' });
    expect(found.what).toContain('inet publish prerouting');
  }, 30_000);

  it('late-lines: the packets are dropped, and a dead connection is all that there is', async () => {
    const child = await scene.talk(SERVER, 22);
    await scene.block(nftablesFirewall);
    await pause(LATER_MS);
    expect(await scene.connects(SERVER, 22)).toBe(false);
    const found = await scene.cause();
    child.kill();
    expect(found).toMatchObject({ cause: 'late-lines' });
    expect(found.what).toMatch(/\d packets were stopped.*dead connection \(port 22\)/);
  }, 30_000);
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ADDRESSES, canUseNamespaces, hasProgram } from '../../test/netns.ts';
import { ProgramError } from '../base/program.ts';
import { ipsetFirewall } from './ipset.ts';
import { nftablesFirewall } from './nftables.ts';
import type { Runner } from './runner.ts';
import { addressOf, LATER_MS, openScene, pause, type Scene, SERVER } from './testing/scene.ts';

const PROGRAMS = ['nft', 'iptables', 'ip6tables', 'ipset', 'conntrack', 'ss'];
const works = (await canUseNamespaces()) && PROGRAMS.map(hasProgram).every((one) => one);
if (!works)
  console.warn(
    'SKIPPED: no cause of a block without effect is built for real (needs root and nft, iptables, ipset, conntrack, ss)',
  );

describe.skipIf(!works)('the seven causes of a block without effect, each built of packets', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await openScene('rsdi');
  }, 60_000);
  beforeEach(() => scene.renew());
  afterEach(() => scene.clear());
  afterAll(() => scene?.network.remove());

  it('forwarded: a container behind destination NAT, and the block on input only', async () => {
    await scene.network.publish(8022, 22);
    await scene.block(nftablesFirewall, { hooks: ['input'] });
    expect(await scene.connects(SERVER, 8022)).toBe(true);
    const found = await scene.cause({ hooks: ['input'] });
    expect(found).toMatchObject({ cause: 'forwarded' });
    expect(found.what).toContain(`from port 8022 to ${ADDRESSES.container.v4} port 22`);
    expect(found.remedy).toContain('hooks = ["input", "forward"]');
  }, 30_000);

  it('established: an open connection, which a rule before ours accepts', async () => {
    // As hosts have it, so that connections are tracked.
    const rule = ['-m', 'conntrack', '--ctstate', 'RELATED,ESTABLISHED', '-j', 'ACCEPT'];
    await scene.network.run('server', 'iptables', ['-A', 'INPUT', ...rule]);
    const child = await scene.talk(SERVER, 22);
    await scene.block(ipsetFirewall);
    await scene.network.run('server', 'iptables', ['-I', 'INPUT', '1', ...rule]);
    await pause(LATER_MS);
    expect(await scene.connects(SERVER, 22)).toBe(false);
    const found = await scene.cause({ firewallName: 'ipset' });
    child.kill();
    expect(found).toMatchObject({ cause: 'established' });
    expect(found.what).toContain('to port 22 from before the block');
    expect(found.remedy).toContain(`conntrack -D -s ${scene.attacker}`);
  }, 30_000);

  it('port: another than the one that is blocked', async () => {
    const ports = [[22, 22]] as const;
    await scene.block(nftablesFirewall, { groups: [{ name: 'p22', ports }], group: 'p22' });
    const child = await scene.talk(SERVER, 2222);
    await pause(LATER_MS);
    const found = await scene.cause({ ports });
    child.kill();
    expect(found).toMatchObject({ cause: 'port-or-family' });
    expect(found.remedy).toContain('add 2222 to ports');
    // Without a connection at this moment, the program of the line tells where it listens.
    await scene.network.run('server', 'conntrack', ['-F']);
    await pause(300);
    const quiet = await scene.cause({ ports: [[23, 23]], text: scene.sshdLine().replace('sshd', 'node') });
    expect(quiet).toMatchObject({ cause: 'port-or-family' });
  }, 30_000);

  it('family: IPv6, with a firewall that has IPv4 only', async () => {
    const real = scene.network.runner('server');
    const runner: Runner = {
      ...real,
      run: async (name, args, options) => {
        if (name.startsWith('ip6tables')) throw new ProgramError(name, 'is not installed');
        return real.run(name, args, options);
      },
    };
    await scene.block(ipsetFirewall, { runner, address: ADDRESSES.attacker.v6 });
    const address = addressOf(ADDRESSES.attacker.v6);
    expect(await scene.network.connects('attacker', { to: ADDRESSES.server.v6, port: 22 })).toBe(true);
    const found = await scene.cause({ firewallName: 'ipset', address });
    expect(found).toMatchObject({ cause: 'port-or-family' });
    expect(found.what).toContain('is IPv6');
  }, 30_000);

  it('finds the network of an IPv6 address in its set', async () => {
    await scene.block(nftablesFirewall, { address: ADDRESSES.attacker.v6 });
    expect(await scene.network.connects('attacker', { to: ADDRESSES.server.v6, port: 22 })).toBe(false);
    const found = await scene.cause({ address: addressOf(ADDRESSES.attacker.v6) });
    expect(found).toMatchObject({ cause: 'late-lines' });
    expect(found.what).toMatch(/[1-9] packets were stopped/);
  }, 30_000);

  it('flushed: somebody flushed all rules, or removed the one address', async () => {
    await scene.block(nftablesFirewall);
    await scene.network.run('server', 'nft', [
      'delete',
      'element',
      'inet',
      'rapsheet',
      'all_4_32',
      `{ ${scene.attacker} }`,
    ]);
    expect((await scene.cause()).what).toContain('is not in the sets of the table inet rapsheet any more');
    await scene.network.run('server', 'nft', ['flush', 'ruleset']);
    expect(await scene.connects(SERVER, 22)).toBe(true);
    const found = await scene.cause({ changedBy: 'nft (process 7)' });
    expect(found).toMatchObject({ cause: 'flushed' });
    expect(found.what).toContain('The table inet rapsheet is gone, by nft (process 7)');
    await scene.block(ipsetFirewall);
    expect((await scene.cause({ firewallName: 'ipset' })).cause).toBe('late-lines');
    await scene.network.run('server', 'iptables', ['-F', 'INPUT']);
    expect((await scene.cause({ firewallName: 'ipset' })).what).toContain('does not drop on input any more');
    await scene.network.run('server', 'iptables', ['-F']);
    expect((await scene.cause({ firewallName: 'ipset' })).what).toContain('is gone');
  }, 30_000);

  it('rule-order: somebody put a rule before ours, that accepts', async () => {
    await scene.block(ipsetFirewall);
    const rule = ['-p', 'tcp', '-m', 'tcp', '--dport', '22', '-j', 'ACCEPT'];
    await scene.network.run('server', 'iptables', ['-I', 'INPUT', ...rule]);
    expect(await scene.connects(SERVER, 22)).toBe(true);
    const found = await scene.cause({ firewallName: 'ipset' });
    expect(found).toMatchObject({ cause: 'rule-order' });
    expect(found.remedy).toContain(`iptables -D INPUT ${rule.join(' ')}`);
  }, 30_000);

  it('other-host: the line is of another host', async () => {
    await scene.block(nftablesFirewall);
    const found = await scene.cause({ text: scene.sshdLine('web2') });
    expect(found).toMatchObject({ cause: 'other-host' });
    expect(found.what).toContain('were written by web2');
  }, 30_000);

  it('proxy: a server in front that names the client in a header', async () => {
    // The client reaches the proxy on another way than over the server.
    const device = ['type', 'veth', 'peer', 'name', 'edge', 'netns', scene.network.namespace('innocent')];
    await scene.network.ip('attacker', ['link', 'add', 'edge', ...device]);
    await scene.network.addAddress('attacker', '203.0.113.201/30', 'edge');
    await scene.network.addAddress('innocent', '203.0.113.202/30', 'edge');
    for (const place of ['attacker', 'innocent'] as const) await scene.network.ip(place, ['link', 'set', 'edge', 'up']);
    await scene.network.ip('innocent', ['route', 'add', `${scene.attacker}/32`, 'via', '203.0.113.201']);
    const { line } = await scene.serveBehindProxy();
    await scene.block(nftablesFirewall);
    const get = `const http = require('node:http');
      http.get({ host: '203.0.113.202', port: 8080, localAddress: '${scene.attacker}', path: '/.env' }, (answer) => {
        answer.resume(); console.log(answer.statusCode); });`;
    await pause(LATER_MS);
    expect((await scene.network.run('attacker', process.execPath, ['-e', get])).out).toBe('404\n');
    const text = await line;
    expect(text).toContain(`"GET /.env" 404 "${scene.attacker}"`);
    const found = await scene.cause({ text, service: 'web' });
    expect(found).toMatchObject({ cause: 'proxy' });
    expect(found.what).toContain(`those of ${ADDRESSES.innocent.v4}, which has 1 open to port 8081`);
    // A log that names the client only.
    const hidden = text.replaceAll(ADDRESSES.innocent.v4, '-');
    expect((await scene.cause({ text: hidden, service: 'web' })).what).toContain(`those of ${ADDRESSES.innocent.v4}`);
  }, 30_000);
});

/** A server under attack in network namespaces, and the question why a block of the attacker has no effect. */
import { ADDRESSES, makeNetwork, type Network } from '../../../test/netns.ts';
import { type Address, networkOf, parseAddress } from '../../base/address.ts';
import type { RunningProgram } from '../../base/program.ts';
import { type Diagnosis, diagnose } from '../diagnosis.ts';
import { gatherFacts, type LoggedLine, type Question } from '../facts.ts';
import { ALL_PORTS, type Firewall, type FirewallOptions } from '../firewall.ts';
import type { Runner } from '../runner.ts';

export const SERVER = ADDRESSES.server.v4;
/** Behind the moment of the block by what the diagnosis leaves for writing lines late, and a bit. */
export const LATER_MS = 2_600;

const clock = (): number => Date.now();

export function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (!address) throw new RangeError(text);
  return address;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export class Scene {
  readonly network: Network;
  /** Another one for each test, so that what is left of one's connections does not matter to the next. */
  attacker = '';
  #attackers = 100;
  #since = 0;
  readonly #firewalls: Firewall[] = [];

  constructor(network: Network) {
    this.network = network;
  }

  async renew(): Promise<void> {
    this.attacker = `198.51.100.${++this.#attackers}`;
    await this.network.addAddress('attacker', `${this.attacker}/24`);
  }

  async clear(): Promise<void> {
    for (const firewall of this.#firewalls.splice(0)) await firewall.close();
    await this.network.run('server', 'nft', ['flush', 'ruleset']);
    for (const tool of ['iptables', 'ip6tables']) {
      for (const args of [['-F'], ['-t', 'nat', '-F'], ['-X']]) await this.network.run('server', tool, args);
    }
    await this.network.run('server', 'ipset', ['destroy']);
    await this.network.run('server', 'conntrack', ['-F']);
  }

  sshdLine(host = 'web1'): string {
    return `2026-11-27T10:00:00.000000+00:00 ${host} sshd[7]: Failed password for root from ${this.attacker} port 41 ssh2`;
  }

  connects(to: string, port: number): Promise<boolean> {
    return this.network.connects('attacker', { to, port, source: this.attacker });
  }

  /** The firewall with the address blocked. */
  async block(
    open: (options: FirewallOptions & { runner: Runner }) => Firewall,
    options: Partial<FirewallOptions & { runner: Runner; group: string; address: string }> = {},
  ): Promise<Firewall> {
    const { address = this.attacker, group = ALL_PORTS, ...rest } = options;
    const runner = this.network.runner('server');
    const firewall = open({ groups: [], hooks: ['input', 'forward'], clock, runner, ...rest });
    this.#firewalls.push(firewall);
    const subject = networkOf(addressOf(address), address.includes(':') ? 64 : 32);
    await firewall.replace([]);
    await firewall.apply({ block: [{ subject, until: clock() + 600_000, group }] });
    this.#since = clock();
    return firewall;
  }

  async cause(
    change: Partial<Question> & { readonly text?: string } = {},
    runner?: Pick<Runner, 'run'>,
  ): Promise<Diagnosis> {
    const { text = this.sshdLine(), ...rest } = change;
    const address = rest.address ?? addressOf(this.attacker);
    const line: LoggedLine = { time: clock(), line: text, path: '/var/log/auth.log' };
    const question: Question = {
      ...{ subject: networkOf(address, address.text.includes(':') ? 64 : 32), address, ports: undefined },
      ...{ hooks: ['input', 'forward'], firewallName: 'nftables', blockedSince: this.#since, service: 'ssh' },
      ...{ lines: [line], thisHost: 'web1', ...rest },
    };
    const facts = await gatherFacts(question, { runner: runner ?? this.network.runner('server'), clock });
    if (!runner && facts.failed.length > 0) throw new Error(facts.failed.join('; '));
    return diagnose(question, facts);
  }

  /** A client that goes on talking over one connection. */
  async talk(to: string, port: number): Promise<RunningProgram> {
    const script = `const s = require('node:net').connect({ port: ${port}, host: '${to}', localAddress: '${this.attacker}' }, () => { console.log('up');
      setInterval(() => s.write('more\\n'), 100); }); s.on('error', () => {}); s.resume();`;
    const child = this.network.start('attacker', process.execPath, ['-e', script]);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    return child;
  }

  /** A proxy and, behind it, a server that logs what the proxy says; gives the first line of its log. */
  async serveBehindProxy(): Promise<{ line: Promise<string> }> {
    const server = `require('node:http').createServer((request, answer) => { answer.statusCode = 404; answer.end();
      const peer = request.socket.remoteAddress.replace('::ffff:', '');
      console.log(peer + ' - "' + request.method + ' ' + request.url + '" 404 "' + request.headers['x-forwarded-for'] + '"');
    }).listen(8081, () => console.log('ready'));`;
    const proxy = `const http = require('node:http'); const agent = new http.Agent({ keepAlive: true });
      http.createServer((request, answer) => {
        const headers = { 'x-forwarded-for': request.socket.remoteAddress.replace('::ffff:', '') };
        const options = { host: '${SERVER}', port: 8081, path: request.url, agent, headers };
        http.get(options, (behind) => { answer.statusCode = behind.statusCode; behind.pipe(answer); });
      }).listen(8080, () => console.log('ready'));`;
    const behind = this.network.start('server', process.execPath, ['-e', server]);
    const front = this.network.start('innocent', process.execPath, ['-e', proxy]);
    await Promise.all([behind, front].map((child) => new Promise((resolve) => child.stdout.once('data', resolve))));
    const line = new Promise<string>((resolve) => {
      behind.stdout.once('data', (piece: Buffer) => resolve(piece.toString().trim()));
    });
    return { line };
  }
}

/** The server with its services, and a container behind it. */
export async function openScene(prefix: string): Promise<Scene> {
  const network = await makeNetwork(prefix);
  for (const port of [22, 80, 2222]) await network.serve('server', port);
  await network.serve('container', 22);
  return new Scene(network);
}

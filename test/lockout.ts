/**
 * A server with an operator who must not be locked out and an attacker who must be blocked, for the tests that try the
 * one and demand the other. The daemon is a real one in this process; the firewall is in memory. No test in here.
 */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Address, type Network, parseAddress, parseNetwork } from '../src/base/address.ts';
import { ProblemError } from '../src/base/problem.ts';
import type { Config } from '../src/config/config.ts';
import type { Daemon } from '../src/daemon/daemon.ts';
import type { Request } from '../src/daemon/protocol.ts';
import { readRequest } from '../src/daemon/request.ts';
import { failure, HOST, openBench, type TestBench, until } from '../src/daemon/testing.ts';
import { handle } from '../src/daemon/verbs.ts';
import { type HostFacts, readHost } from '../src/host/host.ts';
import { overlap } from '../src/jail/jail.ts';

export const OPERATOR = '203.0.113.10';
export const OPERATOR6 = '2001:db8:b::10';
/** Of the same household. */
export const NEIGHBOR6 = '2001:db8:b::99';
export const ATTACKER = '198.51.100.10';
export const HOST_ADDRESS = '192.0.2.1';
export const GATEWAY = '192.0.2.254';
export const RESOLVER = '192.0.2.53';
/** As /proc/net/route has it: the default route by the gateway. */
const ROUTES = `Iface\tDestination\tGateway\tFlags\neth0\t00000000\t${littleEndian(GATEWAY)}\t0003\n`;

export function address(text: string): Address {
  const parsed = parseAddress(text);
  if (!parsed) throw new RangeError(text);
  return parsed;
}

export function network(text: string): Network {
  const parsed = parseNetwork(text);
  if (!parsed) throw new RangeError(text);
  return parsed;
}

/** A login as sshd and rsyslog write it. */
export function loginLine(time: number, from: string): string {
  const stamp = new Date(time).toISOString().replace('Z', '+00:00');
  return `${stamp} ${HOST} sshd[77]: Accepted publickey for alice from ${from} port 4711 ssh2: ED25519 SHA256:abc\n`;
}

/** What the server is, without anybody who is logged in. */
async function hostFacts(folder: string): Promise<HostFacts> {
  const root = join(folder, 'root');
  for (const path of ['proc/net', 'etc']) mkdirSync(join(root, path), { recursive: true });
  writeFileSync(join(root, 'proc/net/route'), ROUTES);
  writeFileSync(join(root, 'etc/resolv.conf'), `nameserver ${RESOLVER}\n`);
  const of = { netmask: '255.255.255.0', mac: '00:00:00:00:00:00', internal: false, cidr: null };
  const eth0 = [{ ...of, family: 'IPv4' as const, address: HOST_ADDRESS }];
  return readHost({ root, interfaces: () => ({ eth0 }) });
}

function littleEndian(text: string): string {
  return text
    .split('.')
    .reverse()
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}

export interface SceneOptions {
  /** Of the configuration. */
  readonly change?: Partial<Config>;
  /** Logged in at the start. */
  readonly sessions?: readonly string[];
  readonly trialMs?: number;
}

export class Scene {
  readonly bench: TestBench;
  /** Added to the time of day. */
  ahead = 0;
  #daemon: Daemon | undefined;
  #lines = 0;
  #pid = 100;
  /** What a reload reads, or the mistake that it finds. */
  nextConfig: Config | ProblemError | undefined;
  readonly #options: SceneOptions;

  constructor(options: SceneOptions = {}) {
    this.#options = options;
    this.bench = openBench(['auth.log', 'access.log', 'error.log'], () => this.now, options.change);
    for (const log of ['auth.log', 'access.log', 'error.log']) writeFileSync(join(this.bench.folder, log), '');
  }

  get now(): number {
    return Date.now() + this.ahead;
  }

  get daemon(): Daemon {
    if (!this.#daemon) throw new Error('the daemon was not started');
    return this.#daemon;
  }

  async start(): Promise<void> {
    const { sessions = [] } = this.#options;
    this.bench.facts = { ...(await hostFacts(this.bench.folder)), sessions: sessions.map(sessionFrom) };
    await this.#run();
  }

  async restart(): Promise<void> {
    await this.daemon.stop();
    await this.#run();
  }

  get config(): Config {
    return { ...this.bench.config, ...this.#options.change };
  }

  /** What the host is from now on. */
  async become(change: Partial<HostFacts>): Promise<void> {
    this.bench.facts = { ...this.bench.facts, ...change };
    // The first tick only finds out when the next look is due.
    this.daemon.tick();
    await this.pass(11_000);
    // The facts are read without anybody waiting for them.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }

  write(log: string, text: string): void {
    appendFileSync(join(this.bench.folder, log), text, 'latin1');
    this.#lines += text.split('\n').length - 1;
  }

  login(from: string): void {
    this.write('auth.log', loginLine(this.now, from));
  }

  fail(from: string, times: number): void {
    for (let i = 0; i < times; i++) this.write('auth.log', failure(this.now, from, ++this.#pid));
  }

  /** As over the socket. */
  async ask(request: Request): Promise<unknown> {
    return handle(this.daemon, readRequest(JSON.stringify(request)));
  }

  /** Until all that was written is judged, and the kernel knows of it. */
  async judged(): Promise<void> {
    const { daemon } = this;
    await until(() => daemon.status().counts.lines >= this.#lines, `${this.#lines} lines`);
    daemon.settle();
    await daemon.enforcer.settled();
  }

  /** Some time goes by. */
  async pass(ms: number): Promise<void> {
    this.ahead += ms;
    this.daemon.turn();
    this.daemon.tick();
    await this.daemon.enforcer.settled();
  }

  /** The attacker shows himself; he must be blocked, or the test would prove nothing. */
  async attackerIsBlocked(from = ATTACKER): Promise<void> {
    this.fail(from, 6);
    const { enforcer } = this.daemon;
    await until(() => enforcer.held(network(from)) !== undefined, `the block of ${from}`);
    if (!(await this.isBlocked(from))) throw new Error(`${from} is said to be blocked, and is not`);
  }

  async isBlocked(text: string): Promise<boolean> {
    const subject = network(text);
    return (await this.blocked()).some((each) => overlap(network(each), subject));
  }

  async blocked(): Promise<readonly string[]> {
    return (await this.bench.firewall.list()).map((each) => each.subject.text);
  }

  end(): Promise<void> {
    return this.bench.end();
  }

  async #run(): Promise<void> {
    const { config } = this;
    this.#lines = 0;
    const loadConfig = (): Config => {
      if (this.nextConfig instanceof ProblemError) throw this.nextConfig;
      return this.nextConfig ?? config;
    };
    this.#daemon = await this.bench.start({ trialMs: this.#options.trialMs, config }, { loadConfig });
  }
}

export function sessionFrom(from: string): HostFacts['sessions'][number] {
  return { address: address(from), user: 'alice', terminal: 'pts/0' };
}

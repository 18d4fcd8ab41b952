/**
 * Network namespaces for tests with real packets: a server with a client that attacks, one that is innocent, and a
 * container behind the server, each with addresses of the documentation ranges. Needs root; `canUseNamespaces` tells.
 *
 *     attacker  198.51.100.10, 2001:db8:a::10 ──┐
 *                                                ├── server 192.0.2.1, 2001:db8:5::1 ──── container 192.0.2.130, 2001:db8:c::2
 *     innocent  203.0.113.10, 2001:db8:b::10  ──┘
 *
 * The server forwards. Clients reach it at 198.51.100.1 and 2001:db8:a::1 (203.0.113.1 and 2001:db8:b::1 from the innocent
 * one), and at 192.0.2.1 and 2001:db8:5::1 from everywhere.
 */
import {
  findProgram,
  type ProgramOptions,
  type ProgramResult,
  type RunningProgram,
  runProgram,
  startProgram,
} from '../src/base/program.ts';

export const PLACES = ['server', 'attacker', 'innocent', 'container'] as const;
export type Place = (typeof PLACES)[number];

/** Who has which addresses. The server's are on its loopback, and so reached over every link. */
export const ADDRESSES = {
  server: { v4: '192.0.2.1', v6: '2001:db8:5::1' },
  attacker: { v4: '198.51.100.10', v6: '2001:db8:a::10' },
  innocent: { v4: '203.0.113.10', v6: '2001:db8:b::10' },
  container: { v4: '192.0.2.130', v6: '2001:db8:c::2' },
} as const;

/** The links of the server: its own address on each. */
export const LINKS = {
  attacker: { v4: '198.51.100.1/24', v6: '2001:db8:a::1/64', peer4: '198.51.100.10/24', peer6: '2001:db8:a::10/64' },
  innocent: { v4: '203.0.113.1/24', v6: '2001:db8:b::1/64', peer4: '203.0.113.10/24', peer6: '2001:db8:b::10/64' },
  container: { v4: '192.0.2.129/25', v6: '2001:db8:c::1/64', peer4: '192.0.2.130/25', peer6: '2001:db8:c::2/64' },
} as const;

/** Starts programs inside a namespace: what a firewall takes as its `runner`. */
export interface NamespaceRunner {
  run(name: string, args: readonly string[], options?: ProgramOptions): Promise<ProgramResult>;
  start(name: string, args: readonly string[], environment?: Readonly<Record<string, string>>): RunningProgram;
}

export interface ConnectOptions {
  readonly to: string;
  readonly port: number;
  /** Another address of the place to come from (`addAddress`). */
  readonly source?: string;
  /** How long a connection may take that is dropped. */
  readonly timeoutMs?: number;
}

/** Whether this process may make namespaces here; says loudly when not. */
export async function canUseNamespaces(): Promise<boolean> {
  const name = `rsnsprobe${process.pid}`;
  try {
    const made = await runProgram('ip', ['netns', 'add', name]);
    if (made.status !== 0) throw new Error(made.err.trim());
    // A namespace may be made, and yet allow nothing.
    const tried = await runProgram('ip', ['netns', 'exec', name, 'ip', 'link', 'set', 'lo', 'up']);
    await runProgram('ip', ['netns', 'del', name]);
    if (tried.status !== 0) throw new Error(tried.err.trim());
    return true;
  } catch (error) {
    console.warn(`SKIPPED, no network namespaces (run as root, with iproute2): ${String(error)}`);
    return false;
  }
}

/** Whether a program is installed; says loudly when not. */
export function hasProgram(name: string): boolean {
  const found = findProgram(name) !== undefined;
  if (!found) console.warn(`SKIPPED, ${name} is not installed`);
  return found;
}

/** The four namespaces. `prefix` names them and must be unique among the tests that run at the same time. */
export async function makeNetwork(prefix: string): Promise<Network> {
  const network = new Network(`${prefix}${process.pid}`);
  try {
    await network.make();
  } catch (error) {
    await network.remove();
    throw error;
  }
  return network;
}

export class Network {
  readonly #prefix: string;
  readonly #running = new Set<RunningProgram>();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  namespace(place: Place): string {
    return `${this.#prefix}-${place}`;
  }

  async make(): Promise<void> {
    for (const place of PLACES) {
      await command('ip', ['netns', 'add', this.namespace(place)]);
      await this.ip(place, ['link', 'set', 'lo', 'up']);
      // An address is usable at once: nobody else could have it.
      await this.#must(place, 'sysctl', [
        '-qw',
        'net.ipv6.conf.all.accept_dad=0',
        'net.ipv6.conf.default.accept_dad=0',
      ]);
    }
    await this.#must('server', 'sysctl', ['-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1']);
    for (const [number, place] of (['attacker', 'innocent', 'container'] as const).entries()) {
      await this.#link(place, number);
    }
    await this.addAddress('server', `${ADDRESSES.server.v4}/32`, 'lo');
    await this.addAddress('server', `${ADDRESSES.server.v6}/128`, 'lo');
  }

  /** One more address of a place, `ADDRESS/PREFIX`. */
  async addAddress(place: Place, address: string, device = 'eth0'): Promise<void> {
    const noCheck = address.includes(':') ? ['nodad'] : [];
    await this.ip(place, ['address', 'add', address, 'dev', device, ...noCheck]);
  }

  /** Runs a program in a place. */
  async run(place: Place, name: string, args: readonly string[], options?: ProgramOptions): Promise<ProgramResult> {
    return this.runner(place).run(name, args, options);
  }

  async ip(place: Place, args: readonly string[]): Promise<void> {
    await command('ip', ['-n', this.namespace(place), ...args]);
  }

  /** What starts programs in a place, for what takes a runner. */
  runner(place: Place): NamespaceRunner {
    return runnerIn(this.namespace(place));
  }

  /** A TCP server that says `hello` and keeps the connection; it listens on all addresses of both families. */
  async serve(place: Place, port: number): Promise<void> {
    const script = `require('node:net').createServer((s) => { s.on('error', () => {}); s.write('hello\\n'); })
      .listen(${port}, '::', () => console.log('ready'));`;
    const child = this.start(place, process.execPath, ['-e', script]);
    await firstOutput(child, 'ready');
  }

  /** Starts a program in a place; it is ended with the network. */
  start(place: Place, name: string, args: readonly string[]): RunningProgram {
    const child = this.runner(place).start(name, args);
    this.#running.add(child);
    child.on('error', () => undefined);
    child.stdin.on('error', () => undefined);
    child.stderr.resume();
    child.on('exit', () => this.#running.delete(child));
    return child;
  }

  /** Whether a TCP connection comes about and the server's greeting arrives. */
  async connects(from: Place, options: ConnectOptions): Promise<boolean> {
    const { to, port, source, timeoutMs = 1_500 } = options;
    const target = JSON.stringify({ host: to, port, ...(source === undefined ? {} : { localAddress: source }) });
    const script = `const s = require('node:net').connect(${target});
      s.on('data', () => process.exit(0)); s.on('error', () => process.exit(1)); s.on('close', () => process.exit(1));
      setTimeout(() => process.exit(2), ${timeoutMs});`;
    const { status } = await this.run(from, process.execPath, ['-e', script]);
    return status === 0;
  }

  /** Makes a port of the server lead to the container, as container engines do: destination NAT, then forwarded. */
  async publish(port: number, containerPort: number): Promise<void> {
    const { v4, v6 } = ADDRESSES.container;
    const rules = `table inet publish {
      chain prerouting { type nat hook prerouting priority -100;
        fib daddr type local tcp dport ${port} dnat ip to ${v4}:${containerPort}
        fib daddr type local tcp dport ${port} dnat ip6 to [${v6}]:${containerPort}
      }
    }`;
    await this.#must('server', 'nft', ['-f', '-'], { input: rules });
  }

  /** Ends what was started and removes the namespaces. */
  async remove(): Promise<void> {
    for (const child of this.#running) child.kill('SIGKILL');
    for (const place of PLACES) await runProgram('ip', ['netns', 'del', this.namespace(place)]);
  }

  async #link(place: 'attacker' | 'innocent' | 'container', number: number): Promise<void> {
    const { v4, v6, peer4, peer6 } = LINKS[place];
    const device = `to-${place}`.slice(0, 15);
    const server = this.namespace('server');
    const ends = ['name', 'eth0', 'netns', this.namespace(place)];
    await command('ip', ['-n', server, 'link', 'add', device, 'type', 'veth', 'peer', ...ends]);
    await this.ip('server', ['link', 'set', device, 'up']);
    await this.ip(place, ['link', 'set', 'eth0', 'up']);
    await this.addAddress('server', v4, device);
    await this.addAddress('server', v6, device);
    await this.addAddress(place, peer4);
    await this.addAddress(place, peer6);
    await this.ip(place, ['route', 'add', 'default', 'via', v4.replace(/\/.*/, ''), 'metric', `${number + 10}`]);
    await this.ip(place, ['-6', 'route', 'add', 'default', 'via', v6.replace(/\/.*/, '')]);
  }

  async #must(place: Place, name: string, args: readonly string[], options?: ProgramOptions): Promise<void> {
    const { status, err } = await this.run(place, name, args, options);
    if (status !== 0) throw new Error(`${name} ${args.join(' ')}: ${err.trim()}`);
  }
}

/** Starts programs in a namespace. `ip netns exec` becomes the program, so that its process id is the program's. */
export function runnerIn(namespace: string): NamespaceRunner {
  const inside = (name: string, args: readonly string[]): string[] => ['netns', 'exec', namespace, name, ...args];
  return {
    run: (name, args, options) => runProgram('ip', inside(name, args), options),
    start: (name, args, environment) => startProgram('ip', inside(name, args), environment),
  };
}

async function command(name: string, args: readonly string[]): Promise<void> {
  const { status, err } = await runProgram(name, args);
  if (status !== 0) throw new Error(`${name} ${args.join(' ')}: ${err.trim()}`);
}

async function firstOutput(child: RunningProgram, word: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (piece: Buffer) => {
      if (piece.toString().includes(word)) resolve();
    });
    child.on('error', reject);
    child.on('exit', () => reject(new Error('the server in the namespace ended')));
  });
}

/**
 * A small machine inside the server of a test network: its own /dev with its own /dev/log, its own /var/log and /run and
 * machine id, in a mount namespace, so that the real sshd, rsyslogd, nginx and logrotate run with the paths that they
 * have everywhere, and the machine of the tester stays as it is. Ends with the test's process at the latest. No test in here.
 */
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, type RunningProgram, runProgram } from '../src/base/program.ts';
import { until } from './live.ts';
import type { NamespaceRunner, Network } from './netns.ts';
import { put } from './run.ts';

/** Of the journal that the test writes. */
export const MACHINE_ID = '00112233445566778899aabbccddeeff';
/** There must be one for another to be in its place: the journal is found by it. */
export const hasMachineId = existsSync('/etc/machine-id');
/** Devices that the programs of these tests open. */
const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty'] as const;

export async function makeMachine(network: Network, folder: string): Promise<Machine> {
  const machine = new Machine(network, folder);
  try {
    await machine.make();
  } catch (error) {
    await machine.end();
    throw error;
  }
  return machine;
}

export class Machine implements NamespaceRunner {
  readonly folder: string;
  readonly #network: Network;
  readonly #running = new Set<RunningProgram>();
  #holder: number | undefined;

  constructor(network: Network, folder: string) {
    this.#network = network;
    this.folder = folder;
  }

  async make(): Promise<void> {
    for (const name of ['dev/pts', 'dev/shm', 'log/journal', 'log/nginx', 'run/sshd']) {
      mkdirSync(join(this.folder, name), { recursive: true });
    }
    await this.#hold();
    for (const name of DEVICES) {
      put(join(this.folder, 'dev', name), '');
      await this.#mount(`/dev/${name}`, join(this.folder, 'dev', name));
    }
    await this.#mount('/dev/pts', join(this.folder, 'dev/pts'));
    symlinkSync('pts/ptmx', join(this.folder, 'dev/ptmx'));
    symlinkSync('/proc/self/fd', join(this.folder, 'dev/fd'));
    if (hasMachineId) {
      await this.#mount(put(join(this.folder, 'machine-id'), `${MACHINE_ID}\n`), '/etc/machine-id');
    }
    await this.#mount(join(this.folder, 'log'), '/var/log');
    await this.#mount(join(this.folder, 'dev'), '/dev', ['--rbind']);
    // Last: whatever is below /run on the tester's machine is then out of sight.
    await this.#mount(join(this.folder, 'run'), '/run');
  }

  /** Where the tester finds what the machine has at /var/log/NAME. */
  log(name: string): string {
    return join(this.folder, 'log', name);
  }

  readLog(name: string): string {
    const path = this.log(name);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  run: NamespaceRunner['run'] = (name, args, options) => {
    return this.#network.run('server', 'nsenter', [...this.#inside(), whole(name), ...args], options);
  };

  start: NamespaceRunner['start'] = (name, args, environment) => {
    const given = [...this.#inside(), whole(name), ...args];
    const child = this.#network.runner('server').start('nsenter', given, environment);
    this.#running.add(child);
    child.on('error', () => undefined);
    child.on('exit', () => this.#running.delete(child));
    return child;
  };

  /** Runs a program that must end well. */
  async must(name: string, args: readonly string[]): Promise<string> {
    const { status, out, err } = await this.run(name, args);
    if (status !== 0) throw new Error(`${name} ${args.join(' ')}: status ${status}\n${out}${err}`);
    return out;
  }

  /** A service in the foreground; ready when `isReady`. */
  async serve(
    name: string,
    args: readonly string[],
    isReady: () => boolean | Promise<boolean>,
  ): Promise<RunningProgram> {
    const child = this.start(name, args);
    child.stdin.end();
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    }
    await until(
      async () => child.exitCode !== null || (await isReady()),
      () => `${name}: ${said}`,
    );
    if (child.exitCode !== null) throw new Error(`${name} ended with status ${child.exitCode}: ${said}`);
    return child;
  }

  /** Whether somebody listens at a TCP port. */
  async listens(port: number): Promise<boolean> {
    const { out } = await this.run('ss', ['-Hltn', `sport = :${port}`]);
    return out !== '';
  }

  /** Ends what was started in it, and what that started. */
  async end(): Promise<void> {
    for (const child of this.#running) child.kill('SIGKILL');
    // Sessions of sshd outlive it; all that is in our namespace is ours.
    const { out } = await runProgram('ip', ['netns', 'pids', this.#network.namespace('server')]);
    for (const pid of out.split('\n').filter((line) => line !== '')) {
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch {
        // It ended by itself.
      }
    }
  }

  #inside(): string[] {
    if (this.#holder === undefined) throw new Error('the machine is not made');
    return [`--mount=/proc/${this.#holder}/ns/mnt`, '--'];
  }

  /** The namespace lives as long as somebody in it; `cat` ends with the tester's process, whose end of the pipe it reads. */
  async #hold(): Promise<void> {
    const script = 'echo ready; exec cat';
    const child = this.#network.start('server', 'unshare', ['-m', '--propagation', 'private', 'sh', '-c', script]);
    this.#running.add(child);
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('exit', () => reject(new Error('no mount namespace')));
    });
    this.#holder = child.pid;
  }

  async #mount(what: string, where: string, how: readonly string[] = ['--bind']): Promise<void> {
    await this.must('mount', [...how, what, where]);
  }
}

/** The whole path: sshd insists on it. */
function whole(name: string): string {
  return findProgram(name) ?? name;
}

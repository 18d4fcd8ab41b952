/**
 * Where a contender runs: a network namespace and a folder of its own, with an empty log and somebody who listens to the
 * kernel. All of it goes away with `remove`, and with the bench when that ends before.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Monitor } from './live-monitor.ts';
import { Running } from './live-process.ts';

/** Listing 100,000 elements takes a second. */
const PATIENCE_MS = 60_000;
const OUTPUT_MAX = 268_435_456;

export class Bed {
  readonly folder: string;
  readonly log: string;
  readonly monitor = new Monitor();
  readonly #namespace: string;
  readonly #running: Running[] = [];
  readonly #onExit: () => void;
  #listener: Running | undefined;
  #isRemoved = false;

  private constructor(namespace: string) {
    this.#namespace = namespace;
    this.folder = mkdtempSync(join(tmpdir(), 'rapsheet-bench-'));
    this.log = join(this.folder, 'auth.log');
    writeFileSync(this.log, '');
    this.#onExit = () => this.#removeNow();
    process.once('exit', this.#onExit);
  }

  /** `name`: of whom it is for; one of a name at a time. */
  static async make(name: string): Promise<Bed> {
    const bed = new Bed(`rsbe-${process.pid}-${name}`);
    try {
      bed.#must(['ip', 'netns', 'add', bed.#namespace]);
      bed.#must(['ip', '-n', bed.#namespace, 'link', 'set', 'lo', 'up']);
      const onOut = (text: string): void => bed.monitor.hear(text);
      const listener = bed.#start({ name: 'nft monitor', command: ['nft', 'monitor'], onOut });
      await bed.monitor.listens(() => bed.nft(['add table inet rsbe; delete table inet rsbe']));
      bed.#listener = listener;
      return bed;
    } catch (error) {
      await bed.remove();
      throw error;
    }
  }

  start(name: string, command: readonly string[]): Running {
    return this.#start({ name, command });
  }

  /** Nobody listens any more: for 100,000 elements at once, telling of them takes the kernel longer than taking them. */
  async deafen(): Promise<void> {
    await this.#listener?.end();
  }

  /** Runs nft in the namespace; what it printed. */
  nft(args: readonly string[]): string {
    return this.run(['nft', ...args]);
  }

  /** Runs a program in the namespace to its end; what it printed, whether it succeeded or not. */
  run([command, ...args]: readonly string[]): string {
    return this.#run(['ip', 'netns', 'exec', this.#namespace, command ?? '', ...args]).out;
  }

  async remove(): Promise<void> {
    await Promise.all(this.#running.map((each) => each.end()));
    this.#removeNow();
    process.off('exit', this.#onExit);
  }

  #removeNow(): void {
    if (this.#isRemoved) return;
    this.#isRemoved = true;
    for (const each of this.#running) each.kill();
    this.#run(['ip', 'netns', 'del', this.#namespace]);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #start({
    name,
    command,
    onOut,
  }: {
    name: string;
    command: readonly string[];
    onOut?: (text: string) => void;
  }): Running {
    const args = ['netns', 'exec', this.#namespace, ...command];
    const running = new Running({ name, command: 'ip', args, ...(onOut ? { onOut } : {}) });
    this.#running.push(running);
    return running;
  }

  #must(command: readonly string[]): void {
    const { status, err } = this.#run(command);
    if (status !== 0) throw new Error(`${command.join(' ')} failed: ${err.trim()}`);
  }

  #run([command = '', ...args]: readonly string[]): { status: number | null; out: string; err: string } {
    const options = { encoding: 'utf8', timeout: PATIENCE_MS, maxBuffer: OUTPUT_MAX } as const;
    const { status, stdout, stderr, error } = spawnSync(command, args, options);
    return { status, out: stdout ?? '', err: error ? error.message : stderr };
  }
}

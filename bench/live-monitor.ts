/**
 * When which address came into a set of the kernel, as `nft monitor` tells it. The kernel tells of a transaction when all
 * of it is in force, so the first line of one is the time of all of it, however long the others take to be printed.
 */
import { milliseconds, pause, until } from './live-process.ts';

const FIRST_MS = 5_000;
const LOOK_EVERY_MS = 1;

export class Monitor {
  readonly #seen = new Map<string, number>();
  #rest = '';
  /** When the transaction that is being told of was first heard of. */
  #begun: number | undefined;
  #tables = new Map<string, number>();
  #waiting: { readonly address: string; readonly done: (at: number) => void } | undefined;

  hear(text: string): void {
    const now = milliseconds();
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line, now);
  }

  /** How many addresses have come. */
  get count(): number {
    return this.#seen.size;
  }

  /** When an address came into a set. */
  at(address: string): number | undefined {
    return this.#seen.get(address);
  }

  /** When a table was made last. */
  tableAt(name: string): number | undefined {
    return this.#tables.get(name);
  }

  forget(): void {
    this.#seen.clear();
    this.#tables = new Map();
  }

  /** Does something again and again until it was heard of. */
  async listens(provoke: () => void): Promise<void> {
    const heard = await until(() => {
      provoke();
      return this.tableAt('rsbe') !== undefined;
    }, FIRST_MS);
    if (!heard) throw new Error(`nft monitor tells nothing within ${FIRST_MS} ms`);
    this.forget();
  }

  /** When an address came, or undefined when it did not in time. */
  async comes(address: string, withinMs: number): Promise<number | undefined> {
    const at = this.at(address);
    if (at !== undefined) return at;
    const timeout = pause(withinMs).then(() => undefined);
    const came = new Promise<number>((done) => {
      this.#waiting = { address, done };
    });
    return await Promise.race([came, timeout]);
  }

  /** Waits for all of them. Those that came, and when the last of them did. */
  async comeAll(addresses: readonly string[], withinMs: number): Promise<{ count: number; last: number }> {
    await until(() => this.count >= addresses.length, withinMs, LOOK_EVERY_MS);
    const times = addresses.flatMap((address) => this.at(address) ?? []);
    return { count: times.length, last: times.reduce((latest, time) => Math.max(latest, time), 0) };
  }

  #take(line: string, now: number): void {
    if (line.startsWith('# new generation')) {
      this.#begun = undefined;
      return;
    }
    this.#begun ??= now;
    const table = /^add table \w+ (\S+)/.exec(line)?.[1];
    if (table) this.#tables.set(table, this.#begun);
    const address = /^add element .*?\{ ([\d.]+)/.exec(line)?.[1];
    if (address === undefined || this.#seen.has(address)) return;
    this.#seen.set(address, this.#begun);
    if (this.#waiting?.address === address) this.#waiting.done(this.#begun);
  }
}

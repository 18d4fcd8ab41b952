/** A writer and a rotation at random against a reader at random, killed at random: every line once, in order. */
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { scratch } from './testing.ts';
import { type Follower, follow } from './testing-follow.ts';

/** Mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
}

/** A daemon that appends numbered lines, and a logrotate of some configuration. */
class Writer {
  written = 0;
  /** Numbers of lines that came between a copy and its truncation. */
  readonly mayBeLost = new Set<number>();
  readonly path: string;
  readonly #random: (limit: number) => number;
  #descriptor: number;
  #copied = false;
  /** The rest of a line that was begun. */
  #rest = '';
  #date = 20_240_101;

  constructor(path: string, random: (limit: number) => number) {
    this.path = path;
    this.#random = random;
    this.#descriptor = openSync(path, 'a');
  }

  write(): void {
    for (let i = this.#random(4) === 0 ? this.#random(3000) : this.#random(5); i >= 0; i--) this.#line();
  }

  #line(): void {
    if (this.#copied) this.mayBeLost.add(this.written);
    const line = `${String(this.written++).padStart(8, '0')} ${'x'.repeat(this.#random(60))}\n`;
    const cut = this.#random(10) === 0 ? this.#random(line.length) : line.length;
    writeSync(this.#descriptor, this.#rest + line.slice(0, cut));
    this.#rest = line.slice(cut);
  }

  /** Finishes its line: a daemon does not open another file in the middle of one. */
  flush(): void {
    writeSync(this.#descriptor, this.#rest);
    this.#rest = '';
  }

  reopen(): void {
    this.flush();
    closeSync(this.#descriptor);
    this.#descriptor = openSync(this.path, 'a');
  }

  close(): void {
    this.flush();
    closeSync(this.#descriptor);
  }

  rename(way: 'numbers' | 'dates'): void {
    this.reopen();
    if (way === 'dates') renameSync(this.path, `${this.path}-${this.#date++}`);
    else {
      this.#shift();
      renameSync(this.path, `${this.path}.1`);
    }
    if (this.#random(2) === 0) writeFileSync(this.path, '');
    if (this.#random(3) > 0) this.reopen();
  }

  /**
   * Whether it is still to be truncated. A short log is at once: the copy of one that has not its 4096 first bytes yet is
   * not known again in another run when the log has grown since.
   */
  copy(): boolean {
    this.flush();
    this.#shift();
    copyFileSync(this.path, `${this.path}.1`);
    this.#copied = statSync(this.path).size >= 4096;
    if (!this.#copied) this.truncate();
    return this.#copied;
  }

  truncate(): void {
    this.flush();
    truncateSync(this.path, 0);
    this.#copied = false;
  }

  /** All rotated parts but the newest, as with `delaycompress`, or all. */
  compress(all: boolean): void {
    if (all) this.reopen();
    const folder = this.path.slice(0, this.path.lastIndexOf('/'));
    const plain = readdirSync(folder).filter((name) => /log(?:\.\d+|-\d+)$/.test(name));
    const age = (name: string): number => Number(/\d+$/.exec(name)?.[0]) * (name.includes('-') ? -1 : 1);
    for (const name of plain.sort((a, b) => age(a) - age(b)).slice(all ? 0 : 1)) {
      const path = join(folder, name);
      writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
      unlinkSync(path);
    }
  }

  #shift(): void {
    for (let turn = 60; turn >= 1; turn--) {
      for (const end of ['', '.gz']) {
        if (existsSync(`${this.path}.${turn}${end}`)) {
          renameSync(`${this.path}.${turn}${end}`, `${this.path}.${turn + 1}${end}`);
        }
      }
    }
  }
}

/** Reads at random, commits at random, dies at random. */
class Reader {
  follower: Follower;
  readonly #path: string;
  readonly #random: (limit: number) => number;
  #text = '';
  #committed = { text: '', positions: [] as ReturnType<Follower['positions']> };

  constructor(follower: Follower, path: string, random: (limit: number) => number) {
    this.follower = follower;
    this.#path = path;
    this.#random = random;
  }

  async act(): Promise<void> {
    const { follower } = this;
    const what = this.#random(10);
    if (what < 3) follower.source.look();
    else if (what < 6) follower.readPieces(this.#random(4));
    else if (what < 8) follower.read();
    else if (what < 9) follower.clock.now += 61_000;
    else await new Promise((resolve) => setImmediate(resolve));
    if (this.#random(3) === 0) this.#commit();
  }

  begin(): void {
    this.follower.read();
    this.#commit();
  }

  #commit(): void {
    this.#committed = { text: this.#text + this.follower.text, positions: this.follower.positions() };
  }

  async die(whileDown: () => void): Promise<void> {
    await this.follower.source.close();
    whileDown();
    this.#text = this.#committed.text;
    this.follower = await follow([this.#path], this.#committed.positions);
  }

  async finish(): Promise<string> {
    await this.follower.settle();
    await this.follower.source.close();
    return this.#text + this.follower.text;
  }
}

async function torture(seed: number, way: 'numbers' | 'dates' | 'copies', compresses: boolean): Promise<void> {
  const random = randomOf(seed);
  const directory = scratch();
  const path = join(directory, 'x.log');
  const writer = new Writer(path, random);
  const reader = new Reader(await follow([path]), path, random);
  // Of what was never read nothing is known: only the current file is read then, whatever lies beside it.
  writer.write();
  writer.flush();
  reader.begin();
  let copied = false;
  const change = (): void => {
    const what = random(12);
    if (what < 8) writer.write();
    else if (what < 9) writer.reopen();
    else if (what < 10 && compresses && !copied) writer.compress(random(2) === 0);
    else if (way !== 'copies') writer.rename(way);
    else {
      if (copied) writer.truncate();
      copied = !copied && writer.copy();
    }
  };
  for (let step = 0; step < 150; step++) {
    if (random(2) === 0) change();
    else if (random(15) === 0) {
      await reader.die(() => {
        for (let i = random(6); i > 0; i--) change();
      });
    } else await reader.act();
  }
  writer.reopen();
  const text = await reader.finish();
  writer.close();
  const numbers = text
    .split('\n')
    .slice(0, -1)
    .map((line) => (/^\d{8} x*$/.test(line) ? Number(line.slice(0, 8)) : -1));
  const seen = new Set(numbers);
  const lost = Array.from({ length: writer.written }, (_, i) => i).filter((i) => !seen.has(i));
  const label = `seed ${seed}`;
  expect([label, seen.size]).toEqual([label, numbers.length]);
  expect([label, numbers.findIndex((number, i) => i > 0 && number < (numbers[i - 1] ?? 0))]).toEqual([label, -1]);
  const missed = lost.filter((number) => !writer.mayBeLost.has(number));
  expect([label, missed.length, missed[0], missed.at(-1)]).toEqual([label, 0, undefined, undefined]);
  rmSync(directory, { recursive: true, force: true });
}

const RUNS = 25;

it.each([
  ['numbers', false],
  ['numbers', true],
  ['dates', true],
  ['copies', false],
  ['copies', true],
] as const)('rotation by %s, compressed: %s', async (way, compresses) => {
  const first = Number(process.env.TORTURE_SEED ?? 1);
  for (let seed = first; seed < first + RUNS; seed++) await torture(seed, way, compresses);
});

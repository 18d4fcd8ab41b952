/** For the tests of followed files: a reader that keeps positions as the ledger does. */
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { openFiles } from './follow.ts';
import type { LiveSource, LogState, Piece } from './live.ts';
import type { SourcePosition } from './position.ts';

export const LONG = Array.from({ length: 2000 }, (_, i) => `line ${i} of a log that is longer than its head\n`).join(
  '',
);

/** A reader of everything, which keeps positions as the ledger does. */
export class Follower {
  readonly source: LiveSource;
  text = '';
  /** `file offset` of each piece. */
  readonly places: string[] = [];
  readonly clock: { now: number };
  readonly #rows = new Map<object, SourcePosition>();
  readonly #before: SourcePosition[];

  constructor(source: LiveSource, clock: { now: number }, before: readonly SourcePosition[]) {
    this.source = source;
    this.clock = clock;
    this.#before = [...before];
  }

  /** Reads what there is; what it was. */
  read(): string {
    return this.readPieces(Number.POSITIVE_INFINITY);
  }

  /** Reads at most so many pieces of each log. */
  readPieces(limit: number): string {
    const from = this.text.length;
    for (const log of this.source.logs()) {
      for (let count = 0; count < limit; count++) {
        const piece = log.read();
        if (!piece) break;
        this.#take(piece);
      }
    }
    return this.text.slice(from);
  }

  #take({ chunk, before, after }: Piece): void {
    this.text += chunk.bytes.toString('latin1');
    this.places.push(`${chunk.file.path.split('/').at(-1)} ${chunk.offset}`);
    if (after.type !== 'file' || before.type !== 'file') return;
    expect(before.part).toBe(after.part);
    expect(before.position.position).toBeLessThanOrEqual(chunk.offset);
    expect(after.position.position).toBe(chunk.offset + chunk.bytes.length);
    const old = after.resumed === undefined ? -1 : this.#before.indexOf(after.resumed);
    if (old >= 0) this.#before.splice(old, 1);
    this.#rows.set(after.part, after.position);
  }

  look(): string {
    this.source.look();
    return this.read();
  }

  /** Looks until the background has nothing more to give. */
  async settle(): Promise<string> {
    let text = this.look();
    for (let quiet = 0; quiet < 20; quiet++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      const more = this.look();
      if (more !== '' || this.#isPacked()) quiet = 0;
      text += more;
    }
    return text;
  }

  /** Whether a compressed part is being read. */
  #isPacked(): boolean {
    return readdirLinks('/proc/self/fd').some((path) => / *\.gz(?: \(deleted\))?$/.test(path));
  }

  positions(): readonly SourcePosition[] {
    return [...this.#before, ...this.#rows.values()];
  }

  states(): readonly LogState[] {
    return this.source.logs().map((log) => log.state());
  }

  state(): LogState | undefined {
    return this.states()[0];
  }

  problems(): readonly string[] {
    return this.states().flatMap(({ problems }) => problems.map(({ what }) => what));
  }
}

export async function follow(
  paths: readonly string[],
  positions: readonly SourcePosition[] = [],
  onWake: () => void = () => undefined,
): Promise<Follower> {
  const clock = { now: 1_000_000 };
  const source = await openFiles([{ host: 'web1', paths }], { clock: () => clock.now, positions, onWake });
  const follower = new Follower(source, clock, positions);
  onTestFinished(() => source.close());
  return follower;
}

/** Descriptors of this process in a folder. */
export function openIn(directory: string): readonly string[] {
  const links = readdirLinks('/proc/self/fd');
  return links.filter((link) => link.startsWith(directory));
}

function readdirLinks(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    try {
      return [readlinkSync(join(folder, name))];
    } catch {
      return [];
    }
  });
}

/**
 * Listens to `nft monitor` for changes of our table that are not ours. nft prints the changes of a transaction, then
 * `# new generation 11 by process 350 (nft)`. Elements that expire are not told of, and so never mistaken for a change.
 */
import type { RunningProgram } from '../base/program.ts';
import { ellipsis, printable } from '../base/text.ts';
import type { Changer } from './nft-transactions.ts';
import type { Runner } from './runner.ts';

/** A flush comes as many transactions when a script does it; one call is enough for them. */
const SETTLE_MS = 100;
const RESTART_MIN_MS = 1_000;
/** A monitor that cannot live is tried once a minute; the daemon compares from time to time anyway. */
const RESTART_MAX_MS = 60_000;
/** nft keeps the elements of all sets, and some bytes of each line that it printed: then a new one is begun. */
const LINES_MAX = 100_000;
/** By then the new one listens. */
const OVERLAP_MS = 2_000;
/** What is told of a change stands at the start of its line; an element's line may be long. */
const LINE_MAX = 512;

export interface WatchOptions {
  readonly runner: Runner;
  readonly table: string;
  readonly isOwn: (by: Changer) => boolean;
  readonly onChange: (who: string) => void;
}

/** Returns how to stop. */
export function watchTable(options: WatchOptions): () => void {
  const watch = new TableWatch(options);
  watch.start();
  return () => watch.stop();
}

class TableWatch {
  readonly #options: WatchOptions;
  #monitor: Monitor | undefined;
  #stopped = false;
  #pause = RESTART_MIN_MS;
  #restart: NodeJS.Timeout | undefined;
  #settle: NodeJS.Timeout | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  start(): void {
    try {
      const child = this.#options.runner.start('nft', ['monitor']);
      const monitor = new Monitor(child, this.#options, {
        change: (who) => this.#report(who),
        news: () => this.#hadNews(monitor),
        end: () => this.#ended(monitor),
      });
      this.#monitor = monitor;
    } catch {
      // Not installed: whoever changes the table next finds that out, and says so.
      this.#later();
    }
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#restart);
    clearTimeout(this.#settle);
    this.#monitor?.end();
  }

  /** A worn monitor goes on until the next one surely listens; what both tell of is reported once. */
  #hadNews(monitor: Monitor): void {
    this.#pause = RESTART_MIN_MS;
    if (monitor !== this.#monitor || monitor.lines < LINES_MAX || this.#stopped) return;
    this.start();
    setTimeout(() => monitor.end(), OVERLAP_MS).unref();
  }

  #ended(monitor: Monitor): void {
    if (monitor === this.#monitor && !this.#stopped) this.#later();
  }

  #later(): void {
    this.#monitor = undefined;
    this.#restart = setTimeout(() => {
      this.start();
      // What happened meanwhile was not heard.
      if (this.#monitor) this.#report('somebody, while nft monitor was not running');
    }, this.#pause);
    this.#restart.unref();
    this.#pause = Math.min(this.#pause * 2, RESTART_MAX_MS);
  }

  #report(who: string): void {
    if (this.#settle || this.#stopped) return;
    this.#settle = setTimeout(() => {
      this.#settle = undefined;
      this.#options.onChange(who);
    }, SETTLE_MS);
    this.#settle.unref();
  }
}

interface MonitorEvents {
  /** Somebody else changed our table. */
  readonly change: (who: string) => void;
  /** A transaction has been told of. */
  readonly news: () => void;
  readonly end: () => void;
}

/** One running `nft monitor`. */
class Monitor {
  lines = 0;
  readonly #child: RunningProgram;
  readonly #options: WatchOptions;
  readonly #events: MonitorEvents;
  readonly #ours: RegExp;
  /** The start of a line that has not ended. */
  #rest = '';
  /** Whether the transaction that is being told of touches our table. */
  #touched = false;

  constructor(child: RunningProgram, options: WatchOptions, events: MonitorEvents) {
    this.#child = child;
    this.#options = options;
    this.#events = events;
    this.#ours = new RegExp(`^(?:add|insert|replace|delete|destroy|flush|create) \\w+ inet ${options.table}(?:\\s|$)`);
    child.on('error', () => events.end());
    child.on('close', () => events.end());
    child.stdin.on('error', () => undefined);
    child.stderr.resume();
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (piece: string) => this.#hear(piece));
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }

  #hear(piece: string): void {
    const lines = (this.#rest + piece).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, LINE_MAX);
    this.lines += lines.length;
    for (const line of lines) this.#line(line);
  }

  #line(line: string): void {
    if (!line.startsWith('# new generation')) {
      this.#touched ||= this.#ours.test(line);
      return;
    }
    const touched = this.#touched;
    this.#touched = false;
    this.#events.news();
    if (!touched) return;
    const match = /by process (\d+) \((.*)\)$/.exec(line);
    const by = { pid: Number(match?.[1] ?? 0), name: match?.[2] ?? 'an unknown program' };
    if (!this.#options.isOwn(by)) this.#events.change(`${ellipsis(printable(by.name), 32)} (process ${by.pid})`);
  }
}

/** From what the user names to the files that are logs: opened once, looked at, sorted into logs and others. */
import { type Stats, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { EXIT, type ExitStatus, type Problem, ProblemError } from '../base/problem.ts';
import { printable } from '../base/text.ts';
import { isGlob } from './glob.ts';
import { notALog, notALogByName } from './head.ts';
import { type OpenLog, openFile, openPipe, openStream } from './open.ts';
import type { PartOrigin } from './part.ts';
import { hashOf, type KnownPositions } from './position.ts';
import { refusalOf } from './refusal.ts';
import { type Passed, Walk } from './walk.ts';

/** A file that is a log. */
export interface Found extends PartOrigin {
  /** The same for two names of one file. */
  readonly identity: string;
  readonly headLength: number;
  readonly headHash: string;
  readonly compressed: boolean;
  /** Bytes on the disk. */
  readonly size: number;
  /** Of those, the ones that are new. */
  readonly unread: number;
}

export interface Passing extends Passed {
  readonly host: string;
}

export interface Surroundings {
  readonly clock: Clock;
  readonly known: KnownPositions;
  standardInput(): AsyncIterable<Uint8Array>;
}

interface Refused {
  readonly reason: string;
  readonly hint: string | undefined;
  readonly status: ExitStatus;
}

/** Collects the logs of all requests; what is wrong with a file that the user named himself is a problem. */
export class Search {
  readonly found: Found[] = [];
  readonly passed: Passing[] = [];
  readonly #around: Surroundings;
  readonly #problems: Problem[] = [];
  #status: ExitStatus | undefined;
  #standardInputTaken = false;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Throws the problems of all requests in one, with the exit status of the first. */
  finish(): void {
    if (this.#status !== undefined) throw new ProblemError(this.#status, this.#problems);
  }

  async path(host: string, path: string): Promise<void> {
    if (path === '-') return this.#standardInput(host, path);
    const stats = this.#stats(path);
    if (!stats) return;
    if (stats === 'glob') return this.#walk(host, path, (walk) => walk.glob(path));
    if (stats.isDirectory()) return this.#walk(host, path, (walk) => walk.directory(path));
    if (stats.isFile()) return this.#file(host, path, (why) => this.#object(path, why));
    if (stats.isFIFO() || stats.isCharacterDevice()) return this.#stream(host, path, () => openPipe(path));
    const reason = 'neither a file nor a directory nor a pipe';
    this.#object(path, { reason, hint: undefined, status: EXIT.badData });
  }

  async #standardInput(host: string, path: string): Promise<void> {
    if (this.#standardInputTaken) {
      return this.#object(path, {
        reason: 'standard input can be read once only',
        hint: undefined,
        status: EXIT.usage,
      });
    }
    this.#standardInputTaken = true;
    return this.#stream(host, path, () => openStream(this.#around.standardInput(), path));
  }

  #stats(path: string): Stats | 'glob' | undefined {
    try {
      return statSync(path);
    } catch (error) {
      if (isGlob(path)) return 'glob';
      const { status, what, hint } = refusalOf(error, path);
      this.#object(path, { reason: what, hint, status });
      return undefined;
    }
  }

  async #walk(host: string, path: string, take: (walk: Walk) => void): Promise<void> {
    const walk = new Walk();
    try {
      take(walk);
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      const { status, what, hint } = refusalOf(error, path);
      return this.#object(path, { reason: what, hint, status });
    }
    const before = this.found.length;
    const passed: Passed[] = [...walk.passed];
    for (const file of walk.files) {
      const other = notALogByName(basename(file));
      if (other) passed.push({ path: file, ...other });
      else await this.#file(host, file, ({ reason, hint }) => passed.push({ path: file, reason, hint }));
    }
    for (const other of passed) this.passed.push({ host, ...other });
    if (this.found.length === before) this.#nothing(path, passed);
  }

  #nothing(path: string, passed: readonly Passed[]): void {
    const first = passed[0];
    const hint = first && `${passed.length} left out, the first: ${printable(first.path)}: ${first.reason}`;
    this.#object(path, { reason: 'there is no log', hint, status: EXIT.noInput });
  }

  /** Opens the file, looks at how it begins, closes it. */
  async #file(host: string, path: string, refuse: (why: Refused) => void): Promise<void> {
    try {
      const log = openFile(path);
      try {
        const head = await log.input.head();
        const other = notALog(head);
        if (other) return refuse({ ...other, status: EXIT.badData });
        const file = { host, path, modified: log.modified ?? this.#around.clock() };
        this.#add({ file, open: () => openFile(path) }, log, head);
      } finally {
        await log.input.close();
      }
    } catch (error) {
      const { status, what, hint } = refusalOf(error, path);
      refuse({ reason: what, hint, status });
    }
  }

  /** A stream stays open: it cannot be had again. */
  async #stream(host: string, path: string, open: () => Promise<OpenLog>): Promise<void> {
    try {
      const log = await open();
      const head = await log.input.head();
      const other = notALog(head);
      if (other) return this.#object(path, { ...other, status: EXIT.badData });
      let given = false;
      const once = async (): Promise<OpenLog | undefined> => {
        if (given) return undefined;
        given = true;
        return log;
      };
      this.#add({ file: { host, path, modified: this.#around.clock() }, open: once }, log, head);
    } catch (error) {
      const { status, what, hint } = refusalOf(error, path);
      this.#object(path, { reason: what, hint, status });
    }
  }

  #add(origin: PartOrigin, { identity, compressed, size }: OpenLog, head: Buffer): void {
    const { host, path } = origin.file;
    const position = this.#around.known.find(host, path, head)?.position ?? 0;
    // How far a position in the log is in its compressed file, nobody knows; a file shorter than it starts over.
    const unread = compressed || position > size ? size : size - position;
    this.found.push({ ...origin, identity, compressed, size, unread, headLength: head.length, headHash: hashOf(head) });
  }

  #object(path: string, { reason: what, hint, status }: Refused): void {
    const where = printable(path);
    this.#status ??= status;
    this.#problems.push(hint === undefined ? { where, what } : { where, what, hint });
  }
}

/** Reads one file of a log: finds where it was left, passes its lines on, keeps its counts and what to say about it. */
import type { Problem } from '../base/problem.ts';
import { printable } from '../base/text.ts';
import type { Chunk, LogFile } from '../model.ts';
import { LineCounts, type SourceCounts } from './counts.ts';
import type { LineCutter } from './cutter.ts';
import type { ByteInput } from './input.ts';
import type { OpenLog } from './open.ts';
import { hashOf, type KnownPositions, type SourcePosition } from './position.ts';
import type { Pace } from './progress.ts';
import { refusalOf } from './refusal.ts';

/** What became of a file. Complete when its log's chunks have been read to the end. */
export interface FileOutcome {
  readonly file: LogFile;
  /**
   * `begun`: is being read, or was left before its end. `already read`: an earlier run read it to its end, and no line
   * came since. `unreadable`: it could not be opened any more.
   */
  readonly state: 'unread' | 'begun' | 'read' | 'already read' | 'unreadable';
  /** The offset where reading began: behind what an earlier run has read. */
  readonly from: number;
  readonly counts: SourceCounts;
  /** The known position that it went on from. */
  readonly resumed: SourcePosition | undefined;
  /**
   * To be stored, in place of `resumed`: the next run begins there. Undefined when there is nothing to remember. It
   * stands behind a chunk once the next one is asked for, so that a run that stops early repeats and never loses.
   */
  readonly position: SourcePosition | undefined;
  /** Truncated, damaged, not readable. */
  readonly problems: readonly Problem[];
}

/** A file and the way to open it. */
export interface PartOrigin {
  readonly file: LogFile;
  /** Throws the errors of the file system. Undefined when it can only be read once and was. */
  open(): OpenLog | Promise<OpenLog | undefined>;
}

export class LogPart {
  readonly #origin: PartOrigin;
  readonly #known: KnownPositions;
  #counts = new LineCounts();
  #state: FileOutcome['state'] = 'unread';
  #from = 0;
  #resumed: SourcePosition | undefined;
  #head: Buffer = Buffer.alloc(0);
  #position = 0;
  /** Bytes that the progress knows of. */
  #taken = 0;
  #problems: Problem[] = [];

  constructor(origin: PartOrigin, known: KnownPositions) {
    this.#origin = origin;
    this.#known = known;
  }

  get file(): LogFile {
    return this.#origin.file;
  }

  outcome(): FileOutcome {
    return {
      file: this.file,
      state: this.#state,
      from: this.#from,
      counts: { ...this.#counts },
      resumed: this.#resumed,
      position: this.#toStore(),
      problems: [...this.#problems],
    };
  }

  async *chunks(cutter: LineCutter, pace: Pace): AsyncGenerator<Chunk> {
    this.#reset();
    const input = await this.#opened(cutter, pace);
    if (input) {
      const { room } = cutter;
      try {
        for (;;) {
          const got = input.read(room, cutter.held, room.length - cutter.held);
          const fresh = typeof got === 'number' ? got : await got;
          if (fresh === 0) break;
          this.#counts.bytes += fresh;
          const length = cutter.take(fresh);
          if (length > 0) {
            const bytes = room.subarray(0, length);
            this.#counts.audit(bytes);
            yield { file: this.file, bytes, offset: cutter.offset };
            cutter.drop(length);
          }
          const pause = this.#advance(input, pace);
          if (pause) await pause;
        }
        this.#finish(cutter, input);
      } finally {
        this.#position = cutter.position;
        this.#counts.oversize = cutter.oversize;
        await input.close();
      }
    }
    pace.done(this.file);
  }

  #reset(): void {
    this.#counts = new LineCounts();
    this.#state = 'begun';
    this.#from = 0;
    this.#resumed = undefined;
    this.#head = Buffer.alloc(0);
    this.#position = 0;
    this.#taken = 0;
    this.#problems = [];
  }

  /** The input at the place where its unread lines begin; undefined when there is none. */
  async #opened(cutter: LineCutter, pace: Pace): Promise<ByteInput | undefined> {
    const log = await this.#open();
    if (!log) return undefined;
    const { input } = log;
    this.#head = await input.head();
    const known = this.#known.find(this.file.host, this.file.path, this.#head);
    const from = known?.position ?? 0;
    const reached = await this.#skip(input, from, { cutter, pace });
    if (reached < from && input.intake.damage === undefined) {
      await input.close();
      return this.#startOver(from, reached, cutter);
    }
    this.#resumed = known;
    this.#from = from;
    cutter.begin(from);
    return input;
  }

  async #open(): Promise<OpenLog | undefined> {
    try {
      const log = await this.#origin.open();
      if (!log) this.#state = 'unreadable';
      return log;
    } catch (error) {
      const { what, hint } = refusalOf(error, this.file.path);
      this.#state = 'unreadable';
      this.#say(what, hint);
      return undefined;
    }
  }

  /** The log is shorter than what an earlier run has read of it: it was truncated, and what it holds now is new. */
  async #startOver(from: number, size: number, cutter: LineCutter): Promise<ByteInput | undefined> {
    const log = await this.#open();
    const lost = `it has ${size} bytes, but ${from} were read before: it was truncated`;
    this.#say(log ? `${lost}; read from its beginning` : `${lost}; as it comes only once, nothing of it was read`);
    log?.input.start(0);
    this.#taken = 0;
    cutter.begin(0);
    return log?.input;
  }

  /** Brings the input to the offset; says how far it came, less when the log ends before. */
  async #skip(input: ByteInput, offset: number, using: { cutter: LineCutter; pace: Pace }): Promise<number> {
    const { room } = using.cutter;
    let at = input.start(offset);
    while (at < offset) {
      const count = await input.read(room, 0, Math.min(room.length, offset - at));
      if (count === 0) break;
      at += count;
      await this.#advance(input, using.pace);
    }
    return at;
  }

  #advance({ intake }: ByteInput, pace: Pace): Promise<void> | undefined {
    const fresh = intake.taken - this.#taken;
    this.#taken = intake.taken;
    return pace.advance(this.file, fresh);
  }

  #finish(cutter: LineCutter, input: ByteInput): void {
    const { damage } = input.intake;
    if (damage !== undefined) {
      this.#counts.damaged = 1;
      this.#say(damage, 'the lines before the damage were read');
    } else if (cutter.unfinished) {
      this.#counts.partial = 1;
    }
    this.#state = this.#from > 0 && cutter.position === this.#from ? 'already read' : 'read';
  }

  #say(what: string, hint?: string): void {
    const where = printable(this.file.path);
    this.#problems.push(hint === undefined ? { where, what } : { where, what, hint });
  }

  #toStore(): SourcePosition | undefined {
    if (this.#position === 0 || this.#head.length === 0) return undefined;
    const { host, path } = this.file;
    const headHash = hashOf(this.#head);
    return { host, path, headLength: this.#head.length, headHash, position: this.#position };
  }
}

/** One log that is followed: its open parts, oldest first, and what becomes of them when the log is rotated. */
import type { Problem } from '../base/problem.ts';
import { printable } from '../base/text.ts';
import { type Cause, Losses, lossesOf } from './follow-losses.ts';
import { beginsLike, type PartMemory } from './follow-memory.ts';
import { PackedPart } from './follow-packed.ts';
import { FollowedPart, identityAt, type Reading, type ReadingRoom } from './follow-part.ts';
import { MAX_PARTS, type Met, Plan, type Planned, refusalToFollow } from './follow-plan.ts';
import type { LiveLog, LogState, Piece } from './live.ts';

/** A daemon is told of the rotation within seconds; who writes to the old file after a minute of silence never was. */
const QUIET = 60_000;
/** Renames that may come between looking and opening, one after the other; the next look is a second away. */
const MAX_ATTEMPTS = 5;

export interface LogSurroundings {
  readonly clock: () => number;
  readonly room: ReadingRoom;
  readonly memory: PartMemory;
  onWake(): void;
  /** The name of another log that follows this file. */
  ownerOf(identity: string, than: FollowedLog): string | undefined;
  /** Why no events come from the folder of this file. */
  watchProblem(path: string): Problem | undefined;
}

type Part = FollowedPart | PackedPart;

export class FollowedLog implements LiveLog {
  readonly host: string;
  readonly name: string;
  readonly #around: LogSurroundings;
  #path: string;
  #parts: Part[] = [];
  #planning: Promise<void> | undefined;
  #closed = false;
  /** Whether the path led nowhere at the last look. */
  #missing = false;
  #begun = false;
  /** A plan that is to be made again, because files were renamed meanwhile; nothing is read until then. */
  #owed: Cause | undefined;
  #attempts = 0;
  #refusal: Problem | undefined;
  readonly #losses: Losses;
  #bytes = 0;
  #last = 0;

  constructor(host: string, name: string, path: string, around: LogSurroundings) {
    this.host = host;
    this.name = name;
    this.#path = path;
    this.#around = around;
    this.#losses = new Losses(around.clock);
  }

  get path(): string {
    return this.#path;
  }

  /** Whether nothing is left of it. */
  get isGone(): boolean {
    return this.#missing && this.#parts.length === 0 && !this.#planning;
  }

  /** Settled when it is known where to go on. */
  get ready(): Promise<void> {
    return this.#planning ?? Promise.resolve();
  }

  follows(identity: string): boolean {
    return this.#parts.some((part) => part.identity === identity);
  }

  read(): Piece | undefined {
    // Each part may begin once and be truncated once until the next look.
    for (let turn = 0; turn < 2 * MAX_PARTS && !this.#planning && !this.#owed; turn++) {
      const got = this.#read();
      if (got !== 'again') return got;
    }
    return undefined;
  }

  /** Looks for what no event told of. `path`: the file that is written to. */
  look(path: string): void {
    if (this.#closed || this.#planning) return;
    this.#path = path;
    this.#attempts = 0;
    if (this.#owed) this.#plan(this.#owed);
    if (this.#planning || this.#owed) return;
    for (const part of [...this.#parts]) {
      this.#losses.leftOut(part.oversize);
      part.oversize = 0;
      const seen = part instanceof FollowedPart ? part.look() : undefined;
      if (seen) this.#changed(part, seen);
      // Opened anew: a file server that went away and came back leaves descriptors that are good for nothing.
      else if (part.failure && part instanceof FollowedPart) this.#end(part);
      if (this.#planning) return;
    }
    this.#retire();
    this.#findCurrent();
  }

  state(): LogState {
    const { host, name } = this;
    const current = this.#parts.at(-1);
    const isFollowed = current !== undefined && current.displaced === undefined;
    const failures = this.#parts.flatMap(({ failure }) => (failure ? [failure] : []));
    const deaf = this.#around.watchProblem(this.#path);
    const problems = [
      ...(this.#refusal ? [this.#refusal] : []),
      ...failures,
      ...this.#losses.shown(),
      ...(deaf ? [deaf] : []),
    ];
    const behind = this.#parts.reduce((sum, part) => sum + part.behind, 0);
    const idle = this.#refusal ? 'unreadable' : 'waiting';
    return {
      host,
      name,
      state: isFollowed ? 'followed' : idle,
      bytes: this.#bytes,
      last: this.#last,
      behind,
      problems,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#planning;
    const parts = this.#parts;
    this.#parts = [];
    for (const part of parts) await part.close();
  }

  #read(): Piece | 'again' | undefined {
    for (const part of this.#parts) {
      const got: Reading = part.read();
      if (got === undefined) continue;
      if (got === 'busy') {
        if (part instanceof FollowedPart) setImmediate(() => this.#around.onWake());
        return undefined;
      }
      if (got === 'truncated' || got === 'begun') {
        this.#changed(part, got);
        return 'again';
      }
      this.#bytes += got.chunk.bytes.length;
      this.#last = this.#around.clock();
      if (part.displaced !== undefined) part.displaced = this.#last;
      return got;
    }
    return undefined;
  }

  /** Compares the file that the path leads to with the one that is open. */
  #findCurrent(): void {
    const { identity, problem } = identityAt(this.#path);
    if (problem) {
      this.#refusal = problem;
      return;
    }
    const wasMissing = this.#missing;
    this.#missing = identity === undefined;
    if (this.#missing) {
      this.#refusal = undefined;
      // It has another name by now, or is gone; once is enough to find out.
      if (!wasMissing) this.#plan('rotated');
      return;
    }
    const newest = this.#parts.at(-1);
    if (newest?.identity !== identity || newest?.displaced !== undefined) this.#plan('rotated');
    else this.#refusal = undefined;
  }

  #changed(part: Part, what: 'truncated' | 'begun'): void {
    if (what === 'truncated') this.#truncated(part);
    else if (part.displaced === undefined) this.#plan('begun');
  }

  #truncated(part: Part): void {
    const wasNewest = part === this.#parts.at(-1) && part.displaced === undefined;
    this.#end(part);
    if (wasNewest) this.#plan('truncated');
    else
      this.#losses.add({
        where: printable(part.path),
        what: 'it was truncated after its rotation; unread lines are lost',
      });
  }

  #plan(cause: Cause): void {
    for (const part of this.#parts) if (part instanceof FollowedPart) part.meet();
    const { host, name } = this;
    const { memory } = this.#around;
    const untouched = cause === 'begun' ? this.#parts.at(-1)?.identity : undefined;
    const plan = new Plan({
      host,
      name,
      current: this.#path,
      mayBeKnown: this.#parts.length > 0 || memory.mayKnow(this),
      isFirst: this.#parts.length === 0,
      isOpen: (identity) => this.follows(identity),
      isUntouched: (identity) => identity === untouched,
      find: (path, head) => this.#met(path, head, untouched),
      refuse: (opened) => refusalToFollow(this.#path, opened, (identity) => this.#around.ownerOf(identity, this)),
    });
    const running = plan.make();
    if (!running) {
      this.#take(plan, cause);
      return;
    }
    this.#planning = running.then(() => {
      this.#planning = undefined;
      this.#take(plan, cause);
      this.#around.onWake();
      // It may have had to be made again.
      return this.#planning;
    });
  }

  #take(plan: Plan, cause: Cause): void {
    this.#owed = plan.isOutdated ? cause : undefined;
    if (this.#closed) plan.abandon();
    else if (!this.#owed) this.#adopt(plan, this.#begun ? cause : 'first');
    else if (this.#attempts++ < MAX_ATTEMPTS) this.#plan(cause);
  }

  #met(path: string, head: Buffer, untouched: string | undefined): Met | undefined {
    const isCurrent = path === this.#path;
    const part = this.#parts.find((open) => {
      return beginsLike(head, open.head) || (!isCurrent && beginsLike(open.head, head));
    });
    if (part) return { place: part.place, open: true, untouched: part.identity === untouched };
    const { memory } = this.#around;
    const place = memory.find(this, path, head) ?? (isCurrent ? undefined : memory.findShort(this, head));
    return place && { place, open: false, untouched: false };
  }

  #adopt(plan: Plan, cause: Cause): void {
    const now = this.#around.clock();
    this.#refusal = plan.refusal;
    this.#begun ||= plan.refusal === undefined;
    const current = plan.siblings.find(({ path }) => path === this.#path)?.identity;
    for (const planned of plan.parts) {
      for (const part of this.#parts.filter(({ key }) => key === planned.place.key)) this.#end(part);
      this.#parts.push(this.#partOf(planned));
    }
    const paths = new Map(plan.siblings.map(({ identity, path }) => [identity, path]));
    for (const part of this.#parts) {
      part.path = paths.get(part.identity) ?? part.path;
      part.displaced = part.identity === current ? undefined : (part.displaced ?? now);
    }
    // A file that was renamed back is the newest again.
    this.#parts.sort((a, b) => Number(a.displaced === undefined) - Number(b.displaced === undefined));
    const log = { path: this.#path, wasKnown: this.#around.memory.knows(this) };
    for (const problem of lossesOf(plan, cause, log)) this.#losses.add(problem);
    this.#limit();
  }

  #partOf({ path, opened, head, place }: Planned): Part {
    const { host } = this;
    if (!opened.compressed) return new FollowedPart(host, path, opened, place, this.#around.room);
    return new PackedPart({ host, path, opened, head, place, onWake: () => this.#around.onWake() });
  }

  #retire(): void {
    const now = this.#around.clock();
    for (const [i, part] of this.#parts.entries()) {
      if (part instanceof PackedPart) {
        if (part.over) this.#end(part);
      } else if (part.displaced !== undefined && part.idle && now - part.displaced >= QUIET) {
        // While nothing is in the new file, whoever writes may not have been told of it.
        const isReplaced = this.#parts.some(({ head }, at) => at > i && head.length > 0);
        if (isReplaced || part.isDeleted) this.#end(part);
      }
    }
  }

  #limit(): void {
    while (this.#parts.length > MAX_PARTS) {
      const idle = this.#parts.find(
        (part) => part instanceof FollowedPart && part.idle && part.displaced !== undefined,
      );
      const part = idle ?? this.#parts[0];
      if (!part) return;
      const what = `more than ${MAX_PARTS} parts are unread: ${part.behind} bytes of it are lost`;
      if (!idle) this.#losses.add({ where: printable(part.path), what });
      this.#end(part);
    }
  }

  #end(part: Part): void {
    this.#parts = this.#parts.filter((other) => other !== part);
    this.#around.memory.remember({ host: this.host, name: this.name }, part);
    if (part.failure) this.#losses.add(part.failure);
    void part.close();
  }
}

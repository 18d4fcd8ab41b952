/**
 * Decides which files of a log are to be read and from where: at the start, after a rotation, after a truncation. From
 * the newest part back to the first that is known, whose unread rest comes first; the parts before it are history.
 */
import { closeSync } from 'node:fs';
import { errorCode, type Problem } from '../base/problem.ts';
import { printable } from '../base/text.ts';
import { beginsLike } from './follow-memory.ts';
import { fileProblem, type OpenedFile, openLogFile, type Place } from './follow-part.ts';
import { type Sibling, siblingsOf } from './follow-siblings.ts';
import { notALog } from './head.ts';
import { identityOf, openFile } from './open.ts';

/**
 * Parts of one log that are open or looked at. Two months of daily parts; each costs a descriptor. Who rotates more often
 * than that while nobody reads has lost the oldest to the rotation itself.
 */
export const MAX_PARTS = 64;

/** A content that was met before. */
export interface Met {
  readonly place: Place;
  /** Whether a part of this log has it open. */
  readonly open: boolean;
  /** Whether that is the one that nothing was read of yet. */
  readonly untouched: boolean;
}

export interface PlanQuestion {
  readonly host: string;
  readonly name: string;
  /** The path of the file that is written to. */
  readonly current: string;
  /** Whether any of its parts may be known. Else only the current file is read. */
  readonly mayBeKnown: boolean;
  /** No part is open. */
  readonly isFirst: boolean;
  isOpen(identity: string): boolean;
  /** Whether nothing was read yet of the part that is open: older ones may be new as well. */
  isUntouched(identity: string): boolean;
  find(path: string, head: Buffer): Met | undefined;
  /** Why this is not to be followed as the current file. */
  refuse(opened: OpenedFile): Problem | undefined;
}

export interface Planned {
  readonly path: string;
  readonly opened: OpenedFile;
  /** Uncompressed. */
  readonly head: Buffer;
  place: Place;
}

export class Plan {
  /** What is to be read, oldest first. */
  parts: Planned[] = [];
  readonly siblings: readonly Sibling[];
  /** Whether a part that is known was found: nothing between it and the current file is missed. */
  found = false;
  /** Whether the current file is shorter than what was read of it. */
  truncated = false;
  /** Whether files were renamed since they were listed: it is to be made again. */
  isOutdated = false;
  /** Why the current file cannot be read. */
  refusal: Problem | undefined;
  readonly problems: Problem[] = [];
  readonly #question: PlanQuestion;
  readonly #newestFirst: readonly Sibling[];

  constructor(question: PlanQuestion) {
    this.#question = question;
    this.siblings = siblingsOf(question.name, question.current);
    const newestFirst = [...this.siblings].reverse().slice(0, MAX_PARTS);
    this.#newestFirst = question.mayBeKnown ? newestFirst : newestFirst.filter(({ path }) => path === question.current);
  }

  /** Makes the plan; at once unless it has to look into compressed parts. */
  make(from = 0): Promise<void> | undefined {
    for (let i = from; i < this.#newestFirst.length; i++) {
      const sibling = this.#newestFirst[i];
      const goesOn = sibling ? this.#consider(sibling) : false;
      if (typeof goesOn !== 'boolean') return goesOn.then((more) => (more ? this.make(i + 1) : this.#finish()));
      if (!goesOn) break;
    }
    this.#finish();
    return undefined;
  }

  /** Gives up what it has opened. */
  abandon(): void {
    for (const part of this.parts) closeSync(part.opened.descriptor);
    this.parts = [];
  }

  /** Whether an older one is to be considered. */
  #consider(sibling: Sibling): boolean | Promise<boolean> {
    if (this.#question.isUntouched(sibling.identity)) return true;
    if (this.#question.isOpen(sibling.identity)) {
      this.found = true;
      return false;
    }
    const opened = this.#open(sibling);
    if (!opened) return !this.isOutdated;
    const refusal = this.#isCurrent(sibling) ? this.#question.refuse(opened) : undefined;
    if (refusal) {
      closeSync(opened.descriptor);
      this.#refuse(sibling, refusal);
      return true;
    }
    return opened.compressed ? this.#considerPacked(sibling, opened) : this.#decide(sibling, opened, opened.head);
  }

  #open(sibling: Sibling): OpenedFile | undefined {
    try {
      const opened = openLogFile(sibling.path);
      if (identityOf(opened.stats) === sibling.identity) return opened;
      closeSync(opened.descriptor);
      this.isOutdated = true;
    } catch (error) {
      this.isOutdated = errorCode(error) === 'ENOENT';
      this.#refuse(sibling, fileProblem(error, sibling.path));
    }
    return undefined;
  }

  async #considerPacked(sibling: Sibling, opened: OpenedFile): Promise<boolean> {
    if (this.found) {
      // Read to its end before it was packed, and too costly to unpack at each start.
      closeSync(opened.descriptor);
      return false;
    }
    try {
      const log = openFile(sibling.path);
      try {
        this.isOutdated = log.identity !== sibling.identity;
        if (!this.isOutdated) return this.#decide(sibling, opened, await log.input.head());
      } finally {
        await log.input.close();
      }
    } catch (error) {
      this.isOutdated = errorCode(error) === 'ENOENT';
      if (!this.isOutdated) this.#refuse(sibling, fileProblem(error, sibling.path));
    }
    closeSync(opened.descriptor);
    return !this.isOutdated;
  }

  #decide(sibling: Sibling, opened: OpenedFile, head: Buffer): boolean {
    const met = head.length > 0 ? this.#question.find(sibling.path, head) : undefined;
    if (met?.untouched && !this.#isCurrent(sibling)) {
      closeSync(opened.descriptor);
      return true;
    }
    if (met?.open) return this.#copyOfOpen(sibling, opened, met.place);
    if (met) return this.#known({ path: sibling.path, opened, head, place: met.place });
    if (this.parts.some((newer) => isCopy({ opened, head }, newer))) {
      closeSync(opened.descriptor);
      return true;
    }
    // Empty ones, too: a daemon that was not told of the rotation yet writes to them.
    if (this.#isCurrent(sibling) || !this.found) {
      this.parts.unshift({ path: sibling.path, opened, head, place: fresh() });
    } else {
      closeSync(opened.descriptor);
    }
    return true;
  }

  /** The current file was replaced by a copy of itself, as editors do; or a rotated one is a copy of it. */
  #copyOfOpen(sibling: Sibling, opened: OpenedFile, place: Place): boolean {
    this.found = true;
    if (!this.#isCurrent(sibling)) {
      closeSync(opened.descriptor);
      return false;
    }
    this.truncated = opened.stats.size < place.position;
    const { path } = sibling;
    this.parts.unshift({ path, opened, head: opened.head, place: this.truncated ? fresh() : place });
    return false;
  }

  #known(part: Planned): boolean {
    const { opened, place, path } = part;
    const { compressed } = opened;
    const size = compressed ? 0 : opened.stats.size;
    const goesOn = this.#question.isFirst && !compressed;
    if (!compressed && size < place.position) {
      if (path === this.#question.current) {
        this.truncated = true;
        this.parts.unshift({ ...part, place: fresh() });
        return true;
      }
      // A copy that was made before the last lines came.
      this.found = true;
      closeSync(opened.descriptor);
      return goesOn;
    }
    const twin = this.parts.find(({ place: other }) => sameContent(other, place));
    if (twin && size <= twin.opened.stats.size) {
      closeSync(opened.descriptor);
      return goesOn;
    }
    if (this.found && size === place.position) {
      closeSync(opened.descriptor);
      return goesOn;
    }
    // Both begin alike, as logs with a fixed first line do; the older is longer, so the newer is no copy of it.
    if (twin) twin.place = fresh();
    this.found = true;
    this.parts.unshift(part);
    return goesOn;
  }

  #finish(): void {
    if (this.isOutdated) this.abandon();
    if (this.found) return;
    const dropped = this.parts.filter(({ path }) => path !== this.#question.current);
    for (const { opened } of dropped) closeSync(opened.descriptor);
    this.parts = this.parts.filter(({ path }) => path === this.#question.current);
  }

  #refuse(sibling: Sibling, problem: Problem): void {
    if (this.#isCurrent(sibling)) this.refusal = problem;
    else this.problems.push(problem);
  }

  #isCurrent({ path }: Sibling): boolean {
    return path === this.#question.current;
  }
}

function fresh(): Place {
  return { key: {}, position: 0, resumed: undefined, file: undefined };
}

/** Whether an older part is a copy that was made of a newer one, which is not truncated yet or was not. */
function isCopy(older: Pick<Planned, 'opened' | 'head'>, newer: Planned): boolean {
  const isNotMore = older.opened.compressed || older.opened.stats.size <= newer.opened.stats.size;
  return isNotMore && beginsLike(newer.head, older.head);
}

function sameContent(a: Place, b: Place): boolean {
  return a.key === b.key || (a.resumed !== undefined && a.resumed === b.resumed);
}

/** Why a file is not to be followed as the one that is written to. */
export function refusalToFollow(
  path: string,
  opened: OpenedFile,
  ownerOf: (identity: string) => string | undefined,
): Problem | undefined {
  const where = printable(path);
  if (opened.compressed) {
    return { where, what: 'it is compressed, and nobody writes to it any more', hint: 'rapsheet replay reads it' };
  }
  // Nothing but zeros is the hole of a log that was truncated under a daemon that does not append.
  const other = opened.head.some((byte) => byte !== 0) ? notALog(opened.head) : undefined;
  if (other) return { where, what: other.reason, ...(other.hint === undefined ? {} : { hint: other.hint }) };
  const owner = ownerOf(identityOf(opened.stats));
  return owner === undefined ? undefined : { where, what: `the same log as ${printable(owner)}` };
}

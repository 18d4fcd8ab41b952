/** What is wrong with the journal: why it cannot be read, and what of it was not read, as problems with a way out. */
import type { Problem } from '../base/problem.ts';
import { ellipsis, printable } from '../base/text.ts';
import { MAX_LINE_BYTES } from './cutter.ts';

const WHERE = 'journal';
/** A loss cannot be mended; it is shown for so long, which every monitoring sees, and then no more. */
const SHOWN_MS = 3_600_000;
/** Kinds of loss, and matches that are none: more are not remembered. */
const NOTICES_MAX = 100;

/** Why the journal is not read at the moment. */
export interface Trouble {
  readonly state: 'waiting' | 'unreadable';
  readonly problem: Problem;
  /** The place where reading stopped means nothing to this journal. */
  readonly isLost?: boolean;
}

/** What `journalctl` says when waiting for it is in vain; undefined when it says nothing of that sort. */
export function refusalIn(complaint: string): Trouble | undefined {
  if (/insufficient permissions|Permission denied|not seeing messages from other users/i.test(complaint)) {
    const what = 'no permission to read the journal of the system';
    return { state: 'unreadable', problem: { where: WHERE, what, hint: 'run it as root or in group systemd-journal' } };
  }
  if (/No journal files were found|No such file or directory/i.test(complaint)) {
    const hint = 'is systemd-journald running? without it, set watch.journal = "no"';
    return { state: 'waiting', problem: { where: WHERE, what: 'there is no journal', hint } };
  }
  if (/seek to cursor/i.test(complaint)) {
    const what = 'the place where reading stopped is none of this journal';
    return { state: 'unreadable', problem: { where: WHERE, what }, isLost: true };
  }
  return undefined;
}

/** What was not read, each said for a while. */
export class JournalNotices {
  readonly #clock: () => number;
  readonly #notices = new Map<string, { readonly problem: Problem; readonly at: number }>();
  #oversize = 0;
  #oversizeNow = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  say(key: string, problem: Problem): void {
    if (!this.#notices.has(key) && this.#notices.size >= NOTICES_MAX) return;
    this.#notices.set(key, { problem, at: this.#clock() });
  }

  /** The entry up to which the journal was read did not come. */
  lost(): void {
    const what = 'the entry up to which it was read is gone; entries behind it may be lost';
    const hint = 'set Storage=persistent and a larger SystemMaxUse= in journald.conf';
    this.say('lost', { where: WHERE, what, hint });
  }

  /** How many lines the cutter has left out since it began. */
  oversize(count: number): void {
    if (count === this.#oversizeNow) return;
    // A cutter that began again counts from 0.
    this.#oversize += count > this.#oversizeNow ? count - this.#oversizeNow : count;
    this.#oversizeNow = count;
    if (count === 0) return;
    this.say('oversize', {
      where: WHERE,
      what: `${this.#oversize} entries of more than ${MAX_LINE_BYTES} bytes were left out`,
    });
  }

  /** Looks for journald's entries about messages that it dropped. */
  search(lines: Buffer): void {
    for (let at = lines.indexOf(DROPPED); at >= 0; at = lines.indexOf(DROPPED, at + 1)) {
      const start = at === 0 ? 0 : lines.lastIndexOf(10, at) + 1;
      const line = lines.toString('latin1', start, lines.indexOf(10, at));
      // Only journald's own entry has both; the unit is that of the service which logged too much.
      const message = /"MESSAGE" ?: ?"(Suppressed \d+ messages from [^"]{1,256})"/.exec(line)?.[1];
      if (message === undefined) continue;
      const hint = 'raise RateLimitBurst= in journald.conf, or LogRateLimitBurst= of the unit';
      this.say('dropped', { where: WHERE, what: `messages were dropped: ${ellipsis(printable(message), 120)}`, hint });
    }
  }

  list(): readonly Problem[] {
    const now = this.#clock();
    for (const [key, { at }] of this.#notices) if (Math.abs(now - at) > SHOWN_MS) this.#notices.delete(key);
    return [...this.#notices.values()].map(({ problem }) => problem);
  }
}

const DROPPED = '"N_DROPPED"';

/** What is wrong with the journal: why it cannot be read, and what of it was not read, as problems with a way out. */
import type { Problem } from '../base/problem.ts';
import { ellipsis, printable } from '../base/text.ts';
import { MAX_LINE_BYTES } from './cutter.ts';
import { Notices } from './notices.ts';

const WHERE = 'journal';
/** Why the journal is not read at the moment. */
export interface Trouble {
  readonly state: 'waiting' | 'unreadable';
  readonly problem: Problem;
  /** The place where reading stopped means nothing to this journal. */
  readonly isLost?: boolean;
}

/**
 * What `journalctl` says when waiting for it is in vain; undefined when it says nothing of that sort. While it runs, a
 * single file that it may not read, or that was just removed, is none of our concern.
 */
export function refusalIn(complaint: string, hasEnded: boolean): Trouble | undefined {
  const refused = /insufficient permissions|not seeing messages from other users/i.test(complaint);
  if (refused || (hasEnded && /Permission denied/i.test(complaint))) {
    const what = 'no permission to read the journal of the system';
    return { state: 'unreadable', problem: { where: WHERE, what, hint: 'run it as root or in group systemd-journal' } };
  }
  const isMissing = /No journal files were found/i.test(complaint);
  if (isMissing || (hasEnded && /No such file or directory/i.test(complaint))) {
    const hint = 'is systemd-journald running? without it, set watch.journal = "no"';
    return { state: 'waiting', problem: { where: WHERE, what: 'there is no journal', hint } };
  }
  if (hasEnded && /seek to cursor/i.test(complaint)) {
    const what = 'the place where reading stopped is none of this journal';
    return { state: 'unreadable', problem: { where: WHERE, what }, isLost: true };
  }
  return undefined;
}

/** What was not read. */
export class JournalNotices extends Notices {
  #oversize = 0;

  constructor(clock: () => number) {
    super(WHERE, clock);
  }

  /** The entry up to which the journal was read did not come. */
  lost(): void {
    const what = 'the entry up to which it was read is gone, or of a service no longer watched: some may be lost';
    this.say('lost', what, 'set Storage=persistent and a larger SystemMaxUse= in journald.conf');
  }

  /** How many lines the cutter has left out since it began, which it does again with each `journalctl`. */
  oversize(count: number): void {
    const more = count >= this.#oversize ? count - this.#oversize : count;
    this.#oversize = count;
    if (more > 0) this.count(`entries of more than ${MAX_LINE_BYTES} bytes that were left out`, more);
  }

  /** Looks for journald's entries about messages that it dropped. */
  search(lines: Buffer): void {
    for (let at = lines.indexOf(DROPPED); at >= 0; at = lines.indexOf(DROPPED, at + 1)) {
      const start = lines.lastIndexOf(10, at) + 1;
      const line = lines.toString('latin1', start, lines.indexOf(10, at));
      // Only journald's own entry has both; the unit is that of the service which logged too much.
      const message = /"MESSAGE" ?: ?"(Suppressed \d+ messages from [^"]{1,256})"/.exec(line)?.[1];
      if (message === undefined) continue;
      const hint = 'raise RateLimitBurst= in journald.conf, or LogRateLimitBurst= of the unit';
      this.say('dropped', `messages were dropped: ${ellipsis(printable(message), 120)}`, hint);
    }
  }
}

const DROPPED = '"N_DROPPED"';

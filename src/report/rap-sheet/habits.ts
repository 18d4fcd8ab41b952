/**
 * How an attacker takes its bans: whether it comes back as soon as they end, and whether it slows down until it stays just
 * below the limit. All of it from the record; nothing is remembered for it.
 */
import type { Tally } from '../../model.ts';
import type { Words } from '../words.ts';
import type { SheetBan, SheetEvidence } from './sheet-records.ts';

/** Back within a day of the end of a ban, this often, is a return and no accident. */
const RETURN_MS = 86_400_000;
const RETURNS_MIN = 2;
/** Attempts after a ban from which a pace is seen. */
const PACE_MIN = 10;
/** Subjects that are looked at, the first ones; a network has as many as it likes. */
const SUBJECTS_MAX = 10_000;
/** Subjects that are told of. */
const TOLD_MAX = 5;

interface Habit {
  readonly subject: string;
  readonly host: string;
  last: SheetBan;
  returns: number;
  /** The shortest time between the end of a ban and the next. */
  soonest: number;
  /** The latest ban of the short window, and when its lines were. */
  fast: SheetBan | undefined;
  lines: number;
  first: number;
  latest: number;
  /** The first ban of the long window after it. */
  slow: SheetBan | undefined;
  /** Attempts on days that began after the last ban ended. */
  after: number;
  afterFirst: number;
  afterLast: number;
}

export class Habits {
  readonly #habits = new Map<string, Habit>();
  /** By its number, the habit that a ban of the short window is the latest of. */
  readonly #byBan = new Map<number, Habit>();

  /** Bans come in order, before tallies and evidence. */
  addBan(ban: SheetBan): void {
    const key = keyOf(ban.host, ban.subject);
    const known = this.#habits.get(key);
    if (!known && this.#habits.size >= SUBJECTS_MAX) return;
    const habit = known ?? newHabit(ban);
    this.#habits.set(key, habit);
    const pause = ban.from - habit.last.until;
    if (known && pause >= 0 && pause <= RETURN_MS) {
      habit.returns++;
      habit.soonest = Math.min(habit.soonest, pause);
    }
    habit.last = ban;
    if (ban.reason.rule === 'slow') {
      habit.slow ??= ban;
    } else if (ban.reason.rule === 'threshold' && !habit.slow) {
      if (habit.fast) this.#byBan.delete(habit.fast.id);
      habit.fast = ban;
      this.#byBan.set(ban.id, habit);
    }
  }

  /** `address`: what was banned, where the attempts are those of a banned network (subjects.ts). */
  addTally({ host, address, count, first, last }: Tally): void {
    const habit = this.#habits.get(keyOf(host, address));
    if (!habit || first < habit.last.until) return;
    habit.after += count;
    habit.afterFirst = Math.min(habit.afterFirst, first);
    habit.afterLast = Math.max(habit.afterLast, last);
  }

  addEvidence({ ban, time, count }: SheetEvidence): void {
    const habit = this.#byBan.get(ban);
    if (!habit) return;
    habit.lines += count;
    habit.first = Math.min(habit.first, time);
    habit.latest = Math.max(habit.latest, time);
  }

  /** A sentence each; empty where there is nothing to tell. */
  sentences(words: Words): Array<readonly [topic: string, statement: string]> {
    const habits = [...this.#habits.values()];
    return [
      ...told(
        'Returns',
        habits.flatMap((habit) => returnWords(habit, words)),
        words,
      ),
      ...told(
        'Adapted',
        habits.flatMap((habit) => paceWords(habit, words)),
        words,
      ),
    ];
  }
}

function newHabit(ban: SheetBan): Habit {
  const { subject, host } = ban;
  const [infinite, none] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return {
    ...{ subject, host, last: ban, returns: 0, soonest: infinite, fast: undefined, slow: undefined },
    ...{ lines: 0, first: infinite, latest: none, after: 0, afterFirst: infinite, afterLast: none },
  };
}

function returnWords({ subject, host, returns, soonest }: Habit, { phrases }: Words): string[] {
  if (returns < RETURNS_MIN) return [];
  return [phrases.sheet.returns({ subject, host, times: returns, soonestMs: soonest })];
}

/** The pace before the last ban of the short window, and the one after it, where that stays below the limit. */
function paceWords(habit: Habit, { phrases }: Words): string[] {
  const { subject, host, fast, lines } = habit;
  if (fast?.reason.rule !== 'threshold' || lines < 2) return [];
  const { limit, findTime } = fast.reason;
  const before = (habit.latest - habit.first) / (lines - 1);
  const after = paceAfter(habit);
  if (after === undefined || after <= findTime / limit || before > findTime / limit) return [];
  const paced = (gap: number): number => Math.max(1_000, Math.round(gap / 1_000) * 1_000);
  const paces = { beforeMs: paced(before), afterMs: paced(after) };
  return [phrases.sheet.adapted({ subject, host, ...paces, limit, findTimeMs: findTime })];
}

/** Milliseconds between attempts after the last ban of the short window; undefined when there are too few. */
function paceAfter({ slow, after, afterFirst, afterLast }: Habit): number | undefined {
  if (slow?.reason.rule === 'slow') return (slow.from - slow.reason.since) / Math.max(1, slow.reason.score - 1);
  return after < PACE_MIN ? undefined : (afterLast - afterFirst) / (after - 1);
}

function told(topic: string, sentences: readonly string[], { phrases }: Words): Array<readonly [string, string]> {
  const rows = sentences.slice(0, TOLD_MAX).map((sentence) => [topic, sentence] as const);
  const more = sentences.length - TOLD_MAX;
  return more > 0 ? [...rows, [topic, phrases.sheet.further({ addresses: more })] as const] : rows;
}

function keyOf(host: string, subject: string): string {
  return `${host} ${subject}`;
}

/** When a line was written, as far as it tells, and what is made of times that cannot be. */
import { DateDetector, type DateUse } from '../dates/detector.ts';
import type { Frame } from '../dates/fields.ts';
import type { LineBytes } from '../dates/same-minute.ts';
import type { DateTemplate } from '../dates/template.ts';
import { CutLine, GivenLine, type Line, type RawLine } from './line.ts';

export interface TimingOptions {
  readonly templates: readonly DateTemplate[];
  /** What a line's date is read by; its `now` is given with each line. */
  readonly frame: Omit<Frame, 'now'>;
  /**
   * `live`: a line that is off by more than a minute was written now. `start`: what is older than `findTime` is left out.
   * `log`: whatever the log says. `replay`: likewise, and a line without a time is of the time of the one before it.
   */
  readonly mode: 'live' | 'start' | 'log' | 'replay';
  /** Milliseconds. */
  readonly findTime: number;
}

/** A line that was chosen among many, and those before it, of which not all were looked at. */
export interface Skipped {
  /** The line's, where they are known to be its characters. */
  readonly bytes: LineBytes | undefined;
  /** Shows the last of them, one after the other, until one tells when it was written. */
  lookBack(): void;
}

export interface Timed {
  readonly line: Line;
  /** Where in the raw line what expressions see of it begins, and then is all of its rest; -1 where it is not so. */
  readonly messageAt: number;
  /** Milliseconds since 1970. */
  readonly time: number | undefined;
  /** Whether the line itself says when. */
  readonly hasDate: boolean;
}

/** How far a line may be off in operation, and how long the time of a line holds for those without one; as in the original. */
const MINUTE = 60_000;

export class Timing {
  readonly #options: TimingOptions;
  readonly #detector: DateDetector;
  /** Of the last line that had one. */
  #last: Told | undefined;
  #frame: Frame | undefined;
  /** Lines whose time was set to now. */
  odd = 0;
  /** Lines that were left out for their age. */
  old = 0;

  constructor(options: TimingOptions) {
    this.#options = options;
    this.#detector = new DateDetector(options.templates);
  }

  get dates(): readonly DateUse[] {
    return this.#detector.dates;
  }

  get lastTime(): number | undefined {
    return this.#last?.time;
  }

  /**
   * Undefined when the line is to be left out. `skipped` is asked when that is the time of an earlier one.
   * @throws ExhaustedError
   */
  time(raw: RawLine, now: number, skipped?: Skipped): Timed | undefined {
    return this.#judged(this.#read(raw, now, skipped), now);
  }

  /** For a line whose time came with it, from the journal. */
  timeGiven(line: Line, time: number, now: number): Timed | undefined {
    this.#last = { line, time };
    return this.#judged({ line, messageAt: -1, time, hasDate: true }, now);
  }

  /** Notes when a line was written that nothing else is wanted of. @returns whether it tells. @throws ExhaustedError */
  pass(raw: RawLine, now: number): boolean {
    const timed = this.#read(raw, now);
    this.#judged(timed, now);
    return timed.hasDate;
  }

  #read(raw: RawLine, now: number, skipped?: Skipped): Timed {
    const found = this.#detector.findIn(raw, now, skipped?.bytes);
    if (!found) return this.#withoutDate(new CutLine(raw, 0, 0), raw, now, skipped);
    const { start, end } = found;
    const line = new CutLine(raw, start, end);
    const messageAt = start === 0 ? end : -1;
    // A pattern that matches nothing says that there is no date.
    if (start === end) {
      skipped?.lookBack();
      const last = this.#lastTime(now);
      if (last) return ofEarlier(last, raw, true);
      return { line, messageAt, time: now, hasDate: true };
    }
    const time = found.instant(this.#frameAt(now));
    if (time === undefined) return this.#withoutDate(line, raw, now, skipped);
    const timed = { line, messageAt, time, hasDate: true };
    this.#last = timed;
    return timed;
  }

  #withoutDate(line: Line, raw: RawLine, now: number, skipped?: Skipped): Timed {
    skipped?.lookBack();
    const last = this.#lastTime(now);
    if (last) return ofEarlier(last, raw, false);
    const time = this.#options.mode === 'live' ? now : undefined;
    return { line, messageAt: -1, time, hasDate: false };
  }

  #frameAt(now: number): Frame {
    if (this.#frame?.now !== now) this.#frame = { ...this.#options.frame, now };
    return this.#frame;
  }

  #lastTime(now: number): Told | undefined {
    if (this.#options.mode === 'replay') return this.#last;
    return this.#last && this.#last.time > now - MINUTE ? this.#last : undefined;
  }

  #judged(timed: Timed, now: number): Timed | undefined {
    const { mode, findTime } = this.#options;
    if (timed.time === undefined || mode === 'log' || mode === 'replay') return timed;
    if (mode === 'live' && Math.abs(Math.trunc((timed.time - now) / 1_000)) > MINUTE / 1_000) {
      this.odd++;
      this.#last = { line: this.#last?.line ?? { date: '' }, time: now };
      return { ...timed, time: now };
    }
    if (mode === 'start' && timed.time < now - findTime) {
      this.old++;
      return undefined;
    }
    return timed;
  }
}

/** What is remembered of a line that had a time. */
interface Told {
  readonly line: Pick<Line, 'date'>;
  readonly time: number;
}

/** A line that is taken to be of the time of an earlier one. */
function ofEarlier({ line: { date }, time }: Told, { text }: RawLine, hasDate: boolean): Timed {
  return { line: new GivenLine(date, text), messageAt: -1, time, hasDate };
}

/** When a line was written, as far as it tells, and what is made of times that cannot be. */
import { DateDetector, type DateUse, instantOfDate } from '../dates/detector.ts';
import type { Frame } from '../dates/fields.ts';
import type { DateTemplate } from '../dates/template.ts';
import type { Line } from './line.ts';

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

export interface Timed {
  readonly line: Line;
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
  #last: { readonly text: string; readonly time: number } | undefined;
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

  /** Undefined when the line is to be left out. @throws ExhaustedError */
  time(text: string, now: number): Timed | undefined {
    return this.#judged(this.#read(text, now), now);
  }

  /** For a line whose time came with it, from the journal. */
  timeGiven(line: Line, time: number, now: number): Timed | undefined {
    this.#last = { text: line.date, time };
    return this.#judged({ line, time, hasDate: true }, now);
  }

  #read(text: string, now: number): Timed {
    const found = this.#detector.find(text, now);
    if (!found) return this.#withoutDate({ before: '', date: '', after: text }, text, now);
    const line = {
      before: text.slice(0, found.start),
      date: text.slice(found.start, found.end),
      after: text.slice(found.end),
    };
    // A pattern that matches nothing says that there is no date.
    if (line.date === '') {
      const last = this.#lastTime(now);
      if (last) return { line: { before: '', date: last.text, after: text }, time: last.time, hasDate: true };
      return { line, time: now, hasDate: true };
    }
    const time = instantOfDate(found, { ...this.#options.frame, now });
    if (time === undefined) return this.#withoutDate(line, text, now);
    this.#last = { text: line.date, time };
    return { line, time, hasDate: true };
  }

  #withoutDate(line: Line, text: string, now: number): Timed {
    const last = this.#lastTime(now);
    if (last) return { line: { before: '', date: last.text, after: text }, time: last.time, hasDate: false };
    return { line, time: this.#options.mode === 'live' ? now : undefined, hasDate: false };
  }

  #lastTime(now: number): { readonly text: string; readonly time: number } | undefined {
    if (this.#options.mode === 'replay') return this.#last;
    return this.#last && this.#last.time > now - MINUTE ? this.#last : undefined;
  }

  #judged(timed: Timed, now: number): Timed | undefined {
    const { mode, findTime } = this.#options;
    if (timed.time === undefined || mode === 'log' || mode === 'replay') return timed;
    if (mode === 'live' && Math.abs(Math.trunc((timed.time - now) / 1_000)) > MINUTE / 1_000) {
      this.odd++;
      this.#last = { text: this.#last?.text ?? '', time: now };
      return { ...timed, time: now };
    }
    if (mode === 'start' && timed.time < now - findTime) {
      this.old++;
      return undefined;
    }
    return timed;
  }
}

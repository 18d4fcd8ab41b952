/**
 * Looks at lines of access logs in the format of nginx and Apache: when, and from which peer. Most lines that are looked at
 * are of the same hour as the one before, and then the time is read from the bytes: to make a text of the line takes
 * longer than all the rest.
 */
import { findTime, headOf } from '../envelope/access.ts';
import type { Timestamps } from '../timestamp.ts';
import type { Glance, Looks } from './looks.ts';

const QUOTE = 34;
const ZERO = 48;
const COLON = 58;
const BRACKET = 91;
const BRACE = 123;
/** `03/Oct/2024:12`, and behind minutes and seconds ` +0200] "`. */
const HOUR = 14;
const ZONE = 20;
const LAYOUT = 29;

export class AccessLooks implements Looks {
  /** A time as far as `LAYOUT`, and when its hour began; nothing before the first. */
  readonly #known = Buffer.alloc(LAYOUT);
  #hour = Number.NaN;
  /** Where the time begins in the line that was looked at last. */
  #at = 0;

  time(bytes: Buffer, { at, end }: { at: number; end: number }, timestamps: Timestamps): number {
    let bracket = at;
    while (bracket < end && bytes[bracket] !== BRACKET) bracket++;
    this.#at = bracket + 1;
    const known = this.#timeAt(bytes, bracket + 1, end);
    // A name in front may hold a bracket, a line may begin with a brace: whatever is not as usual is read in full.
    return Number.isNaN(known) || bytes[at] === BRACE ? this.#read(bytes, { at, end }, timestamps) : known;
  }

  glance(bytes: Buffer, line: { at: number; end: number }, timestamps: Timestamps): Glance | undefined {
    const time = this.time(bytes, line, timestamps);
    if (Number.isNaN(time)) return undefined;
    const head = headOf(bytes.toString('latin1', line.at, this.#at - 2));
    return head && { time, peer: head.address };
  }

  /** Of the hour that is known; NaN when it is another one, or no time at all. */
  #timeAt(bytes: Buffer, at: number, end: number): number {
    if (at + LAYOUT > end) return Number.NaN;
    for (let i = 0; i <= HOUR; i++) if (bytes[at + i] !== this.#known[i]) return Number.NaN;
    for (let i = ZONE; i < LAYOUT; i++) if (bytes[at + i] !== this.#known[i]) return Number.NaN;
    const minutes = number2(bytes, at + HOUR + 1);
    const seconds = number2(bytes, at + HOUR + 4);
    const isTime = bytes[at + HOUR + 3] === COLON && minutes <= 59 && seconds <= 59;
    return isTime ? this.#hour + (minutes * 60 + seconds) * 1_000 : Number.NaN;
  }

  #read(bytes: Buffer, { at, end }: { at: number; end: number }, timestamps: Timestamps): number {
    const text = bytes.toString('latin1', at, end + 1);
    const found = findTime({ text, start: 0, end: end - at }, timestamps);
    if (!found) return Number.NaN;
    this.#at = at + found.bracket + 1;
    const minutes = number2(bytes, this.#at + HOUR + 1);
    const seconds = number2(bytes, this.#at + HOUR + 4);
    // Only a zone in figures is as long as it is expected to be.
    if (bytes[this.#at + LAYOUT - 1] === QUOTE && seconds <= 59) {
      bytes.copy(this.#known, 0, this.#at, this.#at + LAYOUT);
      this.#hour = found.time - (minutes * 60 + seconds) * 1_000;
    }
    return found.time;
  }
}

/** Over 99 when it is none. */
function number2(bytes: Buffer, at: number): number {
  return digit(bytes, at) * 10 + digit(bytes, at + 1);
}

function digit(bytes: Buffer, at: number): number {
  const value = (bytes[at] ?? 0) - ZERO;
  return value >= 0 && value <= 9 ? value : 1_000;
}

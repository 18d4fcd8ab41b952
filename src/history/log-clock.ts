/** The times of fail2ban's log: of its own form, of syslog's, and which of two hours it is when the clock repeats one. */
import type { Zone } from '../base/zone.ts';
import { Timestamps } from '../filter/timestamp.ts';
import { innerTime } from './fail2ban-line.ts';

const HOUR = 3_600_000;
const [ZERO, NINE, ZULU, BLANK] = [48, 57, 90, 32];
/** Behind the seconds of `2024-10-03 12:00:00`. */
const SECONDS_END = 19;

/** Reads the times of a log, which knows no zone. */
export class LogClock {
  readonly modified: number;
  /** Behind the time that was read last, and the blank after it. */
  end = 0;
  readonly #zone: Zone;
  readonly #stamps: Timestamps;
  #last = 0;
  #saysZone = false;

  constructor(zone: Zone, modified: number) {
    this.modified = modified;
    this.#zone = zone;
    this.#stamps = new Timestamps({ zone, modified });
  }

  /** The time at the beginning of a line, NaN when there is none. */
  read(line: string): number {
    const outer = this.#before(line, 0);
    const inner = Number.isNaN(outer) ? -1 : innerTime(line.slice(this.end));
    return this.#inOrder(inner < 0 ? outer : this.#before(line, this.end + inner));
  }

  /** A time with a blank behind it. */
  #before(line: string, start: number): number {
    const time = this.at(line, start);
    const { end } = this.#stamps;
    this.end = end + 1;
    const last = line.charCodeAt(end - 1);
    this.#saysZone = last === ZULU || line.slice(start + SECONDS_END, end).search(/[+-]/) >= 0;
    return line.charCodeAt(end) === BLANK ? time : Number.NaN;
  }

  at(line: string, start: number): number {
    const code = line.charCodeAt(start);
    return code >= ZERO && code <= NINE ? this.#stamps.rfc3339(line, start) : this.#stamps.classic(line, start);
  }

  /** In the hour that a clock repeats in autumn, what goes back belongs to the second one. */
  #inOrder(time: number): number {
    if (Number.isNaN(time) || this.#saysZone) return time;
    const again = time + HOUR;
    const isRepeated = this.#zone.offsetAt(again) === this.#zone.offsetAt(time) - HOUR;
    const settled = isRepeated && time < this.#last ? again : time;
    this.#last = settled;
    return settled;
  }
}

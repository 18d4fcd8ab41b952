/**
 * The three forms of date that most logs have, read digit by digit: some thirty nanoseconds instead of the half microsecond
 * that an expression and its groups take. Only what is written in one way is read so; everything else is left to the
 * template's expression, and so is the first date of each sort: what it says has to be the same (detector.ts).
 */
import { type DateNumbers, type Frame, instantOfNumbers } from './fields.ts';

export type KnownForm = 'iso' | 'syslog' | 'access';

const ISO =
  /^%Y\(\?P<_sep>\[[-/.]+\]\)%m\(\?P=_sep\)%d(?:\[T \]|\(\?:T\| {2}\?\))%H:%M:%S\(\?:\[\.,\]%f\)\?\(\?:\\s\*%z\)\?$/;
const SYSLOG = '(?:%a )?%b %d %k:%M:%S(?:\\.%f)?(?: %Y)?';
const ACCESS = '%d(?P<_sep>[-/])%b(?P=_sep)%Y[ :]?%H:%M:%S(?:\\.%f)?(?: %z)?';

/** The form that a pattern finds at its beginning, when it is one of them. */
export function knownForm(pattern: string): KnownForm | undefined {
  const plain = pattern.replaceAll('%Ex', '%');
  if (ISO.test(plain)) return 'iso';
  if (plain === SYSLOG) return 'syslog';
  return plain === ACCESS ? 'access' : undefined;
}

const [ZERO, NINE, BLANK, PLUS, MINUS, COLON, DOT, COMMA, SLASH] = [48, 57, 32, 43, 45, 58, 46, 44, 47];
const [UPPER_T, UPPER_Z, CLOSING] = [84, 90, 93];
/** Z, UTC, GMT, +01:00, -01:00 */
const ZONE_BEGINNINGS: readonly number[] = [UPPER_Z, 85, 71, PLUS, MINUS];
const MONTH_NAMES = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Reads one date after the other; what is read of one stands until the next. */
export class DigitReader implements DateNumbers {
  year: number | undefined;
  month = 0;
  day = 0;
  hour = 0;
  minute = 0;
  second = 0;
  /** Minutes east of Greenwich, when the date says so. */
  offset: number | undefined;
  /** Of the date. */
  start = 0;
  /** Behind the date. */
  end = 0;
  /** Behind its seconds. */
  secondsEnd = 0;
  /** Where the digits of its fraction begin and end; both at the end of the seconds when it has none. */
  fraction = 0;
  fractionEnd = 0;
  /** How it is written, but for the digits: of two with the same, an expression takes the same places. */
  sort = 0;
  #text = '';

  instant(frame: Frame): number {
    return instantOfNumbers(this, frame);
  }

  /** Whether the text has the form at the place, written in the usual way. */
  read(form: KnownForm, text: string, at: number): boolean {
    this.#text = text;
    this.year = undefined;
    this.offset = undefined;
    this.sort = 0;
    if (form === 'iso') return this.#iso(at);
    return form === 'syslog' ? this.#syslog(at) : this.#access(at);
  }

  /** `2005-01-23T21:59:59.981+01:00` */
  #iso(at: number): boolean {
    const text = this.#text;
    const separator = text.charCodeAt(at + 4);
    if (separator !== MINUS && separator !== SLASH && separator !== DOT) return false;
    if (text.charCodeAt(at + 7) !== separator || !this.#takeYear(at)) return false;
    this.month = this.#two(at + 5);
    this.day = this.#two(at + 8);
    const between = text.charCodeAt(at + 10);
    if ((between !== UPPER_T && between !== BLANK) || !this.#clock(at + 11)) return false;
    this.sort = (this.sort << 7) | separator;
    this.sort = (this.sort << 1) | (between === BLANK ? 1 : 0);
    return this.#fraction() && this.#zone() && this.#isDay();
  }

  /** `Jan 23 21:59:59` */
  #syslog(at: number): boolean {
    const text = this.#text;
    this.month = this.#monthName(at);
    const tens = text.charCodeAt(at + 4);
    this.day = tens === BLANK ? this.#two(at + 4, BLANK) : this.#two(at + 4);
    if (this.month === 0 || text.charCodeAt(at + 3) !== BLANK || text.charCodeAt(at + 6) !== BLANK) return false;
    if (!this.#clock(at + 7)) return false;
    this.sort = tens === BLANK ? 1 : 0;
    // What begins with a digit may be the year.
    const next = text.charCodeAt(this.end + 1);
    return text.charCodeAt(this.end) === BLANK && isSign(next) && !isDigit(next) && this.#isDay();
  }

  /** `23/Jan/2005:21:59:59 +0100` */
  #access(at: number): boolean {
    const text = this.#text;
    this.day = this.#two(at);
    this.month = this.#monthName(at + 3);
    if (text.charCodeAt(at + 2) !== SLASH || text.charCodeAt(at + 6) !== SLASH || !this.#takeYear(at + 7)) return false;
    if (text.charCodeAt(at + 11) !== COLON || !this.#clock(at + 12)) return false;
    if (text.charCodeAt(this.end) !== BLANK || !this.#offsetAt(this.end + 1)) return false;
    return text.charCodeAt(this.end) === CLOSING && this.#isDay();
  }

  /** Of this century's decades, each is a sort of its own: an expression takes those that it was made for. */
  #takeYear(at: number): boolean {
    const [century, year] = [this.#two(at), this.#two(at + 2)];
    if (century !== 20 || year < 0) return false;
    this.year = 2_000 + year;
    this.sort = Math.floor(year / 10);
    return true;
  }

  #monthName(at: number): number {
    const text = this.#text;
    for (let month = 0; month < 12; month++) {
      const name = 3 * month;
      if (
        text.charCodeAt(at) === MONTH_NAMES.charCodeAt(name) &&
        text.charCodeAt(at + 1) === MONTH_NAMES.charCodeAt(name + 1) &&
        text.charCodeAt(at + 2) === MONTH_NAMES.charCodeAt(name + 2)
      ) {
        return month + 1;
      }
    }
    return 0;
  }

  #clock(at: number): boolean {
    const text = this.#text;
    this.hour = this.#two(at);
    this.minute = this.#two(at + 3);
    this.second = this.#two(at + 6);
    this.end = this.secondsEnd = this.fraction = this.fractionEnd = at + 8;
    if (text.charCodeAt(at + 2) !== COLON || text.charCodeAt(at + 5) !== COLON) return false;
    return isWithin(this.hour, 23) && isWithin(this.minute, 59) && isWithin(this.second, 59);
  }

  #fraction(): boolean {
    const text = this.#text;
    const point = text.charCodeAt(this.end);
    if (point !== DOT && point !== COMMA) {
      this.sort <<= 4;
      return true;
    }
    let end = this.end + 1;
    while (isDigit(text.charCodeAt(end))) end++;
    const digits = end - this.end - 1;
    this.fraction = this.end + 1;
    this.end = this.fractionEnd = end;
    this.sort = (this.sort << 4) | (point === DOT ? 8 : 0) | digits;
    return digits > 0 && digits <= 6;
  }

  /** A zone, or something that cannot be one. */
  #zone(): boolean {
    const text = this.#text;
    const first = text.charCodeAt(this.end);
    if (first === UPPER_Z) {
      this.offset = 0;
      this.end++;
      this.sort = (this.sort << 2) | 1;
    } else if (first === PLUS || first === MINUS) {
      if (!this.#offsetAt(this.end)) return false;
    } else {
      this.sort <<= 2;
      const next = text.charCodeAt(this.end + 1);
      return first === BLANK && isSign(next) && !ZONE_BEGINNINGS.includes(next);
    }
    const next = text.charCodeAt(this.end);
    return next === BLANK || next === CLOSING;
  }

  /** `+01:00`, `+0100` */
  #offsetAt(at: number): boolean {
    const text = this.#text;
    const sign = text.charCodeAt(at);
    const hasColon = text.charCodeAt(at + 3) === COLON;
    const [hours, minutes] = [this.#two(at + 1), this.#two(at + (hasColon ? 4 : 3))];
    if ((sign !== PLUS && sign !== MINUS) || !isWithin(hours, 14) || !isWithin(minutes, 59)) return false;
    this.offset = (sign === MINUS ? -1 : 1) * (60 * hours + minutes);
    this.end = at + (hasColon ? 6 : 5);
    this.sort = (this.sort << 2) | (hasColon ? 2 : 3);
    return true;
  }

  /** The last of February in leap years is left to who knows them. */
  #isDay(): boolean {
    return this.day >= 1 && this.day <= (MONTH_DAYS[this.month - 1] ?? 0);
  }

  /** A number of two digits, -1 when it is none; `lead` instead of a zero. */
  #two(at: number, lead = ZERO): number {
    const [tens, ones] = [this.#text.charCodeAt(at), this.#text.charCodeAt(at + 1)];
    if (lead === BLANK) return isDigit(ones) ? ones - ZERO : -1;
    return isDigit(tens) && isDigit(ones) ? (tens - ZERO) * 10 + ones - ZERO : -1;
  }
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

function isWithin(value: number, most: number): boolean {
  return value >= 0 && value <= most;
}

function isSign(code: number): boolean {
  return code > BLANK && code < 127;
}

/**
 * Finds the date of each line of one log. What was found on the lines before decides what is tried first: the same form
 * at the same place; then all forms in order, in which those that hit move up.
 */

import { UTC } from '../../base/zone.ts';
import { has, WORD } from '../regex/charset.ts';
import type { Match } from '../regex/match.ts';
import { subjectOf } from '../regex/subject.ts';
import { DigitReader, type KnownForm } from './digits.ts';
import { type Frame, instantOfNumbers } from './fields.ts';
import { type LineBytes, SameMinute } from './same-minute.ts';
import type { DateTemplate } from './template.ts';

/** A date in a line, until the next is looked for. */
export interface FoundDate {
  /** Where the date lies that is cut out of the line; nothing may lie there. */
  readonly start: number;
  readonly end: number;
  readonly template: DateTemplate | undefined;
  /** Milliseconds since 1970; undefined when what was found is no date. */
  instant(frame: Frame): number | undefined;
}

/** One template, and what became of it in this log. */
export interface DateUse {
  readonly template: DateTemplate;
  /** Lines whose date it was. */
  readonly hits: number;
  /** By which templates are put in order. */
  readonly weight: number;
}

interface Entry {
  readonly template: DateTemplate;
  hits: number;
  /** Seconds; zero for never. */
  lastUsed: number;
  /** How far from the line's beginning it was found last. */
  distance: number;
  /** Dates written so are read digit by digit, since one of them was found to be the same so. */
  sort: number | undefined;
  /** Sorts that were looked at for that. */
  sorts: number;
}

interface Found {
  readonly match: Match;
  readonly index: number;
}

const FAR = 0x7fffffff;
/** One that was not used for so many seconds gives its place to one that is. */
const UNUSED_SECONDS = 300;
/** A log with more ways to write a date is not read digit by digit: comparing takes longer than it saves. */
const SORTS_MAX = 8;

export class DateDetector {
  readonly #entries: Entry[];
  #last: LastFound | undefined;
  readonly #digits = new QuickDate();
  /** What `#digits` was read from, when that was the line before. */
  readonly #same = new SameMinute();
  /** The first entry that has never hit. */
  #firstUnused = 0;

  constructor(templates: readonly DateTemplate[]) {
    this.#entries = templates.map((template) => ({
      template,
      hits: 0,
      lastUsed: 0,
      distance: FAR,
      sort: undefined,
      sorts: 0,
    }));
  }

  get dates(): readonly DateUse[] {
    return this.#entries.map((entry) => ({ template: entry.template, hits: entry.hits, weight: weightOf(entry) }));
  }

  /** `now` in milliseconds; only how long templates were not used is taken from it. @throws ExhaustedError */
  find(line: string, now: number): FoundDate | undefined {
    this.#same.forget();
    const quick = this.#quick(line, now);
    if (quick) return quick;
    const found = this.#search(line);
    if (!found) return undefined;
    const entry = this.#entries[found.index];
    if (!entry) return undefined;
    this.#note(line, found, { entry, now });
    const { match } = found;
    const { template } = entry;
    const start = match.startOf(1) ?? match.start;
    const end = start + (match.group(1)?.length ?? 0);
    this.#learn(line, { start, end, match }, { entry, now });
    return { start, end, template, instant: (frame) => template.instant(match, frame) };
  }

  /** As `find`, of a line whose text is cut out when it is asked for. `bytes`: known to be its characters. */
  findIn(line: { readonly text: string }, now: number, bytes?: LineBytes): FoundDate | undefined {
    const seconds = bytes ? this.#same.secondsIn(bytes) : -1;
    if (seconds >= 0) return this.#again(seconds, now);
    const found = this.find(line.text, now);
    if (bytes && found === this.#digits && found.start === 0) this.#same.remember(this.#digits, bytes);
    return found;
  }

  /** The date of the line before, which was read digit by digit, once more, perhaps some seconds later. */
  #again(seconds: number, now: number): FoundDate {
    const entry = this.#last && this.#entries[this.#last.index];
    if (entry) countUse(entry, now);
    this.#digits.moveTo(seconds);
    return this.#digits;
  }

  /** A date that the form of the line before finds without another being tried, when it is of a sort that is known. */
  #quick(line: string, now: number): QuickDate | undefined {
    const entry = this.#last && this.#entries[this.#last.index];
    if (entry?.sort === undefined || !entry.template.known) return undefined;
    const start = placeOf(entry.template.known, line);
    const digits = this.#digits;
    if (start < 0 || !digits.read(entry.template.known.form, line, start) || digits.sort !== entry.sort)
      return undefined;
    countUse(entry, now);
    digits.start = start;
    digits.template = entry.template;
    return digits;
  }

  /** Whether dates written like this one may be read digit by digit from now on. */
  #learn(
    line: string,
    { start, end, match }: { start: number; end: number; match: Match },
    { entry, now }: { entry: Entry; now: number },
  ): void {
    const { template } = entry;
    // Only where the form of the line before decides alone, and is at the same place in each line.
    if (!template.known || !template.isAnchored || match.start !== 0 || entry.sorts >= SORTS_MAX) return;
    const digits = this.#digits;
    if (placeOf(template.known, line) !== start || !digits.read(template.known.form, line, start)) return;
    entry.sorts++;
    const frame: Frame = { now, zone: UTC };
    const isSame = digits.end === end && instantOfNumbers(digits, frame) === template.instant(match, frame);
    entry.sort = isSame ? digits.sort : undefined;
  }

  #search(line: string): Found | undefined {
    const first = this.#searchLast(line);
    if (first.isSure) return first.found;
    return this.#searchAll(line, first);
  }

  /** The form of the line before, where it was there. */
  #searchLast(line: string): { found?: Found; isSure: boolean; skip: number } {
    const last = this.#last;
    const entry = last && this.#entries[last.index];
    if (!last || !entry) return { isSure: false, skip: -1 };
    const { template } = entry;
    const isSamePlace = !template.isAnchored && last.hasSameBorders(line);
    const match = isSamePlace ? searchPart(template, line, last) : template.expression.search(subjectOf(line));
    const skip = isSamePlace ? -1 : last.index;
    if (!match) return { isSure: false, skip };
    const isSure =
      this.#entries.length === 1 || template.isAnchored || (match.start === last.start && match.end === last.end);
    return { found: { match, index: last.index }, isSure, skip };
  }

  #searchAll(line: string, first: { found?: Found; skip: number }): Found | undefined {
    const subject = subjectOf(line);
    let best = first.found;
    for (const [index, entry] of this.#entries.entries()) {
      if (index === first.skip) continue;
      const match = entry.template.expression.search(subject);
      if (!match) continue;
      const isLast = index === this.#entries.length - 1;
      if (isLast || entry.template.isAnchored || !this.#isFarther(match.start, entry)) return { match, index };
      // Farther than before, it may be a date in the message: the nearest of all is taken.
      if (!best || match.start < best.match.start) best = { match, index };
    }
    return best;
  }

  #isFarther(distance: number, entry: Entry): boolean {
    return distance > entry.distance || distance > (this.#last?.start ?? 1);
  }

  #note(line: string, { match, index }: Found, { entry, now }: { entry: Entry; now: number }): void {
    countUse(entry, now);
    entry.distance = match.start;
    if (this.#firstUnused === index) this.#firstUnused++;
    const isNew = index > 0 && index !== this.#last?.index;
    const moved = isNew ? this.#moveUp(index) : index;
    this.#last = new LastFound(line, match, moved);
  }

  /** To the first place that was never used, or halfway up; or one up; or not at all. */
  #moveUp(index: number): number {
    const entry = this.#entries[index];
    if (!entry) return index;
    const halfway = this.#firstUnused < index ? this.#firstUnused : Math.floor(index / 2);
    const places = halfway === index - 1 ? [halfway] : [halfway, index - 1];
    const place = places.find((one) => this.#givesWay(one, entry));
    if (place === undefined) return index;
    this.#entries.splice(index, 1);
    this.#entries.splice(place, 0, entry);
    while ((this.#entries[this.#firstUnused]?.hits ?? 0) > 0) this.#firstUnused++;
    return place;
  }

  #givesWay(place: number, to: Entry): boolean {
    const entry = this.#entries[place];
    return entry !== undefined && (weightOf(to) > weightOf(entry) || to.lastUsed - UNUSED_SECONDS > entry.lastUsed);
  }
}

class QuickDate extends DigitReader implements FoundDate {
  template: DateTemplate | undefined;
  #frame: Frame | undefined;
  #instant = 0;

  override read(form: KnownForm, text: string, at: number): boolean {
    this.#frame = undefined;
    return super.read(form, text, at);
  }

  /** The date so many seconds behind the minute. */
  moveTo(second: number): void {
    // Where clocks are set a minute may have other seconds; a date that names its year and its zone is of no clock.
    if (this.year !== undefined && this.offset !== undefined) this.#instant += (second - this.second) * 1_000;
    else if (second !== this.second) this.#frame = undefined;
    this.second = second;
  }

  /** Of lines of one second, it is worked out once. */
  override instant(frame: Frame): number {
    if (this.#frame !== frame) this.#instant = super.instant(frame);
    this.#frame = frame;
    return this.#instant;
  }
}

function countUse(entry: Entry, now: number): void {
  entry.hits++;
  entry.lastUsed = Math.floor(now / 1_000);
}

function weightOf({ hits, template, distance }: Entry): number {
  return (hits * template.weight) / Math.max(1, distance);
}

function searchPart(template: DateTemplate, line: string, { start, end }: LastFound): Match | undefined {
  return template.expression.search(subjectOf(line.slice(0, end)), start);
}

/** Where the date of the line before was, and what stood around its borders. */
class LastFound {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly #around: Readonly<Record<'before' | 'first' | 'last' | 'after', string>>;

  constructor(line: string, match: Match, index: number) {
    this.index = index;
    this.start = match.start;
    this.end = match.end;
    this.#around = {
      before: before(line, match.start),
      first: line[match.start] ?? '',
      last: line.at(match.end - 1) ?? '',
      after: line.slice(match.end, match.end + 1),
    };
  }

  /** Outside the same characters, or inside the same that belong to no word. */
  hasSameBorders(line: string): boolean {
    const { first, last, after } = this.#around;
    const isBegin =
      before(line, this.start) === this.#around.before ||
      (line.slice(this.start, this.start + 1) === first && !isAlphanumeric(first));
    const isEnd =
      line.slice(this.end, this.end + 1) === after || (before(line, this.end) === last && !isAlphanumeric(last));
    return isBegin && isEnd;
  }
}

function before(line: string, place: number): string {
  return place > 0 ? line.slice(place - 1, place) : '';
}

function isAlphanumeric(character: string): boolean {
  return character !== '' && character !== '_' && has(WORD, character.codePointAt(0) ?? 0);
}

/** Where a known form is to be looked for; -1 when it is nowhere. */
function placeOf({ place }: NonNullable<DateTemplate['known']>, line: string): number {
  if (place === 'line') return 0;
  const bracket = line.indexOf('[');
  return bracket < 0 ? -1 : bracket + 1;
}

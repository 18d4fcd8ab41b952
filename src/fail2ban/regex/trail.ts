/** The alternatives that the matcher has left, and what it set since, in the order in which it goes back. */

import { widthBefore } from './text.ts';

/** Numbers of one entry: kind, step (or what was set), place (or its value before), where a run began. */
const WIDTH = 4;
/** Entries that are made room for at first; it grows when more are needed. */
const ENTRIES = 256;

export class Trail {
  /** Go on at the step and place. */
  static readonly BRANCH = 0;
  /** A run of characters that can be one shorter. */
  static readonly GREEDY = 1;
  /** A run of characters that can be one longer. */
  static readonly LAZY = 2;
  /** A slot or register to be set back. */
  static readonly SLOT = 3;
  static readonly REGISTER = 4;

  #entries = new Int32Array(WIDTH * ENTRIES);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  branch(step: number, place: number): void {
    this.#push(Trail.BRANCH, step, place);
  }

  greedyRun(step: number, place: number, from: number): void {
    this.#push(Trail.GREEDY, step, place);
    this.#entries[this.#length - 1] = from;
  }

  lazyRun(step: number, place: number): void {
    this.#push(Trail.LAZY, step, place);
  }

  setting(kind: number, index: number, before: number): void {
    this.#push(kind, index, before);
  }

  pop(): void {
    this.#length -= WIDTH;
  }

  clear(): void {
    this.#length = 0;
  }

  /** Forgets the alternatives above `base`, and keeps what was set, so that it can still be taken back. */
  keepSettings(base: number): void {
    let kept = base;
    for (let at = base; at < this.#length; at += WIDTH) {
      if ((this.#entries[at] ?? 0) < Trail.SLOT) continue;
      this.#entries.copyWithin(kept, at, at + WIDTH);
      kept += WIDTH;
    }
    this.#length = kept;
  }

  get topKind(): number {
    return this.#entries[this.#length - 4] ?? 0;
  }

  get topStep(): number {
    return this.#entries[this.#length - 3] ?? 0;
  }

  get topPlace(): number {
    return this.#entries[this.#length - 2] ?? 0;
  }

  set topPlace(place: number) {
    this.#entries[this.#length - 2] = place;
  }

  get topFrom(): number {
    return this.#entries[this.#length - 1] ?? 0;
  }

  #push(kind: number, step: number, place: number): void {
    const at = this.#length;
    if (at + WIDTH > this.#entries.length) this.#grow();
    this.#entries[at] = kind;
    this.#entries[at + 1] = step;
    this.#entries[at + 2] = place;
    this.#length = at + WIDTH;
  }

  /** Each entry is a step that was taken, and these are limited. */
  #grow(): void {
    const larger = new Int32Array(2 * this.#entries.length);
    larger.set(this.#entries);
    this.#entries = larger;
  }
}

/**
 * The place that the run on top goes on from; the next time it is one character less. `wanted`: the code of the character
 * that what follows begins with, -1 when it is not one only; other places need not be tried.
 */
export function shortenRun(trail: Trail, text: string, wanted: number): number {
  const from = trail.topFrom;
  let place = trail.topPlace;
  if (wanted >= 0) while (place > from && text.charCodeAt(place) !== wanted) place--;
  if (place <= from) trail.pop();
  else trail.topPlace = place - widthBefore(text, place);
  return place;
}

/**
 * Our own matcher for the expressions that V8 cannot run in linear time, and for text beyond ASCII. It tries alternatives
 * in order, as Python does, but not the same step at the same place of the text twice: what failed there fails again.
 * So it takes time in proportion to the text. Only references to groups (`(?P=name)`) depend on more than the place, and
 * for these, as for all else, the number of steps is limited: no line holds the process.
 */
import { NOTHING } from './charset.ts';
import { type Code, encode, isMember, type Look, OP, type SetTable } from './code.ts';
import { ExhaustedError, STEPS_MAX } from './exhausted.ts';
import { leadsOn, WAYS, waysAt } from './guards.ts';
import { Memory } from './memory.ts';
import type { Program } from './program.ts';
import { codeAt, endOfCopy, holdsAt, widthAt, widthBefore } from './text.ts';
import { shortenRun, Trail } from './trail.ts';

/** Of a slot or register. */
const UNSET = -1;
const NO_SET: SetTable = { ascii: new Uint8Array(128), set: NOTHING };

export interface SearchOptions {
  /** Where a match may begin at the earliest. */
  readonly from: number;
  /** The match begins there or not at all. */
  readonly isSticky: boolean;
}

export class Machine {
  readonly #code: Code;
  readonly #slots: Int32Array;
  readonly #registers: Int32Array;
  readonly #trail = new Trail();
  readonly #memory: Memory;
  #text = '';
  #steps = 0;
  /** Where to go on, set by what takes a step or goes back. */
  #next = 0;
  #place = 0;
  /** Within looks and atomic groups nothing is remembered: what failed there may not fail outside. */
  #depth = 0;

  constructor(program: Program) {
    this.#code = encode(program);
    this.#slots = new Int32Array(program.slots);
    this.#registers = new Int32Array(program.registers);
    this.#memory = new Memory(program);
  }

  /** Whether every text of 8 KiB or less takes time in proportion to its length. */
  get isLinear(): boolean {
    return this.#memory.isEnough;
  }

  /**
   * The first match: where each group begins and ends, -1 for one that is not set; the whole first.
   * @throws ExhaustedError
   */
  search(text: string, { from, isSticky }: SearchOptions): Int32Array | undefined {
    this.#text = text;
    this.#steps = 0;
    this.#depth = 0;
    this.#memory.begin(text.length);
    for (let start = from; start <= text.length; start += widthAt(this.#text, start)) {
      if (!leadsOn(this.#code.start, text, start)) {
        if (isSticky) return undefined;
        continue;
      }
      this.#slots.fill(UNSET);
      this.#registers.fill(UNSET);
      if (this.#run(0, start) >= 0) return this.#slots.slice();
      if (isSticky) return undefined;
    }
    return undefined;
  }

  /** Runs from a step at a place. @returns where it ends, -1 when it fails. What it set stays set, and can be taken back. */
  #run(step: number, place: number): number {
    const trail = this.#trail;
    const base = trail.length;
    const end = this.#follow(step, place, base);
    if (end >= 0) trail.keepSettings(base);
    return end;
  }

  #follow(start: number, from: number, base: number): number {
    const { operations, first, second } = this.#code;
    let at = start;
    let place = from;
    for (;;) {
      if (++this.#steps > STEPS_MAX) throw this.#exhausted();
      const operand = first[at] ?? 0;
      let isFailed = false;
      switch (operations[at]) {
        case OP.match:
          return place;
        case OP.character:
          if (codeAt(this.#text, place) === operand) place += operand > 0xffff ? 2 : 1;
          else isFailed = true;
          at++;
          break;
        case OP.set: {
          const code = codeAt(this.#text, place);
          if (code >= 0 && isMember(this.#setAt(operand), code)) place += code > 0xffff ? 2 : 1;
          else isFailed = true;
          at++;
          break;
        }
        case OP.split: {
          const ways = waysAt(this.#code.guards[at], this.#text, place);
          if (ways === 0 || this.#wasHere(at, place)) isFailed = true;
          else if (ways === WAYS.both) this.#trail.branch(second[at] ?? 0, place);
          at = ways === WAYS.second ? (second[at] ?? 0) : operand;
          break;
        }
        case OP.jump:
          at = operand;
          break;
        default: {
          const next = this.#rare(at, place);
          isFailed = next < 0;
          at = this.#next;
          place = next;
        }
      }
      if (!isFailed) continue;
      if (!this.#back(base)) return -1;
      at = this.#next;
      place = this.#place;
    }
  }

  /** The steps that are not taken at every character. @returns the place to go on at, -1 for failure. */
  #rare(at: number, place: number): number {
    const operand = this.#code.first[at] ?? 0;
    this.#next = at + 1;
    switch (this.#code.operations[at]) {
      case OP.greedyRun:
        return this.#greedyRun(at, place);
      case OP.lazyRun:
        if (this.#wasHere(at, place)) return -1;
        this.#trail.lazyRun(at, place);
        return place;
      case OP.save:
        this.#set(this.#slots, operand, place);
        return place;
      case OP.assert:
        return holdsAt(operand, this.#text, place) ? place : -1;
      case OP.look:
        return this.#look(operand, place);
      case OP.atomic:
        return this.#aside(operand, place);
      case OP.back:
        return this.#reference(operand, this.#code.second[at] === 1, place);
      case OP.conditional:
        if ((this.#slots[2 * operand + 1] ?? UNSET) < 0) this.#next = this.#code.second[at] ?? 0;
        return place;
      case OP.mark:
        this.#set(this.#registers, operand, place);
        return place;
      default:
        if (this.#registers[operand] === place) this.#next = this.#code.second[at] ?? 0;
        return place;
    }
  }

  /** Takes all it can get; what is after it is tried at its end first, then before its last character, and so on. */
  #greedyRun(at: number, from: number): number {
    const table = this.#setAt(this.#code.first[at] ?? 0);
    let place = from;
    for (;;) {
      // From here on it has been tried, by an earlier run to the same end.
      if (this.#wasHere(at, place)) break;
      this.#steps++;
      const code = codeAt(this.#text, place);
      if (code < 0 || !isMember(table, code)) {
        this.#trail.greedyRun(at, place, from);
        return this.#lessOfRun();
      }
      place += code > 0xffff ? 2 : 1;
    }
    if (place === from) return -1;
    this.#trail.greedyRun(at, place - widthBefore(this.#text, place), from);
    return this.#lessOfRun();
  }

  /** The run on top of the trail goes on to what is after it, at the end it has; next time with one character less. */
  #lessOfRun(): number {
    const at = this.#trail.topStep;
    this.#steps++;
    this.#next = at + 1;
    return shortenRun(this.#trail, this.#text, this.#code.second[at] ?? -1);
  }

  #moreOfRun(): number {
    const trail = this.#trail;
    const [at, place] = [trail.topStep, trail.topPlace];
    const code = codeAt(this.#text, place);
    const isTaken = code >= 0 && isMember(this.#setAt(this.#code.first[at] ?? 0), code);
    const next = place + (code > 0xffff ? 2 : 1);
    if (!isTaken || this.#wasHere(at, next)) {
      trail.pop();
      return -1;
    }
    trail.topPlace = next;
    this.#next = at + 1;
    return next;
  }

  /** Goes back to the last alternative that is left, taking back what was set since. False when there is none. */
  #back(base: number): boolean {
    const trail = this.#trail;
    while (trail.length > base) {
      switch (trail.topKind) {
        case Trail.BRANCH:
          this.#next = trail.topStep;
          this.#place = trail.topPlace;
          trail.pop();
          return true;
        case Trail.GREEDY:
          this.#place = this.#lessOfRun();
          return true;
        case Trail.LAZY: {
          const place = this.#moreOfRun();
          if (place < 0) break;
          this.#place = place;
          return true;
        }
        case Trail.SLOT:
          this.#slots[trail.topStep] = trail.topPlace;
          trail.pop();
          break;
        default:
          this.#registers[trail.topStep] = trail.topPlace;
          trail.pop();
      }
    }
    return false;
  }

  #set(cells: Int32Array, index: number, value: number): void {
    const before = cells[index] ?? UNSET;
    this.#trail.setting(cells === this.#slots ? Trail.SLOT : Trail.REGISTER, index, before);
    cells[index] = value;
  }

  #look(index: number, place: number): number {
    const look = this.#code.looks[index];
    if (!look) return -1;
    const known = look.hasGroups ? undefined : this.#memory.lookAt(index, place);
    const next = this.#next;
    const isSeen = known ?? this.#isSeen(look, place);
    this.#next = next;
    if (!look.hasGroups) this.#memory.rememberLook(index, place, isSeen);
    return isSeen === look.isNegated ? -1 : place;
  }

  #isSeen(look: Look, place: number): boolean {
    let from = place;
    for (let i = look.isAhead ? 0 : look.width; i > 0; i--) {
      if (from === 0) return false;
      from -= widthBefore(this.#text, from);
    }
    const base = this.#trail.length;
    const isSeen = this.#aside(look.from, from) >= 0;
    // What must not be there sets nothing.
    if (isSeen && look.isNegated) this.#back(base);
    return isSeen;
  }

  #aside(from: number, place: number): number {
    const next = this.#next;
    this.#depth++;
    const end = this.#run(from, place);
    this.#depth--;
    this.#next = next;
    return end;
  }

  #reference(group: number, ignoresCase: boolean, place: number): number {
    const [from, to] = [this.#slots[2 * group] ?? UNSET, this.#slots[2 * group + 1] ?? UNSET];
    if (from < 0 || to < from) return -1;
    this.#steps += to - from;
    return endOfCopy(this.#text, { from, to, place, ignoresCase });
  }

  /** Whether this step was taken at this place before; from now on it was. */
  #wasHere(at: number, place: number): boolean {
    return this.#depth === 0 && this.#memory.wasHere(at, place, this.#slots, this.#registers, this.#steps);
  }

  #setAt(index: number): SetTable {
    return this.#code.sets[index] ?? NO_SET;
  }

  #exhausted(): ExhaustedError {
    this.#trail.clear();
    return new ExhaustedError();
  }
}

/**
 * Which steps the matcher took at which places of a text. What lies ahead of a step depends on the place, on which of the
 * groups are set that a conditional asks for, and on whether the repeats around it that may match nothing have matched
 * something in this turn; each combination is remembered by itself.
 */
import type { Program } from './program.ts';

/** Bits of memory for one text, sixteen megabytes. The largest shipped expression needs three for 8 KiB of text. */
const BITS_MAX = 2 ** 27;
/** The longest text that an expression has to be linear on, to be called so. */
const TEXT_MAX = 8_192;
/** A match that takes fewer steps needs no memory, and most do. */
const STEPS_BEFORE = 2_000;
/** Facts that a step may depend on: so many bits of combinations. */
const FACTS_MAX = 12;

export class Memory {
  /** Whether it is enough for any text that is not too long: else what a text costs is only limited. */
  readonly isEnough: boolean;
  readonly #isUsable: boolean;
  readonly #conditions: readonly number[];
  /** Of each step, the registers of the repeats around it. */
  readonly #registers: readonly (readonly number[])[];
  /** Of each step, how many combinations all steps before it have; of the end, how many there are. */
  readonly #offsets: Int32Array;
  readonly #combinations: number;
  #bits = new Uint32Array(0);
  #looks = new Map<number, boolean>();
  #width = 0;
  #isOn = false;

  constructor(program: Program) {
    this.#conditions = program.conditions;
    this.#registers = registersAround(program);
    const facts = this.#registers.map((registers) => registers.length + program.conditions.length);
    // What groups took has no end of combinations.
    this.#isUsable = !program.hasReferences && Math.max(...facts) <= FACTS_MAX;
    this.#offsets = new Int32Array(facts.length);
    let sum = 0;
    for (const [step, count] of facts.entries()) {
      this.#offsets[step] = sum;
      sum += 2 ** Math.min(count, FACTS_MAX);
    }
    this.#combinations = sum;
    this.isEnough = this.#isUsable && sum * (TEXT_MAX + 1) <= BITS_MAX;
  }

  begin(length: number): void {
    this.#width = length + 1;
    this.#isOn = false;
    if (this.#looks.size > 0) this.#looks = new Map();
  }

  wasHere(step: number, place: number, slots: Int32Array, registers: Int32Array, taken: number): boolean {
    if (!this.#isOn && !this.#turnedOn(taken)) return false;
    const combination = (this.#offsets[step] ?? 0) + this.#facts(step, place, slots, registers);
    const index = combination * this.#width + place;
    const word = this.#bits[index >>> 5] ?? 0;
    const bit = 1 << (index & 31);
    if ((word & bit) !== 0) return true;
    this.#bits[index >>> 5] = word | bit;
    return false;
  }

  lookAt(look: number, place: number): boolean | undefined {
    return this.#isOn ? this.#looks.get(look * this.#width + place) : undefined;
  }

  rememberLook(look: number, place: number, isSeen: boolean): void {
    if (this.#isOn) this.#looks.set(look * this.#width + place, isSeen);
  }

  /** What was tried before it is turned on is tried once more at the most. */
  #turnedOn(taken: number): boolean {
    if (taken < STEPS_BEFORE || !this.#isUsable) return false;
    const bits = this.#combinations * this.#width;
    if (bits > BITS_MAX) return false;
    const words = (bits >>> 5) + 1;
    if (this.#bits.length < words) this.#bits = new Uint32Array(words);
    else this.#bits.fill(0, 0, words);
    this.#isOn = true;
    return true;
  }

  #facts(step: number, place: number, slots: Int32Array, registers: Int32Array): number {
    let facts = 0;
    for (const register of this.#registers[step] ?? []) facts = 2 * facts + (registers[register] === place ? 1 : 0);
    for (const group of this.#conditions) facts = 2 * facts + ((slots[2 * group + 1] ?? -1) >= 0 ? 1 : 0);
    return facts;
  }
}

/** A repeat's steps lie between its mark and where it asks whether something was matched. */
function registersAround({ steps }: Program): number[][] {
  const open: number[] = [];
  return steps.map((step) => {
    const around = [...open];
    if (step.type === 'mark') open.push(step.register);
    if (step.type === 'moved') open.splice(open.indexOf(step.register), 1);
    return around;
  });
}

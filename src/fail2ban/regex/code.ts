/** A program in numbers, as the matcher reads it: an operation and two operands a step, sets as tables. */
import { type CharSet, has, hasAscii } from './charset.ts';
import { type Guard, Guards } from './guards.ts';
import type { Assertion } from './node.ts';
import type { Program, Step } from './program.ts';

export const OP = {
  match: 0,
  character: 1,
  set: 2,
  greedyRun: 3,
  lazyRun: 4,
  split: 5,
  jump: 6,
  save: 7,
  assert: 8,
  look: 9,
  atomic: 10,
  back: 11,
  conditional: 12,
  mark: 13,
  moved: 14,
} as const;

export const ASSERTIONS: readonly Assertion[] = [
  'start',
  'final',
  'end',
  'line-start',
  'line-end',
  'word',
  'not-word',
  'ascii-word',
  'ascii-not-word',
];

export interface Code {
  readonly operations: Uint8Array;
  /** What each operation needs first: a code point, the number of a set, a step, a slot, a group. */
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly sets: readonly SetTable[];
  readonly looks: readonly Look[];
  /** Of each split, what must come next for its two ways; and what a match must begin with. */
  readonly guards: readonly (readonly [Guard | undefined, Guard | undefined] | undefined)[];
  readonly start: Guard | undefined;
}

/** Membership of code points up to 127 as 0 or 1, and the set for those beyond. */
export interface SetTable {
  readonly ascii: Uint8Array;
  readonly set: CharSet;
}

export interface Look {
  readonly isAhead: boolean;
  readonly isNegated: boolean;
  readonly width: number;
  readonly from: number;
  /** It sets groups or asks for them, so that what it says may differ at one place. */
  readonly hasGroups: boolean;
}

type Numbers = readonly [operation: number, first: number, second?: number];

export function encode(program: Program): Code {
  const tables = new Tables(program.steps);
  const guards = new Guards(program);
  const rows = program.steps.map((step, i) => numbersOf(step, program.steps[i + 1], tables));
  return {
    operations: Uint8Array.from(rows, ([operation]) => operation),
    first: Int32Array.from(rows, ([, first]) => first),
    second: Int32Array.from(rows, ([, , second]) => second ?? 0),
    sets: tables.sets,
    looks: tables.looks,
    guards: program.steps.map((step) =>
      step.type === 'split' ? [guards.of(step.first), guards.of(step.second)] : undefined,
    ),
    start: guards.of(0),
  };
}

function numbersOf(step: Step, next: Step | undefined, tables: Tables): Numbers {
  switch (step.type) {
    case 'match':
      return [OP.match, 0];
    case 'character':
      return [OP.character, step.code];
    case 'set':
      return [OP.set, tables.set(step.set)];
    case 'run':
      return [step.isLazy ? OP.lazyRun : OP.greedyRun, tables.set(step.set), codeOf(next)];
    case 'split':
      return [OP.split, step.first, step.second];
    case 'jump':
      return [OP.jump, step.to];
    case 'save':
      return [OP.save, step.slot];
    case 'assert':
      return [OP.assert, ASSERTIONS.indexOf(step.kind)];
    case 'look':
      return [OP.look, tables.look(step)];
    case 'atomic':
      return [OP.atomic, step.from];
    case 'back':
      return [OP.back, step.index, step.ignoresCase ? 1 : 0];
    case 'conditional':
      return [OP.conditional, step.index, step.otherwise];
    case 'mark':
      return [OP.mark, step.register];
    case 'moved':
      return [OP.moved, step.register, step.otherwise];
  }
}

/** The character that a step takes, when it takes one only; else -1. */
function codeOf(step: Step | undefined): number {
  return step?.type === 'character' && step.code < 0xd800 ? step.code : -1;
}

class Tables {
  readonly sets: SetTable[] = [];
  readonly looks: Look[] = [];
  readonly #steps: readonly Step[];

  constructor(steps: readonly Step[]) {
    this.#steps = steps;
  }

  set(set: CharSet): number {
    const known = this.sets.findIndex((table) => table.set === set);
    if (known >= 0) return known;
    const ascii = Uint8Array.from({ length: 128 }, (_, code) => (hasAscii(set, code) ? 1 : 0));
    return this.sets.push({ ascii, set }) - 1;
  }

  look({ node, from }: Extract<Step, { type: 'look' }>): number {
    const end = this.#steps.findIndex((other, i) => i >= from && other.type === 'match');
    const inside = this.#steps.slice(from, end);
    const hasGroups = inside.some(({ type }) => type === 'save' || type === 'conditional' || type === 'back');
    const { isAhead, isNegated, width } = node;
    return this.looks.push({ isAhead, isNegated, width, from, hasGroups }) - 1;
  }
}

export function isMember(table: SetTable, code: number): boolean {
  return code < 128 ? table.ascii[code] === 1 : has(table.set, code);
}

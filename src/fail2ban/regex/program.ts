/**
 * A tree as instructions for the matcher (machine.ts): a list of small steps, alternatives in the order in which they
 * are tried. Counted repeats are written out, so that a step and a position are all that the future depends on.
 */
import { type CharSet, onlyMember } from './charset.ts';
import { type Assertion, isNullable, type LookNode, type Node, parts, type RepeatNode, type Tree } from './node.ts';
import { RegexError } from './reader.ts';

export type Step =
  | { readonly type: 'match' }
  | { readonly type: 'character'; readonly code: number }
  | { readonly type: 'set'; readonly set: CharSet }
  /** Any number of members of a set. */
  | { readonly type: 'run'; readonly set: CharSet; readonly isLazy: boolean }
  /** Goes on with `first`, and with `second` when that fails. */
  | { readonly type: 'split'; first: number; second: number }
  | { readonly type: 'jump'; to: number }
  | { readonly type: 'save'; readonly slot: number }
  | { readonly type: 'assert'; readonly kind: Assertion }
  /** The steps from `from` on are tried by themselves, up to their own `match`. */
  | { readonly type: 'look'; readonly node: LookNode; from: number }
  | { readonly type: 'atomic'; from: number }
  | { readonly type: 'back'; readonly index: number; readonly ignoresCase: boolean }
  /** Goes on when the group is set, else at `otherwise`. */
  | { readonly type: 'conditional'; readonly index: number; otherwise: number }
  /** A turn of a repeat begins that may match nothing. */
  | { readonly type: 'mark'; readonly register: number }
  /** Goes on when something was matched since the mark, else at `otherwise`: such a repeat ends. */
  | { readonly type: 'moved'; readonly register: number; otherwise: number };

export interface Program {
  readonly steps: readonly Step[];
  /** Two for each group and for the whole: where it begins and ends. */
  readonly slots: number;
  readonly registers: number;
  /** The groups that conditionals ask for. */
  readonly conditions: readonly number[];
  readonly hasReferences: boolean;
}

/** Steps of one program; the largest of the shipped ones has 2,600. With 8 KiB of text, two megabytes remember them all. */
const STEPS_MAX = 20_000;

/** @throws RegexError for an expression whose program would be too large. */
export function checkSize(root: Node): void {
  if (stepsOf(root) > STEPS_MAX) throw new RegexError(`too large: more than ${STEPS_MAX} steps`, 0);
}

/** As many steps as it will have, or some more. */
function stepsOf(node: Node): number {
  const inside = parts(node).reduce((sum, part) => sum + stepsOf(part), 0);
  switch (node.type) {
    case 'choice':
      return inside + 2 * node.branches.length;
    case 'repeat':
      return (inside + 3) * (node.max === Number.POSITIVE_INFINITY ? node.min + 1 : node.max);
    default:
      return inside + 3;
  }
}

/** Of a tree whose size has been checked. */
export function compileProgram({ root, groups }: Tree): Program {
  const writer = new Writer();
  writer.write({ type: 'group', index: 0, item: root });
  writer.add({ type: 'match' });
  writer.writeAside();
  return {
    steps: writer.steps,
    slots: 2 * (groups + 1),
    registers: writer.registers,
    conditions: [...writer.conditions],
    hasReferences: writer.steps.some((step) => step.type === 'back'),
  };
}

class Writer {
  readonly steps: Step[] = [];
  readonly conditions = new Set<number>();
  registers = 0;
  /** What looks and atomic groups try by themselves, written behind all else. */
  readonly #aside: { readonly step: { from: number }; readonly item: Node }[] = [];

  add<Kind extends Step>(step: Kind): Kind {
    this.steps.push(step);
    return step;
  }

  writeAside(): void {
    for (let next = this.#aside.shift(); next; next = this.#aside.shift()) {
      next.step.from = this.steps.length;
      this.write(next.item);
      this.add({ type: 'match' });
    }
  }

  write(node: Node): void {
    switch (node.type) {
      case 'set':
        this.#writeSet(node.set);
        return;
      case 'sequence':
        for (const item of node.items) this.write(item);
        return;
      case 'choice':
        this.#writeChoice(node.branches);
        return;
      case 'repeat':
        this.#writeRepeat(node);
        return;
      case 'group':
        this.add({ type: 'save', slot: 2 * node.index });
        this.write(node.item);
        this.add({ type: 'save', slot: 2 * node.index + 1 });
        return;
      case 'atomic':
        this.#aside.push({ step: this.add({ type: 'atomic', from: 0 }), item: node.item });
        return;
      case 'look':
        this.#aside.push({ step: this.add({ type: 'look', node, from: 0 }), item: node.item });
        return;
      case 'conditional':
        this.#writeConditional(node.index, node.yes, node.no);
        return;
      default:
        this.add(node);
    }
  }

  #writeSet(set: CharSet): void {
    const code = onlyMember(set);
    this.add(code === undefined ? { type: 'set', set } : { type: 'character', code });
  }

  #writeChoice(branches: readonly Node[]): void {
    const ends: { to: number }[] = [];
    for (const [i, branch] of branches.entries()) {
      if (i === branches.length - 1) {
        this.write(branch);
        break;
      }
      const split = this.add({ type: 'split', first: this.steps.length + 1, second: 0 });
      this.write(branch);
      ends.push(this.add({ type: 'jump', to: 0 }));
      split.second = this.steps.length;
    }
    for (const jump of ends) jump.to = this.steps.length;
  }

  #writeRepeat(node: RepeatNode): void {
    for (let i = 0; i < node.min; i++) this.write(node.item);
    if (node.max === Number.POSITIVE_INFINITY) this.#writeLoop(node);
    else this.#writeTurns(node, node.max - node.min);
  }

  #writeLoop(node: RepeatNode): void {
    if (node.item.type === 'set') {
      this.add({ type: 'run', set: node.item.set, isLazy: node.isLazy });
      return;
    }
    const start = this.steps.length;
    const leave = this.#writeTurn(node);
    this.add({ type: 'jump', to: start });
    leave(this.steps.length);
  }

  #writeTurns(node: RepeatNode, turns: number): void {
    const leaves: ((to: number) => void)[] = [];
    for (let i = 0; i < turns; i++) leaves.push(this.#writeTurn(node));
    for (const leave of leaves) leave(this.steps.length);
  }

  /** One more turn or none. @returns what sets the place to go on at when there is none. */
  #writeTurn(node: RepeatNode): (to: number) => void {
    const inside = this.steps.length + 1;
    const split = this.add({ type: 'split', first: inside, second: inside });
    const moved = isNullable(node.item) ? this.#writeMarked(node.item) : undefined;
    if (!moved) this.write(node.item);
    return (to) => {
      if (node.isLazy) split.first = to;
      else split.second = to;
      if (moved) moved.otherwise = to;
    };
  }

  #writeMarked(item: Node): { otherwise: number } {
    const register = this.registers++;
    this.add({ type: 'mark', register });
    this.write(item);
    return this.add({ type: 'moved', register, otherwise: 0 });
  }

  #writeConditional(index: number, yes: Node, no: Node): void {
    this.conditions.add(index);
    const conditional = this.add({ type: 'conditional', index, otherwise: 0 });
    this.write(yes);
    const jump = this.add({ type: 'jump', to: 0 });
    conditional.otherwise = this.steps.length;
    this.write(no);
    jump.to = this.steps.length;
  }
}

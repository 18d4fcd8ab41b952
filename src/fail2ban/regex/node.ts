/** The tree of an expression in Python's dialect, flags resolved: what the parser makes and all else works on. */
import type { CharSet } from './charset.ts';

export type Node =
  | { readonly type: 'set'; readonly set: CharSet }
  | { readonly type: 'sequence'; readonly items: readonly Node[] }
  | { readonly type: 'choice'; readonly branches: readonly Node[] }
  | RepeatNode
  /** `index` counts from 1, as they open in the source. */
  | { readonly type: 'group'; readonly index: number; readonly item: Node }
  /** What matched inside is not looked for in another way. */
  | { readonly type: 'atomic'; readonly item: Node }
  | LookNode
  | { readonly type: 'assert'; readonly kind: Assertion }
  | { readonly type: 'back'; readonly index: number; readonly ignoresCase: boolean }
  | { readonly type: 'conditional'; readonly index: number; readonly yes: Node; readonly no: Node };

export interface RepeatNode {
  readonly type: 'repeat';
  readonly item: Node;
  readonly min: number;
  /** Infinity for no limit. */
  readonly max: number;
  readonly isLazy: boolean;
}

export interface LookNode {
  readonly type: 'look';
  readonly isAhead: boolean;
  readonly isNegated: boolean;
  /** How many characters a lookbehind looks back. */
  readonly width: number;
  readonly item: Node;
}

/**
 * `start` and `final`: of the text. `end`: of the text, or before its last newline. `line-start`, `line-end`: of any line.
 * `word`: between a word and none; `not-word`: anywhere else. Those with `ascii-` know no letters beyond ASCII.
 */
export type Assertion =
  | 'start'
  | 'final'
  | 'end'
  | 'line-start'
  | 'line-end'
  | 'word'
  | 'not-word'
  | 'ascii-word'
  | 'ascii-not-word';

export const EMPTY: Node = { type: 'sequence', items: [] };

export interface Tree {
  readonly root: Node;
  /** Groups there are; their indices are 1 to this. */
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

/** The nodes directly inside a node, in order. */
export function parts(node: Node): readonly Node[] {
  switch (node.type) {
    case 'set':
    case 'assert':
    case 'back':
      return [];
    case 'sequence':
      return node.items;
    case 'choice':
      return node.branches;
    case 'conditional':
      return [node.yes, node.no];
    default:
      return [node.item];
  }
}

/** The node with other nodes directly inside, as many as there were. */
export function withParts(node: Node, inside: readonly Node[]): Node {
  const [first = EMPTY, second = EMPTY] = inside;
  switch (node.type) {
    case 'set':
    case 'assert':
    case 'back':
      return node;
    case 'sequence':
      return { type: 'sequence', items: inside };
    case 'choice':
      return { type: 'choice', branches: inside };
    case 'conditional':
      return { ...node, yes: first, no: second };
    default:
      return { ...node, item: first };
  }
}

export function mapParts(node: Node, change: (part: Node) => Node): Node {
  return withParts(node, parts(node).map(change));
}

/** A sequence without sequences inside it; the item itself when there is one. */
export function sequence(items: readonly Node[]): Node {
  const flat = items.flatMap((item) => (item.type === 'sequence' ? item.items : [item]));
  return flat.length === 1 && flat[0] ? flat[0] : { type: 'sequence', items: flat };
}

export function choice(branches: readonly Node[]): Node {
  return branches.length === 1 && branches[0] ? branches[0] : { type: 'choice', branches };
}

/** Whether it can match nothing at all. */
export function isNullable(node: Node): boolean {
  switch (node.type) {
    case 'set':
      return false;
    case 'sequence':
      return node.items.every(isNullable);
    case 'choice':
      return node.branches.some(isNullable);
    case 'repeat':
      return node.min === 0 || isNullable(node.item);
    case 'group':
    case 'atomic':
      return isNullable(node.item);
    case 'conditional':
      return isNullable(node.yes) || isNullable(node.no);
    default:
      return true;
  }
}

/** Whether the test holds for the node or one anywhere inside it. */
export function some(node: Node, test: (node: Node) => boolean): boolean {
  return test(node) || parts(node).some((part) => some(part, test));
}

/** The number of nodes. */
export function sizeOf(node: Node): number {
  return parts(node).reduce((size, part) => size + sizeOf(part), 1);
}

/** The groups that are set whichever way the node matches. */
export function alwaysSet(node: Node): ReadonlySet<number> {
  switch (node.type) {
    case 'group':
      return new Set([node.index, ...alwaysSet(node.item)]);
    case 'sequence':
      return new Set(node.items.flatMap((item) => [...alwaysSet(item)]));
    case 'choice':
      return common(node.branches.map(alwaysSet));
    case 'conditional':
      return common([alwaysSet(node.yes), alwaysSet(node.no)]);
    case 'repeat':
      return node.min === 0 ? new Set() : alwaysSet(node.item);
    case 'look':
      return node.isNegated ? new Set() : alwaysSet(node.item);
    case 'atomic':
      return alwaysSet(node.item);
    default:
      return new Set();
  }
}

function common(sets: readonly ReadonlySet<number>[]): ReadonlySet<number> {
  const [first = new Set<number>(), ...rest] = sets;
  return new Set([...first].filter((index) => rest.every((set) => set.has(index))));
}

/** What may stand right before and right after a part of an expression: some assertions are always true there. */
import { ANYTHING, type CharSet, NOTHING, union } from './charset.ts';
import type { Node, RepeatNode } from './node.ts';

/** The characters that may be neighbors; `isEdge`: perhaps there is none, the text begins or ends here. */
export interface Edge {
  readonly set: CharSet;
  readonly isEdge: boolean;
}

export const UNKNOWN: Edge = { set: ANYTHING, isEdge: true };

type Direction = 'forward' | 'backward';

/** The edge behind a node (`forward`) or before it (`backward`), given the one on its other side. */
export function edgeBeyond(node: Node, edge: Edge, direction: Direction): Edge {
  switch (node.type) {
    case 'set':
      return { set: node.set, isEdge: false };
    case 'sequence':
      return inOrder(node.items, direction).reduce((passed, item) => edgeBeyond(item, passed, direction), edge);
    case 'choice':
      return either(node.branches.map((branch) => edgeBeyond(branch, edge, direction)));
    case 'conditional':
      return either([edgeBeyond(node.yes, edge, direction), edgeBeyond(node.no, edge, direction)]);
    case 'repeat':
      return beyondRepeat(node, edge, direction);
    case 'group':
    case 'atomic':
      return edgeBeyond(node.item, edge, direction);
    case 'back':
      return either([edge, { set: ANYTHING, isEdge: false }]);
    default:
      return edge;
  }
}

/** The edge at the beginning of each turn of a repeat, or at its end. */
export function edgeOfTurns(node: RepeatNode, edge: Edge, direction: Direction): Edge {
  return node.max > 1 ? either([edge, edgeBeyond(node.item, edge, direction)]) : edge;
}

function beyondRepeat(node: RepeatNode, edge: Edge, direction: Direction): Edge {
  const turn = edgeBeyond(node.item, edgeOfTurns(node, edge, direction), direction);
  return node.min === 0 ? either([edge, turn]) : turn;
}

export function either(edges: readonly Edge[]): Edge {
  if (edges.length === 0) return { set: NOTHING, isEdge: false };
  return { set: union(edges.map((edge) => edge.set)), isEdge: edges.some((edge) => edge.isEdge) };
}

function inOrder<Item>(items: readonly Item[], direction: Direction): readonly Item[] {
  return direction === 'forward' ? items : [...items].reverse();
}

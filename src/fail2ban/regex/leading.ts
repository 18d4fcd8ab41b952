/** Expressions that can only match at the beginning of a text need not be searched for. */
import { EMPTY, type Node, sequence } from './node.ts';

/** The tree without the `^` that every way through it begins with; undefined when one does not. */
export function leadingStart(node: Node): Node | undefined {
  switch (node.type) {
    case 'assert':
      return node.kind === 'start' ? EMPTY : undefined;
    case 'sequence': {
      const [first, ...rest] = node.items;
      const stripped = first && leadingStart(first);
      return stripped && sequence([stripped, ...rest]);
    }
    case 'group':
    case 'atomic': {
      const item = leadingStart(node.item);
      return item && { ...node, item };
    }
    case 'choice': {
      const branches = node.branches.map(leadingStart);
      return branches.every((branch) => branch !== undefined) ? { type: 'choice', branches } : undefined;
    }
    default:
      return undefined;
  }
}

/** How many characters a node takes, when it is always the same number. */
import type { Node } from './node.ts';

export function fixedWidth(node: Node): number | undefined {
  switch (node.type) {
    case 'set':
      return 1;
    case 'sequence':
      return total(node.items.map(fixedWidth));
    case 'choice':
      return common(node.branches.map(fixedWidth));
    case 'conditional':
      return common([fixedWidth(node.yes), fixedWidth(node.no)]);
    case 'repeat': {
      const width = fixedWidth(node.item);
      if (width === 0) return 0;
      return width !== undefined && node.min === node.max ? width * node.min : undefined;
    }
    case 'group':
    case 'atomic':
      return fixedWidth(node.item);
    case 'back':
      return undefined;
    default:
      return 0;
  }
}

function total(widths: readonly (number | undefined)[]): number | undefined {
  return widths.reduce((sum, width) => (sum === undefined || width === undefined ? undefined : sum + width), 0);
}

function common(widths: readonly (number | undefined)[]): number | undefined {
  return widths.every((width) => width === widths[0]) ? widths[0] : undefined;
}

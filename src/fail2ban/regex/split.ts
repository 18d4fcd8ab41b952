/**
 * Conditionals taken apart: `(?(quote)"|x)` behind an optional group `quote` becomes two branches, one with the group and
 * `"`, one without and `x`. They are tried in the same order as before, so the first match is the same.
 */
import { choice, EMPTY, type Node, parts, sequence, sizeOf, some, withParts } from './node.ts';

/** A tree that would grow beyond this many nodes stays as it is. */
const SIZE_MAX = 4_000;

export function splitConditionals(root: Node): Node {
  let tree = root;
  for (const index of conditions(root)) {
    const split = splitBy(tree, index);
    if (split && sizeOf(split) <= SIZE_MAX) tree = split;
  }
  return tree;
}

/** The groups that conditionals ask for, in the order in which they do. */
function conditions(node: Node): number[] {
  const inside = parts(node).flatMap(conditions);
  return [...new Set(node.type === 'conditional' ? [node.index, ...inside] : inside)];
}

function asks(node: Node, index: number): boolean {
  return some(node, (part) => part.type === 'conditional' && part.index === index);
}

function holds(node: Node, index: number): boolean {
  return some(node, (part) => part.type === 'group' && part.index === index);
}

/** The tree without conditionals on the group; undefined when it is not possible. */
function splitBy(node: Node, index: number): Node | undefined {
  if (node.type !== 'sequence') {
    // A group that is set in one turn of a repeat stays set in the next.
    if (node.type === 'repeat' && node.max > 1) return undefined;
    const inside = parts(node);
    const at = inside.findIndex((part) => holds(part, index));
    const part = inside[at];
    if (!part || inside.some((other, i) => i !== at && asks(other, index))) return undefined;
    const split = splitBy(part, index);
    return (
      split &&
      withParts(
        node,
        inside.map((other, i) => (i === at ? split : other)),
      )
    );
  }
  return splitSequence(node.items, index);
}

function splitSequence(items: readonly Node[], index: number): Node | undefined {
  const at = items.findIndex((item) => holds(item, index));
  const holder = items[at];
  if (!holder || items.slice(0, at).some((item) => asks(item, index))) return undefined;
  // Within the item that holds the group: it is for the item to be split.
  if (asks(holder, index)) {
    const split = splitBy(holder, index);
    if (!split || items.slice(at + 1).some((item) => asks(item, index))) return undefined;
    return sequence(items.map((item, i) => (i === at ? split : item)));
  }
  const last = items.findLastIndex((item) => asks(item, index));
  const variants = last > at ? variantsOf(holder, index) : undefined;
  if (!variants) return undefined;
  const between = items.slice(at + 1, last + 1);
  const branches = variants.map(({ node, isSet }) =>
    sequence([node, ...between.map((item) => decide(item, index, isSet))]),
  );
  return sequence([...items.slice(0, at), choice(branches), ...items.slice(last + 1)]);
}

/** One way through a node, and whether the group is set by it. */
interface Variant {
  readonly node: Node;
  readonly isSet: boolean;
}

function variantsOf(node: Node, index: number): readonly Variant[] | undefined {
  if (!holds(node, index)) return [{ node, isSet: false }];
  switch (node.type) {
    case 'group':
      if (node.index === index) return [{ node, isSet: true }];
      return variantsOf(node.item, index)?.map((inside) => ({ ...inside, node: { ...node, item: inside.node } }));
    case 'sequence': {
      const at = node.items.findIndex((item) => holds(item, index));
      const inside = variantsOf(node.items[at] ?? EMPTY, index);
      return inside?.map((variant) => ({
        isSet: variant.isSet,
        node: sequence(node.items.map((item, i) => (i === at ? variant.node : item))),
      }));
    }
    case 'choice': {
      const each = node.branches.map((branch) => variantsOf(branch, index));
      return each.includes(undefined) ? undefined : joined(each.flatMap((variants) => variants ?? []));
    }
    case 'repeat': {
      if (node.min !== 0 || node.max !== 1) return undefined;
      const inside = variantsOf(node.item, index);
      const none = { node: EMPTY, isSet: false };
      return inside && (node.isLazy ? [none, ...inside] : [...inside, none]);
    }
    default:
      return undefined;
  }
}

/** Neighbors that agree about the group are one variant. */
function joined(variants: readonly Variant[]): Variant[] {
  const groups: Variant[] = [];
  for (const variant of variants) {
    const last = groups.at(-1);
    if (last?.isSet !== variant.isSet) groups.push(variant);
    else groups[groups.length - 1] = { isSet: variant.isSet, node: choice([...branchesOf(last.node), variant.node]) };
  }
  return groups;
}

function branchesOf(node: Node): readonly Node[] {
  return node.type === 'choice' ? node.branches : [node];
}

function decide(node: Node, index: number, isSet: boolean): Node {
  if (node.type === 'conditional' && node.index === index) return decide(isSet ? node.yes : node.no, index, isSet);
  const inside = parts(node).map((part) => decide(part, index, isSet));
  return node.type === 'sequence' ? sequence(inside) : withParts(node, inside);
}

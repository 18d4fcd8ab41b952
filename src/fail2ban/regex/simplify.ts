/**
 * Takes assertions out of a tree that cannot fail where they stand, or that say no more than a word boundary. What is
 * left means exactly the same, and more of it can run in linear time: every address of fail2ban has a lookbehind that
 * looks back at a colon behind a colon.
 */
import { areApart, type CharSet, complement, isWithin, WORD } from './charset.ts';
import { type Edge, edgeBeyond, edgeOfTurns, UNKNOWN } from './edges.ts';
import { EMPTY, type LookNode, type Node, parts, sequence, withParts } from './node.ts';

/** What stands on both sides of a node. */
interface Place {
  readonly before: Edge;
  readonly after: Edge;
}

export function simplify(root: Node): Node {
  return visit(root, { before: UNKNOWN, after: UNKNOWN });
}

function visit(node: Node, place: Place): Node {
  switch (node.type) {
    case 'sequence':
      return visitSequence(node.items, place);
    case 'repeat': {
      const before = edgeOfTurns(node, place.before, 'forward');
      const after = edgeOfTurns(node, place.after, 'backward');
      return { ...node, item: visit(node.item, { before, after }) };
    }
    case 'look':
      // Inside, only what stands before is known.
      return simplifyLook({ ...node, item: visit(node.item, insideLook(node, place)) }, place);
    default:
      return withParts(
        node,
        parts(node).map((part) => visit(part, place)),
      );
  }
}

function insideLook(node: LookNode, place: Place): Place {
  return { before: node.isAhead ? place.before : UNKNOWN, after: UNKNOWN };
}

function visitSequence(items: readonly Node[], place: Place): Node {
  const afters: Edge[] = [];
  let after = place.after;
  for (const item of [...items].reverse()) {
    afters.unshift(after);
    after = edgeBeyond(item, after, 'backward');
  }
  let before = place.before;
  const simplified: Node[] = [];
  for (const [i, item] of items.entries()) {
    simplified.push(visit(item, { before, after: afters[i] ?? UNKNOWN }));
    before = edgeBeyond(item, before, 'forward');
  }
  return sequence(simplified);
}

function simplifyLook(node: LookNode, place: Place): Node {
  if (!node.isAhead && node.item.type === 'set') return simplifyBehind(node, node.item.set, place);
  if (node.isAhead && !node.isNegated && isOutsideWord(node.item)) return outsideWord(node, place);
  return node;
}

function simplifyBehind(node: LookNode, set: CharSet, { before }: Place): Node {
  const holds = node.isNegated ? areApart(before.set, set) : !before.isEdge && isWithin(before.set, set);
  return holds ? EMPTY : node;
}

const NOT_WORD = complement(WORD);

/** `\b|\W|$` and `^|\b|\W`: true everywhere but between two characters of one word. */
function isOutsideWord(item: Node): boolean {
  if (item.type !== 'choice') return false;
  const isBoundary = item.branches.some((branch) => branch.type === 'assert' && branch.kind === 'word');
  const isNotWord = item.branches.some((branch) => branch.type === 'set' && isWithin(NOT_WORD, branch.set));
  return isBoundary && isNotWord && item.branches.every(isHarmless);
}

/** Nothing that would be true between two characters of a word. */
function isHarmless(branch: Node): boolean {
  if (branch.type === 'set') return areApart(WORD, branch.set);
  if (branch.type !== 'assert') return false;
  return ['word', 'end', 'final', 'line-end', 'start', 'line-start'].includes(branch.kind);
}

function outsideWord(node: LookNode, { before, after }: Place): Node {
  if (isWithin(before.set, NOT_WORD) || isWithin(after.set, NOT_WORD)) return EMPTY;
  const isInside = (edge: Edge): boolean => !edge.isEdge && isWithin(edge.set, WORD);
  return isInside(before) || isInside(after) ? { type: 'assert', kind: 'word' } : node;
}

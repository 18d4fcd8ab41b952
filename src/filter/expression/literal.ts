/**
 * Derives literals from an expression: a set of strings of which every match contains at least one. The skimmer looks
 * for them, and only lines that have one are ever decoded.
 */
import { SHORTEST_LITERAL } from '../skim.ts';
import type { Node } from './parse.ts';

/** Longer adds no selectivity, and costs when it is compared. */
const LITERAL_MAX = 24;
/** More branches than this are given up: another part of the pattern will be more telling. */
const BRANCHES_MAX = 96;

/** What honest lines are full of: a literal that occurs here would have nearly every line decoded. */
const USUAL =
  '"GET / HTTP/1.1" 200 "POST / HTTP/2.0" 304 "HEAD / HTTP/1.0" 301 "https://www. "http://www. "Mozilla/5.0 (X11; Linux ' +
  ' session opened for user root(uid=0) by (uid=0): session closed for user root ]: Accepted publickey for root from ' +
  ' port 22 ssh2 connect from unknown[ disconnect from unknown[ /index.html /index.php select authentication ';
/** So much shorter does a usual literal count. */
const USUAL_COSTS = 8;

/**
 * The best set, or undefined when no part of the expression pins down SHORTEST_LITERAL bytes.
 * `breaks`: characters that may be written differently in the raw line (JSON escapes) and so end a literal.
 */
export function deriveLiterals(node: Node, breaks: string): readonly string[] | undefined {
  const best = new Best();
  const open = walk(node, NOTHING, { best, breaks });
  best.offer(open);
  return best.found;
}

interface Walk {
  readonly best: Best;
  readonly breaks: string;
}

class Best {
  found: readonly string[] | undefined;
  #score = Number.NEGATIVE_INFINITY;

  /** Takes a finished set when its shortest member is long enough and it scores higher than what there is. */
  offer(set: readonly string[]): void {
    const shortest = Math.min(...set.map((literal) => literal.length));
    if (set.length === 0 || shortest < SHORTEST_LITERAL) return;
    const usual = set.some((literal) => USUAL.includes(literal)) ? USUAL_COSTS : 0;
    const score = Math.min(shortest, 12) - Math.log2(set.length) / 2 - usual;
    if (score <= this.#score) return;
    this.#score = score;
    this.found = [...new Set(set)];
  }
}

/** Extends the open set by the node; returns the set that is open behind it (NOTHING after a break). */
function walk(node: Node, open: readonly string[], context: Walk): readonly string[] {
  switch (node.type) {
    case 'text':
      return context.breaks.includes(node.text) ? flush(open, context) : cross(open, [node.text], context);
    case 'class':
      return node.few === '' ? flush(open, context) : cross(open, [...node.few], context);
    case 'field':
      return flush(open, context);
    case 'sequence':
      return node.items.reduce((set, item) => walk(item, set, context), open);
    case 'group': {
      const whole = finite(node, context.breaks);
      if (whole) return cross(open, whole, context);
      offerBranches(node.branches, open, context);
      return flush(open, context);
    }
    case 'repeat':
      return walkRepeat(node, open, context);
  }
}

function walkRepeat(
  node: Extract<Node, { type: 'repeat' }>,
  open: readonly string[],
  context: Walk,
): readonly string[] {
  if (node.quantifier.startsWith('?')) {
    const whole = finite(node.item, context.breaks);
    if (whole && whole.length < 4) return cross(open, ['', ...whole], context);
  }
  const after = flush(open, context);
  if (node.min === 0) return after;
  const inside = walk(node.item, NOTHING, context);
  flush(inside, context);
  return after;
}

/** Every branch must give a set of its own, behind what stands open before it; together they are one. */
function offerBranches(branches: readonly Node[], open: readonly string[], context: Walk): void {
  const all: string[] = [];
  for (const branch of branches) {
    const best = new Best();
    best.offer(walk(branch, open, { best, breaks: context.breaks }));
    if (!best.found) return;
    all.push(...best.found);
  }
  if (all.length <= BRANCHES_MAX) context.best.offer(all);
}

function cross(open: readonly string[], next: readonly string[], context: Walk): readonly string[] {
  if (open.length * next.length <= BRANCHES_MAX && longest(open) + longest(next) <= LITERAL_MAX) {
    return joined(open, next);
  }
  flush(open, context);
  return next;
}

function flush(open: readonly string[], context: Walk): readonly string[] {
  // Most expressions are text, letter by letter, and breaks: nothing stands open at many of them.
  if (open !== NOTHING) context.best.offer(open);
  return NOTHING;
}

/** What is open behind a break. */
const NOTHING: readonly string[] = [''];

function longest(set: readonly string[]): number {
  let most = 0;
  for (const literal of set) most = Math.max(most, literal.length);
  return most;
}

/** Each of the one behind each of the other. */
function joined(left: readonly string[], right: readonly string[]): readonly string[] {
  const all: string[] = [];
  for (const one of left) for (const other of right) all.push(one + other);
  return all;
}

/** All strings that the node matches, when they are few. */
function finite(node: Node, breaks: string): readonly string[] | undefined {
  switch (node.type) {
    case 'text':
      return breaks.includes(node.text) ? undefined : [node.text];
    case 'class':
      return node.few === '' ? undefined : [...node.few];
    case 'group': {
      const branches = node.branches.map((branch) => finite(branch, breaks));
      const all = branches.flatMap((branch) => branch ?? []);
      return branches.every((branch) => branch !== undefined) && all.length <= BRANCHES_MAX ? all : undefined;
    }
    case 'sequence':
      return finiteSequence(node.items, breaks);
    case 'field':
    case 'repeat':
      return undefined;
  }
}

function finiteSequence(items: readonly Node[], breaks: string): readonly string[] | undefined {
  let set: readonly string[] = [''];
  for (const item of items) {
    const next = finite(item, breaks);
    if (!next || set.length * next.length > BRANCHES_MAX) return undefined;
    set = joined(set, next);
  }
  return set;
}

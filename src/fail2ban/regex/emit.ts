/**
 * Writes a tree for V8's linear engine: no lookaround, no references, no counts, no flag `i` or `u`, for text that is
 * ASCII. What cannot be written is left out or widened, so that nothing is missed; where possible with a check that tells
 * afterwards whether the match is the right one.
 */
import { isLinear } from '../../base/linear.ts';
import { emitSet } from './emit-set.ts';
import { leadingStart } from './leading.ts';
import type { Check, Native, Place } from './native.ts';
import {
  alwaysSet,
  EMPTY,
  isNullable,
  type LookNode,
  mapParts,
  type Node,
  parts,
  type RepeatNode,
  some,
} from './node.ts';

/** Longer than this, V8 would take longer to read it than to run it; the longest shipped one has 6,000. */
const SOURCE_MAX = 50_000;
/** Turns of a counted repeat that are written out; more become any number of turns. */
const TURNS_MAX = 40;

/** Undefined when it becomes too large. `wanted`: groups whose place must be known. */
export function emitNative(root: Node, groups: number, wanted: ReadonlySet<number>): Native | undefined {
  const anchored = leadingStart(root);
  const emitter = new Emitter(anchored ?? root, groups, wanted);
  const source = emitter.whole();
  if (source === undefined || !isLinear(source)) return undefined;
  return { ...emitter.finish(), source, flags: (anchored ? 'y' : 'g') + (emitter.hasLines ? 'm' : '') };
}

class TooLarge extends Error {}

class Emitter {
  readonly hasLines: boolean;
  readonly #root: Node;
  readonly #wanted: ReadonlySet<number>;
  readonly #groups: number[][];
  readonly #places = new Map<number, Place>();
  readonly #checks: Check[] = [];
  #needsOneLine = false;
  #isWider = false;
  #haveGroupsChanged = false;
  #count = 0;
  #length = 0;

  constructor(root: Node, groups: number, wanted: ReadonlySet<number>) {
    this.#root = root;
    this.#wanted = wanted;
    this.#groups = Array.from({ length: groups + 1 }, () => []);
    this.hasLines = some(root, (node) => node.type === 'assert' && /^(?:end|line-start|line-end)$/.test(node.kind));
  }

  whole(): string | undefined {
    try {
      return this.#emit(this.#root, []);
    } catch (error) {
      if (error instanceof TooLarge) return undefined;
      throw error;
    }
  }

  finish(): Omit<Native, 'source' | 'flags'> {
    const narrower = this.#haveGroupsChanged ? 'groups-differ' : 'same';
    return {
      groups: this.#groups,
      places: this.#places,
      checks: this.#checks,
      meaning: this.#isWider ? 'wider' : narrower,
      needsOneLine: this.#needsOneLine,
    };
  }

  /** `place` is undefined where it is not known: in the turns of a loop. */
  #emit(node: Node, place: Place | undefined): string {
    const source = this.#emitNode(node, place);
    this.#length += node.type === 'set' || node.type === 'assert' ? source.length : 4;
    if (this.#length > SOURCE_MAX) throw new TooLarge();
    return source;
  }

  #emitNode(node: Node, place: Place | undefined): string {
    switch (node.type) {
      case 'set':
        return emitSet(node.set);
      case 'sequence':
        return this.#emitSequence(node.items, place);
      case 'choice':
        return `(?:${node.branches.map((branch) => this.#emit(branch, place)).join('|')})`;
      case 'repeat':
        return this.#emitRepeat(node, place);
      case 'group':
        return this.#emitGroup(node.index, node.item, place);
      case 'look':
        return this.#emitLook(node, place);
      case 'back':
        return this.#emitReference(node.index, node.ignoresCase, place);
      case 'assert':
        return this.#emitAssertion(node.kind);
      case 'atomic':
        this.#isWider = true;
        return this.#emit(node.item, place);
      case 'conditional':
        this.#isWider = true;
        return `(?:${this.#emit(node.yes, place)}|${this.#emit(node.no, place)})`;
    }
  }

  /** What is before an item whose place must be known is put into a group, from the sequence's beginning on. */
  #emitSequence(items: readonly Node[], place: Place | undefined): string {
    const placed = place ? items.flatMap((item, i) => (i > 0 && this.#needsPlace(item) ? [i] : [])) : [];
    const last = this.#count + placed.length;
    this.#count = last;
    const pieces = items.map((item, i) => {
      const nth = placed.indexOf(i);
      // The group that opens last closes first.
      return nth < 0 || !place ? this.#emit(item, place) : `)${this.#emit(item, [...place, last - nth])}`;
    });
    return '('.repeat(placed.length) + pieces.join('');
  }

  #needsPlace(node: Node): boolean {
    return some(node, ({ type, ...rest }) => type === 'look' || ('index' in rest && this.#wanted.has(rest.index)));
  }

  #emitGroup(index: number, item: Node, place: Place | undefined): string {
    const number = ++this.#count;
    this.#groups[index]?.push(number);
    if (place && this.#wanted.has(index)) this.#places.set(number, place);
    return `(${this.#emit(item, place)})`;
  }

  #emitRepeat(node: RepeatNode, place: Place | undefined): string {
    const never = place && temperedBy(node);
    if (never && place) return this.#emitTempered(node, never, place);
    const isEndless = node.max === Number.POSITIVE_INFINITY;
    if ((isEndless ? node.min : node.max) > TURNS_MAX) {
      this.#isWider = true;
      return this.#emitLoop({ ...node, min: Math.min(node.min, 1), max: Number.POSITIVE_INFINITY });
    }
    // `x{3,}` is `xxx+`.
    if (isEndless) return this.#emitTurns(node.item, node.min - 1, place).source + this.#emitLoop(node);
    const turns = this.#emitTurns(node.item, node.min, place);
    return turns.source + this.#emitOptional(node, node.max - node.min, turns.place);
  }

  #emitLoop(node: RepeatNode): string {
    const item = this.#emit(node.item, undefined);
    const always = alwaysSet(node.item);
    // Python keeps a group from the turn in which it was set; JavaScript forgets it with each turn.
    if (isNullable(node.item) || some(node.item, (part) => part.type === 'group' && !always.has(part.index))) {
      this.#haveGroupsChanged = true;
    }
    return `${unit(node.item, item)}${node.min === 0 ? '*' : '+'}${node.isLazy ? '?' : ''}`;
  }

  /** So many turns, and the place behind them. */
  #emitTurns(
    item: Node,
    turns: number,
    place: Place | undefined,
  ): { readonly source: string; readonly place: Place | undefined } {
    let source = '';
    let behind = place;
    for (let i = 0; i < turns; i++) {
      const number = behind && this.#needsPlace(item) ? ++this.#count : 0;
      const turn = this.#emit(item, behind);
      source += number > 0 ? `(${turn})` : turn;
      if (behind && number > 0) behind = [...behind, number];
    }
    return { source, place: behind };
  }

  /** `x{0,2}` is `(?:x(?:x)?)?`. A turn that matches nothing counts in Python, so it is a branch beside none at all. */
  #emitOptional(node: RepeatNode, turns: number, place: Place | undefined): string {
    if (turns === 0) return '';
    const first = this.#emitTurns(node.item, 1, place);
    const inside = first.source + this.#emitOptional(node, turns - 1, first.place);
    if (isNullable(node.item)) return node.isLazy ? `(?:|${inside})` : `(?:${inside}|)`;
    return `${turns === 1 ? unit(node.item, inside) : `(?:${inside})`}?${node.isLazy ? '?' : ''}`;
  }

  #emitTempered(node: RepeatNode, { look, item }: Tempered, place: Place): string {
    const body = bodyOf(look);
    if (!body) this.#isWider = true;
    const group = ++this.#count;
    if (body) this.#checks.push({ type: 'never', group, place, source: body.source, flags: `g${body.flags}` });
    return `(${this.#emit({ ...node, item }, undefined)})`;
  }

  #emitLook(node: LookNode, place: Place | undefined): string {
    const body = bodyOf(node);
    if (!place || !body) {
      this.#isWider = true;
      return '';
    }
    const marker = ++this.#count;
    const { width, isNegated } = node;
    const { source, flags } = body;
    this.#checks.push({ type: 'look', marker, place, width, isNegated, source, flags: `y${flags}` });
    return '()';
  }

  /** Whatever the group might have taken; whether it is the same is checked. */
  #emitReference(index: number, ignoresCase: boolean, place: Place | undefined): string {
    const holder = findGroup(this.#root, index);
    const copy = new Emitter(holder ? textOnly(holder) : this.#root, 0, new Set());
    const source = holder && copy.whole();
    if (source === undefined) throw new TooLarge();
    this.#length += source.length;
    if (!place || ignoresCase) {
      this.#isWider = true;
      return `(?:${source})`;
    }
    const group = ++this.#count;
    this.#count += copy.#count;
    this.#checks.push({ type: 'same', group, as: [...(this.#groups[index] ?? [])] });
    return `(${source})`;
  }

  #emitAssertion(kind: string): string {
    switch (kind) {
      case 'start':
      case 'final':
        if (this.hasLines) this.#isWider = this.#needsOneLine = true;
        return kind === 'start' ? '^' : '$';
      case 'end':
        this.#needsOneLine = true;
        return '$';
      case 'line-start':
        return '^';
      case 'line-end':
        return '$';
      default:
        return kind.endsWith('not-word') ? '\\B' : '\\b';
    }
  }
}

/** What a quantifier can stand behind. */
function unit(node: Node, source: string): string {
  return node.type === 'set' ? source : `(?:${source})`;
}

interface Tempered {
  readonly look: LookNode;
  readonly item: Node;
}

/** `(?:(?!x).)*`: characters at none of which `x` begins. */
function temperedBy({ item }: RepeatNode): Tempered | undefined {
  if (item.type !== 'sequence' || item.items.length !== 2) return undefined;
  const [look, taken] = item.items;
  if (look?.type !== 'look' || !look.isAhead || !look.isNegated || taken?.type !== 'set') return undefined;
  return { look, item: taken };
}

/** What a look looks for, when V8 can find just that. */
function bodyOf(look: LookNode): { readonly source: string; readonly flags: string } | undefined {
  if (some(look.item, ({ type }) => type === 'look' || type === 'back' || (type === 'group' && !look.isNegated))) {
    return undefined;
  }
  const emitter = new Emitter(withoutGroups(look.item), 0, new Set());
  const source = emitter.whole();
  const { meaning, needsOneLine } = emitter.finish();
  if (source === undefined || meaning === 'wider' || needsOneLine || !isLinear(source)) return undefined;
  return { source, flags: emitter.hasLines ? 'm' : '' };
}

function withoutGroups(node: Node): Node {
  if (node.type === 'group') return withoutGroups(node.item);
  return mapParts(node, withoutGroups);
}

/** What held where a group stood need not hold where it is referred to. */
function textOnly(node: Node): Node {
  if (node.type === 'assert' || node.type === 'look') return EMPTY;
  return node.type === 'group' ? textOnly(node.item) : mapParts(node, textOnly);
}

function findGroup(node: Node, index: number): Node | undefined {
  if (node.type === 'group' && node.index === index) return node.item;
  for (const part of parts(node)) {
    const found = findGroup(part, index);
    if (found) return found;
  }
  return undefined;
}

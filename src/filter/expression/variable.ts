/**
 * The variable parts of an expression: text that the service fills in, perhaps from what a client sent. For each: how much
 * the expression says about it, and where it lies in a text that matches. The check for forged addresses plants there.
 */
import { escapeText, FIELD_SOURCES } from './emit.ts';
import type { Node } from './parse.ts';

export interface Variable {
  /**
   * `free`: any text. `word`: "anything but a blank" is what one writes without looking, so nothing is promised.
   * `class`: certain characters, or all but certain ones; the author says that the service writes no others.
   * `address`: the address itself, where a service may write a name.
   */
  readonly freedom: 'free' | 'word' | 'class' | 'address';
  /** Whether it stands before `<address>`. */
  readonly isBefore: boolean;
  /** Of a `class`: whether a text could stand there. */
  allows(text: string): boolean;
}

export interface Marked {
  /** Source of a RegExp with a group for each variable. */
  readonly source: string;
  readonly variables: readonly Variable[];
}

export function markVariables(tree: Node): Marked {
  const state: State = { variables: [], isBefore: true, isInside: false };
  return { source: mark(tree, state), variables: state.variables };
}

interface State {
  readonly variables: Variable[];
  isBefore: boolean;
  /** Within a repeat. */
  readonly isInside: boolean;
}

const ANY = (): boolean => true;

function mark(node: Node, state: State): string {
  switch (node.type) {
    case 'text':
      return escapeText(node.text);
    case 'class':
      return classSource(node);
    case 'field':
      return markField(node, state);
    case 'sequence':
      return node.items.map((item) => mark(item, state)).join('');
    case 'group':
      return markGroup(node.branches, state);
    case 'repeat':
      if (node.quantifier.startsWith('?')) return mark(node.item, state) + node.quantifier;
      return markRepeat(node, state);
  }
}

const FREEDOMS = { address: 'address', word: 'word', user: 'free', target: 'free', any: 'free' } as const;

function markField(node: Extract<Node, { type: 'field' }>, state: State): string {
  const source = FIELD_SOURCES[node.name].replace(/^\(|\)$/g, '');
  // Digits alone are no text that a client could write an address into.
  if (node.name === 'count' || node.name === 'port') return source;
  if (node.name === 'address') state.isBefore = false;
  const freedom = FREEDOMS[node.name];
  return variable(source, state, { freedom, isBefore: state.isBefore, allows: ANY });
}

/** Behind branches of which one has the address, all is behind it. */
function markGroup(branches: readonly Node[], state: State): string {
  const before = state.isBefore;
  let after = before;
  const sources = branches.map((branch) => {
    state.isBefore = before;
    const source = mark(branch, state);
    after &&= state.isBefore;
    return source;
  });
  state.isBefore = after;
  return `(?:${sources.join('|')})`;
}

function markRepeat(node: Extract<Node, { type: 'repeat' }>, state: State): string {
  const { isBefore } = state;
  const inner: State = { variables: [], isBefore, isInside: true };
  const source = mark(node.item, inner) + node.quantifier;
  state.isBefore = inner.isBefore;
  if (node.item.type === 'class' && isNarrow(node.item)) return source;
  const allows = new RegExp(`^(?:${source})$`);
  return variable(source, state, { freedom: freedomOf(node.item), isBefore, allows: (text) => allows.test(text) });
}

/** What is repeated as a whole is one variable, whatever it is made of. */
function variable(source: string, state: State, found: Variable): string {
  if (state.isInside) return `(?:${source})`;
  state.variables.push(found);
  return `(${source})`;
}

/** No letters, so no words: numbers, blanks, rulers. */
function isNarrow(node: Extract<Node, { type: 'class' }>): boolean {
  return !node.negated && !/[A-Za-z]/.test(node.members.replace(/\\[tdnrfv]|A-F|a-f/g, ''));
}

function freedomOf(item: Node): Variable['freedom'] {
  if (item.type !== 'class') return 'class';
  if (!item.negated) return 'class';
  const promised = item.members.replace(/\\[tnrfvs]|\s/g, '');
  if (promised !== '') return 'class';
  return item.members === '' ? 'free' : 'word';
}

function classSource(node: Extract<Node, { type: 'class' }>): string {
  return node.negated ? `[^\\n${node.members}]` : `[${node.members}]`;
}

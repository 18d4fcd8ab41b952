/**
 * Free text: what an attacker may have written. A pattern that lets it stand both before and after the address can be
 * made to take an address out of it, so such a pattern is refused.
 */
import type { Node } from './parse.ts';

export interface FreeText {
  readonly before: boolean;
  readonly after: boolean;
  /** How many `<address>` fields there are; one is right. */
  readonly addresses: number;
}

export function freeTextAround(tree: Node): FreeText {
  const found = { before: false, after: false, addresses: 0 };
  visit(tree, found);
  return found;
}

function visit(node: Node, found: { before: boolean; after: boolean; addresses: number }): void {
  if (node.type === 'field' && node.name === 'address') {
    found.addresses++;
    return;
  }
  if (isFree(node)) {
    if (found.addresses === 0) found.before = true;
    else found.after = true;
    return;
  }
  if (node.type === 'sequence') for (const item of node.items) visit(item, found);
  else if (node.type === 'group') visitBranches(node.branches, found);
  else if (node.type === 'repeat') visit(node.item, found);
}

function visitBranches(branches: readonly Node[], found: { before: boolean; after: boolean; addresses: number }): void {
  const addresses = found.addresses;
  let most = addresses;
  for (const branch of branches) {
    found.addresses = addresses;
    visit(branch, found);
    most = Math.max(most, found.addresses);
  }
  found.addresses = most;
}

/** Unbounded text that may hold blanks. Text without blanks cannot imitate the words that surround an address. */
function isFree(node: Node): boolean {
  if (node.type === 'field') return node.name === 'user' || node.name === 'target' || node.name === 'any';
  if (node.type !== 'repeat' || node.quantifier.startsWith('?')) return false;
  return takesBlank(node.item);
}

function takesBlank(node: Node): boolean {
  switch (node.type) {
    case 'text':
      return false;
    case 'class':
      return node.negated ? !node.members.includes(' ') : / |\\W|\\S|\\D/.test(node.members) && node.members !== ' \\t';
    case 'field':
      return isFree(node);
    case 'sequence':
      return node.items.some(takesBlank);
    case 'group':
      return node.branches.some(takesBlank);
    case 'repeat':
      return takesBlank(node.item);
  }
}

/** Writes a parsed expression back, so that no part of it can match across the end of a line. */
import type { FieldName, Node } from './parse.ts';

/** What each placeholder matches; those that are kept are groups. */
export const FIELD_SOURCES: Readonly<Record<FieldName, string>> = {
  address: '([0-9A-Fa-f:.]+)',
  user: '([^\\n]*)',
  target: '([^\\n]*)',
  count: '([0-9]+)',
  port: '[0-9]+',
  word: '[^\\n \\t\\r\\f\\v]+',
  any: '[^\\n]*',
};

/** The fields whose text is kept, in the order of their groups. */
const CAPTURED: ReadonlySet<FieldName> = new Set<FieldName>(['address', 'user', 'target', 'count']);

export interface Emitted {
  /** Source of a RegExp in which `.`, `\S` and negated classes stop at a newline (and at nothing else). */
  readonly source: string;
  /** The field of each capturing group, in order. */
  readonly groups: readonly FieldName[];
}

export function emitExpression(node: Node): Emitted {
  const groups: FieldName[] = [];
  return { source: emit(node, groups), groups };
}

function emit(node: Node, groups: FieldName[]): string {
  switch (node.type) {
    case 'text':
      return escapeText(node.text);
    case 'class':
      return node.negated ? `[^\\n${node.members}]` : `[${node.members}]`;
    case 'field':
      if (CAPTURED.has(node.name)) groups.push(node.name);
      return FIELD_SOURCES[node.name];
    case 'sequence':
      return node.items.map((item) => emit(item, groups)).join('');
    case 'group':
      return `(?:${node.branches.map((branch) => emit(branch, groups)).join('|')})`;
    case 'repeat':
      return emit(node.item, groups) + node.quantifier;
  }
}

/** Text as an expression that matches just it. */
export function escapeText(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(CONTROL, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

const SPECIAL = /[\\^$.*+?()[\]{}|/\u0000-\u001f\u007f-\u00ff]/;
const CONTROL = /[\u0000-\u001f\u007f-\u00ff]/g;

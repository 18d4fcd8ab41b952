/** What the groups of an expression took, as the fields of a failure. */
import type { Match } from '../regex/match.ts';
import { fieldName } from './expand.ts';

/** Text, or several together when a filter makes one value of several groups. Those that took nothing are absent. */
export type FieldValue = string | readonly string[];
export type Fields = Map<string, FieldValue>;

interface Part {
  readonly group: string;
  readonly field: string;
}

/** Groups that stand for others: `alt_user` when `user` took nothing, `tuple_id_1`, `tuple_id_2` together. */
export class FieldReader {
  readonly #alternatives: readonly Part[];
  readonly #pieces: readonly Part[];

  constructor(names: Iterable<string>) {
    const sorted = [...names].sort();
    this.#alternatives = partsOf(sorted, 'alt_');
    this.#pieces = partsOf(sorted, 'tuple_');
  }

  read(match: Match): Fields {
    const fields: Fields = new Map();
    for (const [name, value] of match.named()) if (value !== undefined) fields.set(name, value);
    for (const { group, field } of this.#alternatives) {
      const value = fields.get(group);
      if (value && !fields.get(field)) fields.set(field, value);
    }
    for (const { group, field } of this.#pieces) {
      const before = fields.get(field);
      const value = fields.get(group) ?? '';
      fields.set(field, [...(typeof before === 'string' ? [before] : (before ?? [])), ...[value].flat()]);
    }
    return fields;
  }
}

function partsOf(names: readonly string[], prefix: string): Part[] {
  return names
    .filter((name) => name.startsWith(prefix) && name.length > prefix.length)
    .map((group) => ({ group, field: fieldName(group.slice(prefix.length).replace(/_\d+$/, '')) }));
}

/** A value as one text. Several are written as the original writes them, in brackets and quotes. */
export function textOf(value: FieldValue): string {
  if (typeof value === 'string') return value;
  return `(${value.map(quoted).join(', ')}${value.length === 1 ? ',' : ''})`;
}

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  return quote + text.replace(/\\/g, '\\\\').replaceAll(quote, `\\${quote}`) + quote;
}

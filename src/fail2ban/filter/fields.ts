/** What the groups of an expression took, as the fields of a failure. */
import { detach } from '../../base/text.ts';
import { pythonText } from '../python-text.ts';
import type { Match } from '../regex/match.ts';
import { fieldName } from './expand.ts';

/** Text, or several together when a filter makes one value of several groups. Those that took nothing are absent. */
export type FieldValue = string | readonly string[];
export type Fields = Map<string, FieldValue>;

/** Fields that filters themselves look at, by number: their places in a list are known. */
const KNOWN = ['mlfid', 'nofail', 'mlfgained', 'mlfforget', 'user', 'fid', 'ip4', 'ip6', 'dns', 'cidr'] as const;
export const FIELD = {
  ...{ mlfid: 0, nofail: 1, mlfgained: 2, mlfforget: 3, user: 4 },
  ...{ fid: 5, ip4: 6, ip6: 7, dns: 8, cidr: 9 },
} as const satisfies Record<(typeof KNOWN)[number], number>;

/** Which fields lists have, in which order. All lists of one expression share one. */
export class Layout {
  readonly names: readonly string[];
  /** The place of each known field, -1 where there is none. */
  readonly places: Int8Array;
  readonly #wider = new Map<string, Layout>();

  constructor(names: readonly string[]) {
    this.names = names;
    this.places = Int8Array.from(KNOWN, (name) => names.indexOf(name));
  }

  /** The layout with one more. The names are those of a filter's groups: there are few. */
  with(name: string): Layout {
    const known = this.#wider.get(name);
    if (known) return known;
    const wider = new Layout([...this.names, name]);
    this.#wider.set(name, wider);
    return wider;
  }
}

/** Fields while they are worked on: a Map of each takes longer to be made than all else that is done with it. */
export class FieldList {
  #layout: Layout;
  #values: (FieldValue | undefined)[];
  /** The values are another list's too, until one of both changes them. */
  #isShared = false;

  constructor(layout: Layout, values: (FieldValue | undefined)[]) {
    this.#layout = layout;
    this.#values = values;
  }

  get(field: number): FieldValue | undefined {
    const at = this.#layout.places[field] ?? -1;
    return at < 0 ? undefined : this.#values[at];
  }

  /** A field of any name. */
  find(name: string): FieldValue | undefined {
    const at = this.#layout.names.indexOf(name);
    return at < 0 ? undefined : this.#values[at];
  }

  has(field: number): boolean {
    return this.get(field) !== undefined;
  }

  set(name: string, value: FieldValue): void {
    let at = this.#layout.names.indexOf(name);
    if (at < 0) {
      at = this.#layout.names.length;
      this.#layout = this.#layout.with(name);
    }
    this.#own()[at] = value;
  }

  delete(name: string): void {
    const at = this.#layout.names.indexOf(name);
    if (at >= 0) this.#own()[at] = undefined;
  }

  /** Takes the value of a known field out. */
  take(field: number): FieldValue | undefined {
    const at = this.#layout.places[field] ?? -1;
    if (at < 0) return undefined;
    const value = this.#values[at];
    if (value !== undefined) this.#own()[at] = undefined;
    return value;
  }

  addAll(other: FieldList): void {
    for (const [i, value] of other.#values.entries()) {
      if (value !== undefined) this.set(other.#layout.names[i] ?? '', value);
    }
  }

  copy(): FieldList {
    const copy = new FieldList(this.#layout, this.#values);
    copy.#isShared = this.#isShared = true;
    return copy;
  }

  #own(): (FieldValue | undefined)[] {
    if (this.#isShared) this.#values = this.#values.slice();
    this.#isShared = false;
    return this.#values;
  }

  toMap(): Fields {
    const fields: Fields = new Map();
    for (const [i, value] of this.#values.entries()) {
      if (value !== undefined) fields.set(this.#layout.names[i] ?? '', value);
    }
    return fields;
  }
}

interface Span {
  /** Among the values of a list. */
  readonly slot: number;
  readonly start: number;
  readonly end: number;
}

/** Where the fields of a list lie in texts that differ in their digits only. */
export class FieldPlaces {
  readonly #layout: Layout;
  /** Fields without digits: they are the same in all. */
  readonly #fixed: readonly (string | undefined)[];
  readonly #spans: readonly Span[];

  /** `text`: one of them. */
  constructor(layout: Layout, spans: readonly Span[], text: string) {
    const fixed: (string | undefined)[] = layout.names.map(() => undefined);
    for (const { slot, start, end } of spans) fixed[slot] = detach(text.slice(start, end));
    this.#spans = spans.filter(({ slot }) => /[0-9]/.test(fixed[slot] ?? ''));
    for (const { slot } of this.#spans) fixed[slot] = undefined;
    this.#layout = layout;
    this.#fixed = fixed;
  }

  /** The fields of the text that begins at a place of another. */
  cut(text: string, at: number): FieldList {
    const values: (FieldValue | undefined)[] = this.#fixed.slice();
    for (const { slot, start, end } of this.#spans) values[slot] = text.slice(at + start, at + end);
    return new FieldList(this.#layout, values);
  }
}

interface Part {
  readonly group: string;
  readonly field: string;
}

/** Groups that stand for others: `alt_user` when `user` took nothing, `tuple_id_1`, `tuple_id_2` together. */
export class FieldReader {
  readonly #prefix: FieldReader | undefined;
  readonly #names: readonly string[];
  readonly #groups: readonly number[];
  /** Where the groups' values go, the prefix's first. */
  readonly #prefixSlots: readonly number[];
  readonly #slots: readonly number[];
  readonly #layout: Layout;
  readonly #nothing: readonly undefined[];
  readonly #alternatives: readonly Part[];
  readonly #pieces: readonly Part[];
  /** Some fields are made of several groups. */
  readonly isMade: boolean;

  /** The groups with names, and their numbers; `prefix`: of the expression before, whose fields come along. */
  constructor(names: ReadonlyMap<string, number>, prefix?: FieldReader) {
    this.#prefix = prefix;
    this.#names = [...names.keys()];
    this.#groups = [...names.values()];
    this.#alternatives = partsOf([...this.#names].sort(), 'alt_');
    this.#pieces = partsOf([...this.#names].sort(), 'tuple_');
    this.isMade = this.#alternatives.length > 0 || this.#pieces.length > 0;
    const namesBefore = prefix ? prefix.#names : [];
    const before = namesBefore.filter((name) => name !== CONTENT);
    const all = [...new Set([...before, ...this.#names])];
    this.#layout = new Layout(all);
    this.#nothing = all.map(() => undefined);
    this.#prefixSlots = namesBefore.map((name) => (name === CONTENT ? -1 : all.indexOf(name)));
    this.#slots = this.#names.map((name) => all.indexOf(name));
  }

  /** The fields of a match, and of the one before it: what that one is searched in is none of them. */
  read(match: Match, before?: Match): FieldList {
    const prefix = before && this.#prefix;
    if (this.isMade || (prefix ? prefix.isMade : false)) return this.#readMade(match, before);
    const values: (FieldValue | undefined)[] = this.#nothing.slice();
    if (prefix) fill(values, before, prefix.#groups, this.#prefixSlots);
    fill(values, match, this.#groups, this.#slots);
    return new FieldList(this.#layout, values);
  }

  /** What expressions behind this one are to search, where it says so. */
  content(match: Match): FieldValue | undefined {
    const at = this.isMade ? -1 : this.#names.indexOf(CONTENT);
    return at < 0 ? this.#own(match).find(CONTENT) : match.group(this.#groups[at] ?? 0);
  }

  /** Where in a text the content lies, by the places of groups; undefined when it is not set, or empty. */
  contentPlace(places: Int32Array): readonly [start: number, end: number] | undefined {
    const group = this.#groups[this.#names.indexOf(CONTENT)] ?? -1;
    const [start = -1, end = -1] = group < 0 ? [] : [places[2 * group], places[2 * group + 1]];
    return end > start ? [start, end] : undefined;
  }

  /**
   * Where in a text the fields lie that `read` would read, by the places of groups. Those of the match count from `shift` on.
   * For readers that make no field of several groups.
   */
  places(text: string, { match, shift }: { match: Int32Array; shift: number }, before?: Int32Array): FieldPlaces {
    const spans = new Map<number, Span>();
    const add = (places: Int32Array, from: number, groups: readonly number[], slots: readonly number[]): void => {
      for (const [i, group] of groups.entries()) {
        const [slot = -1, start = -1, end = -1] = [slots[i], places[2 * group], places[2 * group + 1]];
        if (slot >= 0 && end >= 0) spans.set(slot, { slot, start: start + from, end: end + from });
      }
    };
    if (before && this.#prefix) add(before, 0, this.#prefix.#groups, this.#prefixSlots);
    add(match, shift, this.#groups, this.#slots);
    return new FieldPlaces(this.#layout, [...spans.values()], text);
  }

  #readMade(match: Match, before: Match | undefined): FieldList {
    const own = this.#own(match);
    if (!before || !this.#prefix) return own;
    const fields = this.#prefix.#own(before);
    fields.delete(CONTENT);
    fields.addAll(own);
    return fields;
  }

  #own(match: Match): FieldList {
    const values: (FieldValue | undefined)[] = this.#nothing.slice();
    fill(values, match, this.#groups, this.#slots);
    const fields = new FieldList(this.#layout, values);
    for (const { group, field } of this.#alternatives) {
      const value = fields.find(group);
      if (value && !fields.find(field)) fields.set(field, value);
    }
    for (const { group, field } of this.#pieces) {
      const before = fields.find(field);
      const value = fields.find(group) ?? '';
      fields.set(field, [...(typeof before === 'string' ? [before] : (before ?? [])), ...[value].flat()]);
    }
    return fields;
  }
}

const CONTENT = 'content';

/** Puts what groups took where it belongs. */
function fill(
  values: (FieldValue | undefined)[],
  match: Match,
  groups: readonly number[],
  slots: readonly number[],
): void {
  for (let i = 0; i < groups.length; i++) {
    const slot = slots[i] ?? -1;
    const value = slot < 0 ? undefined : match.group(groups[i] ?? 0);
    if (value !== undefined) values[slot] = value;
  }
}

function partsOf(names: readonly string[], prefix: string): Part[] {
  return names
    .filter((name) => name.startsWith(prefix) && name.length > prefix.length)
    .map((group) => ({ group, field: fieldName(group.slice(prefix.length).replace(/_\d+$/, '')) }));
}

/** A value as one text. Several are written as the original writes them, in brackets and quotes. */
export function textOf(value: FieldValue): string {
  return typeof value === 'string' ? value : pythonText(value);
}

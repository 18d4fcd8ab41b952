/**
 * Templates of the user's own: text with `{{ban.subject}}`, `{{#ban.evidence}}...{{/ban.evidence}}` for lists and for what is
 * there, `{{^ban.until}}...{{/ban.until}}` for what is not, and `{{! remarks }}`; a part of mustache, and no code. A name that
 * there is not, or a section without its end, is told with its place before anything is sent.
 */
import { EXIT, likeliest, ProblemError } from '../../base/problem.ts';
import type { TemplateText } from '../channel.ts';
import type { Markup } from '../words/markup.ts';
import { FIELDS, type Field, fieldMeant, namesWithin } from './fields.ts';
import type { View } from './view.ts';

type Node = string | ValueNode | SectionNode;

interface Named {
  /** Which of the sections around it, from the outermost, has the name: what it lacks is not taken from another. */
  readonly scope: number;
  /** Empty: the entry of a list itself. */
  readonly path: readonly string[];
}

interface ValueNode extends Named {
  readonly kind: 'value';
  readonly isOwn: boolean;
}

interface SectionNode extends Named {
  readonly kind: 'section' | 'inverted';
  readonly nodes: Node[];
}

interface Open {
  readonly section: SectionNode;
  readonly name: string;
  readonly at: number;
  /** What names may begin with within, the innermost last. */
  readonly scopes: readonly Field[];
}

/** Deeper than the facts are. */
const DEPTH_MAX = 8;
/** Beside `{{name}}`: what mustache has more of is not for us, and is told so. */
const TAG = /\{\{([\s\S]*?)\}\}/g;

export interface Template {
  /** Values are written as the markup wants them; lists have at most `listMax` entries. */
  render(view: View, markup: Pick<Markup, 'text' | 'value'>, listMax: number): string;
}

/** @throws ProblemError (78) with file, line and column */
export function compileTemplate({ path, text }: TemplateText): Template {
  const nodes = new Parser(path, text).parse();
  return { render: (view, markup, listMax) => rendered(nodes, [view], { markup, listMax }) };
}

class Parser {
  readonly #path: string;
  readonly #text: string;
  readonly #root: SectionNode = { kind: 'section', scope: 0, path: [], nodes: [] };
  readonly #open: Open[] = [];

  constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  parse(): readonly Node[] {
    let end = 0;
    for (const match of this.#text.matchAll(TAG)) {
      const tag = { from: match.index, to: match.index + match[0].length };
      const taken = /^[#^/!]/.test(match[1] ?? '') ? this.#withItsLine(tag) : tag;
      this.#literal(end, taken.from);
      this.#tag(match[1] ?? '', match.index);
      end = taken.to;
    }
    this.#literal(end, this.#text.length);
    const last = this.#open.at(-1);
    if (last) this.#fail(last.at, `{{#${last.name}}} has no end`, `{{/${last.name}}}`);
    return this.#root.nodes;
  }

  /** Sections and remarks that have a line to themselves leave none behind. */
  #withItsLine(tag: { readonly from: number; readonly to: number }): { readonly from: number; readonly to: number } {
    const from = this.#text.lastIndexOf('\n', tag.from) + 1;
    const after = /[ \t]*(?:\r?\n|$)/y;
    after.lastIndex = tag.to;
    if (!/^[ \t]*$/.test(this.#text.slice(from, tag.from)) || !after.test(this.#text)) return tag;
    return { from, to: after.lastIndex };
  }

  #literal(from: number, to: number): void {
    const text = this.#text.slice(from, to);
    const stray = text.indexOf('{{');
    if (stray >= 0) this.#fail(from + stray, '"{{" without "}}"');
    if (text !== '') this.#nodes().push(text);
  }

  #nodes(): Node[] {
    return (this.#open.at(-1)?.section ?? this.#root).nodes;
  }

  #scopes(): readonly Field[] {
    return this.#open.at(-1)?.scopes ?? [FIELDS];
  }

  #tag(content: string, at: number): void {
    if (content.startsWith('!')) return;
    const [, sign = '', name = ''] = /^([#^/]?)\s*(\.|[A-Za-z0-9_.]+)\s*$/.exec(content) ?? [];
    if (name === '')
      this.#fail(at, `{{${content.slice(0, 40)}}} is no tag`, 'a name, with #, ^ or / before it for sections');
    if (sign === '/') this.#close(name, at);
    else this.#name(sign, name, at);
  }

  #name(sign: string, name: string, at: number): void {
    const path = name === '.' ? [] : name.split('.');
    const { field, scope } = this.#field(name, path, at);
    if (sign === '') {
      if (field.kind !== 'value') this.#fail(at, `${name} is not one value`, `{{#${name}}}...{{/${name}}}`);
      this.#nodes().push({ kind: 'value', scope, path, isOwn: field.isOwn });
      return;
    }
    const section: SectionNode = { kind: sign === '#' ? 'section' : 'inverted', scope, path, nodes: [] };
    this.#nodes().push(section);
    if (this.#open.length === DEPTH_MAX) this.#fail(at, `sections are nested more than ${DEPTH_MAX} deep`);
    const inner = sign === '#' ? [field.kind === 'list' ? field.of : field] : [];
    this.#open.push({ section, name, at, scopes: [...this.#scopes(), ...inner] });
  }

  #close(name: string, at: number): void {
    const last = this.#open.pop();
    if (!last) this.#fail(at, `{{/${name}}} ends nothing`);
    else if (last.name !== name) this.#fail(at, `{{/${name}}} where {{#${last.name}}} is to end`);
  }

  /** What a name means here, and to which of the sections around it belongs. */
  #field(name: string, path: readonly string[], at: number): { readonly field: Field; readonly scope: number } {
    const scopes = this.#scopes();
    const [first] = path;
    if (first === undefined) {
      const innermost = scopes.at(-1);
      if (innermost?.kind !== 'value') return this.#fail(at, '{{.}} is for lists of texts');
      return { field: innermost, scope: scopes.length - 1 };
    }
    const scope = Math.max(
      0,
      scopes.findLastIndex((each) => fieldsOf(each).has(first)),
    );
    let field = scopes[scope] ?? FIELDS;
    for (const [i, part] of path.entries()) {
      const fields = fieldsOf(field);
      const known = fields.get(part);
      if (!known) {
        const names = i > 0 ? fields.keys() : scopes.flatMap((each) => [...fieldsOf(each).keys()]);
        const near = likeliest(part, names);
        const meant =
          fieldMeant(name) ?? (near && path.with(i, near).join('.')) ?? fieldMeant(likeliest(name, namesWithin()));
        return this.#fail(at, `there is no ${name}`, meant && `did you mean ${meant}?`);
      }
      field = known;
    }
    return { field, scope };
  }

  #fail(at: number, what: string, hint?: string): never {
    const before = this.#text.slice(0, at).split('\n');
    const where = `${this.#path}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
    throw new ProblemError(EXIT.badConfig, hint === undefined ? { where, what } : { where, what, hint });
  }
}

function fieldsOf(field: Field): ReadonlyMap<string, Field> {
  return new Map(field.kind === 'group' ? Object.entries(field.fields) : []);
}

interface Rendering {
  readonly markup: Pick<Markup, 'text' | 'value'>;
  readonly listMax: number;
}

function rendered(nodes: readonly Node[], views: readonly View[], rendering: Rendering): string {
  return nodes.map((node) => (typeof node === 'string' ? node : renderedNode(node, views, rendering))).join('');
}

function renderedNode(node: ValueNode | SectionNode, views: readonly View[], rendering: Rendering): string {
  const value = viewAt(node, views);
  if (node.kind === 'value') {
    if (typeof value !== 'string') return '';
    return node.isOwn ? rendering.markup.text(value) : rendering.markup.value(value);
  }
  const isThere = value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
  if (node.kind === 'inverted') return isThere ? '' : rendered(node.nodes, views, rendering);
  if (!isThere) return '';
  const each: readonly View[] = isList(value) ? value.slice(0, rendering.listMax) : [value];
  return each.map((inner) => rendered(node.nodes, [...views, inner], rendering)).join('');
}

function isList(view: View): view is readonly View[] {
  return Array.isArray(view);
}

/** Undefined where it is not known of this notice. */
function viewAt({ scope, path }: Named, views: readonly View[]): View | undefined {
  return path.reduce<View | undefined>(partOf, views[scope]);
}

function partOf(view: View | undefined, part: string): View | undefined {
  if (typeof view !== 'object' || isList(view)) return undefined;
  return Object.hasOwn(view, part) ? view[part] : undefined;
}

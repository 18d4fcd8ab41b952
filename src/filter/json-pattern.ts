/**
 * Patterns over JSON: each condition is an expression over the whole of one field. Literals for skimming are taken from
 * what the conditions spell out, as far as every JSON writer writes it alike.
 */
import { linear, PatternError, parseKey } from './checked-expression.ts';
import type { PatternDefinition, Translation } from './definition.ts';
import { STATUS } from './envelope/json-access.ts';
import { emitExpression } from './expression/emit.ts';
import { freeTextAround } from './expression/free.ts';
import { deriveLiterals } from './expression/literal.ts';
import type { FieldName, Node } from './expression/parse.ts';
import { SHORTEST_LITERAL } from './skim.ts';

/** One field's whole text. */
export interface FieldCondition {
  readonly path: string;
  readonly expression: RegExp;
  readonly groups: readonly FieldName[];
}

export interface RecordMatch {
  readonly conditions: readonly FieldCondition[];
  /** Paths of fields; a condition may capture the same instead. */
  readonly address: string | undefined;
  readonly user: string | undefined;
  readonly target: string | undefined;
}

/** What some JSON writer escapes: quotes and backslashes all of them, `/` PHP, `<`, `>`, `&`, `'`, `=` Go and Gson. */
const ESCAPED = `"\\/<>&'=`;
const OTHERS_ESCAPED = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).filter(
  (character) => character < ' ' || character > '~',
);
const BREAKS = ESCAPED + OTHERS_ESCAPED.join('');
/** Web servers do not escape `/`. A blank stands between method, path and protocol, which are fields of their own. */
const ACCESS_BREAKS = `${BREAKS.replace('/', '')} `;
/** Between a key and its value: with and without a blank, as text and as a number, and all that within another text. */
const SEPARATORS = ['":', '": ', '":"', '": "', '\\":', '\\": ', '\\":\\"', '\\": \\"'];

type Conditions = NonNullable<Translation['conditions']>;

export function compileRecord({ address, user, target }: PatternDefinition, conditions: Conditions): RecordMatch {
  const compiled = conditions.map((each) => ({ ...each, expression: new RegExp(each.expression) }));
  return { conditions: compiled, address, user, target };
}

export function translateRecord(pattern: PatternDefinition): Conditions {
  const fields = Object.entries(pattern.fields ?? {});
  if (fields.length === 0) throw new PatternError('kind', 'field is missing', 'format "json" needs field.NAME = \'…\'');
  let addresses = pattern.address === undefined ? 0 : 1;
  const conditions = fields.map(([path, source]) => {
    const key = `field.${path}`;
    const tree = parseKey(source, key);
    const free = freeTextAround(tree);
    addresses += free.addresses;
    if (free.addresses > 0 && free.before && free.after) {
      throw new PatternError(
        'field',
        `${key}: free text stands before and after <address>, so a client could plant another`,
        'spell out what follows it',
      );
    }
    const { source: emitted, groups } = emitExpression(tree);
    return { path, expression: linear(`^(?:${emitted})$`, key), groups };
  });
  if (addresses !== 1) {
    throw new PatternError('kind', 'the address is needed exactly once', 'address = "NAME", or <address> in one field');
  }
  if (pattern.address !== undefined && pattern.address in (pattern.fields ?? {})) {
    throw new PatternError('address', 'the address is parsed strictly: it needs no condition of its own');
  }
  return conditions;
}

/** @throws PatternError when no condition spells out enough. */
export function literalsOfRecord(pattern: PatternDefinition): readonly string[] {
  const fields = Object.entries(pattern.fields ?? {});
  const values = fields.map(([path, source]) => deriveLiterals(parseKey(source, path), BREAKS));
  const keyed = fields.map(([path, source]) => literalsWithKey([path], parseKey(source, path)));
  const sets = [...values, ...keyed].filter((set) => set !== undefined);
  const best = sets.reduce<readonly string[] | undefined>(
    (one, other) => (better(other, one) ? other : one),
    undefined,
  );
  if (best) return best;
  throw new PatternError(
    'field',
    `no text of ${SHORTEST_LITERAL} bytes that every match contains`,
    'one of the fields has to begin with, or hold, a plain piece of text; without one, all lines would have to be parsed',
  );
}

/** Of a pattern for access logs, where the log is JSON; undefined when it would need every line. */
export function literalsOfJsonAccess(pattern: PatternDefinition): readonly string[] | undefined {
  const request = parseKey(pattern.request ?? '<any>', 'request');
  const agent =
    pattern.agent === undefined ? undefined : deriveLiterals(parseKey(pattern.agent, 'agent'), ACCESS_BREAKS);
  const status = pattern.status === undefined ? undefined : parseKey(pattern.status, 'status');
  return deriveLiterals(request, ACCESS_BREAKS) ?? agent ?? (status && literalsWithKey(STATUS, status));
}

/** `status":401` and the other ways to write it: for values that are too short to be looked for alone. */
function literalsWithKey(paths: readonly string[], value: Node): readonly string[] | undefined {
  const all: string[] = [];
  for (const path of paths) {
    // The last part of the path may itself have dots, so no more than what is behind the last one is sure.
    const name = path.slice(path.lastIndexOf('.') + 1);
    for (const separator of SEPARATORS) {
      const text = [...name, ...separator].map((character): Node => ({ type: 'text', text: character }));
      const found = deriveLiterals({ type: 'sequence', items: [...text, value] }, BREAKS.replace(/["\\]/g, ''));
      if (!found?.every((literal) => literal.includes(separator) && !literal.endsWith(separator))) return undefined;
      all.push(...found);
    }
  }
  return all.length <= KEYED_MAX ? all : undefined;
}

/** More literals for one pattern cost more than they save. */
const KEYED_MAX = 96;

/** The longest shortest member, and of equals the smaller set. */
function better(one: readonly string[], other: readonly string[] | undefined): boolean {
  if (!other) return true;
  const [a, b] = [one, other].map((set) => Math.min(...set.map((literal) => literal.length)) - set.length / 2);
  return (a ?? 0) > (b ?? 0);
}

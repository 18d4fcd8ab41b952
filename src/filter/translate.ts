/**
 * What is found out about a pattern before a line comes, as plain data: expressions made safe, their groups, the literals.
 * That depends on the filter's text alone, so it is done for our own filters when the program is built.
 */
import { linear, PatternError, parseKey, wholeField } from './checked-expression.ts';
import type { FilterDefinition, PatternDefinition, Translation } from './definition.ts';
import { emitExpression } from './expression/emit.ts';
import { freeTextAround } from './expression/free.ts';
import { deriveLiterals } from './expression/literal.ts';
import type { Node } from './expression/parse.ts';
import { literalsOfRecord, translateRecord } from './json-pattern.ts';
import { SHORTEST_LITERAL } from './skim.ts';

/** In JSON renderings of syslog these characters are escaped, so no literal may hold them. */
const JSON_ESCAPED = '"\\/';

/** @throws PatternError for what is no pattern, or one that a client could make lie. */
export function translatePattern(filter: FilterDefinition, pattern: PatternDefinition): Translation {
  if (pattern.outcome === 'success') refuseCredulous(filter);
  const optional = (name: 'status' | 'name' | 'agent'): string | undefined =>
    pattern[name] === undefined ? undefined : wholeField(pattern[name], name);
  return {
    process: filter.process === undefined ? undefined : wholeField(filter.process, 'process'),
    status: optional('status'),
    name: optional('name'),
    agent: optional('agent'),
    ...(filter.format === 'json'
      ? { conditions: translateRecord(pattern), groups: [], literals: literalsOfRecord(pattern) }
      : translateText(filter, pattern)),
  };
}

/** Of a pattern over one text: the message, the request. */
function translateText(
  filter: FilterDefinition,
  pattern: PatternDefinition,
): Pick<Translation, 'expression' | 'groups' | 'literals'> {
  const access = filter.format === 'access';
  const source = access ? (pattern.request ?? '<any>') : pattern.match;
  if (source === undefined) throw new PatternError('kind', 'match is missing', `format "${filter.format}" needs it`);
  const key = access ? 'request' : 'match';
  const tree = parseKey(source, key);
  if (!access) refuseForgeable(tree);
  const { source: emitted, groups } = emitExpression(tree);
  return {
    expression: linear(`${emitted}[ \\t]*\\r?\\n`, key),
    groups,
    literals: literalsOf(pattern, tree, access),
  };
}

function refuseForgeable(tree: Node): void {
  const free = freeTextAround(tree);
  if (free.addresses !== 1) {
    throw new PatternError(
      'match',
      'match needs <address> exactly once',
      'it stands where the service itself writes the address',
    );
  }
  if (free.before && free.after) {
    throw new PatternError(
      'match',
      'free text stands before and after <address>, so a client could plant another address',
      'spell out what follows the address, to the end of the line',
    );
  }
}

/** A login that went well protects whom it names, so not every line that says so is believed. */
function refuseCredulous({ format, process }: FilterDefinition): void {
  if (format === 'syslog' && process !== undefined) return;
  throw new PatternError(
    'outcome',
    'outcome = "success" needs format = "syslog" and a process',
    'web clients and other programs write what they like; only the service itself can say whom it let in',
  );
}

function literalsOf(pattern: PatternDefinition, tree: Node, access: boolean): readonly string[] {
  const derived = deriveLiterals(tree, access ? '' : JSON_ESCAPED);
  if (derived) return derived;
  if (access) {
    const agent = pattern.agent === undefined ? undefined : deriveLiterals(parseKey(pattern.agent, 'agent'), '');
    const status = agent ?? deriveLiterals(parseKey(`" (?:${pattern.status ?? '<any>'}) `, 'status'), '');
    if (status) return status;
  }
  throw new PatternError(
    access ? 'request' : 'match',
    `no text of ${SHORTEST_LITERAL} bytes that every match contains`,
    'every branch needs a plain piece of text of that length; without one, all lines would have to be decoded',
  );
}

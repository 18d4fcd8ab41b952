/**
 * What can be told of a pattern without a line: whether a client could put another address where the pattern takes it
 * from. The rest is found by planting (planting.ts). What is surely wrong is refused when the filter is loaded
 * (compile.ts); this is for what needs the author's word.
 */

import type { Problem } from '../base/problem.ts';
import { type FilterDefinition, placeOf } from './definition.ts';
import { ExpressionError, parseExpression } from './expression/parse.ts';
import { markVariables, type Variable } from './expression/variable.ts';

/** Names of fields that a client fills in: it sends them as header fields, and services copy them. */
const CLIENTS_OWN =
  /(?:^|[._-])(?:headers?|req_headers|request_headers)[._]|forwarded|real[_-]?ip$|user[_-]?agent|referr?er|(?:^|[._])(?:host|cookie|body|query|params?|uri|url|path|message|msg)$|^http_|cf[_-]connecting/i;

export function forgeableIn(definition: FilterDefinition): Problem[] {
  return definition.patterns.flatMap(({ match, address, fields, user, target }, index) => {
    const found = match === undefined ? clientsField(address, [user, target]) : looseAround(variablesOf(match));
    const inFields = Object.entries(fields ?? {}).flatMap(([path, source]) => {
      const variables = variablesOf(source);
      return variables.some(({ freedom }) => freedom === 'address')
        ? [looseAround(variables) ?? clientsText(path)]
        : [];
    });
    return [found, ...inFields].flatMap((problem) => {
      if (problem === undefined) return [];
      const key = match === undefined ? 'address' : 'match';
      return [{ where: placeOf(definition, ['pattern', index, key]), ...problem }];
    });
  });
}

type Finding = Omit<Problem, 'where'>;

/** A pattern that does not compile is a problem of its own. */
function variablesOf(source: string): readonly Variable[] {
  try {
    return markVariables(parseExpression(source)).variables;
  } catch (error) {
    if (error instanceof ExpressionError) return [];
    throw error;
  }
}

/** "No blanks" says nothing of what a service writes: a user name may have blanks, and then the pattern sees two words. */
function looseAround(variables: readonly Variable[]): Finding | undefined {
  const before = variables.some(({ isBefore, freedom }) => isBefore && freedom === 'word');
  const after = variables.some(({ isBefore, freedom }) => !isBefore && freedom === 'free');
  if (!before || !after) return undefined;
  return {
    what: "a word stands before <address> and any text behind it: if the word is a client's and may hold a blank, it plants an address",
    hint: 'write the characters that the service puts there, such as [\\w.-]+, or spell out what follows <address>',
  };
}

function clientsField(path: string | undefined, chosen: ReadonlyArray<string | undefined>): Finding | undefined {
  if (path === undefined) return undefined;
  if (chosen.includes(path)) return { what: `"${path}" cannot be both the address and what the client chose` };
  if (!CLIENTS_OWN.test(path)) return undefined;
  return {
    what: `field "${path}" is what a client sends, so it can name any address`,
    hint: "take the field with the connection's own address; behind a proxy, have the service resolve it",
  };
}

function clientsText(path: string): Finding | undefined {
  if (!/(?:^|[._])headers?[._]|user[_-]?agent|referr?er|forwarded|cookie/i.test(path)) return undefined;
  return { what: `field "${path}" is what a client sends, so it can name any address` };
}

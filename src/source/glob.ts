/**
 * Names with `*`, `?`, `[...]` and `{a,b}`, as a shell reads them, for where no shell has (a configuration file, quotes).
 * Matches text with text; the folders are read in `walk.ts`, which also knows `**`.
 */

/** More alternatives than anybody writes by hand; `{a,b}` twenty times over would be a million. */
const ALTERNATIVES = 1000;

export function isGlob(text: string): boolean {
  return /[*?[{]/.test(text);
}

/** The pattern once for each choice of its `{a,b}`, at most 1,000; braces without a comma are plain text. */
export function alternativesOf(pattern: string): readonly string[] {
  let patterns: readonly string[] = [pattern];
  while (patterns.some((one) => innermostBraces(one))) {
    const expanded = patterns.flatMap((one) => {
      const braces = innermostBraces(one);
      return braces ? braces.choices.map((choice) => `${braces.before}${choice}${braces.after}`) : [one];
    });
    patterns = [...new Set(expanded)].slice(0, ALTERNATIVES);
  }
  return patterns;
}

/** Whether a name (no `/` in it) matches. A leading dot must be written out. */
export function matchesName(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  return matches(tokensOf(pattern), Array.from(name));
}

type Token = { readonly any: 'many' } | { readonly any: 'one'; readonly accepts: (character: string) => boolean };

/** Two pointers and the last star to fall back to: never worse than pattern times name, whatever the pattern. */
function matches(tokens: readonly Token[], name: readonly string[]): boolean {
  let at = 0;
  let token = 0;
  let star = -1;
  let resume = 0;
  while (at < name.length) {
    const current = tokens[token];
    if (current?.any === 'one' && current.accepts(name[at] ?? '')) {
      at++;
      token++;
    } else if (current?.any === 'many') {
      star = token++;
      resume = at;
    } else if (star >= 0) {
      token = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  return tokens.slice(token).every(({ any }) => any === 'many');
}

function tokensOf(pattern: string): readonly Token[] {
  const characters = Array.from(pattern);
  const tokens: Token[] = [];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] ?? '';
    if (character === '*') {
      tokens.push({ any: 'many' });
    } else if (character === '?') {
      tokens.push({ any: 'one', accepts: () => true });
    } else {
      const end = character === '[' ? endOfClass(characters, i) : i;
      tokens.push({ any: 'one', accepts: end > i ? classOf(characters.slice(i + 1, end)) : sameAs(character) });
      i = end;
    }
  }
  return tokens;
}

function sameAs(character: string): (other: string) => boolean {
  return (other) => other === character;
}

/** The index of the `]` that ends the class, `start` when none does. A `]` that comes first belongs to the class. */
function endOfClass(characters: readonly string[], start: number): number {
  const first = start + (isNegation(characters[start + 1]) ? 3 : 2);
  const end = characters.indexOf(']', first);
  return end < 0 ? start : end;
}

function classOf(body: readonly string[]): (character: string) => boolean {
  const negated = isNegation(body[0]);
  const members = negated ? body.slice(1) : body;
  const ranges: Array<readonly [string, string]> = [];
  for (let i = 0; i < members.length; i++) {
    const from = members[i] ?? '';
    const to = members[i + 2];
    if (members[i + 1] === '-' && to !== undefined) {
      ranges.push([from, to]);
      i += 2;
    } else {
      ranges.push([from, from]);
    }
  }
  return (character) => ranges.some(([from, to]) => from <= character && character <= to) !== negated;
}

function isNegation(character: string | undefined): boolean {
  return character === '!' || character === '^';
}

interface Braces {
  readonly before: string;
  readonly choices: readonly string[];
  readonly after: string;
}

/** The first pair of braces that holds a comma and no other pair. */
function innermostBraces(pattern: string): Braces | undefined {
  let open = -1;
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] === '{') open = i;
    if (pattern[i] !== '}' || open < 0) continue;
    const choices = pattern.slice(open + 1, i).split(',');
    if (choices.length > 1) return { before: pattern.slice(0, open), choices, after: pattern.slice(i + 1) };
    open = -1;
  }
  return undefined;
}

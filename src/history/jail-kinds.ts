/** Which kind of attempt the jail of another program was about: data/jails.toml, and what the user says over it. */

import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { serviceOf } from '../base/kind.ts';
import { EXIT, likeliest, ProblemError } from '../base/problem.ts';
import { readToml } from '../base/toml.ts';
import type { HistoryForm } from '../model.ts';

/** What a jail's bans are recorded as. */
export interface JailKind {
  readonly service: string;
  readonly kind: string;
  /** Whether its failures are attempts of an attacker. */
  readonly attempts: boolean;
  /** Whether somebody said so; otherwise it only carries the jail's name. */
  readonly known: boolean;
}

const KIND = /^[a-z][a-z0-9_-]*(?:\.[a-z0-9_-]+)+$/;
const names = v.pipe(v.array(v.pipe(v.string(), v.minLength(1))), v.minLength(1));
const entry = v.strictObject({
  names,
  kind: v.optional(v.pipe(v.string(), v.regex(KIND, 'is not the name of a kind'))),
  attempts: v.optional(v.boolean()),
  skip: v.optional(v.boolean()),
});
const schema = v.strictObject({ jail: v.array(entry), scenario: v.array(entry) });
type Entry = v.InferOutput<typeof entry>;

/** Service and kind of what no jail stands behind, as for bans by hand. */
const BY_HAND: JailKind = { service: 'manual', kind: 'manual', attempts: false, known: true };
/** The jail of bans by hand, of whatever program. */
export const MANUAL_JAIL = 'manual';
/** Jails of a fleet; a file with more names of jails is none that people made. */
const REMEMBERED = 10_000;
/** A kind's last word: longer ones are cut. */
const WORD_CHARACTERS = 60;

export class JailKinds {
  readonly #jails: readonly Entry[];
  readonly #scenarios: readonly Entry[];
  readonly #chosen: ReadonlyMap<string, string>;
  readonly #kinds: ReadonlySet<string>;
  readonly #known = new Map<string, JailKind | 'skip'>();

  /**
   * `path`: of data/jails.toml. `chosen`: kinds by jail, or `skip`, from the command line.
   * @throws ProblemError (64) for a kind that there is not
   */
  constructor(path: string, chosen: ReadonlyMap<string, string>, kinds: ReadonlySet<string>) {
    const { jail, scenario } = readToml({ path, text: readFileSync(path, 'utf8') }, schema);
    this.#jails = jail;
    this.#scenarios = scenario;
    this.#chosen = chosen;
    this.#kinds = kinds;
    for (const [name, kind] of chosen) {
      if (kind === 'skip' || this.isKind(kind)) continue;
      const near = likeliest(kind, kinds);
      const hint = near === undefined ? 'docs/kinds.md lists them; other.NAME is free' : `did you mean "${near}"?`;
      throw new ProblemError(EXIT.usage, { what: `--map ${name}=${kind}: there is no kind "${kind}"`, hint });
    }
  }

  of(jail: string, form: HistoryForm): JailKind | 'skip' {
    const key = `${form} ${jail}`;
    const known = this.#known.get(key);
    if (known) return known;
    const found = this.#find(jail, form);
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(key, found);
    return found;
  }

  /** Whether bans can be recorded as this; `other.` may be followed by any word. */
  isKind(text: string): boolean {
    return this.#kinds.has(text) || (text.startsWith('other.') && KIND.test(text));
  }

  #find(jail: string, form: HistoryForm): JailKind | 'skip' {
    const chosen = this.#chosen.get(jail);
    if (chosen !== undefined) return chosen === 'skip' ? 'skip' : kindFrom(chosen);
    if (jail === MANUAL_JAIL) return BY_HAND;
    // A scenario has its author before it.
    const name = jail.slice(jail.lastIndexOf('/') + 1).toLowerCase();
    const isScenario = form === 'crowdsec-db' || (form === 'csv' && jail.includes('/'));
    const entries = isScenario ? this.#scenarios : this.#jails;
    const found = entries.find((each) => each.names.some((pattern) => fits(pattern, name)));
    if (found?.skip) return 'skip';
    return found?.kind === undefined
      ? { ...kindFrom(otherKind(name)), known: false }
      : kindFrom(found.kind, found.attempts);
  }
}

export function kindFrom(kind: string, attempts = true): JailKind {
  return { service: serviceOf(kind), kind, attempts, known: true };
}

function otherKind(name: string): string {
  const word = name
    .replace(/[^a-z0-9_-]+/g, '-')
    .slice(0, WORD_CHARACTERS)
    .replace(/^-+|-+$/g, '');
  return `other.${word === '' ? 'unknown' : word}`;
}

/** `*` stands for any characters. */
function fits(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return name === pattern;
  const last = rest.pop() ?? '';
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}

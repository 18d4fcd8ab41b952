/**
 * What the next character must be for a step to lead anywhere. Most alternatives are given up by a look at one
 * character, without being tried.
 */
import { hasAscii } from './charset.ts';
import type { Program, Step } from './program.ts';

/** Members of ASCII as 0 or 1; what is beyond it may always lead somewhere. */
export type Guard = Uint8Array;

/** The ways of a split that a character leaves open, as bits. */
export const WAYS = { none: 0, first: 1, second: 2, both: 3 } as const;

export function waysAt(
  guards: readonly [Guard | undefined, Guard | undefined] | undefined,
  text: string,
  place: number,
): number {
  if (!guards) return WAYS.both;
  const isFirst = leadsOn(guards[0], text, place);
  const isSecond = leadsOn(guards[1], text, place);
  return (isFirst ? WAYS.first : WAYS.none) | (isSecond ? WAYS.second : WAYS.none);
}

/** Whether the next character may be what a guard wants. At the end of the text there is none. */
export function leadsOn(guard: Guard | undefined, text: string, place: number): boolean {
  if (!guard) return true;
  const code = text.charCodeAt(place);
  return code >= 128 || guard[code] === 1;
}

/** Steps that are followed to find a guard. Beyond, anything is let through. */
const FOLLOWED_MAX = 2_000;

export class Guards {
  readonly #steps: readonly Step[];
  readonly #known = new Map<number, Guard | undefined>();
  /** Guards that are alike are one. */
  readonly #alike = new Map<string, Guard>();

  constructor({ steps }: Program) {
    this.#steps = steps;
  }

  /** Undefined when the step may lead to a match without another character. */
  of(step: number): Guard | undefined {
    if (this.#known.has(step)) return this.#known.get(step);
    const members = new Uint8Array(128);
    const isSure = this.#gather(step, members);
    const key = members.join('');
    const guard = isSure ? (this.#alike.get(key) ?? members) : undefined;
    if (guard) this.#alike.set(key, guard);
    this.#known.set(step, guard);
    return guard;
  }

  /** Adds what may come; false when something may come that is not known, or nothing need come. */
  #gather(start: number, members: Uint8Array): boolean {
    const seen = new Set<number>();
    const open = [start];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      const step = this.#steps[at];
      if (!step || seen.size > FOLLOWED_MAX) return false;
      const next = nextOf(step, at, members);
      if (!next) return false;
      open.push(...next);
    }
    return true;
  }
}

/** Where to go on; none behind a character, which is added to the members. Undefined where nothing can be said. */
function nextOf(step: Step, at: number, members: Uint8Array): readonly number[] | undefined {
  switch (step.type) {
    case 'character':
      if (step.code < 128) members[step.code] = 1;
      return [];
    case 'set':
    case 'run':
      for (let code = 0; code < 128; code++) if (hasAscii(step.set, code)) members[code] = 1;
      return step.type === 'set' ? [] : [at + 1];
    case 'split':
      return [step.first, step.second];
    case 'jump':
      return [step.to];
    case 'conditional':
    case 'moved':
      return [at + 1, step.otherwise];
    // These take nothing themselves; that they may fail only makes the guard wider than it need be.
    case 'save':
    case 'assert':
    case 'look':
    case 'mark':
      return [at + 1];
    default:
      return undefined;
  }
}

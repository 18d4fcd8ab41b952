/**
 * Options that are written almost like one with a meaning. Any option may be a variable for others, so only one that nothing
 * refers to is a mistake.
 */
import { likeliest } from '../../base/problem.ts';
import type { JailProblem } from '../jail-problem.ts';
import type { Options } from './ini.ts';

export interface Written {
  readonly section: string;
  readonly options: Options;
  /** Names that have a meaning there. */
  readonly known: readonly string[];
}

/** `all`: every section in which an option may be referred to. */
export function nearMisses({ section, options, known }: Written, all: Iterable<Options>): JailProblem[] {
  const near = [...options].flatMap(([name, { place }]) => {
    const meant = known.includes(name) ? undefined : likeliest(name, known);
    // action_mw and its like are variants for who wants one.
    if (meant === undefined || name.startsWith(`${meant}_`)) return [];
    return [{ name, meant, place }];
  });
  if (near.length === 0) return [];
  const text = textOf(all);
  return near
    .filter(({ name }) => !references(name).some((reference) => text.includes(reference)))
    .map(({ name, meant, place }) => ({
      where: `${place} [${section}] ${name}`,
      what: 'there is no such option, and nothing refers to it',
      hint: `${meant} may be meant`,
      effect: 'warning',
    }));
}

function references(name: string): string[] {
  return [`(${name})s`, `/${name})s`, `<${name}>`, `/${name}>`];
}

function textOf(all: Iterable<Options>): string {
  return [...all]
    .flatMap((options) => [...options.values()].map(({ text }) => text))
    .join('\n')
    .toLowerCase();
}

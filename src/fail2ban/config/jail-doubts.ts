/** What a jail's files say that cannot be meant: it would be in use, and ban nobody, or not what was wanted. */
import { isBoolean } from '../boolean.ts';
import type { JailProblem } from '../jail-problem.ts';
import type { FilterFile, FilterRequest } from './filter-file.ts';
import { type LooseTag, looseTags } from './loose-tags.ts';

type PlaceOf = (option: string, word?: string) => string;

/** Options that are yes or no, beside `enabled`. */
const BOOLEANS = ['bantime.increment', 'bantime.overalljails', 'ignoreself'];

export function wrongBooleans(values: ReadonlyMap<string, string>, placeOf: PlaceOf): JailProblem[] {
  return BOOLEANS.flatMap((option) => {
    const text = values.get(option);
    if (text === undefined || isBoolean(text)) return [];
    return [{ where: placeOf(option), what: `"${text}" is neither true nor false, and taken for false` }];
  });
}

/** `options`: all that the filter's file has. */
export function filterDoubts(
  filter: FilterFile,
  { call }: FilterRequest,
  { options, placeOf }: { readonly options: readonly string[]; readonly placeOf: PlaceOf },
): JailProblem[] {
  if (filter.failRegex.length === 0) {
    const what = `its filter ${filter.name} has no failregex`;
    return [{ where: filter.placeOf('failregex'), what, effect: 'idle' }];
  }
  const loose = (expression: string): LooseTag[] => looseTags(expression, options);
  const prefix = filter.prefRegex === undefined ? [] : [filter.prefRegex];
  const tags = [...prefix, ...filter.failRegex, ...filter.ignoreRegex]
    .flatMap(loose)
    .sort((a, b) => b.tag.length - a.tag.length);
  const effect = filter.failRegex.every((expression) => loose(expression).length > 0)
    ? { effect: 'idle' as const }
    : {};
  const problems = tags.map(({ tag, meant }): JailProblem => {
    const given = [...call.values()].find((value) => value !== '' && tag.includes(value));
    const where = given === undefined ? filter.placeOf('failregex') : placeOf('filter', given);
    const hint = `there is ${meant.map((name) => `<${name}>`).join(', ')}`;
    return { where, what: `nothing stands for <${tag}>, so this very text is looked for`, hint, ...effect };
  });
  // One word may be in several tags, and is one mistake: the shortest tag says it.
  return [...new Map(problems.map((problem) => [problem.where, problem])).values()];
}

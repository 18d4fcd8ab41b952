/**
 * Tags in the expressions of a filter that nothing stands for, where an option of the filter was meant: `<mdre-agressive>`
 * remains of `<mdre-<mode>>`. Other text in angle brackets is text.
 */
import { likeliest } from '../../base/problem.ts';

export interface LooseTag {
  readonly tag: string;
  /** Names of options, one of which was meant. */
  readonly meant: readonly string[];
}

/** Not the name of a group. */
const TAG = /(?<!\?P)<([a-z_][\w-]*)>/g;
/** A shorter word is near to anything. */
const LETTERS_MIN = 5;

/** `options`: of the filter's file. */
export function looseTags(expression: string, options: readonly string[]): LooseTag[] {
  return [...expression.matchAll(TAG)].flatMap(([, tag = '']) => {
    const meant = meantBy(tag, options);
    return meant.length > 0 ? [{ tag, meant }] : [];
  });
}

function meantBy(tag: string, options: readonly string[]): readonly string[] {
  const family = tag.slice(0, tag.indexOf('-') + 1);
  const siblings = family === '' ? [] : options.filter((name) => name.startsWith(family));
  const near = tag.length < LETTERS_MIN ? undefined : likeliest(tag, siblings.length > 0 ? siblings : options);
  return near === undefined ? siblings : [near];
}

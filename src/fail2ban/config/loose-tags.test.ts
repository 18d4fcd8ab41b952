import { expect, it } from 'vitest';
import { looseTags } from './loose-tags.ts';

const OPTIONS = ['mdre-normal', 'mdre-aggressive', 'mdre-extra', 'mode', 'failregex'];

it.each([
  ['<mdre-agressive>', [{ tag: 'mdre-agressive', meant: ['mdre-aggressive'] }]],
  ['^a <mdre-nothing-like-it> <HOST>$', [{ tag: 'mdre-nothing-like-it', meant: OPTIONS.slice(0, 3) }]],
])('%s has a tag that nothing stands for', (expression, tags) => {
  expect(looseTags(expression, OPTIONS)).toEqual(tags);
});

it.each(['^(?P<modes>x) <HOST>', 'from=<user> to=<mailto:a>', '<F-USER>x</F-USER> <ADDR>', '<\\S+@\\S+>', '<mod>'])(
  '%s has none',
  (expression) => {
    expect(looseTags(expression, OPTIONS)).toEqual([]);
  },
);

import { describe, expect, it } from 'vitest';
import { parseRegex } from './parse.ts';
import { RegexError } from './reader.ts';

function mistake(source: string): [column: number, message: string] | undefined {
  try {
    parseRegex(source, { multiline: false });
    return undefined;
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    return [error.column, error.message];
  }
}

describe('parseRegex()', () => {
  it.each([
    ['a)', 1, ') without ('],
    ['(a', 0, '( does not close'],
    ['(?:a', 0, '( does not close'],
    ['[a', 0, '[ does not close'],
    ['[]', 0, '[ does not close'],
    ['[b-a]', 1, 'not a range of characters'],
    ['[a-\\d]', 1, 'not a range of characters'],
    ['*a', 0, 'nothing to repeat'],
    ['a|*', 2, 'nothing to repeat'],
    ['^*', 1, 'nothing to repeat'],
    ['a**', 2, 'repeated twice'],
    ['a++?', 3, 'repeated twice'],
    ['a{3,2}', 1, 'the least is more than the most'],
    ['a{2000}', 1, 'a count of more than 1000'],
    ['a\\', 1, '\\ stands at the end'],
    ['\\q', 0, '\\q means nothing'],
    ['[\\8]', 1, '\\8 means nothing'],
    ['\\x4', 0, '\\x needs 2 digits'],
    ['\\1', 0, 'there is no group 1'],
    ['(a\\1)', 2, 'a reference to a group from within it'],
    ['(?P=no)', 0, 'there is no group "no"'],
    ['(?P<a>a)(?P<a>b)', 8, 'there are two groups "a"'],
    ['(?P<1a>a)', 0, '"1a" is no name of a group'],
    ['(?P<a', 4, 'the name of a group does not end'],
    ['(?P!a)', 0, '(?P is followed by neither < nor ='],
    ['(?(2)a)', 0, 'there is no group 2'],
    ['(?(0)a)', 0, 'there is no group 0'],
    ['(a)(?(1)a|b|c)', 11, 'a condition with more than two branches'],
    ['(?<=a*)b', 0, 'what is looked back at has no fixed width'],
    ['(?q)a', 0, '"q" has a letter that is no flag'],
    ['(?%)a', 0, '(? is followed by nothing known'],
    ['(?#a', 3, 'a comment does not end'],
    ['é(', 1, '( does not close'],
  ])('refuses %j at column %d', (source, column, message) => {
    expect(mistake(source)).toEqual([column, message]);
  });

  it('has an end, whatever it is given', () => {
    expect(mistake('('.repeat(200))?.[1]).toBe('brackets within brackets, too deep');
    expect(mistake('()'.repeat(600))?.[1]).toBe('more than 500 groups');
    expect(mistake('a'.repeat(70_000))?.[1]).toBe('longer than 60000 characters');
  });

  it.each([
    '{',
    'a{',
    'a{}',
    'a{x}',
    'a{1',
    'a{1,2',
    ']',
    '}',
    '[a-]',
    '[]-a]',
    '[-a]',
    '(?:)*',
    '(?:^)*',
    '(?:a*)*',
    '(?i:a)(?-i:b)',
  ])('takes %j', (source) => {
    expect(mistake(source)).toBeUndefined();
  });

  it('counts groups by their opening brackets, and knows their names', () => {
    const tree = parseRegex('(a(?P<x>b)(?:c))(?P<y>d)', { multiline: false });
    expect(tree.groups).toBe(3);
    expect([...tree.names]).toEqual([
      ['x', 2],
      ['y', 3],
    ]);
  });

  it('resolves flags wherever they stand', () => {
    const everywhere = parseRegex('k(?i)', { multiline: false }).root;
    expect(everywhere).toEqual(parseRegex('(?i:k)', { multiline: false }).root);
    expect(parseRegex('(?m)^$', { multiline: false }).root).toEqual(parseRegex('^$', { multiline: true }).root);
    expect(parseRegex('(?x) a # comment\n b', { multiline: false }).root).toEqual(
      parseRegex('ab', { multiline: false }).root,
    );
  });
});

import { describe, expect, it } from 'vitest';
import { parseCall, splitCalls, splitWords } from './call.ts';

function table(text: string): [string, Record<string, string>] {
  const { name, options } = parseCall(text);
  return [name, Object.fromEntries(options)];
}

describe('parseCall()', () => {
  it.each([
    ['sshd', ['sshd', {}]],
    ['sshd[mode=aggressive]', ['sshd', { mode: 'aggressive' }]],
    ['a[x="1,2]", y=\'"\', z=  3 , w=]', ['a', { x: '1,2]', y: '"', z: '3', w: '' }]],
    ['a[x=1][y=2] [z?family=inet6="3"]\n', ['a', { x: '1', y: '2', 'z?family=inet6': '3' }]],
    ['a[x=1, ]', ['a', { x: '1' }]],
    ['a[]', ['a', {}]],
    ['a[x="1]', ['a', { x: '"1' }]],
    ['a[x=1, x=2]', ['a', { x: '2' }]],
  ])('reads %j', (text, expected) => {
    expect(table(text)).toEqual(expected);
  });

  it.each([
    ['a[x=1', 'is not name[option=value, ...]'],
    ['[x=1]', 'is not name[option=value, ...]'],
    ['a[x=1]b', 'is not name[option=value, ...]'],
    ['a[x]', 'an option is expected at "x"'],
    ['a[x = 1]', 'an option is expected at "x = 1"'],
    ['a[x="1"2]', 'after option "x" stands "2"'],
    ['a[x=1]y]', 'after option "x" stands "]y"'],
    ['', 'is not name[option=value, ...]'],
  ])('refuses %j', (text, message) => {
    expect(() => parseCall(text)).toThrow(message);
  });
});

describe('splitCalls()', () => {
  it.each([
    ['', []],
    ['a\n b[x="1 2", y=3]  c [z=1]\n', ['a', 'b[x="1 2", y=3]', 'c [z=1]']],
    ['a[x=1][y=2]\n[z=3]', ['a[x=1][y=2]\n[z=3]']],
    ['a[x=1 y="2"] b', ['a[x=1 y="2"]', 'b']],
    ['a[broken b', ['a[broken', 'b']],
    ['a[x="1"]y b', ['a[x="1"]y', 'b']],
  ])('cuts %j', (text, expected) => {
    expect(splitCalls(text)).toEqual(expected);
  });
});

describe('splitWords()', () => {
  it('cuts at commas and blanks, and leaves comments out when asked to', () => {
    expect(splitWords(' 1, 2\n\t3 ,')).toEqual(['1', '2', '3']);
    expect(splitWords('# no\n1 2 # no\n;no\n3;4 ; no', 'comments')).toEqual(['1', '2', '3;4']);
  });
});

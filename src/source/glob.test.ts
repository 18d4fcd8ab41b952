import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alternativesOf, isGlob, matchesName } from './glob.ts';

describe('matchesName()', () => {
  const cases: ReadonlyArray<readonly [pattern: string, yes: readonly string[], no: readonly string[]]> = [
    ['auth.log', ['auth.log'], ['auth-log', 'auth.log.1', 'xauth.log']],
    ['*.log', ['a.log', 'b.log'], ['a.log.1', '.log', '.hidden.log']],
    ['*', ['a', 'a.b'], ['.a']],
    ['.*', ['.a'], ['a']],
    ['auth.log*', ['auth.log', 'auth.log.2.gz'], ['auth.lo']],
    ['a*b*c', ['abc', 'aXbXc', 'abbcc'], ['ab', 'acb', 'abcd']],
    ['?.log', ['a.log', 'ü.log', '😀.log'], ['.log', 'ab.log']],
    ['log.[0-9]', ['log.0', 'log.9'], ['log.a', 'log.10']],
    ['log.[!0-9]', ['log.a'], ['log.0', 'log.']],
    ['log.[^0-9x]', ['log.a'], ['log.5', 'log.x']],
    ['[]a]', [']', 'a'], ['b', '[]a]']],
    ['[!]a]', ['b'], [']', 'a']],
    ['[a-]', ['a', '-'], ['b']],
    ['a[', ['a['], ['a']],
    ['[ab', ['[ab'], ['a']],
    ['a]', ['a]'], ['a']],
  ];
  it.each(cases)('%s', (pattern, yes, no) => {
    expect(yes.filter((name) => !matchesName(pattern, name))).toEqual([]);
    expect(no.filter((name) => matchesName(pattern, name))).toEqual([]);
  });

  it('takes no longer than pattern times name, whatever the stars', () => {
    const before = performance.now();

    expect(matchesName(`${'*a'.repeat(100)}b`, 'a'.repeat(255))).toBe(false);
    expect(performance.now() - before).toBeLessThan(500);
  });

  it('finds every name by itself with any part of it replaced by a star', () => {
    const name = fc
      .string({ unit: fc.constantFrom('a', 'b', '.', '1'), minLength: 1 })
      .filter((text) => text[0] !== '.');
    const property = fc.property(name, fc.nat(), fc.nat(), (text, a, b) => {
      const from = a % text.length;
      const to = from + (b % (text.length - from + 1));

      expect(matchesName(`${text.slice(0, from)}*${text.slice(to)}`, text)).toBe(true);
      expect(matchesName(`${text}?`, text)).toBe(false);
    });
    fc.assert(property);
  });
});

describe('alternativesOf()', () => {
  const cases: ReadonlyArray<readonly [pattern: string, expected: readonly string[]]> = [
    ['plain', ['plain']],
    ['{a,b}.log', ['a.log', 'b.log']],
    ['{a,b}{1,2}', ['a1', 'a2', 'b1', 'b2']],
    ['x{a,{b,c}d}', ['xa', 'xbd', 'xcd']],
    [
      '/var/log/{mail,auth}.log{,.1}',
      ['/var/log/mail.log', '/var/log/mail.log.1', '/var/log/auth.log', '/var/log/auth.log.1'],
    ],
    ['{alone}', ['{alone}']],
    ['{open', ['{open']],
    ['}{', ['}{']],
    ['{a,a}', ['a']],
  ];
  it.each(cases)('%s', (pattern, expected) => {
    expect([...alternativesOf(pattern)].sort()).toEqual([...expected].sort());
  });

  it('stops at 1,000 alternatives', () => {
    expect(alternativesOf('{a,b}'.repeat(24))).toHaveLength(1000);
  });
});

describe('isGlob()', () => {
  it.each(['*.log', 'a?', '[ab]', '{a,b}'])('sees that %s is one', (text) => expect(isGlob(text)).toBe(true));
  it.each(['auth.log', '/var/log', '-', 'a]b}'])('sees that %s is none', (text) => expect(isGlob(text)).toBe(false));
});

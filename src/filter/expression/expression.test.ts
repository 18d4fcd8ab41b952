import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emitExpression } from './emit.ts';
import { freeTextAround } from './free.ts';
import { deriveLiterals } from './literal.ts';
import { ExpressionError, parseExpression } from './parse.ts';

const emitted = (source: string): string => emitExpression(parseExpression(source)).source;

describe('parseExpression()', () => {
  it.each([
    ['a(?=b)', 1, 'lookaround'],
    ['a(?<n>b)', 1, 'named groups'],
    ['a{2}', 1, 'counted repeats'],
    ['(a', 0, 'unclosed ('],
    ['a)', 1, 'unmatched )'],
    ['[a', 0, 'unclosed ['],
    ['^a', 0, 'not needed'],
    ['a\\1', 1, 'backreferences'],
    ['\\bword', 0, 'word boundaries'],
    ['*a', 0, 'nothing to repeat'],
    ['a\\x1', 1, 'hexadecimal'],
    ['é東', 1, 'byte by byte'],
  ])('refuses %s at column %d: %s', (source, column, reason) => {
    const attempt = (): unknown => parseExpression(source);
    expect(attempt).toThrow(ExpressionError);
    try {
      attempt();
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      expect(error.column).toBe(column);
      expect(error.message).toContain(reason);
    }
  });
});

describe('emitExpression()', () => {
  it.each([['.*'], ['\\S+'], ['[^"]*'], ['\\W+'], ['\\D+'], ['\\s*'], ['<any>'], ['<user>'], ['<word>'], ['[^\\d]+']])(
    'keeps %s within its line',
    (source) => {
      const found = new RegExp(emitted(source)).exec('a b\ncd');
      expect(found?.[0]).not.toContain('\n');
    },
  );

  it('lets text pass a carriage return, which must not hide the rest of a line', () => {
    expect(new RegExp(`^${emitted('user <user> from')}`).exec('user a\rb from')?.[1]).toBe('a\rb');
  });

  it('names the captured fields in order, and captures nothing else', () => {
    const source = 'for (?:invalid )?<user> (from|of) <address> port <port> <count> <word> <any>';
    expect(emitExpression(parseExpression(source)).groups).toEqual(['user', 'address', 'count']);
  });
});

describe('deriveLiterals()', () => {
  it.each([
    ['Failed \\S+ for <user> from <address> port <port>', ['Failed ']],
    ['<word>/wp-(?:login|admin)<any>', ['/wp-login', '/wp-admin']],
    ['(?:/a/<any>longer one|short one <any>)', ['longer one', 'short one ']],
    ['(?:Invalid|Illegal) user <user> from <address>', ['Invalid user ', 'Illegal user ']],
    ['x<any>y', undefined],
    ['(?:abcdefg)?<any>hij', undefined],
    ['/(?:pma/<any>|abc<any>defgh)', ['/pma/', 'defgh']],
    ['(?:abcdefg|<any>)', undefined],
    ['(?:abcdefg)+', ['abcdefg']],
    ['connections? from <address>', ['connection from ', 'connections from ']],
    ['[Dd]isconnected', ['Disconnected', 'disconnected']],
    ['a "quoted" text here', [' text here']],
  ])('finds in %s: %j', (source, literals) => {
    expect(deriveLiterals(parseExpression(source), '"\\/'.replace('/', ''))).toEqual(literals);
  });

  it('gives a set of which every match holds a member', () => {
    const leaf = fc.constantFrom('abcde', 'fghij', 'k', 'lm', '[no]', 'p?', '(?:qrstu)?', '\\d', 'vwxyz+', '<any>');
    const branch = fc.array(leaf, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
    const group = fc.array(branch, { minLength: 1, maxLength: 3 }).map((branches) => `(?:${branches.join('|')})`);
    const source = fc.array(fc.oneof(leaf, group), { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));
    const words = fc.constantFrom('abcde', 'fghij', 'k', 'lm', 'n', 'o', 'p', 'qrstu', '7', 'vwxyz', 'vwxyzz', '');
    fc.assert(
      fc.property(source, fc.array(words, { maxLength: 8 }), (text, parts) => {
        const tree = parseExpression(text);
        const literals = deriveLiterals(tree, '');
        const subject = parts.join('');
        if (!literals || !new RegExp(`^(?:${emitExpression(tree).source})$`).test(subject)) return;
        expect(literals.some((literal) => subject.includes(literal))).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('freeTextAround()', () => {
  it.each([
    ['from <address> port <port>', { before: false, after: false, addresses: 1 }],
    ['for <user> from <address> port <port>', { before: true, after: false, addresses: 1 }],
    ['from <address>: <any>', { before: false, after: true, addresses: 1 }],
    ['<any> from <address>: .*', { before: true, after: true, addresses: 1 }],
    ['[^"]* from <address>', { before: true, after: false, addresses: 1 }],
    ['\\S+ from <address> \\S+', { before: false, after: false, addresses: 1 }],
    ['(?:a <any>|b) from <address>(?: c| d .+)?', { before: true, after: true, addresses: 1 }],
    ['(?:<address>|x <address>)', { before: false, after: false, addresses: 1 }],
    ['no address', { before: false, after: false, addresses: 0 }],
    ['<address> and <address>', { before: false, after: false, addresses: 2 }],
  ])('judges %s', (source, expected) => {
    expect(freeTextAround(parseExpression(source))).toEqual(expected);
  });
});

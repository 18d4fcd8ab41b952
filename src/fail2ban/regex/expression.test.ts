/** Every expression is tried on V8 where it can be, and by our own matcher: both have to answer alike. */
import { describe, expect, it } from 'vitest';
import { ExhaustedError } from './exhausted.ts';
import { compileExpression, type ExpressionOptions } from './expression.ts';
import { subjectOf } from './subject.ts';

/** Text of the match and of its groups; undefined for none. */
function find(source: string, text: string, options: ExpressionOptions = {}): (string | undefined)[] | undefined {
  const expression = compileExpression(source, options);
  const subject = subjectOf(text);
  const [one, other] = [subject, { ...subject, isPlain: false }].map((variant) => {
    const match = expression.search(variant);
    return match && Array.from({ length: expression.tree.groups + 1 }, (_, i) => match.group(i));
  });
  expect(one).toEqual(other);
  return one;
}

describe('the dialect', () => {
  it.each([
    ['named groups and references', '(?P<q>["\'])(\\w+)(?P=q)', `x "a' 'b'`, [`'b'`, `'`, 'b']],
    ['a reference to a group that is not set fails', '(a)?b\\1', 'b', undefined],
    ['a reference in either case', '(?i)(ab)-\\1', 'aB-Ab', ['aB-Ab', 'aB']],
    ['a conditional with its group', '(<)?a(?(1)>|$)', 'a <a>', ['<a>', '<']],
    ['a conditional without its group', '(?P<x><)?a(?(x)>|!)', '<a!', ['a!', undefined]],
    ['a conditional without a second branch', '(x)?a(?(1)b)c', 'ac xabc', ['ac', undefined]],
    ['flags for a part', 'a(?i:b)c', 'ABC aBc', ['aBc']],
    ['flags taken away', '(?i)a(?-i:b)c', 'ABC AbC', ['AbC']],
    ['comments', 'a(?#b)c', 'ac', ['ac']],
    ['$ before a last newline', 'a$', 'a\n', ['a']],
    ['$ not before another', 'a$', 'a\n\n', undefined],
    ['\\Z only at the end', 'a\\Z', 'a\n', undefined],
    ['\\A only at the beginning', '\\Aa|b', 'xab', ['b']],
    ['^ not after a newline', '^b|c', 'a\nbc', ['c']],
    ['a bracket that comes first', '[]a]+[^]b]+', 'b]a]xyb', [']a]xy']],
    ['counts without a least', 'a{,2}b', 'aaab', ['aab']],
    ['counts without a most', 'a{2,}', 'aaa', ['aaa']],
    ['a brace that begins no count', 'a{x}{', 'a{x}{', ['a{x}{']],
    ['lazy repeats', 'a+?b*?c{1,2}?', 'aabcc', ['aabc']],
    ['possessive repeats', 'a++a|a+b', 'aab', ['aab']],
    ['atomic groups', '(?>a|ab)c|abd', 'abc abd', ['abd']],
    ['octal and hexadecimal', '\\101\\x42\\u0043\\0', 'ABC\0', ['ABC\0']],
    ['. is anything but a newline', 'a.b.c', 'a\rb\u2028c', ['a\rb\u2028c']],
    ['. takes a newline with the flag s', '(?s)a.b', 'a\nb', ['a\nb']],
    ['blanks of Python', 'a\\sb', 'a\u001cb', ['a\u001cb']],
    ['letters beyond ASCII', '^\\w+\\b', 'größe 1', ['größe']],
    ['digits beyond ASCII', '\\d+', 'x٣٤', ['٣٤']],
    ['ASCII by a flag', '(?a)\\w+', 'é', undefined],
    ['one character outside the basic plane', '^.(.)$', '😀a', ['😀a', 'a']],
    ['case beyond ASCII', '(?i)straſſe é', 'STRASSE É', ['STRASSE É']],
    ['lookahead', 'a(?=b)\\w|a(?!b)', 'ac', ['a']],
    ['lookbehind', '(?<=ab)c|(?<!a)b', 'abcb', ['c']],
    ['groups in a lookahead stay set', '(?=(a+))a*b\\1', 'baaabac', ['aba', 'a']],
    ['groups in what must not be there do not', '(?!(a)b)ac', 'ac', ['ac', undefined]],
    ['a group keeps what a later turn does not set', '(?:(a)|b)*', 'ab', ['ab', 'a']],
    ['a repeat of nothing ends', '(a|b*)*c', 'abc', ['abc', '']],
    ['a turn of nothing counts', '(a?)?b', 'b', ['b', '']],
    ['the first branch wins, not the longest', '(a|ab)(c|bcd)?', 'abcd', ['abcd', 'a', 'bcd']],
    ['words end where letters do', '\\Bb\\b', 'ab b', ['b']],
    ['\\B is nowhere in an empty text', '\\B', '', undefined],
  ])('%s', (_, source, text, expected) => {
    expect(find(source, text)).toEqual(expected);
  });

  it('has ^ and $ at every line with the option', () => {
    expect(find('^b$', 'a\nb\nc', { multiline: true })).toEqual(['b']);
    expect(find('^b$', 'a\nb\nc')).toBeUndefined();
    expect(find('\\n(?P<skipped>(?:.*\\n)*?)^c', 'a\nb\nc', { multiline: true })).toEqual(['\nb\nc', 'b\n']);
  });

  it('begins where it is told to, with what stands before in sight', () => {
    const expression = compileExpression('\\bb|^a');
    for (const isPlain of [true, false]) {
      const subject = { ...subjectOf('abb b'), isPlain };
      expect(expression.search(subject, 1)?.start).toBe(4);
      expect(expression.search(subject, 5)).toBeUndefined();
    }
  });

  it('tells where groups begin, of those that were asked for', () => {
    const expression = compileExpression('^\\S+ (?:x )?(?P<date>\\d+)(-\\d+)?', { placed: [1] });
    for (const isPlain of [true, false]) {
      const match = expression.search({ ...subjectOf('host x 12'), isPlain });
      expect([match?.startOf(1), match?.group('date'), match?.startOf(2), match?.group('none')]).toEqual([
        7,
        '12',
        undefined,
        undefined,
      ]);
      expect([...(match?.named() ?? [])]).toEqual([['date', '12']]);
    }
  });
});

const IPV6 = '(?:[0-9a-fA-F]{1,4}::?|:){1,7}(?:[0-9a-fA-F]{1,4}|(?<=:):)';

describe('who finds it', () => {
  it.each([
    ['v8', 'an address', `from (?P<ip6>${IPV6})$`],
    ['v8', 'counts, cases and anchors', '(?i)^a{2,3}(?:b|c)+?\\s*$'],
    ['v8', 'a conditional that can be split', '^(?P<q>")?(?P<user>\\S+)(?(q)"|:)$'],
    ['v8', 'the end of a word behind a word', '^(\\d+)(?=\\b|\\W|$)'],
    ['v8', 'the beginning of a word before a word', '(?=^|\\b|\\W)(\\d+)'],
    ['checked', 'a look at one place', '^a (?!b)\\S+ from'],
    ['checked', 'characters at which something does not begin', '^a (?:(?! from ).)* from \\d$'],
    ['checked', 'a reference', '^(?P<x>\\S+) and (?P=x)$'],
    ['filtered', 'a look in a loop', '^(?: (?!H=)\\w+)* x'],
    ['filtered', 'groups that a loop may forget', '^(?: a=(\\d)| b)*$'],
    ['filtered', 'no way back', '(?>a*)b'],
  ])('%s: %s', (engine, _, source) => {
    expect(compileExpression(source).engine).toBe(engine);
  });

  it.each([
    ['a checked look that does not hold goes on', '^(?:a|a (?!b))(.*)$', 'a b', ['a b', ' b']],
    ['a checked look that holds', '^a (?!b)(.*)$', 'a c', ['a c', 'c']],
    ['a look behind a group of two lengths', '^(?:x|yy)(?=(?:a|b)c)(\\w+)', 'yybc', ['yybc', 'bc']],
    ['a look in the second turn of a count', '^(?:\\w+ (?!no\\b)){0,2}\\w+', 'a b no', ['a b']],
    ['the forbidden begins before the end of what is taken', '^((?:(?!ab).)*)(.*)$', 'xxabx', ['xxabx', 'xx', 'abx']],
    ['the wrong reference first', '^(\\w+) .* ?\\1$', 'ab ab b ab', ['ab ab b ab', 'ab']],
    ['looking back where nothing stands', '(?<!a)b', 'b', ['b']],
  ])('%s', (_, source, text, expected) => {
    expect(find(source, text)).toEqual(expected);
  });
});

describe('hostile text', () => {
  const LONG = 8_000;

  it.each([
    ['^(?:a+)+$', 'a', 'linear'],
    ['^(?:a|aa)+$', 'a', 'linear'],
    ['^(?:a{1,9})+$', 'a', 'linear'],
    ['^(?:"[^"]*(?="))*?"x', '"', 'linear'],
    ['^(?:(?:a*)*)*b', 'a', 'linear'],
    ['(\\w+\\s?)*:', 'a ', 'linear'],
    ['(?:\\S+(?! from ) )* x', 'a b ', 'linear'],
    ['^(<)?(?:a|aa)+(?(1)>|!)$', 'a', 'linear'],
    ['[^\\n]*a[^\\n]*c$', 'a', 'linear'],
  ])('%s ends, in ASCII and beyond', (source, unit, bound) => {
    const expression = compileExpression(source);
    const text = unit.repeat(LONG / unit.length);
    expect(expression.bound).toBe(bound);
    expect(expression.search(subjectOf(`${text}?\n`))).toBeUndefined();
    expect(expression.search(subjectOf(`${text}é\n`))).toBeUndefined();
  });

  it('a reference is given up when it takes too long', () => {
    const expression = compileExpression('^(?:(a|aa)+b)?(?:a|aa)+\\1$');
    expect(expression.bound).toBe('steps');
    expect(() => expression.search(subjectOf(`${'a'.repeat(60)}\n`))).toThrow(ExhaustedError);
    expect(expression.search(subjectOf('abaa\n'))?.group(0)).toBe('abaa');
  });

  it('an expression that is too large is refused', () => {
    expect(() => compileExpression('(?:(?:a{1,100}b){1,100}c){1,100}')).toThrow('too large');
  });
});

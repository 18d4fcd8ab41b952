import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../base/problem.ts';
import { parseIni } from './ini.ts';

function problems(text: string): readonly (string | undefined)[] {
  try {
    parseIni('/f/x.conf', text);
    return [];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return error.problems.map((problem) => problem.where);
  }
}

function values(text: string): Record<string, Record<string, string>> {
  const file = parseIni('/f/x.conf', text);
  const table = (options: (typeof file)['defaults']): Record<string, string> =>
    Object.fromEntries([...options].map(([name, option]) => [name, option.text]));
  return { DEFAULT: table(file.defaults), ...Object.fromEntries([...file.sections].map(([k, v]) => [k, table(v)])) };
}

describe('parseIni()', () => {
  it('reads sections, values that go on, comments and both delimiters', () => {
    const text = [
      '# first',
      '[DEFAULT]',
      'one = 1 ; said',
      '; a whole line',
      '[Definition]',
      'Regex = ^a;b',
      '# within a value',
      '        ^c = d',
      '',
      '   ^e  ; end',
      'two: x = y',
      'none =',
      '[DEFAULT] trailing',
      'three=3',
    ].join('\r\n');
    expect(values(text)).toEqual({
      DEFAULT: { one: '1', three: '3' },
      Definition: { regex: '^a;b\n^c = d\n\n^e', two: 'x = y', none: '' },
    });
  });

  it('knows where each option stands', () => {
    const { sections } = parseIni('/f/x.conf', '[a]\n\nb = 1\n  2\nc = 3\n');
    expect(sections.get('a')?.get('b')?.place).toBe('/f/x.conf:3');
    expect(sections.get('a')?.get('c')?.place).toBe('/f/x.conf:5');
  });

  it('takes a line that is indented like its option for the next option', () => {
    expect(values('[a]\n  b = 1\n  c = 2\n    3\n').a).toEqual({ b: '1', c: '2\n3' });
  });

  it.each([
    ['a = 1\n', ['/f/x.conf:1']],
    ['[a]\nnot an option\n', ['/f/x.conf:2']],
    ['[a]\nb = 1\nB = 2\n', ['/f/x.conf:3']],
    ['[a]\n[b]\n[a]\n= 2\n', ['/f/x.conf:3', '/f/x.conf:4']],
    ['[DEFAULT]\nc = 1\n[DEFAULT]\nc = 2\n', ['/f/x.conf:4']],
    ['[a]\nb = 1\n[DEFAULT]\nc = 1\n[DEFAULT]\nd = 2\n', []],
  ])('names the lines that are wrong in %j', (text, places) => {
    expect(problems(text)).toEqual(places);
  });

  it('takes a megabyte of blanks in linear time', () => {
    expect(values(`[a]\nb =${' '.repeat(1 << 20)}c\n`).a).toEqual({ b: 'c' });
  });
});

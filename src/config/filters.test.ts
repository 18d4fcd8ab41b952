import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compileFilter } from '../filter/compile.ts';
import type { FilterDefinition } from '../filter/definition.ts';
import { buildFilters, builtFilters, loadFilters } from './filters.ts';

let program: string;
beforeEach(() => {
  program = mkdtempSync(join(tmpdir(), 'rapsheet-built-'));
  for (const folder of ['dist', 'filters']) mkdirSync(join(program, folder));
});
afterEach(() => rmSync(program, { recursive: true }));

/** Builds the filters of a folder into `dist/`. The hash that the program would know. */
function build(folder: string): string {
  const { text, hash } = buildFilters(folder);
  writeFileSync(join(program, 'dist', 'filters.json'), text);
  return hash;
}

function compiled(filter: FilterDefinition): object {
  const { patterns, problems } = compileFilter(filter, new Set(filter.patterns.map(({ kind }) => kind)));
  return { problems, patterns: patterns.map((pattern) => ({ ...pattern, jsonLiterals: pattern.jsonLiterals() })) };
}

describe('what was built of our filters', () => {
  it('is what their files say, compiled and for the proof', () => {
    const built = loadFilters(['filters'], builtFilters(program, build('filters')));
    const read = loadFilters(['filters']);
    expect(built.map(({ translations, ...filter }) => filter)).toEqual(read);
    expect(built.filter(({ translations, patterns }) => translations?.length !== patterns.length)).toEqual([]);
    expect(read.some(({ translations }) => translations)).toBe(false);
    expect(built.map(compiled)).toEqual(read.map(compiled));
  });

  it('is the same each time', () => {
    expect(buildFilters('filters')).toEqual(buildFilters('filters'));
  });

  it('is not used for a file that was changed since', () => {
    const path = join(program, 'filters', 'sshd.toml');
    const text = readFileSync('filters/sshd.toml', 'utf8');
    writeFileSync(path, text);
    const built = builtFilters(program, build(join(program, 'filters')));
    writeFileSync(path, text.replace(/^about .*/m, 'about = "changed"'));
    const [changed] = loadFilters([join(program, 'filters')], built);
    expect([changed?.about, changed?.translations]).toEqual(['changed', undefined]);
    writeFileSync(path, text);
    expect(loadFilters([join(program, 'filters')], built)[0]?.translations).toBeDefined();
  });

  it('is not used when the file is not the one that the program was built with', () => {
    const hash = build('filters');
    expect(Object.keys(builtFilters(program, hash)).length).toBeGreaterThan(70);
    expect(
      builtFilters(
        program,
        hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
      ),
    ).toEqual({});
    expect(builtFilters(program, undefined)).toEqual({});
    const path = join(program, 'dist', 'filters.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('ssh.login', 'ssh.logim'));
    expect(builtFilters(program, hash)).toEqual({});
    rmSync(path);
    expect(builtFilters(program, hash)).toEqual({});
  });

  it.each([
    [
      'an expression that is none',
      "about = 'x'\nservice = 'ssh'\nformat = 'syslog'\n[[pattern]]\nkind = 'k'\nmatch = '('\n",
    ],
    ['a key that is none', "abut = 'x'\n"],
  ])('has no filter with %s', (_, text) => {
    writeFileSync(join(program, 'filters', 'mine.toml'), text);
    writeFileSync(join(program, 'filters', 'sshd.toml'), readFileSync('filters/sshd.toml'));
    expect(Object.values(builtFilters(program, build(join(program, 'filters')))).map(({ name }) => name)).toEqual([
      'sshd',
    ]);
  });
});

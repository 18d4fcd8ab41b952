import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { compileFilter } from '../filter/compile.ts';
import type { FilterDefinition } from '../filter/definition.ts';
import { build } from './build.ts';
import { type Built, NOTHING_BUILT, readBuilt, withDocument } from './built.ts';
import { readFile } from './files.ts';
import { loadFilters } from './filters.ts';

const DOCUMENTS = ['config/rapsheet.toml', 'data/kinds.toml'];

/** A folder of the program, with one filter. */
let program: string;
beforeEach(() => {
  program = mkdtempSync(join(tmpdir(), 'rapsheet-built-'));
  mkdirSync(join(program, 'dist'));
  for (const path of [...DOCUMENTS, 'filters/sshd.toml']) cpSync(path, join(program, path));
});
afterEach(() => rmSync(program, { recursive: true }));

/** Builds it; the hash that the built program would know. */
function builtHash(): string {
  const { text, hash } = build(program);
  writeFileSync(join(program, 'dist', 'built.json'), text);
  return hash;
}

function change(path: string, from: string, to: string): void {
  const text = readFileSync(join(program, path), 'utf8');
  expect(text).toContain(from);
  writeFileSync(join(program, path), text.replaceAll(from, to));
}

function compiled(filter: FilterDefinition): object {
  const { patterns, problems } = compileFilter(filter, new Set(filter.patterns.map(({ kind }) => kind)));
  return { problems, patterns: patterns.map((pattern) => ({ ...pattern, jsonLiterals: pattern.jsonLiterals() })) };
}

it('is of every filter what its file says, and what it is compiled to', () => {
  const built: Built = JSON.parse(build('.').text);
  const [ready, read] = [loadFilters(['filters'], built), loadFilters(['filters'])];
  expect(ready.map(({ translations, ...filter }) => filter)).toEqual(read);
  expect(ready.filter(({ translations, patterns }) => translations?.length !== patterns.length)).toEqual([]);
  expect(read.some(({ translations }) => translations)).toBe(false);
  expect(ready.map(compiled)).toEqual(read.map(compiled));
});

it('is of the default configuration and the kinds what their files say', () => {
  const built = readBuilt(program, builtHash());
  for (const path of DOCUMENTS) {
    const file = readFile(join(program, path));
    expect(withDocument(file, built)).toEqual({ ...file, document: parse(file.text) });
  }
});

it('is the same each time', () => {
  expect(build(program)).toEqual(build(program));
});

it('is not used for a file that was changed since', () => {
  const built = readBuilt(program, builtHash());
  expect(loadFilters([join(program, 'filters')], built)[0]?.translations).toBeDefined();
  change('filters/sshd.toml', 'Failed password', 'Refused password');
  const [filter] = loadFilters([join(program, 'filters')], built);
  expect(filter?.translations).toBeUndefined();
  expect(filter?.patterns[0]?.match).toContain('Refused password');
  change('data/kinds.toml', 'weight', 'height');
  expect(withDocument(readFile(join(program, 'data/kinds.toml')), built).document).toBeUndefined();
});

it('is not used when it is not what the program was built with', () => {
  const hash = builtHash();
  expect(readBuilt(program, hash)).not.toEqual(NOTHING_BUILT);
  expect(
    readBuilt(
      program,
      hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
    ),
  ).toEqual(NOTHING_BUILT);
  expect(readBuilt(program, undefined)).toEqual(NOTHING_BUILT);
  change('dist/built.json', 'ssh.login', 'ssh.logim');
  expect(readBuilt(program, hash)).toEqual(NOTHING_BUILT);
  rmSync(join(program, 'dist', 'built.json'));
  expect(readBuilt(program, hash)).toEqual(NOTHING_BUILT);
});

it.each([
  [
    'an expression that is none',
    "about = 'x'\nservice = 'x'\nformat = 'syslog'\n[[pattern]]\nkind = 'k'\nmatch = '('\n",
  ],
  ['a key that is none', "abut = 'x'\n"],
  ['no TOML', '[\n'],
])('has no filter with %s', (_, text) => {
  writeFileSync(join(program, 'filters', 'mine.toml'), text);
  const { filters } = readBuilt(program, builtHash());
  expect(Object.values(filters).map(({ name }) => name)).toEqual(['sshd']);
});

it('has no document with a mistake, or with what JSON has not', () => {
  writeFileSync(join(program, 'config/rapsheet.toml'), '[\n');
  writeFileSync(join(program, 'data/kinds.toml'), 'date = 2026-01-01\n');
  expect(readBuilt(program, builtHash()).documents).toEqual({});
});

/** The list of packages is whole: what a test looks for is installed before the tests, where they may install. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { missingPackages } from './packages.ts';

/** What tests ask for and do without. */
const OPTIONAL: ReadonlySet<string> = new Set(['apt-get', 'no-such-program']);

function testsBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return testsBelow(path);
    return entry.name.endsWith('.test.ts') && !entry.name.startsWith('program.') ? [path] : [];
  });
}

it('every program that a test looks for comes with a package', () => {
  const asked = new Set(
    ['src', 'test'].flatMap(testsBelow).flatMap((path) => {
      const text = readFileSync(path, 'utf8');
      return [...text.matchAll(/\b(?:hasProgram|findProgram)\('([^']+)'\)/g)].map((match) => match[1] ?? '');
    }),
  );
  expect(asked.size).toBeGreaterThan(5);
  const known = (program: string): boolean =>
    missingPackages((name) => (name === program ? undefined : `/usr/bin/${name}`)).length === 1;
  expect([...asked].filter((name) => !OPTIONAL.has(name) && !known(name))).toEqual([]);
});

it('nothing is missing when all is there, and a package when one of its programs is not', () => {
  expect(missingPackages((name) => name)).toEqual([]);
  expect(missingPackages((name) => (name === 'ip6tables' ? undefined : name))).toEqual(['iptables']);
});

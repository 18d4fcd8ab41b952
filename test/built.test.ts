/** The built program has our filters ready, and takes what was built for nothing that it is not. */
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { build } from '../src/config/build.ts';
import { done, PROJECT, plainConfig, put, rapsheet, readAttempts, scratch } from './run.ts';

const folder = scratch();
const program = join(folder, 'program');
const config = plainConfig(folder);
const log = put(
  join(folder, 'auth.log'),
  'Oct  3 10:00:00 web1 sshd[9]: Failed password for root from 192.0.2.7 port 40 ssh2\n',
);

/** The kinds that the program finds in the log. */
async function kinds(): Promise<string[]> {
  const out = await done(['replay', '-nq', '-c', config, '--print', 'attempts', log], { program });
  return readAttempts(out).map(({ kind }) => kind);
}

beforeAll(() => {
  for (const part of ['bin', 'config', 'data', 'dist', 'filters', 'package.json']) {
    cpSync(join(PROJECT, part), join(program, part), { recursive: true });
  }
  symlinkSync(join(PROJECT, 'node_modules'), join(program, 'node_modules'));
});

const built = join(program, 'dist', 'built.json');
const MATCH = 'Failed password for';

it('is built from the files as they are, with all filters', () => {
  const { text, hash } = build(PROJECT);
  const made = readFileSync(join(PROJECT, 'dist', 'built.json'), 'utf8');
  expect(sha256(made), 'dist/ is older than filters/: run "node scripts/build.mjs" first').toBe(hash);
  expect(text.match(/"translations":/g)).toHaveLength(readdirSync(join(PROJECT, 'filters')).length);
});

it('goes by a filter that was changed after the build', async () => {
  const path = join(program, 'filters', 'sshd.toml');
  const text = readFileSync(path, 'utf8');
  expect(await kinds()).toEqual(['ssh.login']);
  writeFileSync(path, text.replaceAll(MATCH, 'Refused password for'));
  expect(await kinds()).toEqual([]);
  writeFileSync(path, text);
});

it('takes what was built only when it is what was written with it', async () => {
  const text = readFileSync(built, 'utf8');
  const other = text.replaceAll(MATCH, 'Refused password for');
  for (const wrong of [other, text.slice(0, -9), '']) {
    writeFileSync(built, wrong);
    expect(await kinds()).toEqual(['ssh.login']);
  }
  writeFileSync(built, other);
  expect(renameHash(sha256(text), sha256(other))).toBe(1);
  expect(await kinds()).toEqual([]);
  expect((await rapsheet(['check', '-c', config], { program })).status).toBe(0);
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** In how many parts of the program it stood. */
function renameHash(before: string, after: string): number {
  const parts = readdirSync(join(program, 'dist')).filter((name) => name.endsWith('.js') && name !== 'bench.js');
  const found = parts.filter((name) => readFileSync(join(program, 'dist', name), 'utf8').includes(before));
  for (const name of found) {
    const path = join(program, 'dist', name);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(before, after));
  }
  return found.length;
}

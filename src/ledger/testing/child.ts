/** For the tests of this folder: a program of a few lines in a process of its own, which can be killed, or run as another user. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** Debian's `nobody`; where it is missing, any number that is not root's does as well. */
const NOBODY = 65_534;

export type Child = ChildProcessByStdio<null, Readable, Readable>;

/** Bundles a program as the real one is bundled: Node 20 runs no TypeScript. The path of the result. */
export async function bundle(folder: string, program: string): Promise<string> {
  const outfile = join(folder, 'child.mjs');
  await build({
    stdin: { contents: program, resolveDir: HERE, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['node:sqlite', '@photostructure/sqlite'],
    outfile,
    logLevel: 'silent',
  });
  symlinkSync(MODULES, join(folder, 'node_modules'));
  chmodSync(folder, 0o755);
  return outfile;
}

export function start(program: string, given: readonly string[], as: 'me' | 'nobody' = 'me'): Child {
  const user = as === 'nobody' && process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  return spawn(process.execPath, [program, ...given], { stdio: ['ignore', 'pipe', 'pipe'], ...user });
}

export interface Outcome {
  readonly out: string;
  readonly err: string;
  readonly status: number | null;
}

/** What a child said until it ended. */
export async function outcomeOf(child: Child, onOut: (text: string) => void = () => {}): Promise<Outcome> {
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    onOut(text);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { out, err, status };
}

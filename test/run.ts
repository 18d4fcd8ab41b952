/**
 * How these tests start the program: as its users do, `bin/rapsheet` in a process of its own, with a clean environment.
 * And how they read what it says. No test in here.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { afterAll } from 'vitest';

export const PROJECT = fileURLToPath(new URL('..', import.meta.url));

/** What a run came to. */
export interface Run {
  /** Null when a signal ended it. */
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Another program folder than this checkout. */
  readonly program?: string;
  readonly cwd?: string;
  /** As another user, which only root can. */
  readonly uid?: number;
}

export type Program = ChildProcessByStdio<Writable, Readable, Readable>;

/** Starts `bin/rapsheet`. Nothing of the tester's environment gets in but where programs are found. */
export function start(given: readonly string[], options: RunOptions = {}): Program {
  const { program = PROJECT, env = {}, cwd = program, uid } = options;
  if (program === PROJECT) mustBeBuilt();
  const { PATH = '', TMPDIR = tmpdir() } = process.env;
  return spawn(process.execPath, [join(program, 'bin', 'rapsheet'), ...given], {
    cwd,
    env: { PATH, TMPDIR, TZ: 'UTC', HOME: '/nonexistent', LC_ALL: 'C.UTF-8', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
}

/** Runs `rapsheet GIVEN...` to its end. */
export async function rapsheet(given: readonly string[], options: RunOptions = {}): Promise<Run> {
  const program = start(given, options);
  // A program that does not read its input to the end closes it; that is its right.
  program.stdin.on('error', () => undefined);
  program.stdin.end(options.input ?? '');
  return ended(program);
}

/** A run that takes longer hangs. Less than a test may take, so that it is the run that is told of, and none is left. */
const PATIENCE_MS = 50_000;

/** What a program says until it ends. */
export async function ended(program: Program): Promise<Run> {
  let out = '';
  let err = '';
  program.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  program.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      program.on('error', reject);
      program.on('close', resolve);
      timer = setTimeout(() => {
        program.kill('SIGKILL');
        reject(new Error(`${program.spawnargs.slice(2).join(' ')}: did not end in ${PATIENCE_MS / 1000} s\n${err}`));
      }, PATIENCE_MS);
    });
    return { status, out, err };
  } finally {
    clearTimeout(timer);
  }
}

/** Runs it, and throws what it said when it did not end well. Its standard output. */
export async function done(given: readonly string[], options: RunOptions = {}): Promise<string> {
  const { status, out, err } = await rapsheet(given, options);
  if (status !== 0) throw new Error(`rapsheet ${given.join(' ')}: status ${status}\n${err}`);
  return out;
}

/** Old builds must not pass for new sources. */
function mustBeBuilt(): void {
  const built = statSync(join(PROJECT, 'dist', 'cli.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const newest = Math.max(...sourcesBelow(join(PROJECT, 'src')).map((path) => statSync(path).mtimeMs));
  if (built < newest) throw new Error('dist/ is older than src/: run "node scripts/build.mjs" first');
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesBelow(path);
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts') ? [path] : [];
  });
}

/** A folder for a file of tests, gone when they are done. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file, making its folders. Its path. */
export function put(path: string, content: string | Uint8Array): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** A configuration that depends on nothing of this machine: the default rules in UTC, with the built-in origins only. */
export function plainConfig(folder: string, more = ''): string {
  return put(join(folder, 'rapsheet.toml'), `[general]\nzone = "UTC"\n[origin]\ndiscover = false\n${more}`);
}

const cell = v.union([v.string(), v.number(), v.boolean(), v.null()]);
const cells = v.record(v.string(), cell);
const table = v.object({
  name: v.string(),
  title: v.string(),
  base: v.string(),
  columns: v.array(v.object({ key: v.string(), heading: v.string() })),
  rows: v.array(cells),
  total: v.nullable(cells),
  note: v.string(),
});
const report = v.object({
  period: v.object({ name: v.string(), from: v.nullable(v.string()), until: v.nullable(v.string()) }),
  base: v.string(),
  summary: v.array(v.string()),
  tables: v.array(table),
});
export type Report = v.InferOutput<typeof report>;
export type Table = v.InferOutput<typeof table>;

/** What `report --json` and `show --json` print. */
export function readReport(text: string): Report {
  return v.parse(report, JSON.parse(text));
}

export function tableOf({ tables }: Report, name: string): Table {
  const found = tables.find((each) => each.name === name);
  if (!found) throw new Error(`no table ${name} among ${tables.map((each) => each.name).join(', ')}`);
  return found;
}

/** The cells of some columns, a list for each row. */
export function columns(rows: Table['rows'], keys: readonly string[]): Array<Array<v.InferOutput<typeof cell>>> {
  return rows.map((row) => keys.map((key) => row[key] ?? null));
}

const noun = {
  time: v.string(),
  address: v.string(),
  service: v.string(),
  kind: v.string(),
  host: v.string(),
};
const attempt = v.object({
  ...noun,
  filter: v.string(),
  pattern: v.number(),
  user: v.nullable(v.string()),
  target: v.nullable(v.string()),
  file: v.string(),
  offset: v.number(),
  count: v.number(),
  line: v.string(),
});
const ban = v.object({
  ...noun,
  until: v.nullable(v.string()),
  jail: v.string(),
  prior: v.number(),
  evidence: v.array(v.object({ file: v.string(), offset: v.number(), line: v.string() })),
});
export type AttemptLine = v.InferOutput<typeof attempt>;
export type BanLine = v.InferOutput<typeof ban>;

/** What `replay --print attempts` prints. */
export function readAttempts(text: string): AttemptLine[] {
  return linesOf(text).map((line) => v.parse(attempt, JSON.parse(line)));
}

/** What `replay --print bans` prints. */
export function readBans(text: string): BanLine[] {
  return linesOf(text).map((line) => v.parse(ban, JSON.parse(line)));
}

export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

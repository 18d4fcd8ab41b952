/**
 * The only place that starts another program: by argument list, never through a shell, with an environment of its own, a
 * limit on time and output, and from the system's folders only, so that PATH cannot name another. Firewalls, the journal
 * and systemd are asked this way (test/tidy.test.ts lists who may).
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** Where programs are looked for, in this order. */
const FOLDERS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'] as const;
/** C: what they say is read by us. */
const ENVIRONMENT = { PATH: FOLDERS.join(':'), LC_ALL: 'C' } as const;
/** More is not an answer: the longest is a listing of 100,000 elements, at about 100 bytes each. */
const OUTPUT_MAX = 67_108_864;
const PATIENCE_MS = 30_000;

export interface ProgramOptions {
  /** Goes to its standard input. */
  readonly input?: string;
  readonly timeoutMs?: number;
  /** Added to the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Told the process id, once it has one. */
  readonly started?: (pid: number) => void;
}

export interface ProgramResult {
  /** Null when a signal ended it. */
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** That a program could not be started, or did not end in time. */
export class ProgramError extends Error {
  readonly program: string;

  constructor(program: string, what: string, options?: { cause?: unknown }) {
    super(`${program}: ${what}`, options);
    this.name = 'ProgramError';
    this.program = program;
  }
}

/** The path of a program; undefined when it is not installed. An absolute path is taken as it is. */
export function findProgram(name: string): string | undefined {
  if (name.startsWith('/')) return isExecutable(name) ? name : undefined;
  if (name.includes('/')) return undefined;
  return FOLDERS.map((folder) => join(folder, name)).find(isExecutable);
}

/**
 * Runs a program to its end.
 * @throws ProgramError when it is not installed, cannot be started, takes too long or says too much.
 */
export async function runProgram(
  name: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const child = startProgram(name, args, options.environment);
  const { timeoutMs = PATIENCE_MS } = options;
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  let size = 0;
  let failure: ProgramError | undefined;
  const fail = (what: string): void => {
    failure ??= new ProgramError(name, what);
    child.kill('SIGKILL');
    // Its own children may hold the streams open when it is gone.
    child.stdout.destroy();
    child.stderr.destroy();
  };
  const collect = (list: Buffer[]) => (piece: Buffer) => {
    size += piece.length;
    if (size > OUTPUT_MAX) fail(`said more than ${OUTPUT_MAX} bytes`);
    else list.push(piece);
  };
  if (child.pid !== undefined) options.started?.(child.pid);
  child.stdout.on('data', collect(out));
  child.stderr.on('data', collect(err));
  // A program that leaves its input unread closes it; its status tells whether that was right.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const timer = setTimeout(() => fail(`did not end within ${timeoutMs} ms`), timeoutMs);
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.on('error', (cause) => reject(new ProgramError(name, `cannot be started (${cause.message})`, { cause })));
      child.on('close', resolve);
    });
    if (failure) throw failure;
    return { status, out: Buffer.concat(out).toString('utf8'), err: Buffer.concat(err).toString('utf8') };
  } finally {
    clearTimeout(timer);
  }
}

/** A program that goes on, with its three streams. Whoever starts it ends it. */
export type RunningProgram = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * Starts a program and leaves it running. A failure to start it may come as the event `error`.
 * @throws ProgramError when it is not installed, or an argument cannot be passed on.
 */
export function startProgram(
  name: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): RunningProgram {
  const path = findProgram(name);
  if (path === undefined) throw new ProgramError(name, 'is not installed');
  try {
    return spawn(path, [...args], {
      env: { ...ENVIRONMENT, ...environment },
      cwd: '/',
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  } catch (cause) {
    throw new ProgramError(name, `cannot be started (${String(cause)})`, { cause });
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

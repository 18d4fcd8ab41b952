/**
 * The only place that starts another program: by argument list, never through a shell, with an environment of its own, a
 * limit on time and output, and from the system's folders only, so that PATH cannot name another. Firewalls, the journal
 * and systemd are asked this way (test/tidy.test.ts lists who may). The one exception is `runShell`: the actions of an
 * existing fail2ban are shell commands that root wrote, and only what root wrote is text in them.
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

/** What a command of an action says beyond this helps nobody; the rest is read and let go. */
const SHELL_OUTPUT_MAX = 65_536;
/** What its last words may take when it has ended; a process that it left behind may hold the streams for ever. */
const LAST_WORDS_MS = 100;
/** Between asking a command to end and ending it. */
const LAST_CHANCE_MS = 1_000;

export interface ShellCommand {
  /** What the shell reads: text of the user's own configuration. */
  readonly text: string;
  /** What it must not read: passed in the environment and referred to by name. */
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface ShellResult extends ProgramResult {
  readonly isLate: boolean;
}

/**
 * Has `/bin/sh` run a command, in a session of its own: one that takes too long is ended with all that it started.
 * @throws ProgramError when it cannot be started
 */
export async function runShell({ text, variables, timeoutMs }: ShellCommand): Promise<ShellResult> {
  const child = startShell(text, variables);
  const out = listen(child.stdout);
  const err = listen(child.stderr);
  let isLate = false;
  const end = (signal: NodeJS.Signals): void => endSession(child.pid, signal);
  const timers = [
    setTimeout(() => {
      isLate = true;
      end('SIGTERM');
    }, timeoutMs),
    setTimeout(() => end('SIGKILL'), timeoutMs + LAST_CHANCE_MS),
  ];
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.on('error', (cause) => {
        reject(new ProgramError('/bin/sh', `cannot be started (${cause.message})`, { cause }));
      });
      child.on('close', resolve);
      child.on('exit', (code) => timers.push(setTimeout(() => resolve(code), LAST_WORDS_MS)));
    });
    if (isLate) end('SIGKILL');
    return { status, out: out(), err: err(), isLate };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

type Shell = ChildProcessByStdio<null, Readable, Readable>;

function startShell(text: string, variables: Readonly<Record<string, string>>): Shell {
  try {
    return spawn('/bin/sh', ['-c', text], {
      env: { ...variables, ...ENVIRONMENT },
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
  } catch (cause) {
    throw new ProgramError('/bin/sh', `cannot be started (${String(cause)})`, { cause });
  }
}

/** What is said, up to a limit; beyond it, it is read all the same, so that nobody waits for a reader. */
function listen(stream: Readable): () => string {
  const pieces: Buffer[] = [];
  let size = 0;
  stream.on('data', (piece: Buffer) => {
    if (size < SHELL_OUTPUT_MAX) pieces.push(piece.subarray(0, SHELL_OUTPUT_MAX - size));
    size += piece.length;
  });
  return () => Buffer.concat(pieces).toString('utf8');
}

function endSession(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
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

/** For the tests of this folder: runs a command within this process, and what it says; a daemon with canned answers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { onTestFinished } from 'vitest';
import { EXIT, ProblemError } from '../base/problem.ts';
import { openControl } from '../daemon/control.ts';
import type { Request, Status } from '../daemon/protocol.ts';

export interface Said {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command as `rapsheet NAME GIVEN...` would. */
export async function runCommand(command: Command, given: readonly string[]): Promise<Said> {
  const said = { out: '', err: '' };
  const keep = (stream: 'out' | 'err') => (text: string | Uint8Array) => {
    said[stream] += typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
    return true;
  };
  const [out, err] = [process.stdout.write, process.stderr.write];
  process.stdout.write = keep('out');
  process.stderr.write = keep('err');
  const quiet = command.exitOverride().configureOutput({ writeOut: keep('out'), writeErr: keep('err') });
  try {
    await quiet.parseAsync([...given], { from: 'user' });
    return { ...said, status: Number(process.exitCode ?? EXIT.done) };
  } catch (error) {
    if (error instanceof ProblemError) return { ...said, status: error.status, err: `${said.err}${error.message}\n` };
    throw error;
  } finally {
    [process.stdout.write, process.stderr.write] = [out, err];
    process.exitCode = undefined;
  }
}

export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rsct-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What a daemon answers, and what it was asked. */
export interface FakeDaemon {
  readonly socket: string;
  readonly asked: Request[];
}

/** A daemon whose answers are given by verb; a ProblemError is thrown. */
export async function fakeDaemon(answers: Readonly<Partial<Record<Request['verb'], unknown>>>): Promise<FakeDaemon> {
  const asked: Request[] = [];
  const control = await openControl({
    path: join(scratch(), 'control.sock'),
    group: undefined,
    handle: async (request) => {
      asked.push(request);
      const answer = answers[request.verb];
      if (answer instanceof Error) throw answer;
      return answer;
    },
    log: { warn: (message) => console.warn(message) },
  });
  onTestFinished(() => control.close());
  return { socket: control.path, asked };
}

/** A daemon that takes connections and never says a word. */
export async function hungDaemon(): Promise<string> {
  const path = join(scratch(), 'control.sock');
  const server = createServer((socket) => socket.on('error', () => undefined));
  await new Promise<void>((resolve) => {
    server.listen(path, resolve);
  });
  onTestFinished(() => void server.close());
  return path;
}

/** A daemon that is well. */
export function statusOf(given: Partial<Status> = {}): Status {
  return {
    ...{ version: '0.1.0', host: 'web1', pid: 4711, since: '2024-10-03T10:00:00.000Z', mode: 'enforcing' },
    ...{ trialUntil: null, phase: 'following' },
    firewall: { name: 'nftables', blocked: 12, queued: 0, lastReconciled: '2024-10-03T10:00:01.000Z' },
    ledger: { path: '/var/lib/rapsheet/ledger.db', pending: 0, lastCommit: '2024-10-03T10:00:02.000Z' },
    jails: [
      { name: 'ssh', watched: 7, attempts: 1_234, bans: 12, inForce: 11 },
      { name: 'web', watched: 0, attempts: 0, bans: 0, inForce: 0 },
    ],
    logs: [
      {
        ...{ name: '/var/log/auth.log', host: 'web1', state: 'followed', format: 'syslog', bytes: 1_000, behind: 0 },
        ...{ lines: 20_000, attempts: 1_234, lastLine: '2024-10-03T10:00:02.000Z' },
      },
    ],
    ...{ problems: [], blocklists: [], ineffective: [], reload: null, memoryBytes: 70_000_000 },
    protected: [{ subject: '192.0.2.1', why: 'an address of this host (eth0)' }],
    counts: { lines: 20_000, attempts: 1_234, bans: 12, whileBanned: 3, spared: 0, setAside: 0, dropped: 0 },
    ...given,
  };
}

/** For the tests of the control socket: servers and clients in a folder that goes away with the test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ProblemError } from '../../base/problem.ts';
import { askDaemon } from '../client.ts';
import { type Control, type ControlOptions, openControl } from '../control.ts';

export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rsct-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface TestControl extends Control {
  readonly warnings: readonly string[];
}

/** A control socket that answers which verb it heard, unless told otherwise. */
export async function control(given: Partial<ControlOptions> = {}): Promise<TestControl> {
  const warnings: string[] = [];
  const made = await openControl({
    path: given.path ?? join(scratch(), 'control.sock'),
    group: undefined,
    handle: async ({ verb }) => ({ heard: verb }),
    log: { warn: (message) => void warnings.push(message) },
    ...given,
  });
  onTestFinished(() => made.close());
  return { ...made, warnings };
}

/** Another server at a path, that does what a test wants with its clients. */
export async function listening(path: string, onClient: (socket: Socket) => void): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    onClient(socket);
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => {
    server.listen(path, resolve);
  });
}

/** Sends text as it is; all that comes back until the other side ends. */
export function talk(path: string, text: string | Buffer, { end = true }: { end?: boolean } = {}): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(path);
    socket.on('connect', () => (end ? socket.end(text) : socket.write(text)));
    socket.on('data', (bytes) => {
      said += bytes.toString('utf8');
    });
    // A server may hang up on us in the middle of our rubbish.
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(said));
  });
}

export const ask = (path: string): Promise<unknown> => askDaemon(path, { verb: 'status' }, { timeoutMs: 20_000 });

/** The problem that work ends with; fails when there is none. */
export async function failure(promise: Promise<unknown>): Promise<ProblemError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

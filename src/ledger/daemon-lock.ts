/**
 * One daemon a ledger: two would record every attempt twice, and each would mend the firewall after the other. The lock is
 * one of SQLite's on an empty file beside the ledger, so that the kernel takes it back however the process ends.
 */
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { EXIT, ProblemError } from '../base/problem.ts';
import { type Database, openDatabase } from './database.ts';

export interface DaemonLock {
  release(): void;
}

const MEMORY = ':memory:';
const FOLDER_MODE = 0o750;
/** As SQLite's failures begin that mean another process; the rest is about the file. */
const TAKEN = /^another process/;

/**
 * Taken until it is released or the process ends. Where no lock can be made (a bad disk, a folder that nobody can write)
 * there is none: what is wrong with the place of the ledger is told when the ledger is opened, and bans go on.
 * @throws ProblemError (69) when another daemon has it
 */
export function lockForDaemon(path: string): DaemonLock {
  const what = 'another rapsheet runs on this ledger';
  const hint = 'systemctl status rapsheet; for a second one beside it: --ledger and --socket of its own, and --dry-run';
  return lockFor(path, 'lock', { what, hint });
}

/**
 * The same for whoever sends what waits in the outbox: two would send everything twice.
 * @throws ProblemError (69) when another one has it
 */
export function lockForNotifier(path: string): DaemonLock {
  const what = 'another "rapsheet notify run" sends the messages of this ledger';
  return lockFor(path, 'notify-lock', { what, hint: 'systemctl status rapsheet-notify' });
}

function lockFor(path: string, extension: string, taken: { readonly what: string; readonly hint: string }): DaemonLock {
  if (path === MEMORY) return { release: () => undefined };
  let database: Database | undefined;
  try {
    mkdirSync(dirname(resolve(path)), { recursive: true, mode: FOLDER_MODE });
    database = openDatabase(`${resolve(path)}.${extension}`, 'write', 0);
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    if (error instanceof ProblemError && error.problems.some(({ what }) => TAKEN.test(what))) {
      throw new ProblemError(EXIT.unavailable, { where: path, ...taken }, { cause: error });
    }
  }
  return { release: () => database?.close() };
}

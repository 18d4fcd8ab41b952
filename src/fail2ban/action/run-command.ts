/** Has a command of an action run, and tells of its failure with what it said. */
import type { Log } from '../../base/log.ts';
import { ProgramError, runShell, type ShellResult } from '../../base/program.ts';
import { ellipsis, printable } from '../../base/text.ts';
import type { Operation } from './action-commands.ts';
import type { Command } from './shell-text.ts';

export interface CommandRun {
  readonly jail: string;
  readonly action: string;
  readonly operation: Operation | 'ignorecommand';
  readonly subject?: string | undefined;
  readonly timeoutMs: number;
}

export interface CommandEnd {
  /** Null when it was ended by a signal, or never began. */
  readonly status: number | null;
  /** What went wrong, for a person; undefined when it ended with 0. */
  readonly failure: string | undefined;
}

/** Of what a command says, as much as helps. */
const SAID_MAX = 200;

/** Runs it to its end. Never throws: a command that cannot be run has failed. */
export async function runCommand(command: Command, run: CommandRun, log: Log): Promise<CommandEnd> {
  const end = await attempt(command, run);
  const { jail, action, operation, subject } = run;
  const fields = { jail, action, operation, ...(subject === undefined ? {} : { subject }) };
  if (end.failure === undefined) log.debug('a command of an action ended well', fields);
  else if (operation === 'ignorecommand' && end.status === 1) log.debug('the command says no', fields);
  else log.error('a command of an action failed', { ...fields, why: end.failure });
  return end;
}

async function attempt(command: Command, { timeoutMs }: CommandRun): Promise<CommandEnd> {
  try {
    const result = await runShell({ ...command, timeoutMs });
    return { status: result.isLate ? null : result.status, failure: failureOf(result, timeoutMs) };
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    return { status: null, failure: error.message };
  }
}

function failureOf({ status, isLate, out, err }: ShellResult, timeoutMs: number): string | undefined {
  if (isLate) return `it did not end within ${timeoutMs / 1_000} seconds, and was ended`;
  if (status === 0) return undefined;
  const said = ellipsis(printable((err.trim() === '' ? out : err).trim()), SAID_MAX);
  const how = status === null ? 'a signal ended it' : `it ended with status ${status}`;
  return said === '' ? how : `${how}: ${said}`;
}

/** The log of a process that goes on, on standard error: for the journal, a terminal or a program. */
import { systemClock } from '../base/clock.ts';
import { createLog, type Log, logFormat } from '../base/log.ts';

/** Of the log that nobody has read yet, in bytes: some 10,000 lines. A pipe takes 65,536 more. */
const UNREAD_MAX = 1_048_576;

export function processLog({ json, verbose }: { readonly json?: boolean; readonly verbose?: boolean }): Log {
  return createLog({
    clock: systemClock,
    format: json ? 'json' : logFormat(process.env, process.stderr.isTTY === true),
    write: writeLine,
    level: verbose ? 'debug' : 'info',
  });
}

/** Throws when its reader hangs: the log counts what is lost. */
function writeLine(line: string): void {
  if (process.stderr.writableLength > UNREAD_MAX) throw new Error('nobody reads standard error');
  process.stderr.write(line);
}

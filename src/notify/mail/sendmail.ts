/** Mail by the program of the local mail system: Postfix, Exim, OpenSMTPD and others all have a `sendmail`. */
import { ProgramError, runProgram } from '../../base/program.ts';
import { printable } from '../../base/text.ts';
import { DeliveryError } from '../channel.ts';
import type { Post } from './post.ts';

/** It puts mail into a queue, which takes milliseconds. */
const PATIENCE_MS = 30_000;
/** sysexits.h: bad data, no such user, no such host. The others may be over tomorrow. */
const FINAL: ReadonlySet<number | null> = new Set([65, 67, 68]);

export function sendmailPost(program: string): Post {
  return {
    newline: '\n',
    deliver: async (message, { from, to }, signal) => {
      if (signal.aborted) throw new DeliveryError(`${program} was not started in time`);
      // -i: a line with nothing but a dot ends nothing. --: no address is an option.
      const args = ['-i', '-f', from, '--', ...to];
      const { status, err } = await run(program, args, message.toString('latin1'));
      if (status === 0) return;
      const said = printable(err.trim().split('\n')[0] ?? '').slice(0, 300);
      const what = `${program} ended with status ${status}${said === '' ? '' : `: ${said}`}`;
      throw new DeliveryError(what, { isFinal: FINAL.has(status) });
    },
    close: () => Promise.resolve(),
  };
}

async function run(
  program: string,
  args: readonly string[],
  input: string,
): Promise<{ status: number | null; err: string }> {
  try {
    return await runProgram(program, args, { input, timeoutMs: PATIENCE_MS });
  } catch (cause) {
    if (cause instanceof ProgramError) throw new DeliveryError(cause.message);
    throw cause;
  }
}

/** `rapsheet client`: the commands of fail2ban's client, answered by our daemon in the same words. */
import { Command } from 'commander';
import * as v from 'valibot';
import { EXIT, ProblemError } from '../base/problem.ts';
import { printable, printableJson } from '../base/text.ts';
import { refusalWords, wordsOf } from '../fail2ban/client/words.ts';
import { parseSeconds } from '../fail2ban/config/seconds.ts';
import { asker, askOf, configOrDefault, type DaemonOptions, withDaemonOptions } from './daemon-call.ts';

interface ClientOptions extends DaemonOptions {
  readonly str2sec?: string;
}

/** As fail2ban's client ends when the server refuses. */
const REFUSED = 255;

export function clientCommand(): Command {
  const command = new Command('client')
    .description(
      'the commands of fail2ban-client, in its words: for people and scripts that have them in their fingers',
    )
    .argument(
      '[command...]',
      'status, status sshd, set sshd banip 203.0.113.7, unban --all, banned, get sshd bantime, ...',
    )
    .option('--str2sec <time>', 'print a time such as 1d12h in seconds')
    .passThroughOptions()
    .addHelpText(
      'after',
      `
Jails are those of the running daemon, adopted from fail2ban ([fail2ban] in the configuration) or our own. What changes the
configuration at run time (set sshd maxretry 3) is refused: change the files, then "reload". docs/fail2ban.md lists all.
With an adopted installation, programs that speak to fail2ban's own socket are answered, too.

Examples:
  rapsheet client status sshd
  rapsheet client set sshd unbanip 203.0.113.7
  rapsheet client get sshd banip --with-time`,
    )
    .action(client);
  return withDaemonOptions(command, 'print the answer as JSON');
}

const answerSchema = v.tuple([v.number(), v.unknown()]);
const refusalSchema = v.object({ error: v.string(), what: v.string() });

async function client(words: readonly string[], options: ClientOptions): Promise<void> {
  if (options.str2sec !== undefined) {
    process.stdout.write(`${secondsOf(options.str2sec)}\n`);
    return;
  }
  if (words.length === 0) {
    throw new ProblemError(EXIT.usage, { what: 'which command?', hint: 'such as: rapsheet client status' });
  }
  const ask = askOf(options, configOrDefault(options.config));
  const [status, value] = v.parse(answerSchema, await ask({ verb: 'fail2ban', command: words, by: asker() }));
  if (status !== 0) process.exitCode = REFUSED;
  if (options.json) process.stdout.write(`${printableJson(value)}\n`);
  else if (status === 0) print(wordsOf(words, value));
  else print(refusalWords(v.parse(refusalSchema, value)));
}

function secondsOf(text: string): number {
  try {
    return parseSeconds(text);
  } catch {
    throw new ProblemError(EXIT.usage, { what: `--str2sec ${printable(text)}: not a time`, hint: 'such as 1d12h' });
  }
}

/** Tabs and newlines are the layout; in a line nothing else is passed on. */
function print(text: string): void {
  const lines = text.split('\n').map((line) => line.split('\t').map(printable).join('\t'));
  process.stdout.write(`${lines.join('\n')}\n`);
}

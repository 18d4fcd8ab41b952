/** `rapsheet reload`: the daemon reads its configuration again, and says what changes. */
import { Command } from 'commander';
import { EXIT, ProblemError } from '../base/problem.ts';
import { printable, printableJson } from '../base/text.ts';
import { readAnswer } from '../daemon/answers.ts';
import { askOf, configOrDefault, type DaemonOptions, print, say, withDaemonOptions } from './daemon-call.ts';

interface ReloadOptions extends DaemonOptions {
  readonly confirm?: boolean;
}

export function reloadCommand(): Command {
  const command = new Command('reload')
    .description('read the configuration again; shows what changes')
    .option('--confirm', 'also where it takes a protection away')
    .addHelpText(
      'after',
      `
A configuration with a mistake is refused (exit status 78), and the old one stays; so is one in which a jail of an existing
fail2ban that was in use cannot be used any more. Jails that were left out before are named again. One that could ban an address which is protected now
waits for --confirm (exit status 1), and until then nothing changes.

Examples:
  rapsheet check && rapsheet reload
  rapsheet reload --confirm`,
    )
    .action(reload);
  return withDaemonOptions(command, 'print one JSON object');
}

async function reload(options: ReloadOptions): Promise<void> {
  const ask = askOf(options, configOrDefault(options.config));
  const answer = await ask({ verb: 'reload', confirmed: options.confirm === true }).catch((error: unknown) => {
    if (error instanceof ProblemError && error.status === EXIT.badConfig) {
      say('NOT reloaded, and the configuration from before stays in use, because of:');
    }
    throw error;
  });
  const { applied, changes, risks, problems } = readAnswer.reload(answer);
  if (!applied) process.exitCode = EXIT.no;
  if (options.json) {
    process.stdout.write(`${printableJson(answer)}\n`);
    return;
  }
  print(changes.length === 0 ? ['Nothing changes.'] : changes.map(printable));
  for (const problem of problems) say(`warning: ${problem}`);
  if (applied) return;
  say('NOT reloaded, because:');
  for (const risk of risks) say(`  ${risk}`);
  say('If that is what you want: rapsheet reload --confirm');
}

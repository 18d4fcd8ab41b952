/** `rapsheet confirm`: ends a trial for good, because whoever says it is evidently not locked out. */
import { Command } from 'commander';
import { EXIT } from '../base/problem.ts';
import { printableJson } from '../base/text.ts';
import { readAnswer } from '../daemon/answers.ts';
import { askOf, configOrDefault, type DaemonOptions, print, withDaemonOptions } from './daemon-call.ts';

export function confirmCommand(): Command {
  const command = new Command('confirm')
    .description('end a trial: its blocks stay')
    .addHelpText(
      'after',
      `
"rapsheet run --trial 10m" removes all blocks again after ten minutes, unless this is said. Say it from a new connection:
one that is open already proves nothing. Exit status 1 when there is no trial.

Example:
  rapsheet confirm`,
    )
    .action(confirm);
  return withDaemonOptions(command, 'print one JSON object');
}

async function confirm(options: DaemonOptions): Promise<void> {
  const answer = await askOf(options, configOrDefault(options.config))({ verb: 'confirm' });
  const { confirmed } = readAnswer.confirm(answer);
  if (!confirmed) process.exitCode = EXIT.no;
  if (options.json) process.stdout.write(`${printableJson(answer)}\n`);
  else print([confirmed ? 'The trial is over: the blocks stay.' : 'There is no trial to confirm.']);
}

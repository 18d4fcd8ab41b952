/** `rapsheet metrics`: the daemon's figures in the text format of Prometheus, for a textfile collector or by hand. */
import { Command } from 'commander';
import { readAnswer } from '../daemon/answers.ts';
import { askOf, configOrDefault, type DaemonOptions, withDaemonOptions } from './daemon-call.ts';

export function metricsCommand(): Command {
  const command = new Command('metrics')
    .description("print the daemon's figures for Prometheus")
    .addHelpText(
      'after',
      `
Example:
  rapsheet metrics | promtool check metrics`,
    )
    .action(metrics);
  return withDaemonOptions(command, undefined);
}

async function metrics(options: DaemonOptions): Promise<void> {
  const text = readAnswer.metrics(await askOf(options, configOrDefault(options.config))({ verb: 'metrics' }));
  // Its lines are its own; nothing else in it may act on a terminal.
  process.stdout.write(text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, ''));
}

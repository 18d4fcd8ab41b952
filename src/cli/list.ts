/** `rapsheet list`: the bans in force. */
import { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { printableJson } from '../base/text.ts';
import type { Config } from '../config/config.ts';
import { readAnswer } from '../daemon/answers.ts';
import { DaemonSilent } from '../daemon/client.ts';
import type { BanInForce, Request } from '../daemon/protocol.ts';
import { openLedger } from '../ledger/ledger.ts';
import { banLines, bansOfLedger } from './bans-in-force.ts';
import { askOf, configOrDefault, type DaemonOptions, print, say, withDaemonOptions } from './daemon-call.ts';
import { ledgerPath } from './ledger-path.ts';

interface ListOptions extends DaemonOptions {
  readonly jail?: string;
  readonly ledger?: string;
}

export function listCommand(): Command {
  const command = new Command('list')
    .description('the bans in force')
    .option('--jail <name>', 'only those of one jail')
    .addHelpText(
      'after',
      `
Without the daemon the ledger is asked.

Examples:
  rapsheet list
  rapsheet list --jail ssh --json | jq -r .subject`,
    )
    .action(list);
  return withDaemonOptions(command, 'print one JSON object a ban').option(
    '--ledger <file>',
    'ledger to ask without a daemon',
  );
}

async function list(options: ListOptions): Promise<void> {
  const config = configOrDefault(options.config);
  const bans = await bansInForce(options, config);
  if (options.json) {
    for (const ban of bans) process.stdout.write(`${printableJson(ban)}\n`);
    return;
  }
  print(banLines(bans, systemClock()));
  say(bans.length === 1 ? '1 ban is in force.' : `${bans.length.toLocaleString('en')} bans are in force.`);
}

async function bansInForce(options: ListOptions, config: Config): Promise<readonly BanInForce[]> {
  const { jail } = options;
  const request: Request = { verb: 'list', ...(jail === undefined ? {} : { jail }) };
  try {
    return readAnswer.list(await askOf(options, config)(request));
  } catch (error) {
    if (!(error instanceof DaemonSilent) || error.silence === 'denied') throw error;
    const path = ledgerPath(options.ledger ?? config.ledger);
    say(`rapsheet is ${error.silence === 'down' ? 'not running' : 'not answering'}: this is what ${path} says`);
    const ledger = await openLedger({ path, mode: 'read', clock: systemClock });
    try {
      const bans = [...bansOfLedger(ledger, path, systemClock())];
      return jail === undefined ? bans : bans.filter((ban) => ban.jail === jail);
    } finally {
      ledger.close();
    }
  }
}

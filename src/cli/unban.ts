/** `rapsheet unban`: ends bans, whatever state the daemon is in. */
import { Command } from 'commander';
import { EXIT, ProblemError } from '../base/problem.ts';
import { printable, printableJson } from '../base/text.ts';
import type { Config } from '../config/config.ts';
import { whyOf } from './ban.ts';
import {
  askOf,
  configOrDefault,
  type DaemonOptions,
  EMERGENCY_MS,
  print,
  say,
  withDaemonOptions,
} from './daemon-call.ts';
import { firewallOf } from './firewall-of.ts';
import { ledgerPath } from './ledger-path.ts';
import { networkArgument } from './network-argument.ts';
import { type ReleaseOutcome, type ReleasePlaces, releaseBans } from './release.ts';

export interface UnbanOptions extends DaemonOptions {
  readonly all?: boolean;
  readonly why?: string;
  readonly ledger?: string;
}

export function unbanCommand(): Command {
  const command = new Command('unban')
    .description('end the bans that keep an address or a network out, its own and those of larger networks')
    .argument('[address|network]', '203.0.113.7, 203.0.113.0/24')
    .option('--all', 'end every ban of this host')
    .option('--why <text>', 'the reason, for the record')
    .addHelpText(
      'after',
      `
Locked out? This works while the daemon hangs or is down: then the kernel is told directly, and the daemon learns of it
before it blocks anything again. To be let in for good: rapsheet allow ADDRESS.
Exit status 1 when there was nothing to end.

Examples:
  rapsheet unban 203.0.113.7 --why 'the customer called'
  rapsheet unban --all`,
    )
    .action(unban);
  return withDaemonOptions(command, 'print one JSON object').option('--ledger <file>', 'the ledger of this host');
}

async function unban(text: string | undefined, options: UnbanOptions): Promise<void> {
  if ((text === undefined) === (options.all !== true)) {
    throw new ProblemError(EXIT.usage, { what: 'name an address or a network, or say --all', hint: 'try --help' });
  }
  const scopes = text === undefined ? undefined : [networkArgument(text)];
  const why = whyOf(options.why ?? '');
  const config = configOrDefault(options.config);
  const outcome = await releaseBans({ scopes, why }, placesOf(options, config));
  if (outcome.released === 0) process.exitCode = EXIT.no;
  tellRelease(outcome, options.json === true, text);
}

/** Where bans are ended: the daemon, else the kernel, and the ledger. */
export function placesOf(options: UnbanOptions, config: Config): ReleasePlaces {
  return {
    config,
    ledger: ledgerPath(options.ledger ?? config.ledger),
    ask: askOf(options, config, EMERGENCY_MS),
    openFirewall: () => firewallOf(config),
  };
}

/** Says what was done, and by whom. */
export function tellRelease(outcome: ReleaseOutcome, json: boolean, what: string | undefined): void {
  const { by, released, subjects, notes } = outcome;
  if (json) {
    process.stdout.write(`${printableJson(outcome)}\n`);
    return;
  }
  for (const note of notes) say(note);
  const who = by === 'daemon' ? 'The daemon' : 'This command itself';
  if (released === 0) {
    print([printable(what === undefined ? 'No ban is in force.' : `${what} is not banned.`)]);
    return;
  }
  const bans = released === 1 ? '1 ban' : `${released.toLocaleString('en')} bans`;
  const named = subjects.length === 0 ? '' : `: ${subjects.join(', ')}${released > subjects.length ? ', ...' : ''}`;
  print([printable(`${who} ended ${bans}${by === 'kernel' ? ' in the kernel' : ''}${named}.`)]);
}

/** `rapsheet uninstall`: takes our only mark off the firewall. The record stays. */
import { Command } from 'commander';
import { EXIT, ProblemError } from '../base/problem.ts';
import { printableJson } from '../base/text.ts';
import type { Config } from '../config/config.ts';
import { DaemonSilent } from '../daemon/client.ts';
import { askOf, configOrDefault, type DaemonOptions, EMERGENCY_MS, print, withDaemonOptions } from './daemon-call.ts';
import { firewallOf } from './firewall-of.ts';
import { ledgerPath } from './ledger-path.ts';
import { withFirewall } from './release.ts';

interface UninstallOptions extends DaemonOptions {
  readonly yes?: boolean;
}

export function uninstallCommand(): Command {
  const command = new Command('uninstall')
    .description('remove everything of Rapsheet from the firewall; the ledger stays')
    .option('--yes', 'do it')
    .addHelpText(
      'after',
      `
All blocks end with it. Stop the daemon first, which would make its table anew. Exit status 1 without --yes.

Example:
  systemctl disable --now rapsheet && rapsheet uninstall --yes`,
    )
    .action(uninstall);
  return withDaemonOptions(command, 'print one JSON object');
}

async function uninstall(options: UninstallOptions): Promise<void> {
  const config = configOrDefault(options.config);
  await expectNoDaemon(options, config);
  const kept = [ledgerPath(config.ledger), ...config.files];
  if (!options.yes) {
    const hint = `nothing is done without --yes; kept: ${kept.join(', ')}`;
    throw new ProblemError(EXIT.no, { what: 'this ends all blocks and removes our rules from the firewall', hint });
  }
  const name = await withFirewall({ openFirewall: () => firewallOf(config) }, async (firewall) => {
    await firewall.remove();
    return firewall.name;
  });
  if (options.json) process.stdout.write(`${printableJson({ removed: name, kept })}\n`);
  else print([`Removed from the firewall (${name}). Kept: ${kept.join(', ')}`]);
}

async function expectNoDaemon(options: UninstallOptions, config: Config): Promise<void> {
  try {
    await askOf(options, config, EMERGENCY_MS)({ verb: 'status' });
  } catch (error) {
    // One that refuses to answer is there all the same.
    if (error instanceof DaemonSilent && error.silence === 'down') return;
    if (error instanceof DaemonSilent && error.silence === 'denied') throw error;
  }
  const hint = 'systemctl stop rapsheet';
  throw new ProblemError(EXIT.unavailable, { what: 'rapsheet is running: stop it first', hint });
}

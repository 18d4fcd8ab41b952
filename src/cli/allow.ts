/** `rapsheet allow`: the emergency allow file, written and put into effect at once. */
import { Command } from 'commander';
import type { Network } from '../base/address.ts';
import { EXIT, formatProblem, ProblemError } from '../base/problem.ts';
import { printable, printableJson } from '../base/text.ts';
import { type AllowFile, addAllowed, readAllowFile, removeAllowed } from '../daemon/allow-file.ts';
import { whyOf } from './ban.ts';
import { configOrDefault, print, say, withDaemonOptions } from './daemon-call.ts';
import { networkArgument } from './network-argument.ts';
import { releaseBans } from './release.ts';
import { placesOf, tellRelease, type UnbanOptions } from './unban.ts';

interface AllowOptions extends UnbanOptions {
  readonly file?: string;
  readonly apply?: boolean;
  readonly remove?: string;
}

export function allowCommand(): Command {
  const command = new Command('allow')
    .description('let an address in and keep it in, even while the daemon hangs')
    .argument('[address|network]', 'who is never banned from now on; without it the file is listed')
    .option('--why <text>', 'the reason: a comment in the file')
    .option('--remove <address|network>', 'take it out of the file again')
    .option('--apply', 'release whoever stands in the file (systemd does it when the file changes)')
    .option('--file <file>', 'allow file instead of [protect] allow_file')
    .addHelpText(
      'after',
      `
The file has one address or network a line and may be edited by hand; "#" begins a comment. The lasting place for
friends is [[allow]] in the configuration. Exit status 1 when there was nothing to do.

Examples:
  rapsheet allow 203.0.113.7 --why 'me, from the hotel'
  rapsheet allow --remove 203.0.113.7
  rapsheet allow`,
    )
    .action(allow);
  return withDaemonOptions(command, 'print JSON').option('--ledger <file>', 'the ledger of this host');
}

async function allow(text: string | undefined, options: AllowOptions): Promise<void> {
  const wanted = [text, options.remove, options.apply].filter((each) => each !== undefined);
  if (wanted.length > 1) {
    throw new ProblemError(EXIT.usage, { what: 'an address, --remove and --apply do not go together' });
  }
  const config = configOrDefault(options.config);
  const path = options.file ?? config.protect.allowFile;
  const release = async (scopes: readonly Network[]): Promise<number> => {
    const why = 'the emergency allow file';
    const outcome = await releaseBans({ scopes, why }, placesOf(options, config));
    tellRelease(outcome, options.json === true, scopes.length === 1 ? scopes[0]?.text : undefined);
    return outcome.released;
  };
  if (text !== undefined) {
    const network = networkArgument(text);
    const added = addAllowed(path, network, whyOf(options.why ?? ''));
    say(added ? `${network.text} is in ${path} now.` : `${network.text} was in ${path} already.`);
    await release([network]);
    return;
  }
  if (options.remove !== undefined) {
    remove(path, networkArgument(options.remove));
    return;
  }
  const file = readAllowFile(path);
  for (const problem of file.problems) say(`rapsheet: ${formatProblem(problem)}`);
  if (options.apply !== true) show(file, path, options.json === true);
  else if (file.entries.length === 0) say(`${path} allows nobody.`);
  else await release(file.entries.map((entry) => entry.network));
  if (file.problems.length > 0) process.exitCode = EXIT.badConfig;
}

function remove(path: string, network: Network): void {
  if (removeAllowed(path, network)) {
    print([`${network.text} is taken out of ${path}.`]);
    return;
  }
  process.exitCode = EXIT.no;
  print([`${network.text} is not in ${path}.`]);
}

function show({ entries }: AllowFile, path: string, json: boolean): void {
  if (json) {
    for (const { network, why, line } of entries) {
      process.stdout.write(`${printableJson({ subject: network.text, why, line })}\n`);
    }
    return;
  }
  print(entries.map(({ network, why }) => printable(why === '' ? network.text : `${network.text}  ${why}`)));
  say(entries.length === 0 ? `${path} allows nobody.` : `${entries.length} in ${path}.`);
}

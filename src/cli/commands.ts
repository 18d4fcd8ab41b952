/**
 * All commands by what they are for. Only the one that is asked for is loaded: of the others nothing is needed but their line
 * in the overview, and reading all of the program takes longer than most commands.
 */
import { Command } from 'commander';

export interface ListedCommand {
  readonly name: string;
  /** Usage and description are the command's own (commands.test.ts). */
  readonly usage: string;
  readonly description: string;
  load(): Promise<Command>;
}

/** The order in which they are met: first what runs, then what it left, then what it goes by. */
export const COMMANDS: ReadonlyArray<readonly [heading: string, commands: readonly ListedCommand[]]> = [
  [
    'Watch and block:',
    [
      {
        name: 'run',
        usage: '[options]',
        description: 'watch the logs, ban attackers at the firewall, keep the record (the daemon)',
        load: async () => (await import('./run.ts')).runCommand(),
      },
      {
        name: 'status',
        usage: '[options] [jail]',
        description: 'how the daemon is: what is wrong, what it watches, what it blocks',
        load: async () => (await import('./status.ts')).statusCommand(),
      },
      {
        name: 'list',
        usage: '[options]',
        description: 'the bans in force',
        load: async () => (await import('./list.ts')).listCommand(),
      },
      {
        name: 'reload',
        usage: '[options]',
        description: 'read the configuration again; shows what changes',
        load: async () => (await import('./reload.ts')).reloadCommand(),
      },
      {
        name: 'confirm',
        usage: '[options]',
        description: 'end a trial: its blocks stay',
        load: async () => (await import('./confirm.ts')).confirmCommand(),
      },
      {
        name: 'metrics',
        usage: '[options]',
        description: "print the daemon's figures for Prometheus",
        load: async () => (await import('./metrics.ts')).metricsCommand(),
      },
    ],
  ],
  [
    'Tell people:',
    [
      {
        name: 'notify',
        usage: '[options] <verb> [what]',
        description: 'tell people by mail, chat and webhook: run, test, list, retry',
        load: async () => (await import('./notify.ts')).notifyCommand(),
      },
      {
        name: 'abuse',
        usage: '[options] <verb> [what...]',
        description: 'reports to abuse desks, AbuseIPDB and blocklist.de: list, show, send, drop, answer',
        load: async () => (await import('./abuse.ts')).abuseCommand(),
      },
    ],
  ],
  [
    'Bans by hand:',
    [
      {
        name: 'ban',
        usage: '[options] <address|network>',
        description: 'ban an address or a network',
        load: async () => (await import('./ban.ts')).banCommand(),
      },
      {
        name: 'unban',
        usage: '[options] [address|network]',
        description: 'end the bans that keep an address or a network out, its own and those of larger networks',
        load: async () => (await import('./unban.ts')).unbanCommand(),
      },
      {
        name: 'allow',
        usage: '[options] [address|network]',
        description: 'let an address in and keep it in, even while the daemon hangs',
        load: async () => (await import('./allow.ts')).allowCommand(),
      },
      {
        name: 'uninstall',
        usage: '[options]',
        description: 'remove everything of Rapsheet from the firewall; the ledger stays',
        load: async () => (await import('./uninstall.ts')).uninstallCommand(),
      },
    ],
  ],
  [
    'The record:',
    [
      {
        name: 'report',
        usage: '[options] [period]',
        description: 'who was banned in a month, from where, for what: in tables, charts and maps',
        load: async () => (await import('./report.ts')).reportCommand(),
      },
      {
        name: 'show',
        usage: '[options] <subject>',
        description:
          'the rap sheet of an address, a network, an ASN, an organization or a user name, down to the log lines',
        load: async () => (await import('./show.ts')).showCommand(),
      },
      {
        name: 'replay',
        usage: '[options] [path...]',
        description: 'run old logs through the path: what would have been banned, and why',
        load: async () => (await import('./replay.ts')).replayCommand(),
      },
      {
        name: 'import',
        usage: '[options] [command] [file...]',
        description: 'bans that fail2ban, CrowdSec or a table recorded, into the ledger',
        load: async () => (await import('./import.ts')).importCommand(),
      },
      {
        name: 'enrich',
        usage: '[options] [period]',
        description:
          'ask others about past bans: reverse DNS, RDAP, Tor exits, blocklists, as far as the configuration turns them on',
        load: async () => (await import('./enrich.ts')).enrichCommand(),
      },
      {
        name: 'demo',
        usage: '[options]',
        description: 'a month of attacks on three hosts, from raw logs to the report',
        load: async () => (await import('./demo.ts')).demoCommand(),
      },
    ],
  ],
  [
    'Look closer:',
    [
      {
        name: 'explain',
        usage: '[options] <line-or-address>',
        description: 'why a log line is or is not an attempt; why an address is or is not banned',
        load: async () => (await import('./explain.ts')).explainCommand(),
      },
      {
        name: 'check',
        usage: '[options]',
        description: 'check the configuration, and prove every filter by its sample lines',
        load: async () => (await import('./check.ts')).checkCommand(),
      },
      {
        name: 'filter',
        usage: '[options] <verb> <line...>',
        description: 'make a filter from log lines: rapsheet filter new LINE...',
        load: async () => (await import('./filter-new.ts')).filterCommand(),
      },
    ],
  ],
  [
    'Coming from fail2ban:',
    [
      {
        name: 'shadow',
        usage: '[options]',
        description: 'beside a running fail2ban: would the same be banned? Blocks nobody, prints every difference',
        load: async () => (await import('./shadow.ts')).shadowCommand(),
      },
      {
        name: 'client',
        usage: '[options] [command...]',
        description:
          'the commands of fail2ban-client, in its words: for people and scripts that have them in their fingers',
        load: async () => (await import('./client.ts')).clientCommand(),
      },
      {
        name: 'regex',
        usage: '[options] <log> <regex> [ignoreregex]',
        description: "try a filter of fail2ban, or an expression, on a log: fail2ban-regex's options and its summary",
        load: async () => (await import('./regex.ts')).regexCommand(),
      },
    ],
  ],
];

/** The command that the words of the command line are for, or ask help about; the others have a line each. */
export function loadAsked(words: readonly string[]): (listed: ListedCommand) => Command | Promise<Command> {
  const [first, second] = words.filter((word) => !word.startsWith('-'));
  const asked = first === 'help' ? second : first;
  return (listed) => (listed.name === asked ? listed.load() : lineOf(listed));
}

function lineOf({ name, usage, description }: ListedCommand): Command {
  return new Command(name).usage(usage).description(description);
}

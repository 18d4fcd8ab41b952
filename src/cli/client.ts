/** `rapsheet client`: the commands of fail2ban's client, answered by our daemon in the same words. */
import { Command, Option } from 'commander';
import * as v from 'valibot';
import { EXIT, ProblemError } from '../base/problem.ts';
import { printable, printableJson } from '../base/text.ts';
import { refusalWords, wordsOf } from '../fail2ban/client/words.ts';
import { parseSeconds } from '../fail2ban/config/seconds.ts';
import { VERSION } from '../fail2ban/fail2ban.ts';
import { asker, askOf, configOrDefault, type DaemonOptions, say } from './daemon-call.ts';
import { programVersion } from './program.ts';

interface ClientOptions extends DaemonOptions {
  readonly str2sec?: string;
  readonly V?: boolean;
  readonly version?: boolean;
}

/** Options of the original that are another command's here, or nobody's. */
const ELSEWHERE: ReadonlyArray<readonly [option: Option, what: string, hint: string]> = [
  [
    new Option('-t, --test'),
    'the configuration is tested by another command',
    'rapsheet check --fail2ban /etc/fail2ban',
  ],
  ...['-d', '--dp', '--dump-pretty'].map((flag): readonly [Option, string, string] => [
    new Option(flag),
    'the configuration is not dumped',
    'one option of a jail: rapsheet client get JAIL OPTION; the jails in use: rapsheet check --fail2ban /etc/fail2ban',
  ]),
  [new Option('-i'), 'there is no interactive mode', 'give each command by itself: rapsheet client status'],
  ...['-x', '-b', '-f', '--async', '-p, --pidfile <file>', '--pname <name>', '--syslogsocket <file>'].map(
    (flags): readonly [Option, string, string] => [
      new Option(flags),
      'the daemon is not started by its client',
      'systemctl start rapsheet, or rapsheet run --fail2ban /etc/fail2ban',
    ],
  ),
];
/** What the original's client logs; ours has nothing to say beside the answer. */
const WITHOUT_EFFECT = ['-v', '-q', '--loglevel <level>', '--logtarget <target>', '--timeout <seconds>'];

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
    .option('-V', 'print the version of fail2ban whose commands these are; --version with ours')
    .addOption(new Option('--version').hideHelp())
    .option('-c, --config <file>', 'configuration of rapsheet instead of /etc/rapsheet/rapsheet.toml')
    .option('-s, --socket <file>', "the daemon's control socket")
    .option('--json', 'print the answer as JSON')
    .passThroughOptions()
    .addHelpText(
      'after',
      `
Jails are those of the running daemon, adopted from fail2ban ([fail2ban] in the configuration) or our own. What changes the
configuration at run time (set sshd maxretry 3) is refused: change the files, then "reload". docs/fail2ban.md lists all.
-v and -q are taken and change nothing. To test a configuration (-t): rapsheet check --fail2ban /etc/fail2ban.
With an adopted installation, programs that speak to fail2ban's own socket are answered, too.

Examples:
  rapsheet client status sshd
  rapsheet client set sshd unbanip 203.0.113.7
  rapsheet client get sshd banip --with-time`,
    )
    .action(client);
  for (const [option] of ELSEWHERE) command.addOption(option.hideHelp());
  for (const flags of WITHOUT_EFFECT) command.addOption(new Option(flags).hideHelp());
  return command;
}

const answerSchema = v.tuple([v.number(), v.unknown()]);
const refusalSchema = v.object({ error: v.string(), what: v.string() });

async function client(words: readonly string[], options: ClientOptions): Promise<void> {
  if (options.str2sec !== undefined) {
    process.stdout.write(`${secondsOf(options.str2sec)}\n`);
    return;
  }
  if (options.V === true || options.version === true) {
    const long = `Rapsheet v${programVersion()}, in the words of Fail2Ban v${VERSION}`;
    process.stdout.write(`${options.V === true ? VERSION : long}\n`);
    return;
  }
  const elsewhere = ELSEWHERE.find(([option]) => Reflect.has(options, option.attributeName()));
  if (elsewhere) {
    const [option, what, hint] = elsewhere;
    throw new ProblemError(EXIT.usage, { what: `${option.flags.replace(/ <.*/, '')}: ${what}`, hint });
  }
  if (words.length === 0) {
    throw new ProblemError(EXIT.usage, { what: 'which command?', hint: 'such as: rapsheet client status' });
  }
  const ask = askOf(options, configOrDefault(options.config));
  const [status, value] = v.parse(answerSchema, await ask({ verb: 'fail2ban', command: words, by: asker() }));
  if (status !== 0) process.exitCode = REFUSED;
  if (options.json) process.stdout.write(`${printableJson(value)}\n`);
  else if (status === 0) print(wordsOf(words, value));
  else refused(words, refusalWords(v.parse(refusalSchema, value)));
}

/** Where the original's client says it: what is wrong with a configuration it finds itself, and logs. */
function refused([verb]: readonly string[], text: string): void {
  if (verb === 'reload' || verb === 'restart') say(`ERROR   ${text}`);
  else print(text);
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

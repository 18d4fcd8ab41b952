/** `rapsheet regex`: which lines a filter of fail2ban takes, with the options of `fail2ban-regex` and in its layout. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { EXIT, ProblemError } from '../base/problem.ts';
import type { RegexOptions } from './regex-options.ts';
import { tryExpressions } from './regex-trial.ts';

export function regexCommand(): Command {
  return new Command('regex')
    .description("try a filter of fail2ban, or an expression, on a log: fail2ban-regex's options and its summary")
    .argument('<log>', 'a line, a file (also .gz), or systemd-journal, perhaps with options in brackets')
    .argument(
      '<regex>',
      'an expression, a jail, a filter, or a file of one, perhaps with options: sshd[mode=aggressive]',
    )
    .argument('[ignoreregex]', 'an expression of lines to ignore, in place of those of the filter')
    .option('-c, --config <folder>', 'where jails and filters are', '/etc/fail2ban')
    .option('-d, --datepattern <pattern>', 'how dates are written, in place of what the filter says')
    .option('--timezone <zone>', 'of dates that do not say theirs, like UTC+0200 (also --TZ)')
    .option('-e, --encoding <name>', 'of the file (UTF-8)')
    .option('-r, --raw', 'take names of hosts as they are')
    .option('--usedns <mode>', "what <HOST> may be: 'no' for addresses only; names are never resolved")
    .option('-L, --maxlines <number>', 'lines that are looked at together', positive)
    .option('-m, --journalmatch <matches>', 'which entries of the journal, in place of what the filter says')
    .option('-v, --verbose', 'also what did not match, and each failure; twice: also what is really set', more, 0)
    .option('--verbosity <level>', 'the same as a number, 0 to 4', positive)
    .option('--verbose-date', 'also the expressions of dates (also --VD)')
    .option('--no-check-all', 'try no further expression when one took the line')
    .option(
      '-o, --out <what>',
      'only the failures: id, ip, msg, row, a field like user, or a text like "<ip> <F-USER>"',
    )
    .option('-i, --invert', 'with -o: lines that are no failures')
    .option('--print-no-missed', 'do not list missed lines')
    .option('--print-no-ignored', 'do not list ignored lines')
    .option('--print-all-matched', 'list the matched lines')
    .option('--print-all-missed', 'list all missed lines, however many')
    .option('--print-all-ignored', 'list all ignored lines, however many')
    .option('--json', 'one JSON object; with -o, one a failure')
    .addOption(hidden('--TZ <zone>'))
    .addOption(hidden('--VD'))
    .addOption(hidden('-D, --debuggex'))
    .addOption(hidden('-l, --log-level <level>'))
    .addOption(hidden('-t, --log-traceback'))
    .addOption(hidden('--full-traceback'))
    .addHelpText('after', EXAMPLES)
    .action(async (log: string, regex: string, ignore: string | undefined, options: RegexOptions) => {
      refuse(options);
      await tryExpressions({ log, regex, ignore }, options);
    });
}

const EXAMPLES = `
Nobody is banned for it. A word that names both a jail and a filter is the jail; filter.d/sshd is the filter.
Exit status 0 whatever was found, 64 usage, 66 a file cannot be read, 69 the journal cannot, 78 a filter is wrong.

Examples:
  rapsheet regex /var/log/auth.log sshd
  rapsheet regex /var/log/auth.log.1.gz 'sshd[mode=aggressive]' --print-all-matched
  rapsheet regex systemd-journal sshd -o '<ip> <F-USER>' | sort | uniq -c | sort -rn
  rapsheet regex 'Nov 27 10:00:00 shop: bad password of eve from 192.0.2.7' 'bad password of <F-USER>\\S+</F-USER> from <ADDR>'`;

function hidden(flags: string): Option {
  return new Option(flags).hideHelp();
}

function more(_: unknown, before: number): number {
  return before + 1;
}

function positive(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('not a number.');
  return Number(text);
}

function refuse(options: RegexOptions): void {
  const contrary = (what: string): ProblemError =>
    new ProblemError(EXIT.usage, { what: `--print-no-${what} and --print-all-${what} exclude each other` });
  if (options.printNoMissed && options.printAllMissed) throw contrary('missed');
  if (options.printNoIgnored && options.printAllIgnored) throw contrary('ignored');
  if (!options.debuggex) return;
  const what = '--debuggex: addresses of another web site that show an expression are not made';
  throw new ProblemError(EXIT.usage, { what, hint: '-v says what each expression took' });
}

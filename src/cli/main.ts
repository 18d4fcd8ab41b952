/** The program's entry: one tree of commands, one place that turns problems into a sentence and an exit status. */
import { Command, CommanderError } from 'commander';
import { enableLinearExpressions } from '../base/linear.ts';
import { EXIT, formatProblem, ProblemError } from '../base/problem.ts';
import { printable } from '../base/text.ts';
import { COMMANDS, loadAsked } from './commands.ts';
import { programVersion } from './program.ts';
import { CLOSED, stopWithoutOutput } from './terminal.ts';

enableLinearExpressions();
quietlyStopOnClosedPipe();

async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('rapsheet')
    .description('Who attacks your server, and what are they up to? Reads logs, bans attackers, keeps the record.')
    .version(programVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .showSuggestionAfterError()
    // Options behind a command are the command's: those of `client` are words of another program.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput(OUTPUT)
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}` })
    // Of the command `help`, which commander adds.
    .commandsGroup('Look closer:')
    .addHelpText('after', AFTER);
  const loaded = loadAsked(argv.slice(2));
  for (const [heading, commands] of COMMANDS) {
    for (const listed of commands) {
      const command = await loaded(listed);
      command.helpGroup(heading).exitOverride().showSuggestionAfterError().configureOutput(OUTPUT);
      program.addCommand(command);
    }
  }
  try {
    await program.parseAsync(answerable(program, argv.slice(2)), { from: 'user' });
  } catch (error) {
    process.exitCode = tell(error);
  }
}

/** Asked for help about a command that there is none of, commander prints the list of all and no reason. */
function answerable(program: Command, words: readonly string[]): readonly string[] {
  const [first, second] = words;
  if (first !== 'help' || second === undefined) return words;
  return program.commands.some((command) => command.name() === second) ? words : [second];
}

/** Usage errors look like all others, and say where to read on. */
const OUTPUT = {
  outputError: (text: string, write: (text: string) => void): void => {
    write(
      `${printable(
        text
          .trim()
          .replace(/^error: /, 'rapsheet: ')
          .replaceAll('\n', ' '),
      )} (try --help)\n`,
    );
  },
};

const AFTER = `
Start here:
  rapsheet demo                      a month of attacks on three hosts, from raw logs to the report
  rapsheet replay /var/log           who attacked this host, and what would have been banned
  rapsheet import /var/lib/fail2ban  what fail2ban recorded, into the same ledger
  rapsheet report 2024-10            that month, in tables
  rapsheet show 203.0.113.7          the rap sheet of one address
  rapsheet explain 'LOG LINE'        which filter sees it, or how far it gets
  rapsheet run --dry-run             watch this host, block nobody yet
  rapsheet status                    how the daemon is, and what is wrong

Locked out? From a console: rapsheet allow YOUR-ADDRESS, or rapsheet unban --all. Both work while the daemon hangs.

Exit status: 0 done, 1 the answer is no, 64 usage, 65 bad input data, 66 no such input, 69 unavailable,
77 not permitted, 78 bad configuration. Nothing leaves this machine unless the configuration asks for it.`;

/** Whoever reads our output and stands still must not keep us from ending. */
const LEAVE_MS = 5_000;

/**
 * Ends the process when all is written. Left to itself, Node 20 to 24 can wait forever at its end for a compiler thread
 * that waits for a garbage collection (nodejs/node#54918).
 */
async function leave(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((resolve) => {
      stream.write('', () => resolve());
      setTimeout(resolve, LEAVE_MS);
    });
  }
  process.exit();
}

/** Tells a failure on standard error and returns the exit status. */
function tell(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof ProblemError) {
    for (const problem of error.problems) process.stderr.write(`rapsheet: ${printable(formatProblem(problem))}\n`);
    return error.status;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`rapsheet: this is a fault of the program, please report it:\n${detail}\n`);
  return 70;
}

/**
 * `rapsheet ... | head` closes our standard output; that is the reader's right and no failure. Who closes standard error
 * hears no more, and that must not end a daemon.
 */
function quietlyStopOnClosedPipe(): void {
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (CLOSED.has(error.code)) process.exit(EXIT.done);
    stopWithoutOutput(error);
  });
}

await main(process.argv);
await leave();

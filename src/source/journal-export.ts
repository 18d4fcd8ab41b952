/** The systemd journal as it is now, entry by entry (`journalctl -o json`), to its end and not beyond. */
import { StringDecoder } from 'node:string_decoder';
import { EXIT, ProblemError } from '../base/problem.ts';
import { ProgramError, type RunningProgram, startProgram } from '../base/program.ts';
import { wrongMatches } from './journal-entry.ts';

export interface JournalExport {
  /** Fields and values; `+` between those that are alternatives to each other. */
  readonly matches: readonly string[];
  /** Which fields of an entry are wanted. */
  readonly fields: readonly string[];
  /** Other files than this machine's own. */
  readonly folder?: string | undefined;
  readonly files?: readonly string[] | undefined;
  readonly namespace?: string | undefined;
  readonly extent?: 'system' | undefined;
}

/** An entry that is longer is none of a service; it is left out. */
const LINE_MAX = 1 << 20;
/** What it says on standard error: the first words tell why it failed. */
const COMPLAINT_MAX = 4_096;

/** @throws ProblemError (69) when the journal cannot be read, (64) for a match that is none. */
export async function* journalLines(asked: JournalExport): AsyncGenerator<string> {
  const program = started(asked);
  let complaint = '';
  program.stdin.on('error', () => undefined);
  program.stdin.end();
  program.stderr.setEncoding('latin1');
  program.stderr.on('data', (text: string) => {
    complaint = (complaint + text).slice(0, COMPLAINT_MAX);
  });
  const ended = new Promise<number | null>((resolve) => {
    program.on('close', resolve);
    program.on('error', ({ message }) => {
      complaint += message;
      resolve(null);
    });
  });
  try {
    yield* linesOf(program);
    if ((await ended) !== 0) throw unreadable(complaint);
  } finally {
    program.kill('SIGTERM');
  }
}

function started(asked: JournalExport): RunningProgram {
  const wrong = wrongMatches(asked.matches.filter((match) => match !== '+'));
  if (wrong.length > 0) {
    const hint = 'like _SYSTEMD_UNIT=ssh.service';
    throw new ProblemError(EXIT.usage, { what: `not a match of the journal: ${wrong.join(', ')}`, hint });
  }
  try {
    return startProgram('journalctl', [
      ...['--all', '--no-pager', '--quiet', '--output=json', `--output-fields=${asked.fields.join(',')}`],
      ...(asked.folder === undefined ? [] : [`--directory=${asked.folder}`]),
      ...(asked.files ?? []).map((file) => `--file=${file}`),
      ...(asked.namespace === undefined ? [] : [`--namespace=${asked.namespace}`]),
      ...(asked.extent === 'system' ? ['--system'] : []),
      '--',
      ...asked.matches,
    ]);
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    throw unreadable(error.message);
  }
}

function unreadable(why: string): ProblemError {
  return new ProblemError(EXIT.unavailable, { what: `the journal cannot be read: ${why.trim() || 'no reason given'}` });
}

async function* linesOf(program: RunningProgram): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let isTooLong = false;
  for await (const piece of program.stdout) {
    const lines = (rest + decoder.write(piece)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!isTooLong) yield line;
      isTooLong = false;
    }
    if (rest.length > LINE_MAX) [rest, isTooLong] = ['', true];
  }
  if (rest !== '' && !isTooLong) yield rest;
}

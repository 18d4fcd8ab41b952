/** How these tests run the daemon as a process of its own: configuration, start, waiting, ledgers side by side. No test in here. */
import { join } from 'node:path';
import { expect } from 'vitest';
import { openDatabase } from '../src/ledger/database.ts';
import { type Program, plainConfig, rapsheet, start } from './run.ts';

export interface LivePlace {
  readonly folder: string;
  readonly config: string;
  readonly ledger: string;
  readonly socket: string;
}

/** A configuration for a daemon that watches `logs` (below the folder) and whose firewall is in memory unless `more` says otherwise. */
export function livePlace(folder: string, logs: readonly string[], more = '[firewall]\ntype = "memory"\n'): LivePlace {
  const paths = logs.map((log) => JSON.stringify(join(folder, log))).join(', ');
  const watch = `[watch]\nlogs = [${paths}]\njournal = "no"\n[protect]\nallow_file = "${join(folder, 'allow')}"\n`;
  return {
    folder,
    config: plainConfig(folder, `${watch}${more}`),
    ledger: join(folder, 'ledger.db'),
    socket: join(folder, 'control.sock'),
  };
}

export interface RunningDaemon {
  readonly program: Program;
  /** All that it said so far. */
  readonly said: { text: string };
  /** With the exit status; null when a signal ended it. */
  readonly end: Promise<number | null>;
}

export function startDaemon(
  place: LivePlace,
  more: readonly string[] = [],
  env: Record<string, string> = {},
): RunningDaemon {
  const { config, ledger, socket } = place;
  const program = start(['run', '-c', config, '--ledger', ledger, '--socket', socket, ...more], { env });
  program.stdin.on('error', () => undefined).end();
  const said = { text: '' };
  program.stdout.resume();
  program.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.text += text;
  });
  const end = new Promise<number | null>((resolve, reject) => {
    program.on('error', reject);
    program.on('close', resolve);
  });
  return { program, said, end };
}

/** Asks the daemon; its answer as JSON. */
export async function ask(place: LivePlace, given: readonly string[]): Promise<unknown> {
  const { status, out, err } = await rapsheet([...given, '-c', place.config, '--socket', place.socket, '--json']);
  if (status !== 0 && out === '') throw new Error(`rapsheet ${given.join(' ')}: status ${status}\n${err}`);
  return JSON.parse(out);
}

export async function until(
  isSo: () => boolean | Promise<boolean>,
  what: () => string,
  patienceMs = 30_000,
): Promise<void> {
  const began = Date.now();
  while (!(await isSo())) {
    if (Date.now() - began > patienceMs) throw new Error(`waited in vain: ${what()}`);
    await pause(10);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Ends a daemon that has read all there is; `meanwhile`: what happens once it is on watch. */
export async function endedWell(
  daemon: RunningDaemon,
  { meanwhile = () => undefined, pauseMs = 500 }: { meanwhile?: () => void; pauseMs?: number } = {},
): Promise<void> {
  await until(
    () => ['on watch', 'followed'].every((text) => daemon.said.text.includes(text)),
    () => daemon.said.text,
  );
  meanwhile();
  await pause(pauseMs);
  daemon.program.kill('SIGTERM');
  expect([await daemon.end, daemon.said.text]).toEqual([0, expect.stringContaining('stopped')]);
}

/** Starts a daemon and kills it, each `piece` at another moment: while it starts, while it reads, when it has read. */
export async function startedAndKilled(place: LivePlace, piece: number): Promise<void> {
  const daemon = startDaemon(place);
  await until(
    () => piece % 3 === 0 || daemon.said.text.includes('on watch'),
    () => daemon.said.text,
  );
  await pause(piece % 3 === 0 ? 250 + 15 * piece : 20 * (piece % 4));
  daemon.program.kill('SIGKILL');
  expect(await daemon.end).toBe(null);
}

/** What was derived from lines, as text, without what depends on how they were read: ids, paths, offsets, blocks. */
export function derived(ledger: string): ReadonlyMap<string, readonly string[]> {
  const database = openDatabase(ledger, 'read');
  try {
    return new Map(
      Object.entries(QUERIES).map(([name, sql]) => [
        name,
        database
          .query(sql)
          .rows()
          .map((row) => row.text('line')),
      ]),
    );
  } finally {
    database.close();
  }
}

const name = (column: string): string => `(SELECT CAST(content AS TEXT) FROM name WHERE id = ${column})`;

const QUERIES: Readonly<Record<string, string>> = {
  bans: `SELECT subject || ' ' || ${name('jail')} || ' ' || ${name('kind')} || ' ' || since || ' ' || until || ' ' || prior
    || ' ' || (SELECT content FROM reason WHERE id = ban.reason) AS line FROM ban ORDER BY since, subject`,
  evidence: `SELECT ban.subject || ' ' || ban.since || ' ' || number || ' ' || CAST(evidence.line AS TEXT) AS line
    FROM evidence JOIN ban ON ban.id = evidence.ban ORDER BY ban.since, ban.subject, number`,
  tallies: `SELECT hex(address) || ' ' || series.day || ' ' || ${name('series.kind')} || ' ' || count || ' ' || first || ' ' || last
    AS line FROM tally JOIN series ON series.id = tally.series ORDER BY 1`,
  users: `SELECT CAST(user AS TEXT) || ' ' || series.day || ' ' || count AS line
    FROM user_tally JOIN series ON series.id = user_tally.series ORDER BY 1`,
};

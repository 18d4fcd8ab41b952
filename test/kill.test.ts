/**
 * kill -9 at any moment: nothing is lost, nothing is counted twice, and no half of a run is recorded.
 */
import { copyFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../src/ledger/database.ts';
import { writeBusyLogs } from './busy-logs.ts';
import { done, ended, plainConfig, put, rapsheet, scratch, start } from './run.ts';

const folder = scratch();
const config = plainConfig(folder);

describe('a replay that is killed', () => {
  /** Spread over the whole of a run. */
  const TIMED = 12;
  /** Milliseconds after SQLite began to write what is committed. */
  const IN_COMMIT = [0, 1, 3, 8];
  const before = join(folder, 'before.db');
  let logs: string[] = [];
  let durationMs = 0;
  let contentBefore: Content;
  let contentAfter: Content;
  let saidAfter: string[] = [];

  beforeAll(async () => {
    logs = writeBusyLogs(join(folder, 'busy'), 5_000);
    const small = put(join(folder, 'small', 'auth.log'), failures('203.0.113.5', 1, 9).join(''));
    await done(['replay', '-c', config, '--ledger', before, '--host', `delta=${small}`]);
    contentBefore = contentOf(before);
    const ledger = ledgerFrom(before, 'whole.db');
    const began = Date.now();
    await done(replayInto(ledger));
    durationMs = Date.now() - began;
    contentAfter = contentOf(ledger);
    saidAfter = await answersOf(ledger);
    expect(contentBefore.get('ban')).toHaveLength(1);
    expect(contentAfter.get('ban')?.length).toBeGreaterThan(1_000);
  });

  const replayInto = (ledger: string): string[] => ['replay', '-c', config, '--ledger', ledger, '--quiet', ...logs];

  /** Kills a run when a moment has come; whether it was still there to be killed. */
  async function killed(given: readonly string[], moment: (gone: () => boolean) => Promise<void>): Promise<boolean> {
    const program = start(given);
    program.stdin.end();
    const end = ended(program);
    await Promise.race([moment(() => program.exitCode !== null), end]);
    program.kill('SIGKILL');
    return (await end).status === null;
  }

  it('has recorded nothing or everything, wherever it was killed, and comes to the same when it is started again', async () => {
    let ledger = ledgerFrom(before, 'killed.db');
    let kills = 0;
    const check = async (): Promise<void> => {
      const content = contentOf(ledger);
      const recorded = content.get('ban')?.length === 1 ? contentBefore : contentAfter;
      expectSame(content, recorded);
      if (recorded === contentBefore) return;
      await done(replayInto(ledger));
      expectSame(contentOf(ledger), contentAfter);
      ledger = ledgerFrom(before, `killed-${kills}.db`);
    };
    // A run may be faster than the one that was measured, and end before its time; then another is killed.
    for (let run = 0; kills < TIMED && run < 3 * TIMED; run++) {
      const moment = (durationMs * ((run % TIMED) + 0.3)) / TIMED;
      if (await killed(replayInto(ledger), () => pause(moment))) kills++;
      await check();
    }
    expect(kills).toBe(TIMED);
    for (const ms of IN_COMMIT) {
      const writing = (gone: () => boolean): Promise<void> => grown(`${ledger}-wal`, gone).then(() => pause(ms));
      if (await killed(replayInto(ledger), writing)) kills++;
      await check();
    }
    expect(kills).toBeGreaterThanOrEqual(TIMED + 2);
    await done(replayInto(ledger));
    expectSame(contentOf(ledger), contentAfter);
    expect(await answersOf(ledger)).toEqual(saidAfter);
  }, 180_000);

  it('was killed while it made its ledger: the next run makes it', async () => {
    const ledger = join(folder, 'new', 'ledger.db');
    const small = ['replay', '-c', config, '--ledger', ledger, '--host', `delta=${join(folder, 'small')}`];
    for (const suffix of ['', '-journal', '-wal', '']) {
      rmSync(join(folder, 'new'), { recursive: true, force: true });
      await killed(small, (gone) => grown(`${ledger}${suffix}`, gone));
      await done(small);
      const tallies = contentOf(ledger).get('tally');
      expect(tallies).toHaveLength(1);
      expect(tallies?.[0]).toContain(',9,');
    }
  });

  it('recorded what it read: the same logs again add nothing', async () => {
    const ledger = ledgerFrom(join(folder, 'whole.db'), 'again.db');
    const { status, err } = await rapsheet(replayInto(ledger).filter((word) => word !== '--quiet'));
    expect(status).toBe(0);
    expect(err).toMatch(/^Read 0 lines(?:.|\n)* 12 files were recorded before/);
    expectSame(contentOf(ledger), contentAfter);
  });

  function ledgerFrom(ledger: string, name: string): string {
    const copy = join(folder, name);
    copyFileSync(ledger, copy);
    return copy;
  }

  /** What people see of it. */
  async function answersOf(ledger: string): Promise<string[]> {
    const common = ['-c', config, '--ledger', ledger];
    return Promise.all([
      done(['report', ...common, '--json', '--top', 'all']),
      done(['show', '192.0.2.0/24', ...common, '--lines', 'all']),
      done(['show', '2001:db8::/32', ...common, '--json']),
    ]);
  }
});

/** Of each table its rows, as SQL. */
type Content = ReadonlyMap<string, readonly string[]>;

/** Everything that a ledger holds but the time when it was made. */
function contentOf(ledger: string): Content {
  const database = openDatabase(ledger, 'read');
  try {
    const content = new Map<string, string[]>();
    for (const table of database.query("SELECT name FROM sqlite_schema WHERE type = 'table'").rows()) {
      const name = table.text('name');
      const columns = database.query('SELECT name FROM pragma_table_info(?)').rows(name);
      const cells = columns.map((column) => `quote("${column.text('name')}")`).join(" || ',' || ");
      const where = name === 'meta' ? "WHERE name <> 'created'" : '';
      const rows = database.query(`SELECT ${cells} AS line FROM "${name}" ${where} ORDER BY 1`).rows();
      content.set(
        name,
        rows.map((row) => row.text('line')),
      );
    }
    return content;
  } finally {
    database.close();
  }
}

/** Shows the first rows that differ, not thousands. */
function expectSame(content: Content, expected: Content): void {
  expect([...content.keys()]).toEqual([...expected.keys()]);
  for (const [table, rows] of expected) {
    const found = content.get(table) ?? [];
    const first = rows.findIndex((row, index) => row !== found[index]);
    expect([table, found.length, found[first]]).toEqual([table, rows.length, rows[first]]);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Until a file holds something. Looked at without a pause: what is waited for lasts milliseconds. */
function grown(path: string, gone: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      if (size > 0 || gone()) resolve();
      else setImmediate(look);
    };
    look();
  });
}

/** Failed logins of an address, one a minute, from a minute of the day to another. */
function failures(address: string, from: number, until: number): string[] {
  const lines: string[] = [];
  for (let minute = from; minute <= until; minute++) {
    const time = `2024-10-03T12:${String(minute).padStart(2, '0')}:00.000000+00:00`;
    lines.push(`${time} web1 sshd[${4000 + minute}]: Failed password for root from ${address} port 22 ssh2\n`);
  }
  return lines;
}

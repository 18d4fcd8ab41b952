/** Files that end too early, wherever that is: an import of them records all that the file tells, or nothing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EXIT, ProblemError } from '../base/problem.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { attemptsIn, crowdSec, fail2ban, importFiles, iso, logLine, put, rowsIn, scratch } from './testing.ts';

const START = Date.UTC(2024, 9, 1);
const NUMBERS = Array.from({ length: 120 }, (_, n) => n);
/** A number that packs badly, so that a packed file is long enough to be cut in many places. */
const ipOf = (n: number): string => `198.51.${(n * 7_919) % 256}.${(n * 104_729) % 256}`;
const timeOf = (n: number): string => iso(START + n * 1_234_000);

const LOG = NUMBERS.map((n) => {
  const found = logLine(timeOf(n), `[sshd] Found ${ipOf(n)}`, 'filter').repeat(1 + (n % 4));
  return n % 3 === 0 ? found + logLine(timeOf(n), `[sshd] Ban ${ipOf(n)}`) : found;
}).join('');
const ROWS = NUMBERS.map((n) => `${ipOf(n)},${timeOf(n)},600,${n % 9},"kept, as it is"\n`);
const TABLE = `address,time,duration,failures,reason\n${ROWS.join('')}`;

/** Each in one piece: a database's rows, their long lines on pages of their own, or packed text. */
const WHOLE: Readonly<Record<string, (folder: string) => Uint8Array>> = {
  'fail2ban.log.gz': () => gzipSync(LOG),
  'bans.csv.gz': () => gzipSync(TABLE),
  'fail2ban.sqlite3': (folder) => readFileSync(fail2banOf(folder, ['one line'])),
  'fail2ban.sqlite3 of long lines': (folder) =>
    readFileSync(fail2banOf(folder, ['a'.repeat(9_000), 'b'.repeat(9_000)])),
  'crowdsec.db': (folder) => readFileSync(crowdSecOf(folder)),
};

function fail2banOf(folder: string, matches: readonly string[]): string {
  const bans = NUMBERS.map((n) => ({ ip: ipOf(n), time: timeOf(n), data: { matches, failures: 3 } }));
  return fail2ban(join(folder, 'whole'), { bans, bips: bans.slice(60) });
}

function crowdSecOf(folder: string): string {
  const events = [JSON.stringify([{ key: 'target_user', value: 'root'.repeat(1_500) }])];
  return crowdSec(
    join(folder, 'whole'),
    NUMBERS.map((n) => ({ value: ipOf(n), stopped: timeOf(n), created: timeOf(n), until: timeOf(n + 9), events })),
  );
}

const recordOf = (ledger: Ledger): unknown => [rowsIn(ledger), attemptsIn(ledger)];
/** Bans alone, in the order of time: of a day that has attempts no more are counted (docs/import.md). */
const bansOf = (ledger: Ledger): unknown => rowsIn(ledger).map(String).sort();

/** What a ledger holds after it, or that the import was refused. */
async function imported(...[paths, options]: Parameters<typeof importFiles>): Promise<unknown> {
  try {
    return recordOf((await importFiles(paths, options)).ledger);
  } catch (error) {
    if (error instanceof ProblemError && error.status === EXIT.badData) return 'refused';
    throw error;
  }
}

it.each(Object.entries(WHOLE))(
  '%s, cut anywhere, changes nothing, and is whole when it comes whole',
  async (name, of) => {
    const folder = scratch();
    const bytes = of(folder);
    const [ledgerPath, file] = [join(folder, 'ledger.db'), name.split(' ')[0] ?? ''];
    const anywhere = fc.integer({ min: 1, max: bytes.length - 1 });
    // SQLite writes whole pages: a cut at the end of one is another case than within.
    const length = fc.oneof(
      anywhere,
      fc.integer({ min: 1, max: 64 }).map((less) => bytes.length - less),
      pageEnds(bytes),
    );
    await fc.assert(
      fc.asyncProperty(length, async (most) => {
        const path = put(folder, file, bytes.subarray(0, most));
        expect(await imported([path], { ledgerPath })).toBe('refused');
      }),
      { numRuns: 40 },
    );
    const path = put(folder, file, bytes);
    expect(await imported([path], { ledgerPath })).toEqual(await imported([path]));
  },
);

const GZIP_HEADER_BYTES = 10;

it.each(['fail2ban.log.gz', 'bans.csv.gz'])(
  '%s with a byte that is another changes nothing, or nothing is lost',
  async (name) => {
    const folder = scratch();
    const bytes = WHOLE[name]?.(folder) ?? Buffer.alloc(0);
    const whole = await imported([put(folder, name, bytes)]);
    const at = fc.integer({ min: GZIP_HEADER_BYTES, max: bytes.length - 1 });
    await fc.assert(
      fc.asyncProperty(at, fc.integer({ min: 1, max: 255 }), async (place, change) => {
        const other = Buffer.from(bytes);
        other[place] = (other[place] ?? 0) ^ change;
        expect(['refused', whole]).toContainEqual(await imported([put(folder, name, other)]));
      }),
      { numRuns: 40 },
    );
  },
);

function pageEnds(bytes: Uint8Array): fc.Arbitrary<number> {
  return fc.integer({ min: 1, max: Math.max(1, Math.ceil(bytes.length / 4_096) - 1) }).map((pages) => {
    return Math.min(pages * 4_096, bytes.length - 1);
  });
}

it('a plain log, cut anywhere, is the log of its whole lines, and no ban is missing or there twice later', async () => {
  const folder = scratch();
  const whole = put(folder, 'whole.log', LOG);
  const all = bansOf((await importFiles([whole])).ledger);
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: LOG.length - 1 }), async (most) => {
      const form = 'fail2ban-log';
      const ledgerPath = join(folder, `ledger${runs++}.db`);
      const lines = put(folder, 'lines.log', LOG.slice(0, LOG.lastIndexOf('\n', most - 1) + 1));
      const told = await imported([put(folder, 'cut.log', LOG.slice(0, most))], { form, ledgerPath });
      expect(told).toEqual(await imported([lines], { form }));
      expect(bansOf((await importFiles([whole], { ledgerPath })).ledger)).toEqual(all);
    }),
    { numRuns: 25 },
  );
});

it('a plain table, cut anywhere, is the table of its whole rows, and complete later', async () => {
  const folder = scratch();
  const all = recordOf((await importFiles([put(folder, 'whole.csv', TABLE)])).ledger);
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: TABLE.indexOf('\n') + 1, max: TABLE.length - 1 }), async (most) => {
      const ledgerPath = join(folder, `ledger${runs++}.db`);
      const text = TABLE.slice(0, most);
      const begun = text.slice(text.lastIndexOf('\n') + 1);
      // A reason that has not been closed is no row; nothing says that an empty one was to be longer.
      const isRow = /,(?:"kept, as it is")?$/.test(begun) && begun.split(',').length > 4;
      const rows = text.slice(0, text.length - begun.length) + (isRow ? `${begun}\n` : '');
      const told = await imported([put(folder, 'cut.csv', text)], { ledgerPath });
      expect(told).toEqual(await imported([put(folder, 'rows.csv', rows)]));
      const later = await importFiles([join(folder, 'whole.csv')], { ledgerPath });
      expect(recordOf(later.ledger)).toEqual(all);
    }),
    { numRuns: 25 },
  );
});

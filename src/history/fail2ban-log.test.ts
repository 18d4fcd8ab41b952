/** fail2ban's log, imported: its bans and ends, its parts, and the same bans out of a database. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  attemptsIn,
  bansIn,
  countsIn,
  fail2ban,
  HOST,
  importFiles,
  iso,
  logLine,
  networkOf,
  put,
  rowsIn,
  scratch,
} from './testing.ts';

const IP = '203.0.113.7';
const DAY = '2024-10-03';
// Longer than what is looked at to know what a file is.
const LATER = logLine('2024-11-03T10:00:00Z', `[sshd] Ban ${IP}`).repeat(80);

describe('a log of fail2ban', () => {
  const LOG = [
    logLine(`${DAY}T09:59:00Z`, "Creating new jail 'sshd'", 'jail'),
    logLine(`${DAY}T09:59:00Z`, '  banTime: 600'),
    logLine(`${DAY}T10:00:00Z`, `[sshd] Found ${IP} - ${DAY} 10:00:00`, 'filter'),
    logLine(`${DAY}T10:00:01Z`, `[sshd] Found ${IP} - ${DAY} 10:00:01`, 'filter'),
    logLine(`${DAY}T10:00:02Z`, `[sshd] Found 198.51.100.1 - ${DAY} 10:00:01`, 'filter'),
    logLine(`${DAY}T10:00:02.500Z`, `[sshd] Ban ${IP}`),
    logLine(`${DAY}T10:10:03Z`, `[sshd] Unban ${IP}`),
    logLine(`${DAY}T11:00:00Z`, `[recidive] Found ${IP} - ${DAY} 11:00:00`, 'filter'),
    logLine(`${DAY}T11:00:00Z`, `[sshd] Ban ${IP}`),
    logLine(`${DAY}T11:02:00Z`, `[sshd] Unban ${IP}`),
  ];

  it('becomes bans with their line, its place, the failures before it and the ends that it tells', async () => {
    const path = put(scratch(), 'fail2ban.log', LOG.join(''));
    const { ledger, outcome } = await importFiles([path]);
    expect(rowsIn(ledger)).toEqual([
      [IP, 'sshd', `${DAY}T10:00:02.500Z`, `${DAY}T10:10:02.500Z`, 0],
      [IP, 'sshd', `${DAY}T11:00:00Z`, `${DAY}T11:10:00Z`, 1],
    ]);
    expect(ledger.reasonOf(1)).toEqual({ rule: 'imported', from: 'fail2ban-log', text: '2 failures' });
    const offset = LOG.slice(0, 5).join('').length;
    const evidence = { path, offset, line: LOG[5]?.trimEnd(), count: 2, filter: 'fail2ban', kind: 'ssh.login' };
    expect(ledger.evidenceOf(1)).toMatchObject([evidence]);
    expect(ledger.releasesOf(networkOf(IP))).toMatchObject([
      { subject: IP, host: HOST, at: Date.parse(`${DAY}T11:02:00Z`), why: 'ended early there (imported)' },
    ]);
    expect(attemptsIn(ledger)).toEqual([
      ['198.51.100.1', 'ssh.login', 1, `${DAY}T10:00:02Z`, `${DAY}T10:00:02Z`],
      [IP, 'ssh.login', 2, `${DAY}T10:00:00Z`, `${DAY}T10:00:01Z`],
    ]);
    expect(outcome).toMatchObject({ attempts: 3, restored: 0 });
  });

  it('in rotated, packed parts is one log, and a ban that goes on in the next part is one ban', async () => {
    const folder = scratch();
    put(folder, 'fail2ban.log.2.gz', gzipSync(LOG.slice(0, 4).join('')));
    put(folder, 'fail2ban.log.1', LOG.slice(4, 6).join(''));
    put(folder, 'fail2ban.log', LOG.slice(6).join(''));
    const { ledger, outcome } = await importFiles([folder]);
    expect(bansIn(ledger)).toHaveLength(2);
    expect(outcome.sources).toMatchObject([{ form: 'fail2ban-log', fresh: 2 }]);
    expect(ledger.evidenceOf(1)).toMatchObject([{ count: 2, line: LOG[5]?.trimEnd() }]);
  });

  it('and a database tell of the same bans once, whichever comes first', async () => {
    const folder = scratch();
    const log = put(folder, 'fail2ban.log', LOG.join(''));
    // The time of the failure, rounded; the ban of 11:00 was lifted by hand, which takes it out of the database.
    const database = fail2ban(join(folder, 'fail2ban.sqlite3'), {
      bans: [
        { ip: IP, time: `${DAY}T10:00:01Z`, data: { matches: ['a', 'b'], failures: 2 } },
        { ip: IP, time: `${DAY}T13:00:00Z`, data: { matches: ['c'], failures: 4 } },
      ],
      bips: [
        { ip: IP, time: `${DAY}T13:00:00Z` },
        { ip: IP, time: `${DAY}T10:00:01Z` },
      ],
    });
    const starts = ['10:00:01', '11:00:00', '13:00:00'].map((time) => `${DAY}T${time}Z`);
    const together = await importFiles([folder]);
    expect(bansIn(together.ledger).map(({ from }) => iso(from))).toEqual(starts);
    expect(together.outcome.sources).toMatchObject([
      { form: 'fail2ban-db', fresh: 2 },
      { fresh: 1, merged: 1 },
    ]);
    expect(together.ledger.evidenceOf(1).map(({ line }) => line)).toEqual(['a', 'b']);
    // What the log counts on a day is not counted a second time for the bans of the database.
    const counted = [
      ['198.51.100.1', 'ssh.login', 1],
      [IP, 'ssh.login', 2],
    ];
    expect(countsIn(together.ledger)).toEqual(counted);
    for (const paths of [
      [database, log],
      [log, database],
    ]) {
      const ledgerPath = join(scratch(), 'ledger.db');
      const options = { ledgerPath };
      await importFiles(paths.slice(0, 1), options);
      await importFiles(paths.slice(1), options);
      const { ledger, outcome } = await importFiles(paths, options);
      const found = bansIn(ledger).map(({ from }) => iso(from).slice(0, 16));
      expect(found.sort()).toEqual(starts.map((start) => start.slice(0, 16)));
      expect(outcome.recorded).toMatchObject({ bans: 0, attempts: 0, releases: 0 });
    }
  });

  it('and a stop of fail2ban ends no ban; a restore without a beginning is one', async () => {
    const log = [
      logLine(`${DAY}T08:00:00Z`, `[sshd] Restore Ban 198.51.100.1`),
      logLine(`${DAY}T10:00:00Z`, `[sshd] Ban ${IP}`),
      logLine(`${DAY}T10:00:00Z`, `[sshd] Increase Ban ${IP} (2 # 3h -> ${DAY} 13:00:00)`, 'observer'),
      logLine(`${DAY}T11:00:00Z`, 'Stopping all jails', 'server'),
      logLine(`${DAY}T11:00:01Z`, `[sshd] Unban ${IP}`),
      logLine(`${DAY}T11:00:01Z`, '[sshd] Unban 198.51.100.1'),
      logLine(`${DAY}T11:00:05Z`, 'Starting Fail2ban v1.0.2', 'server'),
      logLine(`${DAY}T11:00:06Z`, `[sshd] Restore Ban ${IP}`),
      logLine(`${DAY}T13:00:00Z`, `[sshd] Unban ${IP}`),
    ];
    const { ledger, outcome } = await importFiles([put(scratch(), 'fail2ban.log', log.join(''))]);
    expect(rowsIn(ledger)).toEqual([
      ['198.51.100.1', 'sshd', `${DAY}T08:00:00Z`, `${DAY}T11:00:01Z`, 0],
      [IP, 'sshd', `${DAY}T10:00:00Z`, `${DAY}T13:00:00Z`, 0],
    ]);
    expect(ledger.reasonOf(1)).toMatchObject({ text: 'restored when fail2ban started: it began earlier' });
    expect(outcome).toMatchObject({ restored: 1, recorded: { releases: 0 } });
  });

  it('names jails as the database does, whatever their letters are', async () => {
    const folder = scratch();
    fail2ban(join(folder, 'fail2ban.sqlite3'), { bans: [{ ip: IP, time: `${DAY}T10:00:00Z`, jail: 'laden-é' }] });
    put(folder, 'fail2ban.log', logLine(`${DAY}T10:00:01Z`, `[laden-é] Ban ${IP}`));
    const { ledger } = await importFiles([folder]);
    expect(bansIn(ledger).map(({ jail }) => jail)).toEqual(['laden-é']);
  });

  it('counts no attempts of a day that the ledger has counted', async () => {
    const folder = scratch();
    const ledgerPath = join(folder, 'ledger.db');
    const found = (count: number, day: string): string =>
      Array.from({ length: count }, (_, n) => logLine(`${day}T10:00:0${n}Z`, `[sshd] Found ${IP}`, 'filter')).join('');
    await importFiles([put(folder, 'fail2ban.log', found(3, DAY))], { ledgerPath });
    const { ledger } = await importFiles([put(folder, 'fail2ban.log', found(5, DAY) + found(2, '2024-10-04'))], {
      ledgerPath,
    });
    expect(countsIn(ledger)).toEqual([
      [IP, 'ssh.login', 3],
      [IP, 'ssh.login', 2],
    ]);
  });
});

describe('a packed log that ends too early', () => {
  const lines = Array.from({ length: 2_000 }, (_, n) => {
    const time = iso(Date.UTC(2024, 9, 1) + n * 7_919);
    const ip = `198.51.100.${(n * 37) % 250}`;
    return logLine(time, `[sshd] Found ${ip}`, 'filter') + (n % 5 === 4 ? logLine(time, `[sshd] Ban ${ip}`) : '');
  });
  const packed = gzipSync(lines.join(''));

  it('changes nothing, not even what its other parts and other files tell, and all of it is there later', async () => {
    const folder = scratch();
    const ledgerPath = join(folder, 'ledger.db');
    const cut = put(folder, 'fail2ban.log.2.gz', packed.subarray(0, packed.length / 2));
    const gone = put(folder, 'fail2ban.log.3.gz', gzipSync(LATER).subarray(0, -1));
    const whole = put(folder, 'fail2ban.log.1', LATER.replaceAll('11-03', '11-04'));
    const table = put(folder, 'bans.csv', `address,time\n${IP},2024-11-05 10:00:00\n`);
    const words = [cut, gone].map(
      (path) => `${path}: the gzip data is damaged: it ends too early (nothing was imported)`,
    );
    const told = importFiles([table, whole, cut, gone], { ledgerPath });
    await expect(told).rejects.toThrow(words.reverse().join('\n'));
    put(folder, 'fail2ban.log.2.gz', packed);
    const { ledger, outcome } = await importFiles([cut], { ledgerPath });
    expect(bansIn(ledger)).toHaveLength(400);
    expect(outcome).toMatchObject({ attempts: 2_000, recorded: { bans: 400, attempts: 2_000 } });
  });
});

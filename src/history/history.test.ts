/** Histories of fail2ban, imported: what becomes of them in the ledger, once and again. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  attemptsIn,
  bansIn,
  countsIn,
  fail2ban,
  HOST,
  HOUR,
  importFiles,
  iso,
  NOW,
  rowsIn,
  scratch,
} from './testing.ts';

const IP = '203.0.113.7';
const DAY = '2024-10-03';

describe('a database of fail2ban', () => {
  it('becomes bans with their lines, lengths and earlier bans, by rules that are not ours', async () => {
    const line = `Oct  3 10:00:00 web1 sshd[1]: Failed password for root from ${IP} port 22 ssh2`;
    const data = { matches: ['first', ['', 'Oct  3 10:00:00', line.slice(15)]], failures: 5, user: 'root' };
    const path = fail2ban(join(scratch(), 'db'), {
      bans: [
        { ip: IP, time: `${DAY}T10:00:01Z`, data },
        { ip: IP, time: `${DAY}T08:00:00Z`, seconds: 60, jail: 'recidive' },
        { ip: '2001:db8::7', time: `${DAY}T11:00:00Z`, seconds: -1, jail: 'my-Jail' },
        { ip: '198.51.100.0/24', time: `${DAY}T12:00:00Z`, seconds: 600, jail: 'dovecot' },
      ],
    });
    const { ledger, outcome } = await importFiles([path]);
    expect(rowsIn(ledger)).toEqual([
      [IP, 'recidive', `${DAY}T08:00:00Z`, `${DAY}T08:01:00Z`, 0],
      [IP, 'sshd', `${DAY}T10:00:01Z`, `${DAY}T10:10:01Z`, 1],
      ['2001:db8::7', 'my-Jail', `${DAY}T11:00:00Z`, 'for good', 0],
      ['198.51.100.0/24', 'dovecot', `${DAY}T12:00:00Z`, `${DAY}T12:10:00Z`, 0],
    ]);
    const bans = bansIn(ledger);
    expect(bans.map(({ service, kind }) => [service, kind])).toEqual([
      ['other', 'other.recidive'],
      ['ssh', 'ssh.login'],
      ['other', 'other.my-jail'],
      ['mail', 'mail.auth'],
    ]);
    expect(bans.map(({ host, importedFrom, origin }) => [host, importedFrom, origin.country])).toEqual(
      bans.map(() => [HOST, 'fail2ban-db', 'CH']),
    );
    const second = bans[1]?.id ?? 0;
    expect(ledger.reasonOf(second)).toEqual({ rule: 'imported', from: 'fail2ban-db', text: '5 failures' });
    expect(
      ledger.evidenceOf(second).map(({ line: text, count, user, path: file, offset, filter, pattern }) => {
        return [text, count, user, file, offset, filter, pattern];
      }),
    ).toEqual([
      ['first', 4, undefined, path, 1, 'fail2ban', 0],
      [line, 1, 'root', path, 1, 'fail2ban', 0],
    ]);
    expect(attemptsIn(ledger)).toEqual([[IP, 'ssh.login', 5, `${DAY}T10:00:01Z`, `${DAY}T10:00:01Z`]]);
    expect(ledger.usersNamed('root').map(({ count }) => count)).toEqual([1]);
    expect(outcome.sources).toMatchObject([{ bans: 4, fresh: 4, known: 0, leftOut: [] }]);
    expect(ledger.blocksOf(second)).toEqual([]);
  });

  it.each([1, 2] as const)('of version %s says no lengths: they are what fail2ban’s are usually', async (version) => {
    const path = fail2ban(join(scratch(), 'db'), { version, bans: [{ ip: IP, time: `${DAY}T10:00:00Z` }] });
    const { ledger } = await importFiles([path]);
    expect(rowsIn(ledger)).toEqual([[IP, 'sshd', `${DAY}T10:00:00Z`, `${DAY}T10:10:00Z`, 0]]);
    const longer = await importFiles([path], { usual: HOUR });
    expect(bansIn(longer.ledger).map(({ until }) => iso(until))).toEqual([`${DAY}T11:00:00Z`]);
  });

  it('keeps the last ban of an address in a second table, also when the first was purged', async () => {
    const last = { ip: IP, time: `${DAY}T10:00:00Z`, count: 7, data: { matches: [], failures: 3 } };
    const path = fail2ban(join(scratch(), 'db'), {
      bans: [{ ip: '198.51.100.1', time: `${DAY}T11:00:00Z` }],
      bips: [last, { ip: '198.51.100.1', time: `${DAY}T11:00:00Z` }],
    });
    const { ledger, outcome } = await importFiles([path]);
    expect(rowsIn(ledger).map((row) => String(row).split(',')[0])).toEqual([IP, '198.51.100.1']);
    expect(ledger.reasonOf(1)).toMatchObject({ text: '3 failures, ban number 7 by its count' });
    expect(outcome.sources).toMatchObject([{ bans: 2, fresh: 2, merged: 0 }]);
  });

  it('imported again, grown, adds what is new and nothing twice', async () => {
    const folder = scratch();
    const bans = [{ ip: IP, time: `${DAY}T10:00:00Z`, data: { matches: ['x'], failures: 5 } }];
    const first = fail2ban(join(folder, 'first'), { bans, bips: bans });
    const grown = fail2ban(join(folder, 'grown'), {
      bans: [...bans, { ip: IP, time: `${DAY}T12:00:00Z` }],
      bips: bans,
    });
    const ledgerPath = join(folder, 'ledger.db');
    await importFiles([first], { ledgerPath });
    const again = await importFiles([first], { ledgerPath });
    expect(again.outcome.sources).toMatchObject([{ bans: 1, fresh: 0, known: 1 }]);
    expect(again.outcome.recorded).toMatchObject({ bans: 0, attempts: 0, releases: 0 });
    const { ledger, outcome } = await importFiles([grown], { ledgerPath });
    expect(outcome.sources).toMatchObject([{ bans: 2, fresh: 1, known: 1 }]);
    expect(rowsIn(ledger).map((row) => String(row).split(',').at(-1))).toEqual(['0', '1']);
    expect(countsIn(ledger)).toEqual([[IP, 'ssh.login', 5]]);
  });

  it('of another host is another history', async () => {
    const folder = scratch();
    const path = fail2ban(join(folder, 'db'), { bans: [{ ip: IP, time: `${DAY}T10:00:00Z` }] });
    const ledgerPath = join(folder, 'ledger.db');
    await importFiles([path], { ledgerPath });
    const { ledger } = await importFiles([path], { ledgerPath, host: 'mail' });
    expect(bansIn(ledger).map(({ host, prior }) => [host, prior])).toEqual([
      [HOST, 0],
      ['mail', 0],
    ]);
  });

  it('older than what is recorded already counts as earlier, and changes nothing that was recorded', async () => {
    const folder = scratch();
    const ledgerPath = join(folder, 'ledger.db');
    const at = (hour: string) => fail2ban(join(folder, hour), { bans: [{ ip: IP, time: `${DAY}T${hour}:00:00Z` }] });
    await importFiles([at('12')], { ledgerPath });
    await importFiles([at('08')], { ledgerPath });
    const { ledger } = await importFiles([at('10')], { ledgerPath });
    expect(rowsIn(ledger).map((row) => String(row).split(',').slice(2))).toEqual([
      [`${DAY}T12:00:00Z`, `${DAY}T12:10:00Z`, '0'],
      [`${DAY}T08:00:00Z`, `${DAY}T08:10:00Z`, '0'],
      [`${DAY}T10:00:00Z`, `${DAY}T10:10:00Z`, '1'],
    ]);
  });
});

describe('what is no ban', () => {
  it('is left out, counted and shown: no address, no time, the future, networks that are too wide', async () => {
    const time = `${DAY}T10:00:00Z`;
    const path = fail2ban(join(scratch(), 'db'), {
      bans: [
        ...['user@example.com', '127.0.0.1', '0.0.0.0/0', '010.1.1.1', '', '::', '224.0.0.1', `${'9'.repeat(300)}`].map(
          (ip) => ({ ip, time }),
        ),
        ...[
          { ip: Buffer.from([0xff, 0xfe]), time },
          { ip: null, time },
          { ip: 3, time },
        ],
        ...[0, -1, 'never', null, 2 ** 52, '2024'].map((each) => ({ ip: IP, time: each })),
        { ip: '198.51.100.9', time: NOW / 1_000 + 3_600 },
        { ip: '198.51.100.7/24', time, jail: 'wide' },
      ],
    });
    const { ledger, outcome } = await importFiles([path]);
    expect(bansIn(ledger).map(({ subject }) => subject)).toEqual(['198.51.100.0/24']);
    const counts = outcome.sources[0]?.leftOut.map(({ why, count }) => [why, count]);
    expect(counts).toEqual([
      ['address', 11],
      ['time', 5],
      ['future', 2],
    ]);
    expect(outcome.sources[0]?.leftOut[0]?.examples.slice(0, 2)).toEqual([
      'user@example.com (sshd)',
      '127.0.0.1 (sshd)',
    ]);
  });

  it('is left out by what the user says: jails, days', async () => {
    const path = fail2ban(join(scratch(), 'db'), {
      bans: [
        { ip: '198.51.100.1', time: '2024-10-03T10:00:00Z', jail: 'pass2allow-ftp' },
        { ip: '198.51.100.2', time: '2024-10-03T10:00:00Z', jail: 'shop' },
        { ip: '198.51.100.3', time: '2024-11-03T10:00:00Z' },
        { ip: '198.51.100.4', time: '2024-10-03T10:00:00Z' },
      ],
    });
    const span = { from: Date.UTC(2024, 9, 1), until: Date.UTC(2024, 10, 1) };
    const { ledger, outcome } = await importFiles([path], { span, map: { shop: 'skip', sshd: 'ssh.close' } });
    expect(bansIn(ledger).map(({ subject, kind }) => [subject, kind])).toEqual([['198.51.100.4', 'ssh.close']]);
    expect(outcome.sources[0]?.leftOut.map(({ why, count }) => [why, count])).toEqual([
      ['skipped', 2],
      ['span', 1],
    ]);
  });

  it('hostile texts are kept as they are, and nothing of them acts', async () => {
    const evil = `\u001b[2J</script>'; DROP TABLE ban;--\u202e$(id)\u2028é`;
    const path = fail2ban(join(scratch(), 'db'), {
      bans: [
        {
          ip: IP,
          time: `${DAY}T10:00:00Z`,
          jail: evil,
          data: { matches: [evil, 7, null, [evil, evil]], failures: -3, user: evil },
        },
        { ip: IP, time: `${DAY}T11:00:00Z`, data: '{"matches": "no list", "failures": 1e99}' },
        { ip: IP, time: `${DAY}T12:00:00Z`, data: Buffer.from([0x7b, 0xff]) },
        { ip: IP, time: `${DAY}T13:00:00Z`, data: '['.repeat(100_000) },
        { ip: IP, time: `${DAY}T14:00:00Z`, data: `{"matches": ["${'x'.repeat(2_000_000)}"]}` },
      ],
    });
    const { ledger, outcome } = await importFiles([path]);
    const [first, ...others] = bansIn(ledger);
    expect(others).toHaveLength(4);
    expect(first?.jail).not.toMatch(/[\u0000-\u001f\u202e\u2028]/);
    expect(first?.kind).toMatch(/^other\.[a-z0-9_-]+$/);
    const lines = ledger
      .evidenceOf(first?.id ?? 0)
      .map(({ line, count }) => [Buffer.from(line, 'latin1').toString('utf8'), count]);
    expect(lines).toEqual([
      [evil, 1],
      [`${evil}${evil}`, 1],
    ]);
    for (const { id } of others) expect(ledger.evidenceOf(id)).toEqual([]);
    expect(outcome.recorded?.bans).toBe(5);
  });
});

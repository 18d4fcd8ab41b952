/** The installed fail2ban, with what an administrator adds to it, becomes a configuration that loads. */
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config/config.ts';
import { INSTALLED } from '../fail2ban/testing/original.ts';
import { openDatabase } from '../ledger/database.ts';
import { checkCommand } from './check.ts';
import { importCommand } from './import.ts';
import { runCommand, scratch } from './testing.ts';

const isInstalled = existsSync(INSTALLED);
if (!isInstalled) console.warn('src/cli/import-fail2ban.test.ts: no fail2ban is installed, skipped');

const JAILS = `[DEFAULT]
bantime = 1h
maxretry = 4
bantime.increment = true
bantime.maxtime = 5w
ignoreip = 203.0.113.0/24 home.example.org file:FOLDER/friends
banaction = nftables-multiport
[sshd]
enabled = true
mode = aggressive
port = ssh,2222
backend = systemd
[postfix]
enabled = true
maxretry = 3
[dovecot]
enabled = true
action = %(action_mwl)s
[nginx-http-auth]
enabled = true
logpath = /var/log/nginx/error.log
          /srv/*/logs/error.log tail
[recidive]
enabled = true
[my-"shop"]
enabled = true
filter = my-shop
logpath = /srv/shop/log/*.log
bantime = -1
action = %(action_)s
         tell-noc
[broken]
enabled = true
filter = nope
`;

/** A copy of the installed one with more in it; its database holds two bans of now. */
async function installation(): Promise<string> {
  const folder = join(scratch(), 'fail2ban');
  cpSync(INSTALLED, folder, { recursive: true, filter: (path) => !/\/jail\.(?:d\/.+|local)$/.test(path) });
  const files = {
    'jail.local': JAILS.replaceAll('FOLDER', folder),
    'fail2ban.local': `[Definition]\ndbfile = ${folder}/fail2ban.sqlite3\n`,
    friends: '2001:db8:7::/48 # branch\n',
    'filter.d/my-shop.conf': '[Definition]\nfailregex = ^.* shop: bad password from <ADDR>$\n',
    'action.d/tell-noc.conf': '[Definition]\nactionban = logger -t noc <ip>\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const database = await openDatabase(join(folder, 'fail2ban.sqlite3'), 'write');
  database.exec(`CREATE TABLE fail2banDb(version INTEGER); INSERT INTO fail2banDb VALUES(4);
    CREATE TABLE jails(name TEXT, enabled INTEGER); CREATE TABLE logs(jail TEXT, path TEXT, firstlinemd5 TEXT, lastfilepos INTEGER);
    CREATE TABLE bans(jail TEXT, ip TEXT, timeofban INTEGER, bantime INTEGER, bancount INTEGER, data JSON);
    CREATE TABLE bips(ip TEXT, jail TEXT, timeofban INTEGER, bantime INTEGER, bancount INTEGER, data JSON);`);
  const time = Math.floor(Date.now() / 1_000) - 60;
  for (const values of [`'sshd', '198.51.100.10'`, `'my-"shop"', '198.51.100.11'`]) {
    database.exec(`INSERT INTO bans VALUES(${values}, ${time}, 3600, 1, '{"matches": ["a line"], "failures": 4}')`);
  }
  database.close();
  return folder;
}

describe.skipIf(!isInstalled)(
  `${isInstalled ? '' : 'SKIPPED, fail2ban is not installed: '}rapsheet import fail2ban`,
  () => {
    it('writes a configuration that loads, records the bans, and says what is not as it was', async () => {
      const folder = await installation();
      const [file, ledger] = [join(scratch(), 'rapsheet.toml'), join(scratch(), 'ledger.db')];

      const said = await runCommand(importCommand(), ['fail2ban', folder, '-o', file, '--ledger', ledger]);
      const config = loadConfig({ program: process.cwd(), file });

      expect(said).toMatchObject({ status: 0, out: '' });
      expect(said.err).toMatch(
        /^\S+: 6 jails in use: 4 of them Rapsheet's own from now on, 2 as they are .*, 0 not taken over, and 1 not understood\./,
      );
      expect(said.err).toMatch(/NOT PROTECTED any more: home\.example\.org/);
      expect(said.err).toMatch(/\[dovecot\]: sendmail-whois-lines is not run/);
      expect(said.err).toMatch(/dovecot +\[jail\.mail\] +4 → 3 /);
      expect(said.err).toMatch(/jail \[broken\] is skipped/);
      expect(said.err).toMatch(/\[broken\] is not taken over, as it was not understood\./);
      expect(readFileSync(file, 'utf8')).toMatch(/^# NOT UNDERSTOOD: \[broken\], which is not taken over:/m);
      expect(said.err).toMatch(/Recorded 2 bans/);
      expect(said.err).toMatch(/2 bans still in force: the daemon blocks them/);
      expect(config.jails.map(({ name }) => name)).toEqual(['ssh', 'mail', 'web']);
      expect(config.jails.find(({ name }) => name === 'ssh')).toMatchObject({
        ...{ maxRetry: 4, findTime: 600_000, banTime: 3_600_000, growth: 2, maxBanTime: 35 * 86_400_000 },
      });
      expect(config.jails.find(({ name }) => name === 'web')?.kinds).toEqual(['web.auth']);
      expect(config.allow.map(({ network }) => network.text)).toEqual(
        expect.arrayContaining(['203.0.113.0/24', '2001:db8:7::/48']),
      );
      expect(config.watch.logs).toEqual(
        expect.arrayContaining(['/srv/*/logs/error.log', '/var/log/nginx/*access.log']),
      );
      expect([config.flood, config.wide, config.campaign]).toEqual([undefined, undefined, undefined]);
      expect(config.fail2ban).toEqual({
        ...{
          directory: folder,
          counting: 'fail2ban',
          actions: 'firewall',
          socket: 'auto',
          jails: ['recidive', 'my-"shop"'],
        },
      });
      // It loads; what cannot be as it was in the jail that goes on is told.
      const checked = await runCommand(checkCommand(), ['-c', file]);
      expect([checked.status, checked.err]).toEqual([1, expect.stringContaining('names are not looked up')]);
      expect(checked.err).toContain('all hold');
    });

    it('writes over nothing unless it is told to, and nothing at all in a dry run', async () => {
      const folder = await installation();
      const file = join(scratch(), 'rapsheet.toml');
      writeFileSync(file, 'mine');

      const refused = await runCommand(importCommand(), ['fail2ban', folder, '-o', file, '--no-history']);
      const dry = await runCommand(importCommand(), [
        'fail2ban',
        folder,
        '-o',
        file,
        '--force',
        '--dry-run',
        '--no-history',
      ]);

      expect(refused).toMatchObject({ status: 64, err: expect.stringMatching(/is there already/) });
      expect(dry).toMatchObject({ status: 0, out: '', err: expect.stringMatching(/Nothing was written/) });
      expect(readFileSync(file, 'utf8')).toBe('mine');

      await runCommand(importCommand(), ['fail2ban', folder, '-o', file, '--force', '--no-history']);

      expect(readFileSync(file, 'utf8')).toMatch(/^\[jail\.ssh\]$/m);
    });

    it('prints the configuration, or one object that holds it with what changes', async () => {
      const folder = await installation();
      const ledger = join(scratch(), 'ledger.db');

      const printed = await runCommand(importCommand(), ['fail2ban', folder, '--no-history', '-o', '-']);
      const nameless = await runCommand(importCommand(), ['fail2ban', folder, '--no-history', '-o', '']);
      const said = await runCommand(importCommand(), ['fail2ban', folder, '--json', '--ledger', ledger, '--dry-run']);
      const answer = JSON.parse(said.out);

      expect(nameless).toMatchObject({ status: 64, out: '' });
      expect(said.err).toBe('');
      expect(answer.configuration).toBe(printed.out);
      expect(answer.jails.map(({ name, fate, jail }: Record<string, unknown>) => [name, fate, jail])).toEqual(
        expect.arrayContaining([
          ['sshd', 'ours', 'ssh'],
          ['my-"shop"', 'kept', null],
          ['recidive', 'kept', null],
        ]),
      );
      expect(answer.notUnderstood).toMatchObject([
        { name: 'broken', reasons: [expect.stringMatching(/nope\.conf: there is no such file/)] },
      ]);
      expect(answer.unprotected).toEqual([{ word: 'home.example.org', why: expect.stringMatching(/ignoreip/) }]);
      expect(answer.history).toMatchObject({ recorded: null });
      expect(existsSync(ledger)).toBe(false);
    });

    it('says that there is no installation', async () => {
      const said = await runCommand(importCommand(), ['fail2ban', scratch()]);

      expect(said).toMatchObject({ status: 78, err: expect.stringMatching(/there is no such file/) });
    });
  },
);

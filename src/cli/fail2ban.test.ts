/** Commands with an installation of fail2ban instead of our jails. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../base/problem.ts';
import { EXIT } from '../base/problem.ts';
import { checkCommand } from './check.ts';
import { jailPorts } from './fail2ban-ports.ts';
import { knock, sampleInstallation } from './fail2ban-sample.ts';
import { replayCommand } from './replay.ts';
import { runCommand, scratch } from './testing.ts';

const JAILS =
  '[knock]\n[pam]\nfilter = knock\nmaxretry = 3\nbantime = -1\n[ring]\nfilter = ring\nlogpath = {folder}/ring.log\n';
const TIME = Date.UTC(2024, 9, 3, 10);

interface Site {
  readonly folder: string;
  readonly root: string;
  readonly config: string;
  readonly log: string;
}

function site(jails = JAILS): Site {
  const folder = scratch();
  const config = join(folder, 'rapsheet.toml');
  writeFileSync(
    config,
    `[general]\nzone = "UTC"\nledger = "${join(folder, 'ledger.db')}"\n[origin]\ndiscover = false\n`,
  );
  const log = join(folder, 'knock.log');
  writeFileSync(log, [1, 2, 3].map((n) => knock(TIME + n * 1_000, '203.0.113.7')).join(''));
  return { folder, root: sampleInstallation(folder, jails), config, log };
}

describe('replay --fail2ban', () => {
  it('bans by its jails, and says which log was for which', async () => {
    const { root, config, log } = site();
    const given = ['-c', config, '--fail2ban', root, '--dry-run', '--print', 'bans', log];
    const { status, out, err } = await runCommand(replayCommand(), given);
    expect(status, err).toBe(EXIT.done);
    const bans = out.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
    expect(bans).toMatchObject([
      { jail: 'knock', address: '203.0.113.7', time: '2024-10-03T10:00:02.000Z', until: '2024-10-03T11:00:02.000Z' },
      { jail: 'pam', address: '203.0.113.7', time: '2024-10-03T10:00:03.000Z', until: null, kind: 'system.login' },
    ]);
    expect(err).toContain(`3 jails of ${root} are in use.`);
    expect(err).toContain(`${log}: knock, pam`);
    expect(err).toContain('jails without a log here: ring');
  });

  it('names the jail and the expression that gave lines up', async () => {
    const { root, config, log } = site('[knock]\n[slow]\n');
    writeFileSync(
      join(root, 'filter.d', 'slow.conf'),
      '[Definition]\nfailregex = ^ (a+)(a+)(a+)(a+)\\1\\2\\3\\4 from <HOST>$\n',
    );
    writeFileSync(log, knock(TIME, '203.0.113.7').replace('knock', 'a'.repeat(401)));
    const { err } = await runCommand(replayCommand(), ['-c', config, '--fail2ban', root, '--dry-run', log]);
    expect(err).toContain('1 line was given up by a filter: it would have taken too long.\n    [slow] 1: ^ (a+)(a+)');
    expect(err.split('\n').every((line) => line.length < 250)).toBe(true);
  });

  it('takes it from the configuration, and records: the same logs again add nothing', async () => {
    const { root, config, log } = site('[knock]\n');
    writeFileSync(
      config,
      `[general]\nledger = "${config}.db"\n[origin]\ndiscover = false\n[fail2ban]\ndirectory = "${root}"\n`,
    );
    const run = async (): Promise<{ bans: number; attempts: number }> => {
      const { out, err, status } = await runCommand(replayCommand(), ['-c', config, '--json', log]);
      expect(status, err).toBe(EXIT.done);
      return JSON.parse(out);
    };
    expect(await run()).toMatchObject({ attempts: 3, bans: 1 });
    expect(await run()).toMatchObject({ attempts: 0, bans: 0 });
  });

  it('has our own jails beside those that are named', async () => {
    const { folder, root, config, log } = site();
    writeFileSync(
      config,
      `[general]\nledger = "${config}.db"\n[origin]\ndiscover = false\n[fail2ban]\ndirectory = "${root}"\njails = ["knock", "gone"]\n`,
    );
    const auth = join(folder, 'auth.log');
    const line = (n: number): string =>
      `2024-10-03T10:00:0${n}+00:00 host sshd[1]: Failed password for root from 198.51.100.9 port 22 ssh2\n`;
    writeFileSync(auth, Array.from({ length: 6 }, (_, n) => line(n + 1)).join(''));
    const { status, out, err } = await runCommand(replayCommand(), ['-c', config, '--print', 'bans', log, auth]);
    expect(status, err).toBe(EXIT.done);
    const bans = out.split('\n').flatMap((text) => (text === '' ? [] : [JSON.parse(text)]));
    expect(bans.map(({ jail, address }) => [jail, address])).toEqual([
      ['knock', '203.0.113.7'],
      ['ssh', '198.51.100.9'],
    ]);
    expect(err).toContain('there is no jail "gone" in use');
    expect(err).toMatch(/^1 jail of \S+ is in use, beside \d+ jails of ours\.$/m);
    expect(err).toContain(`${log}: knock\n`);
    expect(err).not.toMatch(/read by no jail|jails without a log/);
  });

  it('goes on with what was counted', async () => {
    const { folder, root, config, log } = site('[knock]\nmaxretry = 5\n');
    const run = async (): Promise<unknown> => {
      const { out } = await runCommand(replayCommand(), ['-c', config, '--fail2ban', root, '--json', log]);
      return JSON.parse(out).bans;
    };
    expect(await run()).toBe(0);
    writeFileSync(
      join(folder, 'knock.log'),
      [1, 2, 3, 4, 5].map((n) => knock(TIME + n * 1_000, '203.0.113.7')).join(''),
    );
    expect(await run()).toBe(1);
  });

  it('--jail gives a log to a jail, and wants both', async () => {
    const { folder, root, config } = site();
    const other = join(folder, 'other.txt');
    writeFileSync(other, [1, 2].map((n) => knock(TIME + n * 1_000, '203.0.113.9', 'ring')).join(''));
    const given = ['-c', config, '--fail2ban', root, '--dry-run', '--print', 'bans', '--jail', `ring=${other}`, other];
    expect((await runCommand(replayCommand(), given)).out).toMatch(/"jail":"ring"/);
    const { status, err } = await runCommand(replayCommand(), ['--fail2ban', root, '--jail', 'ring', other]);
    expect([status, err]).toEqual([EXIT.usage, expect.stringContaining('--jail ring: not a jail and a log')]);
  });
});

describe('check --fail2ban', () => {
  it('lists the jails in use, and every problem with its place: status 1', async () => {
    const { root, config } = site(
      `${JAILS}[odd]\nfilter = nowhere\n[names]\nfilter = knock\nignoreip = host.example\n`,
    );
    const { status, out, err } = await runCommand(checkCommand(), ['-c', config, '--fail2ban', root]);
    expect(status).toBe(EXIT.no);
    expect(out.split('\n').map((line) => line.split(/ +/).slice(0, 5).join(' '))).toEqual([
      ...['ok knock 2 in 10m', 'ok pam 3 in 10m', 'ok ring 2 in 10m', 'ok names 2 in 10m', ''],
    ]);
    expect(err).toMatch(/nowhere.conf: jail \[odd\] is skipped: there is no such file/);
    expect(err).toMatch(/jail.conf:\d+ \[names\] ignoreip: names are not looked up/);
    expect(err).toMatch(/4 jails of .*: 2 problems/);
  });

  it('tells what comes from one line once, with the file and the line that count', async () => {
    const { folder, root, config } = site('[knock]\n[pam]\nfilter = knock\n');
    writeFileSync(join(root, 'jail.local'), '[DEFAULT]\nignoreip = host.example\n[pam]\nmaxretry = five\n');
    const { err } = await runCommand(checkCommand(), ['-c', config, '--fail2ban', root]);
    expect(err).toContain(`${root}/jail.local:4 [pam] maxretry: jail [pam] is skipped: "five" is no number\n`);
    expect(err).toMatch(/jail.local:2 \[DEFAULT\] ignoreip: names .*; in jail \[knock\]/);
    writeFileSync(join(root, 'jail.local'), '[DEFAULT]\nignoreip = host.example\n');
    const both = (await runCommand(checkCommand(), ['-c', config, '--fail2ban', root])).err;
    expect(both).toMatch(/"host.example" spares nobody; in 2 jails: \[knock\], \[pam\]/);
    expect(both).toContain(`2 jails of ${join(folder, 'fail2ban')}: 1 problem\n`);
  });

  it('says where a file is not UTF-8, that the whole of it is left out, and nothing that only follows from it', async () => {
    const { root, config } = site('[knock]\nenabled = false\n[ring]\nfilter = ring\nlogpath = {folder}/ring.log\n');
    writeFileSync(join(root, 'filter.d/ring.conf'), Buffer.from('# gr\xfc\xdfe\n[Definition]\n', 'latin1'));
    const { err } = await runCommand(checkCommand(), ['-c', config, '--fail2ban', root]);
    expect(err).toContain(
      `${root}/filter.d/ring.conf:1:5: jail [ring] is skipped: cannot be read, and the whole file is left out: not UTF-8 (byte 0xfc)\n`,
    );
    expect(err).not.toContain('[Definition]');
    expect(err).toContain(`no jail of ${root} is in use (all that are enabled are skipped)\n`);
    expect(err).toMatch(/0 jails of .*: 2 problems/);
  });

  it('has no ok for a jail that can ban nobody, and says which logs are waited for', async () => {
    const { folder, root, config } = site('[knock]\nlogpath =\n[ring]\nfilter = ring\nlogpath = {folder}/ring.log\n');
    const { status, out, err } = await runCommand(checkCommand(), ['-c', config, '--fail2ban', root]);
    expect(status).toBe(EXIT.no);
    expect(out).toMatch(/^IDLE knock .* reads nothing$/m);
    expect(out).toMatch(/^ok {3}ring /m);
    expect(err).toMatch(
      /knock\] logpath: jail \[knock\] bans nobody: it has no logpath, and backend = auto reads no journal/,
    );
    expect(err).toMatch(/^warning: \S+ \[ring\] logpath: there is no file /m);
    expect(err).toContain(`${folder}/ring.log yet, and it is waited for (fail2ban would not start)\n`);
    expect(err).toContain('2 jails of ');
    expect(err).toContain(': 1 problem\n');
  });

  it('says why no jail is in use', async () => {
    const { root, config } = site('[knock]\nenabled = false\n');
    const said = async (): Promise<string> =>
      (await runCommand(checkCommand(), ['-c', config, '--fail2ban', root])).err;
    expect(await said()).toContain('is in use (none has enabled = true)');
    writeFileSync(join(root, 'jail.local'), Buffer.from('[knock]\n# f\xfcr\nenabled = true\n', 'latin1'));
    expect(await said()).toContain('is in use (none is enabled in what could be read)');
    expect(await said()).toContain(`${root}/jail.local:2:4: cannot be read, and the whole file is left out`);
  });

  it('is content with a good one: status 0; and not with none', async () => {
    const { folder, root, config } = site();
    const { status, out } = await runCommand(checkCommand(), ['-c', config, '--fail2ban', root, '--json']);
    expect(status).toBe(EXIT.done);
    expect(JSON.parse(out.split('\n')[1] ?? '')).toMatchObject({ jail: 'pam', ban: 'for good', expressions: 1 });
    const missing = await runCommand(checkCommand(), ['-c', config, '--fail2ban', join(folder, 'nowhere')]);
    expect(missing.status).toBe(EXIT.badConfig);
  });
});

describe('jailPorts()', () => {
  const of = (words: 'all' | readonly string[]) => {
    const problems: Problem[] = [];
    const { portGroups, groupOf } = jailPorts(new Map([['a', words]]), problems);
    return { ports: portGroups[0]?.ports, group: groupOf.get('a'), problems: problems.map(({ what }) => what) };
  };

  it.each([
    [
      ['ssh', '2222'],
      [
        [22, 22],
        [2_222, 2_222],
      ],
    ],
    [
      ['8000:8100', '443-444'],
      [
        [443, 444],
        [8_000, 8_100],
      ],
    ],
    [
      ['http', 'https'],
      [
        [80, 80],
        [443, 443],
      ],
    ],
  ])('%j are ports', (words, ports) => {
    expect(of(words)).toMatchObject({ ports, problems: [] });
  });

  it('all ports are no group, and names that nobody knows are all ports', () => {
    expect(of('all')).toEqual({ ports: undefined, group: 'all', problems: [] });
    expect(of(['0:65535'])).toMatchObject({ group: 'all', problems: [] });
    expect(of(['ssh', 'no-such-service', '99999'])).toEqual({
      ...{ ports: undefined, group: 'all' },
      problems: ['jail [a]: no-such-service, 99999: no port is known by this name'],
    });
  });
});

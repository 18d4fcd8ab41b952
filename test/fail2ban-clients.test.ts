/**
 * Clients of fail2ban ask the real server and our daemon the same, over the same installation and the same log, and hear the
 * same: its own client over its own socket, ours, and a package that speaks the protocol without either.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram, type RunningProgram, runProgram, startProgram } from '../src/base/program.ts';
import { type LivePlace, type RunningDaemon, startDaemon, until } from './live.ts';
import { plainConfig, put, rapsheet, scratch } from './run.ts';

const execute = promisify(execFile);
const able = findProgram('fail2ban-server') !== undefined && findProgram('fail2ban-client') !== undefined;
if (!able) console.warn("\nSKIPPED: fail2ban's clients, because it is not installed\n");

/** The original says how it reads logs by its locale. */
const ZONE = { TZ: 'UTC', LC_ALL: 'C.UTF-8' };
const BANNED = ['203.0.113.1', '203.0.113.2', '2001:db8::7'];
const SHY = '203.0.113.9';
const VISITOR = '198.51.100.77';

/** What depends on which program it is, on the order of a set, or on the second. */
function leveled(text: string): string {
  return (
    text
      .replace(/Banned IP list:\t(.*)/, (_all, list: string) => `Banned IP list:\t${list.split(' ').sort().join(' ')}`)
      .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME')
      .replace(/(?<=ignored:\n).*/s, (list) =>
        list
          .replace(/[|`]- /g, '')
          .split('\n')
          .sort()
          .join('\n'),
      )
      // Each release of the original has another expression for an address.
      .replace(/(?<=from |denied )\\\[\?.*\\\]\?/g, 'ADDRESS')
      .trimEnd()
  );
}

/** Asked of both; the answers are the same words. */
const QUESTIONS: ReadonlyArray<readonly string[]> = [
  ['ping'],
  ['status'],
  ['status', 'sshd'],
  ['status', 'sshd', 'short'],
  ['status', 'quiet'],
  ['status', 'nobody'],
  ['get', 'sshd', 'maxretry'],
  ['get', 'sshd', 'findtime'],
  ['get', 'sshd', 'bantime'],
  ['get', 'sshd', 'maxlines'],
  ['get', 'sshd', 'usedns'],
  ['get', 'sshd', 'logpath'],
  ['get', 'sshd', 'ignoreip'],
  ['get', 'quiet', 'ignoreip'],
  ['get', 'sshd', 'ignoreself'],
  ['get', 'sshd', 'failregex'],
  ['get', 'sshd', 'ignoreregex'],
  ['get', 'sshd', 'prefregex'],
  ['get', 'sshd', 'datepattern'],
  ['get', 'quiet', 'datepattern'],
  ['get', 'grown', 'datepattern'],
  ['get', 'epoch', 'datepattern'],
  ['get', 'bound', 'datepattern'],
  ['get', 'grown', 'ignoreip'],
  ['get', 'grown', 'ignorecommand'],
  ['get', 'quiet', 'logencoding'],
  ['get', 'grown', 'logencoding'],
  ['get', 'quiet', 'bantime.increment'],
  ['get', 'grown', 'bantime.increment'],
  ['get', 'grown', 'bantime.overalljails'],
  ['get', 'grown', 'bantime.maxtime'],
  ['get', 'grown', 'bantime.rndtime'],
  ['get', 'grown', 'bantime.multipliers'],
  ['get', 'grown', 'bantime.factor'],
  ['get', 'sshd', 'logtimezone'],
  ['reload', 'nope'],
  ['reload', '--if-exists', 'nope'],
  ['restart', 'nope'],
  ['reload', 'sshd', 'quiet'],
  ['get', 'sshd', 'journalmatch'],
  ['get', 'sshd', 'actions'],
  ['get', 'sshd', 'action', 'note', 'actionban'],
  ['get', 'nobody', 'bantime'],
  ['get', 'sshd', 'nonsense'],
  ['banned', '203.0.113.1', '203.0.113.77'],
  ['banned', 'nowhere'],
  ['nonsense'],
  ['set', 'sshd', 'unbanip', '--report-absent', '203.0.113.88'],
  ['set', 'sshd', 'banip', VISITOR],
  ['set', 'sshd', 'banip', VISITOR],
  ['get', 'sshd', 'banned', VISITOR, '203.0.113.77'],
  ['set', 'sshd', 'unbanip', VISITOR],
  ['set', 'sshd', 'unbanip', VISITOR],
  ['unban', '203.0.113.1', '203.0.113.99'],
  ['status', 'sshd'],
  ['get', 'sshd', 'banip', '--with-time'],
  ['unban', '--all'],
  ['banned'],
];

describe.skipIf(!able)(able ? 'clients of fail2ban' : 'clients of fail2ban (SKIPPED: it is not installed)', () => {
  const folder = scratch();
  const log = join(folder, 'auth.log');
  const sockets = { theirs: join(folder, 'theirs.sock'), ours: join(folder, 'ours.sock') };
  const place: LivePlace = {
    ...{ folder, ledger: join(folder, 'ledger.db'), socket: join(folder, 'control.sock') },
    config: plainConfig(
      folder,
      `[watch]
journal = "no"
[protect]
allow_file = "${join(folder, 'allow')}"
[firewall]
type = "memory"
[fail2ban]
directory = "${treeOf('ours')}"
`,
    ),
  };
  let server: RunningProgram | undefined;
  let daemon: RunningDaemon | undefined;

  function treeOf(whose: 'theirs' | 'ours'): string {
    return join(folder, `tree-${whose}`);
  }

  async function client(whose: 'theirs' | 'ours', words: readonly string[]): Promise<{ status: number; out: string }> {
    const given = ['-c', treeOf(whose), '-s', sockets[whose], ...words];
    const { status, out, err } = await runProgram('fail2ban-client', given, { environment: ZONE });
    // What it logs has the time in it.
    return { status: status ?? -1, out: leveled(`${out}${err.replace(/^\d{4}-.*\n/gm, '')}`) };
  }

  function plant(whose: 'theirs' | 'ours'): void {
    const tree = treeOf(whose);
    for (const part of ['filter.d', 'action.d']) mkdirSync(join(tree, part), { recursive: true });
    const files = {
      socket: sockets[whose],
      pidfile: join(folder, `${whose}.pid`),
      dbfile: join(folder, `${whose}.db`),
    };
    const server = Object.entries(files).map(([name, path]) => `${name} = ${path}\n`);
    put(join(tree, 'fail2ban.conf'), `[Definition]\n${server.join('')}logtarget = STDOUT\n`);
    put(
      join(tree, 'jail.conf'),
      `[DEFAULT]\nbackend = polling\nbantime = 1h\nfindtime = 10m\nmaxretry = 3\nusedns = no\naction = note[name=%(__name__)s]
[sshd]\nenabled = true\nfilter = scratch\nlogpath = ${log}\nignoreip = 192.0.2.200 10.0.0.0/8
[quiet]\nenabled = true\nfilter = dated\nlogpath = ${join(folder, 'quiet.log')}
[grown]\nenabled = true\nfilter = scratch\nlogpath = ${join(folder, 'quiet.log')}\nlogencoding = latin1\ndatepattern = {^LN-BEG}
bantime.increment = yes\nbantime.overalljails = off\nbantime.maxtime = 5w\nbantime.rndtime = 30m\nbantime.multipliers = 1 2 4\nbantime.factor = 1
ignoreip = 127.0.0.1/8 ::1 192.0.2.7/24 10.0.0.5/32 2001:DB8::7/64 192.0.2.0/255.255.255.0
[epoch]\nenabled = true\nfilter = scratch\nlogpath = ${join(folder, 'quiet.log')}\ndatepattern = EPOCH
[bound]\nenabled = true\nfilter = scratch\nlogpath = ${join(folder, 'quiet.log')}\ndatepattern = {^LN-BEG}%%ExY-%%m-%%d\n`,
    );
    put(
      join(tree, 'filter.d', 'scratch.conf'),
      '[Definition]\nfailregex = refused <F-USER>.*</F-USER> from <HOST>$\n            denied <ADDR>$\n',
    );
    put(
      join(tree, 'filter.d', 'dated.conf'),
      '[Definition]\nfailregex = no <HOST>$\nignoreregex = never\ndatepattern = ^%%Y-%%m-%%d\n',
    );
    put(join(tree, 'action.d', 'note.conf'), '[Definition]\nactionban = true <ip>\nactionunban = true\n');
  }

  beforeAll(async () => {
    writeFileSync(join(folder, 'quiet.log'), '');
    const time = new Date().toISOString().replace(/\.\d+Z$/, '+00:00');
    const lines = BANNED.flatMap((address) => Array<string>(3).fill(`${time} refused root from ${address}\n`));
    writeFileSync(log, [...lines, `${time} denied ${SHY}\n`].join(''));
    for (const whose of ['theirs', 'ours'] as const) plant(whose);
    server = startProgram('fail2ban-server', ['-c', treeOf('theirs'), '-f'], ZONE);
    server.stdin.end();
    for (const stream of [server.stdout, server.stderr]) stream.resume();
    daemon = startDaemon(place);
    for (const whose of ['theirs', 'ours'] as const) {
      await until(
        async () =>
          BANNED.every(
            (
              (out) => (address: string) =>
                out.includes(address)
            )((await client(whose, ['status', 'sshd'])).out),
          ),
        () => `bans of ${whose}: ${daemon?.said.text}`,
        40_000,
      );
    }
  }, 120_000);

  afterAll(async () => {
    server?.kill('SIGKILL');
    daemon?.program.kill('SIGKILL');
    await daemon?.end;
  });

  it('hear the same from the real server and from our daemon, over the socket of the original', async () => {
    const answers: Array<{ words: string; theirs: unknown; ours: unknown }> = [];
    for (const words of QUESTIONS) {
      const [theirs, ours] = [await client('theirs', words), await client('ours', words)];
      answers.push({ words: words.join(' '), theirs, ours });
    }
    expect(answers.map(({ words, ours }) => ({ words, answer: ours }))).toEqual(
      answers.map(({ words, theirs }) => ({ words, answer: theirs })),
    );
  }, 120_000);

  it('are answered by "rapsheet client" in the same words', async () => {
    for (const words of QUESTIONS.slice(0, 46)) {
      const { status, out } = await client('ours', words);
      const own = await rapsheet(['client', '-c', place.config, '--socket', place.socket, ...words], { env: ZONE });
      expect({ words, status: own.status, out: leveled(own.out) }).toEqual({ words, status, out: leveled(out) });
    }
  }, 120_000);

  it('that ask for what they may not get a sentence, and the daemon goes on', async () => {
    for (const words of [['set', 'sshd', 'maxretry', '9'], ['stop'], ['set', 'sshd', 'addfailregex', 'x <HOST>']]) {
      const { status, out } = await client('ours', words);
      expect({ words, status, says: out }).toEqual({
        words,
        status: 255,
        says: expect.stringMatching(/reload|systemctl/),
      });
    }
    expect(await client('ours', ['reload'])).toEqual({ status: 0, out: 'OK' });
    expect(await client('ours', ['flushlogs'])).toEqual({ status: 0, out: 'logs: flushed' });
    expect((await client('ours', ['ping'])).out).toBe('Server replied: pong');
  }, 60_000);

  it('of a package registry that know nothing of us are served', async ({ skip }) => {
    const project = join(folder, 'client');
    // It reads the database's file by itself when it is asked for old bans, which this does not ask for.
    put(join(project, 'none', 'package.json'), '{ "name": "better-sqlite3", "version": "5.4.3" }');
    put(join(project, 'none', 'index.js'), 'module.exports = class {};');
    const overrides = { 'better-sqlite3': 'file:./none' };
    put(join(project, 'package.json'), JSON.stringify({ dependencies: { fail2ban: '1.0.2' }, overrides }));
    const given = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', project];
    const installed = await execute('npm', given, { timeout: 60_000 }).catch((error: Error) => error);
    if (installed instanceof Error) {
      console.warn(
        `\nSKIPPED: a client of the package registry, because it cannot be installed: ${installed.message.split('\n')[1]}\n`,
      );
      skip();
    }
    const program = `
const { Fail2Ban, Jail } = require('fail2ban');
(async () => {
  const server = new Fail2Ban(${JSON.stringify(sockets.ours)});
  const jail = new Jail('sshd', ${JSON.stringify(sockets.ours)});
  const answers = [await server.ping(), await server.status, await jail.ban('198.51.100.8'), await jail.status, await jail.unban('198.51.100.8')];
  console.log(JSON.stringify([...answers, await jail.retries, await jail.findTime]));
})();`;
    const { stdout, stderr: wrong } = await execute(process.execPath, ['-e', program], { cwd: project });
    expect({ wrong, answers: JSON.parse(stdout) }).toEqual({
      wrong: '',
      answers: [
        'pong',
        { jails: 5, list: ['bound', 'epoch', 'grown', 'quiet', 'sshd'] },
        1,
        expect.objectContaining({
          filter: expect.objectContaining({ totalFailed: expect.any(Number), fileList: [log] }),
        }),
        1,
        3,
        600,
      ],
    });
  }, 120_000);

  it('of whatever bytes are refused or dropped, and nothing of it is run', async () => {
    const program = `
import socket, sys
for message in (b"cos\\nsystem\\n(S'touch ${join(folder, 'pwned')}'\\ntR.", b'\\x80\\x04rubbish', b'', b'(' * 100000):
    s = socket.socket(socket.AF_UNIX); s.settimeout(20); s.connect(sys.argv[1])
    s.sendall(message + b'<F2B_END_COMMAND>')
    print(b'ERROR' in s.recv(4096)); s.close()`;
    const { out } = await runProgram('python3', ['-c', program, sockets.ours]);
    expect(out.trim().split('\n')).toEqual(['True', 'True', 'True', 'True']);
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
    expect((await client('ours', ['ping'])).out).toBe('Server replied: pong');
  }, 60_000);
});

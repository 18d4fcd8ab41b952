/** Sessions by sshd's processes: of a made-up /proc, and of a real sshd. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { parseAddress } from '../base/address.ts';
import { findProgram } from '../base/program.ts';
import { readHost } from './host.ts';
import { sshdSessions } from './sshd-sessions.ts';
import { SystemFiles } from './system-files.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-sshd-'));
  folders.push(folder);
  return folder;
}

interface FakeProcess {
  readonly id: number;
  readonly title: string;
  readonly comm?: string;
  readonly parent: number;
  readonly user: number;
  readonly socket?: number;
}

async function found(processes: readonly FakeProcess[]): Promise<string[]> {
  const root = scratch();
  for (const { id, title, comm = 'sshd', parent, user, socket } of processes) {
    const folder = join(root, 'proc', String(id));
    mkdirSync(join(folder, 'fd'), { recursive: true });
    writeFileSync(join(folder, 'comm'), `${comm}\n`);
    writeFileSync(join(folder, 'cmdline'), `${title}\0\0\0`);
    writeFileSync(
      join(folder, 'status'),
      `Name:\t${comm}\nPPid:\t${parent}\nUid:\t${user}\t${user}\t${user}\t${user}\n`,
    );
    symlinkSync('/dev/null', join(folder, 'fd', '0'));
    if (socket !== undefined) symlinkSync(`socket:[${socket}]`, join(folder, 'fd', '4'));
  }
  const address = parseAddress('203.0.113.7');
  const sessions = await sshdSessions(new SystemFiles(root), new Map(address ? [['77', address]] : []));
  return sessions.map(({ user, terminal }) => `${user} ${terminal}`);
}

const MONITOR: FakeProcess = { id: 10, title: 'sshd-session: alice [priv]', parent: 1, user: 0, socket: 77 };

describe('sshdSessions()', () => {
  it.each([
    ['of root', [{ id: 11, title: 'sshd: root@pts/0', parent: 1, user: 0, socket: 77 }], ['root pts/0']],
    [
      'of others',
      [MONITOR, { id: 11, title: 'sshd-session: alice@notty', parent: 10, user: 7, socket: 77 }],
      ['alice '],
    ],
    [
      'none before the login',
      [MONITOR, { id: 11, title: 'sshd-session: alice [net]', parent: 10, user: 7, socket: 77 }],
      [],
    ],
    ['none that a user made up', [{ id: 11, title: 'sshd: root@pts/0', parent: 1, user: 7, socket: 77 }], []],
    ['none with another user', [MONITOR, { id: 11, title: 'sshd: bob@pts/0', parent: 10, user: 7, socket: 77 }], []],
    [
      'none of another program',
      [{ id: 11, title: 'sshd: root@pts/0', comm: 'cat', parent: 1, user: 0, socket: 77 }],
      [],
    ],
    ['none without a connection', [{ id: 11, title: 'sshd: root@pts/0', parent: 1, user: 0 }], []],
    ['none of another connection', [{ id: 11, title: 'sshd: root@pts/0', parent: 1, user: 0, socket: 78 }], []],
  ] as const)('finds sessions: %s', async (_, processes: readonly FakeProcess[], expected) => {
    expect(await found(processes)).toEqual(expected);
  });
});

const programs = ['sshd', 'ssh', 'ssh-keygen'].map(findProgram);
const able = process.getuid?.() === 0 && programs.every((path) => path !== undefined);
if (!able) console.warn('\nSKIPPED: sshd-sessions.test.ts starts no real sshd; that takes root, sshd and ssh\n');

describe.skipIf(!able)(able ? 'a real sshd' : 'a real sshd (SKIPPED: takes root, sshd and ssh)', () => {
  it('has a session of whoever logged in, and of nobody who only connected', { timeout: 60_000 }, async () => {
    const folder = scratch();
    const [sshd = '', ssh = '', keygen = ''] = programs;
    for (const name of ['host', 'key'])
      execFileSync(keygen, ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
    mkdirSync('/run/sshd', { recursive: true });
    const port = 20_000 + (process.pid % 10_000);
    const settings = { HostKey: join(folder, 'host'), AuthorizedKeysFile: join(folder, 'key.pub'), StrictModes: 'no' };
    const more = { ListenAddress: '127.0.0.1', Port: port, UsePAM: 'no', PidFile: 'none', PermitRootLogin: 'yes' };
    const given = Object.entries({ ...settings, ...more }).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
    const server = spawn(sshd, ['-D', '-f', '/dev/null', ...given], { stdio: 'ignore' });
    const args = ['-F', 'none', '-p', String(port), '-i', join(folder, 'key'), '-o', 'StrictHostKeyChecking=no'];
    const quiet = ['-o', 'UserKnownHostsFile=/dev/null', '-o', 'BatchMode=yes', '-o', 'ConnectionAttempts=50'];
    const client = spawn(ssh, [...args, ...quiet, 'root@127.0.0.1', 'cat'], { stdio: ['pipe', 'ignore', 'ignore'] });
    let stranger: Socket | undefined;
    try {
      let users: string[] = [];
      for (let i = 0; i < 300 && !users.includes('root 127.0.0.1'); i++) {
        await sleep(100);
        users = (await readHost()).sessions.map(({ user, address }) => `${user} ${address.text}`);
      }
      expect(users).toContain('root 127.0.0.1');
      stranger = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' });
      await new Promise((resolve) => stranger?.once('data', resolve));
      const { sessions, connections } = await readHost();
      expect(connections.some(({ remote }) => remote.text === '127.0.0.2')).toBe(true);
      expect(sessions.some(({ address }) => address.text === '127.0.0.2')).toBe(false);
    } finally {
      stranger?.destroy();
      client.kill();
      server.kill();
    }
  });
});

/** The real rsyslogd, sshd, nginx, logrotate and ssh of Debian, with configurations of their own. No test in here. */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ProgramResult, type RunningProgram, runProgram } from '../src/base/program.ts';
import { until } from './live.ts';
import type { Machine } from './machine.ts';
import type { Network, Place } from './netns.ts';
import { linesOf, put } from './run.ts';

const SYSLOG_PID = '/run/rsyslogd.pid';

/** Debian's rules, without those for the kernel. */
const SYSLOG = `module(load="imuxsock")
global(workDirectory="/var/log")
auth,authpriv.*                 /var/log/auth.log
*.*;auth,authpriv.none          -/var/log/syslog
mail.*                          -/var/log/mail.log
`;

export async function startSyslog(machine: Machine): Promise<RunningProgram> {
  const config = put(join(machine.folder, 'rsyslog.conf'), SYSLOG);
  return machine.serve('rsyslogd', ['-n', '-f', config, '-i', SYSLOG_PID], async () => {
    return (await machine.run('test', ['-S', '/dev/log'])).status === 0;
  });
}

/** Debian's settings: PAM, passwords, keys. Only the files are our own. */
export async function startSshd(machine: Machine): Promise<RunningProgram> {
  const { folder } = machine;
  await makeKey(join(folder, 'host_key'));
  await makeKey(join(folder, 'user_key'));
  const config = put(
    join(folder, 'sshd_config'),
    `HostKey ${join(folder, 'host_key')}
AuthorizedKeysFile ${join(folder, 'user_key.pub')}
StrictModes no
UsePAM yes
KbdInteractiveAuthentication no
PermitRootLogin yes
PrintMotd no
PidFile none
`,
  );
  return machine.serve('sshd', ['-D', '-f', config], () => machine.listens(22));
}

async function makeKey(path: string): Promise<void> {
  const { status, err } = await runProgram('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
  if (status !== 0) throw new Error(`ssh-keygen: ${err}`);
}

export interface SshClient {
  readonly from: Place;
  readonly to: string;
  /** Another address of the place. */
  readonly source?: string;
  readonly user?: string;
}

const CLIENT = ['-F', 'none', '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null'];

function clientArgs({ to, source, user = 'root' }: SshClient, more: readonly string[]): string[] {
  const origin = source === undefined ? [] : ['-b', source];
  return [...CLIENT, ...origin, ...more.flatMap((option) => ['-o', option]), `${user}@${to}`];
}

/** One connection in which a wrong password is tried so many times (at most three, the client's habit). */
export async function wrongPasswords(
  network: Network,
  machine: { readonly folder: string },
  client: SshClient,
  times: 1 | 2 | 3,
): Promise<ProgramResult> {
  const askpass = put(join(machine.folder, 'askpass'), '#!/bin/sh\necho wrong\n');
  chmodSync(askpass, 0o755);
  const options = [
    `NumberOfPasswordPrompts=${times}`,
    'PreferredAuthentications=password',
    'ConnectTimeout=5',
    'ServerAliveInterval=5',
    'ServerAliveCountMax=1',
  ];
  return network.run(client.from, 'ssh', [...clientArgs(client, options), 'true'], {
    environment: { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: 'none' },
  });
}

/** A session with a key that echoes what is written to it. */
export interface Session {
  readonly client: RunningProgram;
  /** Whether what is written comes back. */
  echoes(word: string): Promise<boolean>;
}

export async function login(network: Network, machine: Machine, client: SshClient): Promise<Session> {
  const options = [`IdentityFile=${join(machine.folder, 'user_key')}`, 'IdentitiesOnly=yes', 'BatchMode=yes'];
  const child = network.start(client.from, 'ssh', [...clientArgs(client, options), 'cat']);
  let heard = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    heard += text;
  });
  const echoes = async (word: string): Promise<boolean> => {
    if (child.exitCode !== null) return false;
    child.stdin.write(`${word}\n`);
    try {
      await until(
        () => heard.includes(`${word}\n`) || child.exitCode !== null,
        () => `the echo of ${word}`,
        5_000,
      );
    } catch {
      return false;
    }
    return heard.includes(`${word}\n`);
  };
  if (!(await echoes('hello'))) throw new Error('the session did not come about');
  return { client: child, echoes };
}

export async function startNginx(machine: Machine): Promise<RunningProgram> {
  const { folder } = machine;
  mkdirSync(join(folder, 'www'));
  put(join(folder, 'www', 'index.html'), 'welcome\n');
  for (const name of [folder, join(folder, 'www'), machine.log('nginx')]) chmodSync(name, 0o755);
  const config = put(
    join(folder, 'nginx.conf'),
    `user www-data;
worker_processes 1;
pid /run/nginx.pid;
error_log /var/log/nginx/error.log;
events { worker_connections 64; }
http {
  access_log /var/log/nginx/access.log;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 80;
    listen [::]:80;
    root ${folder}/www;
  }
}
`,
  );
  return machine.serve('nginx', ['-c', config, '-g', 'daemon off;'], () => machine.listens(80));
}

/** The status of each request, one after the other; 0 when none came. */
export async function requests(
  network: Network,
  from: Place,
  urls: readonly string[],
  source?: string,
): Promise<number[]> {
  const script = `const [source, ...urls] = process.argv.slice(1);
    const ask = (url) => new Promise((resolve) => {
      const options = { timeout: 2000, agent: false, ...(source === '' ? {} : { localAddress: source }) };
      const request = require('node:http').get(url, options, (answer) => { answer.resume(); resolve(answer.statusCode); });
      request.on('timeout', () => request.destroy(new Error('late')));
      request.on('error', () => resolve(0));
    });
    (async () => { for (const url of urls) console.log(await ask(url)); })();`;
  const { out } = await network.run(from, process.execPath, ['-e', script, source ?? '', ...urls]);
  return linesOf(out).map(Number);
}

/** As Debian rotates: renamed, compressed a rotation later, and the writer told. `copytruncate` for writers that cannot be told. */
export async function rotate(machine: Machine, log: string, how: 'rename' | 'copytruncate'): Promise<void> {
  const told = `  create 0640 root adm\n  postrotate\n    kill -HUP $(cat ${SYSLOG_PID})\n  endscript\n`;
  const config = put(
    join(machine.folder, 'logrotate.conf'),
    `/var/log/${log} {
  su root root
  rotate 4
  missingok
  notifempty
  compress
  delaycompress
${how === 'rename' ? told : '  copytruncate\n'}}
`,
  );
  chmodSync(config, 0o644);
  await machine.must('logrotate', ['--force', '--state', '/run/logrotate.state', config]);
}

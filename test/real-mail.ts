/** The real Postfix and rbldnsd of Debian, with configurations of their own. No test in here. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, type RunningProgram } from '../src/base/program.ts';
import { until } from './live.ts';
import type { Machine } from './machine.ts';
import type { Network, Place } from './netns.ts';
import { put } from './run.ts';

export const LIST = 'bl.example.net';

/** A zone file of rbldnsd with these addresses, and the one that every list has. */
export function listFile(folder: string, listed: readonly string[]): string {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  const lines = [`:127.0.0.2:listed for a test, see https://${LIST}/$`, '127.0.0.2', ...listed];
  const path = put(join(folder, 'listed'), `${lines.join('\n')}\n`);
  chmodSync(path, 0o644);
  return path;
}

/** What rbldnsd is told: the addresses of `listFile` as the zone `LIST`. */
export function listArgs(folder: string, port: number): string[] {
  return ['-n', '-b', `127.0.0.1/${port}`, '-w', folder, `${LIST}:ip4set:listed`];
}

export interface RunningList {
  readonly port: number;
  end(): Promise<void>;
}

/** rbldnsd on loopback, outside of any namespace. */
export async function startList(folder: string, listed: readonly string[]): Promise<RunningList> {
  listFile(folder, listed);
  const port = await freePort();
  const program = spawn(findProgram('rbldnsd') ?? 'rbldnsd', listArgs(folder, port), {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [program.stdout, program.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const end = new Promise<void>((resolve) => program.once('close', () => resolve()));
  await until(
    () => said.includes('started') || program.exitCode !== null,
    () => `rbldnsd: ${said}`,
  );
  if (program.exitCode !== null) throw new Error(`rbldnsd ended: ${said}`);
  return {
    port,
    end: () => {
      program.kill('SIGTERM');
      return end;
    },
  };
}

/** A resolver that takes questions and says nothing. */
export async function startBlackHole(): Promise<RunningList & { readonly asked: () => number }> {
  let asked = 0;
  const socket = createSocket('udp4', () => {
    asked++;
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const end = (): Promise<void> => new Promise((resolve) => socket.close(() => resolve()));
  return { port: socket.address().port, end, asked: () => asked };
}

/** Nobody else takes it in the moment between. */
async function freePort(): Promise<number> {
  const hole = await startBlackHole();
  await hole.end();
  return hole.port;
}

/** A server that takes mail for example.test only. It knows no names, so that nothing waits for a resolver. */
export async function startPostfix(machine: Machine): Promise<RunningProgram> {
  const config = join(machine.folder, 'postfix');
  const queue = join(machine.folder, 'queue');
  const data = join(machine.folder, 'data');
  for (const folder of [config, queue, data]) mkdirSync(folder);
  for (const folder of [machine.folder, config, queue]) chmodSync(folder, 0o755);
  put(
    join(config, 'main.cf'),
    `compatibility_level = 3.6
queue_directory = ${queue}
data_directory = ${data}
myhostname = mx.example.test
mydestination = example.test
mynetworks = 127.0.0.0/8
inet_interfaces = all
smtpd_peername_lookup = no
alias_maps =
local_recipient_maps =
smtpd_relay_restrictions = permit_mynetworks, defer_unauth_destination
`,
  );
  put(
    join(config, 'master.cf'),
    `smtp     inet       n - n - - smtpd
rewrite  unix       - - n - - trivial-rewrite
anvil    unix       - - n - 1 anvil
proxymap unix       - - n - - proxymap
cleanup  unix       n - n - 0 cleanup
`,
  );
  await machine.must('chown', ['postfix', data]);
  return machine.serve('postfix', ['-c', config, 'start-fg'], () => machine.listens(25));
}

/** Tries to relay a mail, as many times as there are recipients; the server's answers to them. */
export async function relayFrom(
  network: Network,
  from: Place,
  { to, source, recipients }: { readonly to: string; readonly source?: string; readonly recipients: readonly string[] },
): Promise<readonly string[]> {
  const script = `const [to, source, ...recipients] = process.argv.slice(1);
    const words = ['EHLO spam.example.net', 'MAIL FROM:<a@example.net>', ...recipients.map((r) => 'RCPT TO:<' + r + '>'), 'QUIT'];
    const socket = require('node:net').connect({ host: to, port: 25, ...(source === '' ? {} : { localAddress: source }) });
    let text = '';
    socket.setEncoding('latin1').on('data', (piece) => {
      text += piece;
      for (let end = text.indexOf('\\n'); end >= 0; end = text.indexOf('\\n')) {
        const line = text.slice(0, end).trim();
        text = text.slice(end + 1);
        if (line[3] === '-') continue;
        console.log(line);
        if (words.length > 0) socket.write(words.shift() + '\\r\\n');
      }
    });
    socket.setTimeout(10000, () => socket.destroy(new Error('late')));
    socket.on('error', (error) => console.log(String(error)));`;
  const { out } = await network.run(from, process.execPath, ['-e', script, to, source ?? '', ...recipients]);
  const answers = out.split('\n').filter((line) => line !== '');
  // After the greeting, EHLO and MAIL; before the farewell.
  return answers.slice(3, 3 + recipients.length);
}

/** How these tests run the daemon in a network namespace, where its firewall is real, and what they ask the kernel. No test in here. */
import { join } from 'node:path';
import * as v from 'valibot';
import type { ProgramResult, RunningProgram } from '../src/base/program.ts';
import { type LivePlace, type RunningDaemon, until } from './live.ts';
import type { NamespaceRunner } from './netns.ts';
import { linesOf, PROJECT, plainConfig } from './run.ts';

const PROGRAM = join(PROJECT, 'bin', 'rapsheet');

/** A daemon that finds the logs by itself, unless `more` has a [watch] of its own, and blocks with nftables. */
export function realPlace(folder: string, more = '[watch]\njournal = "no"\n'): LivePlace {
  const settings = `[firewall]\ntype = "nftables"\n[protect]\nallow_file = "${join(folder, 'allow')}"\n${more}`;
  return {
    folder,
    config: plainConfig(folder, settings),
    ledger: join(folder, 'ledger.db'),
    socket: join(folder, 'control.sock'),
  };
}

/** `rapsheet run` in the namespace. Whoever starts it ends it. */
export function startDaemonIn(
  runner: NamespaceRunner,
  place: LivePlace,
  more: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): RunningDaemon {
  const { config, ledger, socket } = place;
  const given = ['run', '-c', config, '--ledger', ledger, '--socket', socket, ...more];
  return watched(runner.start(process.execPath, [PROGRAM, ...given], { TZ: 'UTC', ...environment }));
}

function watched(program: RunningProgram): RunningDaemon {
  program.stdin.on('error', () => undefined).end();
  const said = { text: '' };
  program.stdout.resume();
  program.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.text += text;
  });
  const end = new Promise<number | null>((resolve, reject) => {
    program.on('error', reject);
    program.on('close', resolve);
  });
  return { program, said, end };
}

export async function onWatch(daemon: RunningDaemon): Promise<void> {
  await until(
    () => daemon.said.text.includes('on watch') || daemon.program.exitCode !== null,
    () => daemon.said.text,
  );
  if (daemon.program.exitCode !== null) throw new Error(`the daemon ended:\n${daemon.said.text}`);
}

/** Any command of the program in the namespace: a daemon that hangs is passed by, and then the kernel is told directly. */
export async function rapsheetIn(
  runner: NamespaceRunner,
  place: LivePlace,
  given: readonly string[],
): Promise<ProgramResult> {
  const [verb = '', ...rest] = given;
  const asked = ['-c', place.config, '--socket', place.socket];
  const ledger = ['status', 'list', 'unban', 'explain'].includes(verb) ? ['--ledger', place.ledger] : [];
  return runner.run(process.execPath, [PROGRAM, verb, ...rest, ...asked, ...ledger], { environment: { TZ: 'UTC' } });
}

/** All that the kernel blocks for us, sorted; undefined when our table is not there. */
export async function blockedIn(runner: NamespaceRunner): Promise<readonly string[] | undefined> {
  const { status, out } = await runner.run('nft', ['list', 'table', 'inet', 'rapsheet']);
  if (status !== 0) return undefined;
  return [...out.matchAll(/elements = \{([^}]*)\}/g)]
    .flatMap((match) => (match[1] ?? '').split(','))
    .map((element) => element.trim().split(/\s/)[0] ?? '')
    .sort();
}

const ban = v.object({
  ...{ subject: v.string(), jail: v.string(), kind: v.string(), until: v.nullable(v.string()), blocked: v.boolean() },
});
export type BanInForce = v.InferOutput<typeof ban>;

/** What `rapsheet list` says, asked in the namespace. */
export async function bansIn(runner: NamespaceRunner, place: LivePlace): Promise<readonly BanInForce[]> {
  const { status, out, err } = await rapsheetIn(runner, place, ['list', '--json']);
  if (status !== 0) throw new Error(`rapsheet list: status ${status}\n${err}`);
  return linesOf(out).map((line) => v.parse(ban, JSON.parse(line)));
}

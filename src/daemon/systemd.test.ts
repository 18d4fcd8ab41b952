import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findProgram, type ProgramResult, startProgram } from '../base/program.ts';
import { openSupervisor, type SupervisorOptions } from './systemd.ts';

const folder = mkdtempSync(join(tmpdir(), 'rapsheet-systemd-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DONE: ProgramResult = { status: 0, out: '', err: '' };

function open(environment: SupervisorOptions['environment'], run?: SupervisorOptions['run']) {
  const told: Array<readonly string[]> = [];
  const problems: string[] = [];
  const state = { now: 0 };
  const supervisor = openSupervisor({
    environment,
    pid: 42,
    monotonic: () => state.now,
    onProblem: (what) => problems.push(what),
    run:
      run ??
      (async (name, args, options) => {
        told.push([name, options.environment?.NOTIFY_SOCKET ?? '', ...args]);
        return DONE;
      }),
  });
  return { supervisor, told, problems, state };
}

describe('openSupervisor()', () => {
  it.each([[{}], [{ NOTIFY_SOCKET: '' }], [{ NOTIFY_SOCKET: 'vsock:2:1' }]])(
    'tells nobody when there is only %j',
    async (environment) => {
      const { supervisor, told } = open({ ...environment, WATCHDOG_USEC: '1000000' });
      supervisor.ready('x');
      supervisor.reloading();
      supervisor.stopping();
      supervisor.alive();
      await supervisor.settled();
      expect([told, supervisor.watchdogMs]).toEqual([[], undefined]);
    },
  );

  it('tells how things are, in their order', async () => {
    const { supervisor, told, state } = open({ NOTIFY_SOCKET: '/run/x' });
    supervisor.ready('watches 3 logs\nREADY=0');
    state.now = 1_234_567.8;
    supervisor.reloading();
    supervisor.ready();
    supervisor.stopping();
    await supervisor.settled();
    expect(told.map(([, , ...args]) => args)).toEqual([
      ['READY=1', 'STATUS=watches 3 logs\\x0aREADY=0'],
      ['RELOADING=1', 'MONOTONIC_USEC=1234567'],
      ['READY=1'],
      ['STOPPING=1'],
    ]);
    expect(told[0]?.slice(0, 2)).toEqual(['systemd-notify', '/run/x']);
  });

  it('tells the watchdog when half of its time is over', async () => {
    const { supervisor, told, state } = open({ NOTIFY_SOCKET: '@x', WATCHDOG_USEC: '60000000', WATCHDOG_PID: '42' });
    expect(supervisor.watchdogMs).toBe(30_000);
    for (; state.now < 90_000_000; state.now += 1_000_000) {
      supervisor.alive();
      await supervisor.settled();
    }
    expect(told).toHaveLength(3);
  });

  it.each([
    [{ WATCHDOG_USEC: '60000000', WATCHDOG_PID: '43' }],
    [{ WATCHDOG_USEC: '0' }],
    [{ WATCHDOG_USEC: 'soon' }],
    [{}],
  ])('has no watchdog with %j', (environment) => {
    expect(open({ NOTIFY_SOCKET: '/run/x', ...environment }).supervisor.watchdogMs).toBeUndefined();
  });

  it('keeps the last of each sort while one hangs, and never throws', async () => {
    const args: string[][] = [];
    let release: (() => void) | undefined;
    const { supervisor } = open({ NOTIFY_SOCKET: '/run/x' }, async (_, list) => {
      args.push([...list]);
      if (args.length === 1) await new Promise<void>((resolve) => (release = resolve));
      return DONE;
    });
    supervisor.status('first');
    supervisor.ready();
    for (let i = 0; i < 1_000; i++) supervisor.status(`${i}`);
    release?.();
    await supervisor.settled();
    expect(args).toEqual([['STATUS=first'], ['READY=1'], ['STATUS=999']]);
  });

  it('says once that it fails, and again only after it worked', async () => {
    let broken = true;
    const { supervisor, problems } = open({ NOTIFY_SOCKET: '/run/x' }, async () => {
      if (broken) throw new Error('systemd-notify: is not installed');
      return { ...DONE, status: 0 };
    });
    const tell = async (): Promise<void> => {
      supervisor.status('x');
      await supervisor.settled();
    };
    await tell();
    await tell();
    expect(problems).toEqual(['systemd-notify: is not installed']);
    broken = false;
    await tell();
    broken = true;
    await tell();
    expect(problems).toHaveLength(2);
  });
});

const LISTENER = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('listening', flush=True)
while True:
    print(repr(s.recv(65536).decode()), flush=True)
`;
const python = findProgram('python3');
const possible = python !== undefined && findProgram('systemd-notify') !== undefined;
if (!possible)
  console.warn('SKIPPED: systemd is not told for real, because python3 or systemd-notify is not installed');

describe('systemd-notify', () => {
  it.skipIf(!possible)(
    'tells a real datagram socket',
    async () => {
      const path = join(folder, 'notify');
      const listener = startProgram('python3', ['-c', LISTENER, path]);
      let heard = '';
      listener.stdout.on('data', (piece: Buffer) => {
        heard += piece.toString();
      });
      await expect.poll(() => heard, { timeout: 20_000 }).toContain('listening');
      const problems: string[] = [];
      const supervisor = openSupervisor({
        environment: { NOTIFY_SOCKET: path, WATCHDOG_USEC: '2000000' },
        pid: process.pid,
        monotonic: () => Number(process.hrtime.bigint() / 1_000n),
        onProblem: (what) => problems.push(what),
      });
      supervisor.ready('watches 3 logs');
      supervisor.alive();
      supervisor.reloading();
      supervisor.stopping();
      await supervisor.settled();
      await expect.poll(() => heard, { timeout: 20_000 }).toContain('STOPPING=1');
      listener.kill();
      await new Promise((resolve) => listener.once('close', resolve));
      expect(problems).toEqual([]);
      const said = heard.split('\n').filter((line) => !line.includes('BARRIER=1'));
      expect(said.slice(1, -1)).toEqual([
        "'READY=1\\nSTATUS=watches 3 logs'",
        "'WATCHDOG=1'",
        expect.stringMatching(/^'RELOADING=1\\nMONOTONIC_USEC=\d+'$/),
        "'STOPPING=1'",
      ]);
    },
    60_000,
  );

  it.skipIf(!possible)(
    'gives up on a socket that is gone',
    async () => {
      const { supervisor, problems } = (() => {
        const found: string[] = [];
        const environment = { NOTIFY_SOCKET: join(folder, 'gone') };
        const opened = openSupervisor({
          environment,
          pid: 1,
          monotonic: () => 0,
          onProblem: (what) => found.push(what),
        });
        return { supervisor: opened, problems: found };
      })();
      supervisor.ready();
      await supervisor.settled();
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain('systemd-notify');
    },
    60_000,
  );
});

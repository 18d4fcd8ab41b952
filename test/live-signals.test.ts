/**
 * What the outside does to a running daemon: signals, a second one beside it, a user without rights, a supervisor that
 * watches, a process that hangs. The program is the built one, the firewall the kernel's, in a network namespace. Skipped
 * without root.
 */
import { appendFileSync, chmodSync, chownSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../src/base/problem.ts';
import { findProgram, runProgram } from '../src/base/program.ts';
import { derived, type LivePlace, pause, type RunningDaemon, until } from './live.ts';
import { bansIn, blockedIn, onWatch, rapsheetIn, realPlace, startDaemonIn } from './live-network.ts';
import { ADDRESSES, canUseNamespaces, hasProgram, makeNetwork, type NamespaceRunner, type Network } from './netns.ts';
import { put, rapsheet, scratch, start } from './run.ts';

/** Below it every daemon has a folder of its own; nobody must get through. */
const base = scratch();
chmodSync(base, 0o755);
let folders = 0;

const { attacker, server } = ADDRESSES;
const PORT = 2222;
const NOBODY = 65_534;
const usable = (await canUseNamespaces()) && ['nft', 'ss'].map(hasProgram).every((one) => one);

interface Scene {
  readonly place: LivePlace;
  readonly daemon: RunningDaemon;
}

describe.runIf(usable)('a daemon', () => {
  let network: Network;
  let inside: NamespaceRunner;
  const running = new Set<RunningDaemon>();

  beforeAll(async () => {
    network = await makeNetwork('rseesig');
    inside = network.runner('server');
    await network.serve('server', PORT);
  });
  afterEach(async () => {
    for (const daemon of running) {
      daemon.program.kill('SIGKILL');
      await daemon.end;
    }
    running.clear();
    await inside.run('nft', ['delete', 'table', 'inet', 'rapsheet']);
  });
  afterAll(() => network?.remove());

  /** `rules` is added to the configuration; the log is there and empty. */
  async function begin(rules = '', environment: Record<string, string> = {}): Promise<Scene> {
    const place = makePlace(rules);
    const daemon = startIn(place, [], environment);
    await onWatch(daemon);
    return { place, daemon };
  }

  function startIn(place: LivePlace, more: readonly string[] = [], environment = {}): RunningDaemon {
    const daemon = startDaemonIn(inside, place, more, environment);
    running.add(daemon);
    return daemon;
  }

  async function stop(daemon: RunningDaemon): Promise<number | null> {
    daemon.program.kill('SIGTERM');
    const status = await daemon.end;
    running.delete(daemon);
    return status;
  }

  const ask = (place: LivePlace, ...given: readonly string[]) => rapsheetIn(inside, place, given);
  const blocked = (): Promise<readonly string[] | undefined> => blockedIn(inside);
  const connects = (): Promise<boolean> => network.connects('attacker', { to: server.v4, port: PORT });

  async function untilBlocked(subjects: readonly string[], { said }: RunningDaemon): Promise<void> {
    const isSo = async (): Promise<boolean> => JSON.stringify(await blocked()) === JSON.stringify(subjects);
    await until(isSo, () => `blocks of ${subjects.join(', ')}\n${said.text}`);
  }

  it('ends well at SIGTERM; its blocks stay, and the next one has them', async () => {
    const { place, daemon } = await begin();
    fail(place, attacker.v4, 6);
    await untilBlocked([attacker.v4], daemon);
    const before = await bansIn(inside, place);
    expect(await stop(daemon)).toBe(EXIT.done);
    expect(daemon.said.text).toContain('stopped');
    expect([await blocked(), await connects()]).toEqual([[attacker.v4], false]);
    expect((await ask(place, 'status')).status).toBe(EXIT.unavailable);
    const next = startIn(place);
    await onWatch(next);
    expect([await blocked(), await bansIn(inside, place)]).toEqual([[attacker.v4], before]);
    expect(derived(place.ledger).get('bans')).toHaveLength(1);
  });

  it('keeps its configuration when SIGHUP finds a broken one, and says so', async () => {
    const { place, daemon } = await begin();
    const good = readFileSync(place.config, 'utf8');
    writeFileSync(place.config, `${good}\n[jail.ssh]\nmaxrety = 2\n`);
    daemon.program.kill('SIGHUP');
    const told = async (): Promise<boolean> => (await ask(place, 'status')).out.includes('maxrety');
    await until(told, () => daemon.said.text);
    expect((await ask(place, 'status')).out).toContain('from before stays in use');
    fail(place, '198.51.100.20', 3);
    fail(place, attacker.v4, 6);
    await untilBlocked([attacker.v4], daemon);
    writeFileSync(place.config, good);
    daemon.program.kill('SIGHUP');
    await until(
      async () => !(await told()),
      () => daemon.said.text,
    );
    expect((await ask(place, 'status')).status).toBe(EXIT.done);
  });

  it('takes over a good one at SIGHUP: with a lower limit, who is over it goes with the next line', async () => {
    const { place, daemon } = await begin();
    fail(place, attacker.v4, 4);
    await until(
      async () => /4/.test((await ask(place, 'explain', attacker.v4)).out),
      () => 'four attempts',
    );
    appendFileSync(place.config, '\n[jail.ssh]\nmaxretry = 3\n');
    daemon.program.kill('SIGHUP');
    await until(
      () => daemon.said.text.includes('maxretry'),
      () => daemon.said.text,
    );
    // A ban needs a line that leads to it, so that a replay makes the same bans.
    expect(await blocked()).toEqual([]);
    fail(place, attacker.v4, 1);
    await untilBlocked([attacker.v4], daemon);
  });

  it('is alone: a second one at its socket ends with 69 and changes nothing', async () => {
    const { place, daemon } = await begin();
    fail(place, attacker.v4, 6);
    await untilBlocked([attacker.v4], daemon);
    const other = { ...makePlace(), socket: place.socket };
    const second = startIn(other);
    expect([await second.end, second.said.text]).toEqual([EXIT.unavailable, expect.stringContaining(place.socket)]);
    running.delete(second);
    expect([await blocked(), await connects()]).toEqual([[attacker.v4], false]);
    expect(statSync(other.ledger, { throwIfNoEntry: false })).toBe(undefined);
    fail(place, '198.51.100.20', 6);
    await untilBlocked([attacker.v4, '198.51.100.20'], daemon);
    expect(JSON.parse((await ask(place, 'status', '--json')).out)).toMatchObject({ pid: daemon.program.pid });
  });

  it('is alone: a second one on its ledger ends and changes nothing', async () => {
    const { place, daemon } = await begin();
    fail(place, attacker.v4, 6);
    await untilBlocked([attacker.v4], daemon);
    const second = startIn({ ...place, socket: join(place.folder, 'other.sock') });
    expect([await second.end, second.said.text]).toEqual([EXIT.unavailable, expect.stringContaining(place.ledger)]);
    running.delete(second);
    fail(place, '198.51.100.20', 6);
    await untilBlocked([attacker.v4, '198.51.100.20'], daemon);
    expect(daemon.said.text).not.toContain('somebody else changed');
    // Killed, it holds nobody up.
    daemon.program.kill('SIGKILL');
    await daemon.end;
    await onWatch(startIn(place));
    expect(derived(place.ledger).get('bans')).toHaveLength(2);
  });

  it('goes on when nobody reads any more what it says', async () => {
    const { place, daemon } = await begin();
    daemon.program.stderr.destroy();
    daemon.program.stdout.destroy();
    fail(place, '198.51.100.20', 6);
    await untilBlocked(['198.51.100.20'], daemon);
    fail(place, attacker.v4, 6);
    await untilBlocked([attacker.v4, '198.51.100.20'], daemon);
    expect(await stop(daemon)).toBe(EXIT.done);
  });

  it('survives SIGHUP while it starts', async () => {
    const place = makePlace();
    const daemon = startIn(place);
    await until(
      () => daemon.said.text !== '',
      () => 'the first word',
    );
    for (let count = 0; count < 3; count++) daemon.program.kill('SIGHUP');
    await onWatch(daemon);
    fail(place, attacker.v4, 6);
    await untilBlocked([attacker.v4], daemon);
  });

  it('is told of by the kernel while it hangs: blocks end when they should', async () => {
    const { place, daemon } = await begin('[jail.ssh]\nbantime = "8s"\n');
    fail(place, attacker.v4, 6);
    await untilBlocked([attacker.v4], daemon);
    daemon.program.kill('SIGSTOP');
    expect(await connects()).toBe(false);
    await untilBlocked([], daemon);
    expect(await connects()).toBe(true);
    daemon.program.kill('SIGCONT');
    await until(
      async () => (await bansIn(inside, place)).length === 0,
      () => daemon.said.text,
    );
    expect([await blocked(), await connects()]).toEqual([[], true]);
    const [ban = ''] = derived(place.ledger).get('bans') ?? [];
    const [, , , since, end] = ban.split(' ');
    expect(Number(end) - Number(since)).toBe(8_000);
  });

  it('does not bring back, when it wakes up, what was unbanned while it hung', async () => {
    const { place, daemon } = await begin();
    const many = ['198.51.100.21', '198.51.100.22', attacker.v4].sort();
    for (const address of many) fail(place, address, 6);
    await untilBlocked(many, daemon);
    // Halfway there when the daemon hangs.
    fail(place, '198.51.100.23', 4);
    await pause(300);
    daemon.program.kill('SIGSTOP');
    const { status, out } = await ask(place, 'unban', '--all', '--why', 'a test');
    expect([status, out]).toEqual([EXIT.done, expect.stringMatching(/3 bans/)]);
    expect([await blocked(), await connects()]).toEqual([[], true]);
    daemon.program.kill('SIGCONT');
    for (let look = 0; look < 12; look++) {
      expect(await blocked()).toEqual([]);
      await pause(250);
    }
    expect([await bansIn(inside, place), await connects()]).toEqual([[], true]);
    // It begins to count from nothing.
    fail(place, attacker.v4, 4);
    await pause(500);
    expect(await blocked()).toEqual([]);
    fail(place, attacker.v4, 1);
    await untilBlocked([attacker.v4], daemon);
  });

  it('keeps the other blocks when one is ended while it hangs', async () => {
    const { place, daemon } = await begin();
    const other = '198.51.100.21';
    for (const address of [attacker.v4, other]) fail(place, address, 6);
    await untilBlocked([attacker.v4, other], daemon);
    daemon.program.kill('SIGSTOP');
    expect((await ask(place, 'status')).status).toBe(EXIT.unavailable);
    expect((await ask(place, 'unban', attacker.v4)).status).toBe(EXIT.done);
    expect([await blocked(), await connects()]).toEqual([[other], true]);
    daemon.program.kill('SIGCONT');
    await until(
      async () => (await bansIn(inside, place)).length === 1,
      () => daemon.said.text,
    );
    await pause(1_500);
    expect([await blocked(), await connects()]).toEqual([[other], true]);
    expect((await bansIn(inside, place)).map(({ subject }) => subject)).toEqual([other]);
  });

  it('serves its figures while it bans', async () => {
    const { place, daemon } = await begin('[daemon]\nmetrics = "127.0.0.1:9773"\n');
    const script = `require('node:http').get('http://127.0.0.1:9773/metrics', (answer) => answer.pipe(process.stdout));`;
    const read = async (): Promise<string> => (await inside.run(process.execPath, ['-e', script])).out;
    const addresses = Array.from({ length: 40 }, (_, index) => `198.51.100.${index + 100}`);
    const reading: Promise<string>[] = [];
    for (const [index, address] of addresses.entries()) {
      fail(place, address, 6);
      if (index % 10 === 0) reading.push(read());
    }
    for (const text of await Promise.all(reading)) expect(text).toMatch(/^rapsheet_\w+/m);
    await untilBlocked(addresses.toSorted(), daemon);
    const text = await read();
    expect(text).toMatch(/^rapsheet_bans_total 40$/m);
    if (!hasProgram('promtool')) return;
    expect(await runProgram('promtool', ['check', 'metrics'], { input: text })).toMatchObject({ status: 0, err: '' });
  });

  it.runIf(findProgram('python3') !== undefined && findProgram('systemd-notify') !== undefined)(
    'tells its supervisor that it is ready, alive, reloading and stopping',
    async () => {
      const socket = join(base, 'notify');
      const script = `import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print("bound", flush=True)
while True: print(s.recv(4096).decode().replace("\\n", " "), flush=True)`;
      const listener = network.start('server', 'python3', ['-c', script, socket]);
      const heard: string[] = [];
      listener.stdout.setEncoding('utf8').on('data', (text: string) => heard.push(...text.trimEnd().split('\n')));
      await until(
        () => heard.includes('bound'),
        () => heard.join('\n'),
      );
      const { daemon } = await begin('', { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '2000000' });
      const hears = (word: string, times = 1): Promise<void> =>
        until(
          () => heard.filter((line) => line.includes(word)).length >= times,
          () => `${word}: ${heard.join('\n')}`,
        );
      await hears('READY=1');
      await hears('WATCHDOG=1', 3);
      daemon.program.kill('SIGHUP');
      await hears('RELOADING=1');
      await hears('READY=1', 2);
      expect(await stop(daemon)).toBe(EXIT.done);
      await hears('STOPPING=1');
      const order = heard
        .map((line) => line.split('=')[0])
        .filter((word) => !['bound', 'WATCHDOG', 'BARRIER'].includes(word ?? ''));
      expect(order).toEqual(['READY', 'RELOADING', 'READY', 'STOPPING']);
      listener.kill('SIGKILL');
    },
  );
});

describe.runIf(process.getuid?.() === 0)('a user without rights', () => {
  async function mayRead(): Promise<boolean> {
    if ((await rapsheet(['--version'], { uid: NOBODY })).status === 0) return true;
    console.warn('SKIPPED: nobody but root may read this checkout, so nobody else can run the program');
    return false;
  }

  function ownPlace(): LivePlace {
    const place = makePlace();
    for (const path of [place.folder, join(place.folder, 'auth.log')]) chownSync(path, NOBODY, NOBODY);
    return place;
  }

  it('may not block, and is told what to do', async () => {
    if (!(await mayRead())) return;
    const { config, ledger, socket } = ownPlace();
    const run = await rapsheet(['run', '-c', config, '--ledger', ledger, '--socket', socket], { uid: NOBODY });
    expect(run).toMatchObject({ status: EXIT.notPermitted, err: expect.stringContaining('rapsheet run --dry-run') });
    expect([existsSync(ledger), existsSync(socket)]).toEqual([false, false]);
  });

  it('may look what would be banned', async () => {
    if (!(await mayRead())) return;
    const place = ownPlace();
    const { config, ledger, socket } = place;
    const program = start(['run', '-c', config, '--ledger', ledger, '--socket', socket, '--dry-run'], { uid: NOBODY });
    const said = { text: '' };
    program.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.text += text;
    });
    const end = new Promise((resolve) => program.on('close', resolve));
    try {
      await until(
        () => said.text.includes('on watch'),
        () => said.text,
      );
      fail(place, attacker.v4, 6);
      await until(
        () => said.text.includes(`subject=${attacker.v4}`),
        () => said.text,
      );
      const given = ['-c', config, '--socket', socket, '--json'];
      const list = await rapsheet(['list', ...given], { uid: NOBODY });
      expect(JSON.parse(list.out)).toMatchObject({ subject: attacker.v4, blocked: false });
      const status = await rapsheet(['status', ...given], { uid: NOBODY });
      expect(JSON.parse(status.out)).toMatchObject({ mode: 'dry-run', firewall: { blocked: 0 } });
      // A machine that has other services may have logs of theirs that this user cannot read.
      const { problems } = JSON.parse(status.out);
      expect(problems.filter(({ where }: { where: string }) => !where.startsWith('/var/log/'))).toEqual([]);
      expect(statSync(ledger).uid).toBe(NOBODY);
      program.kill('SIGTERM');
      expect(await end).toBe(EXIT.done);
    } finally {
      program.kill('SIGKILL');
    }
  });
});

function makePlace(rules = ''): LivePlace {
  const folder = join(base, `${++folders}`);
  const log = put(join(folder, 'auth.log'), '');
  return realPlace(folder, `[watch]\nlogs = [${JSON.stringify(log)}]\njournal = "no"\n${rules}`);
}

let pid = 0;

/** Failed logins, now. */
function fail(place: LivePlace, address: string, times: number): void {
  const stamp = new Date().toISOString().replace('Z', '+00:00');
  const line = (): string =>
    `${stamp} web1 sshd[${++pid}]: Failed password for root from ${address} port ${1_024 + pid} ssh2\n`;
  appendFileSync(join(place.folder, 'auth.log'), Array.from({ length: times }, line).join(''));
}

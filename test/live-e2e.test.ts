/**
 * End to end with real parts: Debian's sshd, rsyslogd, nginx, logrotate and journal in a network namespace, real clients
 * in others, the built program between them, and the kernel's own firewall. Skipped without root or without the packages
 * (test/packages.ts installs them on a bare machine).
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasTools as hasJournal, write as writeJournal } from '../src/source/testing-journal.ts';
import { derived, type LivePlace, pause, type RunningDaemon, until } from './live.ts';
import { bansIn, blockedIn, onWatch, rapsheetIn, realPlace, startDaemonIn } from './live-network.ts';
import { hasMachineId, MACHINE_ID, type Machine, makeMachine } from './machine.ts';
import { ADDRESSES, canUseNamespaces, hasProgram, makeNetwork, type Network } from './netns.ts';
import {
  login,
  requests,
  rotate,
  type Session,
  startNginx,
  startSshd,
  startSyslog,
  wrongPasswords,
} from './real-services.ts';
import { done, scratch } from './run.ts';

/** Below it every scene has folders of its own; www-data must get through. */
const base = scratch();
chmodSync(base, 0o755);

const { attacker, innocent, server } = ADDRESSES;
/** Comes from the innocent client's place, with an address of its own. */
const OPERATOR = '203.0.113.20';
/** More addresses of the attacker's place. */
const ROTATING = '198.51.100.77';
const PROBER = '198.51.100.78';
/** The attacker's network beyond his router: that of the link is the server's own, too, and never banned. */
const REMOTE6 = '2001:db8:aa::10';
const REMOTE6_NETWORK = '2001:db8:aa::/64';
const SSH = 22;
const PUBLISHED = 8080;

const namespaces = await canUseNamespaces();
const has = (...programs: readonly string[]): boolean =>
  namespaces && ['nft', 'ss', 'unshare', 'nsenter', 'mount', ...programs].map(hasProgram).every((one) => one);

/** One network, machine and daemon for the tests of a block, which follow each other. */
interface Scene {
  readonly network: Network;
  readonly machine: Machine;
  readonly place: LivePlace;
  daemon: RunningDaemon;
}

async function makeScene(prefix: string, watch?: string): Promise<Scene> {
  const network = await makeNetwork(prefix);
  const machine = await makeMachine(network, join(base, prefix, 'machine'));
  const place = realPlace(join(base, prefix), watch);
  await network.addAddress('attacker', `${REMOTE6}/64`);
  await network.ip('server', ['-6', 'route', 'add', REMOTE6_NETWORK, 'via', attacker.v6]);
  return { network, machine, place, daemon: startDaemonIn(machine, place) };
}

async function endScene(scene: Scene | undefined): Promise<void> {
  await scene?.machine.end();
  await scene?.network.remove();
}

async function untilBanned({ machine, place, daemon }: Scene, subject: string): Promise<void> {
  await until(
    async () => (await bansIn(machine, place)).some((ban) => ban.subject === subject && ban.blocked),
    () => `the ban of ${subject}\n${daemon.said.text}`,
  );
}

/** What the ledger counted of an IPv4 address: a row a day and kind. */
function talliesOf(ledger: string, address: string): readonly string[] {
  const digits = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  const key = digits.join('').toUpperCase();
  return (derived(ledger).get('tallies') ?? []).filter((row) => row.split(' ')[0]?.endsWith(key));
}

function attemptsOf({ ledger }: LivePlace, address: string): number {
  return talliesOf(ledger, address).reduce((sum, row) => sum + Number(row.split(' ')[3]), 0);
}

describe.runIf(has('sshd', 'ssh', 'ssh-keygen', 'rsyslogd'))('a real sshd that logs by a real rsyslogd', () => {
  let scene: Scene;
  let operator: Session;

  beforeAll(async () => {
    scene = await makeScene('rseessh');
    const { network, machine, daemon } = scene;
    await network.addAddress('innocent', `${OPERATOR}/24`);
    await network.addAddress('attacker', `${ROTATING}/24`);
    await startSyslog(machine);
    await startSshd(machine);
    await onWatch(daemon);
    operator = await login(network, machine, { from: 'innocent', to: server.v4, source: OPERATOR });
  });
  afterAll(() => endScene(scene));

  const connects = (from: 'attacker' | 'innocent', source?: string): Promise<boolean> =>
    scene.network.connects(from, { to: server.v4, port: SSH, ...(source === undefined ? {} : { source }) });

  /** Two connections at once, as guessers do. */
  async function guess(from: 'attacker' | 'innocent', more: { to?: string; source?: string } = {}): Promise<void> {
    const client = { from, to: server.v4, ...more };
    const both = [wrongPasswords(scene.network, scene.machine, client, 3)];
    both.push(wrongPasswords(scene.network, scene.machine, { ...client, user: 'admin' }, 3));
    for (const { status } of await Promise.all(both)) expect(status).toBe(255);
  }

  it('keeps out who guesses passwords, and nobody else', async () => {
    expect([await connects('attacker'), await connects('innocent')]).toEqual([true, true]);
    await guess('attacker');
    await untilBanned(scene, attacker.v4);
    expect([await connects('attacker'), await connects('innocent')]).toEqual([false, true]);
    expect(await blockedIn(scene.machine)).toEqual([attacker.v4]);
  });

  it('has the lines that sshd wrote as evidence, byte for byte', () => {
    const evidence = (derived(scene.place.ledger).get('evidence') ?? []).filter((row) => row.startsWith(attacker.v4));
    // Names that do not exist weigh two.
    expect(evidence.length).toBeGreaterThanOrEqual(3);
    const log = scene.machine.readLog('auth.log').split('\n');
    for (const row of evidence) expect(log).toContain(row.split(' ').slice(3).join(' '));
  });

  it('says the truth about it', async () => {
    const { machine, place } = scene;
    const [ban, ...others] = await bansIn(machine, place);
    expect(others).toEqual([]);
    expect(ban).toMatchObject({
      subject: attacker.v4,
      jail: 'ssh',
      kind: expect.stringMatching(/^ssh\.(?:login|user)$/),
      blocked: true,
    });
    const status = await rapsheetIn(machine, place, ['status']);
    expect(status).toMatchObject({ status: 0, out: expect.stringContaining('/var/log/auth.log') });
    const why = await rapsheetIn(machine, place, ['explain', attacker.v4]);
    expect(why).toMatchObject({ status: 0, out: expect.stringMatching(/is banned on .*: \d × ssh\.(?:login|user)/) });
    const free = await rapsheetIn(machine, place, ['explain', innocent.v4]);
    expect(free).toMatchObject({ status: 1, out: expect.stringContaining('is not banned') });
  });

  it('leaves the operator alone who mistypes ten times while logged in', async () => {
    const { network, machine, place } = scene;
    const typing = ([3, 3, 3, 1] as const).map((times) =>
      wrongPasswords(network, machine, { from: 'innocent', to: server.v4, source: OPERATOR }, times),
    );
    await Promise.all(typing);
    await until(
      () => machine.readLog('auth.log').split(`Failed password for root from ${OPERATOR}`).length === 11,
      () => machine.readLog('auth.log'),
    );
    await until(
      () => scene.daemon.said.text.includes('must not be banned'),
      () => scene.daemon.said.text,
    );
    expect((await bansIn(machine, place)).map(({ subject }) => subject)).toEqual([attacker.v4]);
    expect([await operator.echoes('still here'), await connects('innocent', OPERATOR)]).toEqual([true, true]);
    const why = await rapsheetIn(machine, place, ['explain', OPERATOR]);
    expect(why).toMatchObject({ status: 1, out: expect.stringContaining('logged in') });
  });

  it('lets in again who is unbanned', async () => {
    const { network, machine, place } = scene;
    expect((await rapsheetIn(machine, place, ['unban', attacker.v4])).status).toBe(0);
    expect([await connects('attacker'), await blockedIn(machine)]).toEqual([true, []]);
    const again = await wrongPasswords(network, machine, { from: 'attacker', to: server.v4 }, 1);
    expect(again.err).toContain('Permission denied');
    expect((await rapsheetIn(machine, place, ['explain', attacker.v4])).status).toBe(1);
  });

  it('keeps out an IPv6 network', async () => {
    const { network } = scene;
    const remote = { to: server.v6, source: REMOTE6 };
    await guess('attacker', remote);
    await untilBanned(scene, REMOTE6_NETWORK);
    expect(await network.connects('attacker', { ...remote, port: SSH })).toBe(false);
    expect(await network.connects('innocent', { to: server.v6, port: SSH })).toBe(true);
    expect(await connects('attacker')).toBe(true);
  });

  it.runIf(hasProgram('logrotate'))('misses and doubles nothing while logrotate rotates during an attack', async () => {
    const { machine, place } = scene;
    const attack = guess('attacker', { source: ROTATING });
    const failures = (): number => allOf(machine, 'auth.log').split(`from ${ROTATING} port`).length - 1;
    for (const count of [1, 3]) {
      await until(
        () => failures() >= count,
        () => `${count} failures`,
      );
      await rotate(machine, 'auth.log', 'rename');
    }
    await attack;
    await untilBanned(scene, ROTATING);
    expect(
      readdirSync(machine.log(''))
        .filter((name) => name.startsWith('auth.log'))
        .sort(),
    ).toEqual(['auth.log', 'auth.log.1', 'auth.log.2.gz']);
    // The cut connection still has its say; nothing comes after that.
    await pause(1_500);
    const parts = readdirSync(machine.log('')).filter((name) => name.startsWith('auth.log'));
    const whole = join(base, 'whole.db');
    const paths = parts.map((name) => machine.log(name));
    await done(['replay', '-c', place.config, '--ledger', whole, '--quiet', ...paths]);
    const expected = talliesOf(whole, ROTATING);
    const tallied = (): string => talliesOf(place.ledger, ROTATING).join('\n');
    // The last line may be younger than the last commit, which are a second apart.
    await until(
      () => tallied() === expected.join('\n'),
      () => `${expected.join('\n')}\nand not\n${tallied()}`,
    );
    expect(talliesOf(place.ledger, ROTATING)).toEqual(expected);
    expect(attemptsOf(place, ROTATING)).toBeGreaterThanOrEqual(3);
    expect(await connects('attacker', ROTATING)).toBe(false);
  });

  it('ends well, and its blocks stay', async () => {
    const before = await blockedIn(scene.machine);
    scene.daemon.program.kill('SIGTERM');
    expect(await scene.daemon.end).toBe(0);
    expect(await blockedIn(scene.machine)).toEqual(before);
    expect(await operator.echoes('to the end')).toBe(true);
  });
});

/** A log with its rotated parts. */
function allOf(machine: Machine, log: string): string {
  const folder = join(machine.log(log), '..');
  const base = log.split('/').at(-1) ?? '';
  return readdirSync(folder)
    .filter((name) => name.startsWith(base))
    .map((name) => {
      const bytes = readFileSync(join(folder, name));
      return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
    })
    .join('');
}

describe.runIf(has('nginx'))('a real nginx', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await makeScene('rseeweb');
    const { network, machine, daemon } = scene;
    await network.addAddress('attacker', `${PROBER}/24`);
    await network.publish(PUBLISHED, 3000);
    await network.serve('container', 3000);
    await startNginx(machine);
    await onWatch(daemon);
  });
  afterAll(() => endScene(scene));

  interface Way {
    readonly from: 'attacker' | 'innocent';
    readonly to?: string;
    readonly source?: string;
  }
  const PROBES = ['/.env', '/.git/config', '/wp-login.php', '/.env.local', '/.aws/credentials', '/.git/HEAD'];
  const THROUGH = { page: 200, container: true };
  const CLOSED = { page: 0, container: false };

  const ask = ({ from, to = server.v4, source }: Way, paths: readonly string[]): Promise<number[]> => {
    const site = `http://${to.includes(':') ? `[${to}]` : to}`;
    return requests(
      scene.network,
      from,
      paths.map((path) => `${site}${path}`),
      source,
    );
  };
  /** What somebody gets of the host itself and of the container behind it. */
  const gets = async (way: Way): Promise<{ page: number | undefined; container: boolean }> => {
    const { from, to = server.v4, source } = way;
    const [page] = await ask(way, ['/']);
    const more = source === undefined ? {} : { source };
    return { page, container: await scene.network.connects(from, { to, port: PUBLISHED, ...more }) };
  };

  it('keeps probers out of the host and of the containers behind it', async () => {
    expect(await gets({ from: 'attacker' })).toEqual(THROUGH);
    await ask({ from: 'attacker' }, PROBES);
    await untilBanned(scene, attacker.v4);
    expect([await gets({ from: 'attacker' }), await gets({ from: 'innocent' })]).toEqual([CLOSED, THROUGH]);
    expect(await blockedIn(scene.machine)).toEqual([attacker.v4]);
  });

  it('does so over IPv6', async () => {
    const way = { from: 'attacker', to: server.v6, source: REMOTE6 } as const;
    expect(await gets(way)).toEqual(THROUGH);
    await ask(way, PROBES);
    await untilBanned(scene, REMOTE6_NETWORK);
    expect([await gets(way), await gets({ from: 'innocent', to: server.v6 })]).toEqual([CLOSED, THROUGH]);
  });

  it('lets in again who is unbanned', async () => {
    const { machine, place } = scene;
    expect((await rapsheetIn(machine, place, ['unban', attacker.v4])).status).toBe(0);
    expect(await gets({ from: 'attacker' })).toEqual(THROUGH);
  });

  it.runIf(hasProgram('logrotate'))('goes on when logrotate copied and truncated', async () => {
    const { machine, place } = scene;
    const way = { from: 'attacker', source: PROBER } as const;
    await ask(way, PROBES.slice(0, 3));
    await until(
      () => attemptsOf(place, PROBER) === 3,
      () => `3 attempts, not ${attemptsOf(place, PROBER)}`,
    );
    await rotate(machine, 'nginx/access.log', 'copytruncate');
    expect(machine.readLog('nginx/access.log')).toBe('');
    await ask(way, PROBES.slice(3));
    await untilBanned(scene, PROBER);
    expect(await gets(way)).toEqual(CLOSED);
    const evidence = (derived(place.ledger).get('evidence') ?? []).filter((row) => row.startsWith(PROBER));
    const log = allOf(machine, 'nginx/access.log').split('\n');
    expect(evidence.length).toBeGreaterThanOrEqual(5);
    for (const row of evidence) expect(log).toContain(row.split(' ').slice(3).join(' '));
  });
});

describe.runIf(hasJournal && hasMachineId && has())('a real journal', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await makeScene('rseejrn', '[watch]\njournal = "yes"\n');
    await onWatch(scene.daemon);
  });
  afterAll(() => endScene(scene));

  /** Failed logins with these names, as journald stores what sshd says. */
  async function writeFailures(address: string, users: readonly string[]): Promise<void> {
    const folder = join(scene.machine.log('journal'), MACHINE_ID);
    mkdirSync(folder, { recursive: true });
    const entries = users.map((user) => ({
      message: `Failed password for invalid user ${user} from ${address} port 4711 ssh2`,
    }));
    await writeJournal(folder, entries);
  }

  it('tells of attackers, whatever they put into it', async () => {
    const { network } = scene;
    await network.serve('server', SSH);
    await writeFailures(attacker.v4, ['root', 'a\u001b[2Jb', 'x'.repeat(90), '\u202eevil', 'y'.repeat(900)]);
    await untilBanned(scene, attacker.v4);
    const lets = (from: 'attacker' | 'innocent'): Promise<boolean> =>
      network.connects(from, { to: server.v4, port: SSH });
    expect([await lets('attacker'), await lets('innocent')]).toEqual([false, true]);
  });

  it('is read on where it was, after a kill', async () => {
    const { machine, place } = scene;
    await writeFailures(PROBER, ['root', 'admin', 'root']);
    await until(
      () => attemptsOf(place, PROBER) === 3,
      () => `3 attempts, not ${attemptsOf(place, PROBER)}\n${scene.daemon.said.text}`,
    );
    scene.daemon.program.kill('SIGKILL');
    await scene.daemon.end;
    await writeFailures(PROBER, ['admin']);
    scene.daemon = startDaemonIn(machine, place);
    await onWatch(scene.daemon);
    await writeFailures(PROBER, ['root']);
    await untilBanned(scene, PROBER);
    const evidence = (derived(place.ledger).get('evidence') ?? []).filter((row) => row.startsWith(PROBER));
    expect([evidence.length, attemptsOf(place, PROBER)]).toEqual([5, 5]);
  });
});

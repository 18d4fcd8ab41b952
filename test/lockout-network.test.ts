/**
 * The operator's connection and the attacker's, with real packets: a daemon in a network namespace with nftables, while
 * everything is tried that could cut the operator off. The other ways: lockout.test.ts.
 */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunningProgram } from '../src/base/program.ts';
import { failure } from '../src/daemon/testing.ts';
import { type LivePlace, livePlace, pause, type RunningDaemon, until } from './live.ts';
import { blockedIn, onWatch, rapsheetIn, startDaemonIn } from './live-network.ts';
import { loginLine } from './lockout.ts';
import {
  ADDRESSES,
  canUseNamespaces,
  hasProgram,
  LINKS,
  makeNetwork,
  type NamespaceRunner,
  type Network,
} from './netns.ts';
import { PROJECT, put, scratch } from './run.ts';

const PORT = 2222;
const ECHO = `require('node:net').createServer((s) => { s.on('error', () => {}); s.pipe(s); })
  .listen(${PORT}, '::', () => console.log('ready'));`;
/** Says what it hears on standard input, and prints what comes back. */
const TALK = `const s = require('node:net').connect(${PORT}, process.argv[1], () => console.log('ready'));
  process.stdin.pipe(s); s.pipe(process.stdout); s.on('error', (e) => console.log(e.message));`;
/** Of the operator when he is elsewhere, and nothing protects him. */
const ROAMING = '203.0.113.77';
const NFTABLES = '[firewall]\ntype = "nftables"\n';

const usable = hasProgram('nft') && (await canUseNamespaces());
if (!usable) console.warn('\nSKIPPED: test/lockout-network.test.ts tests nothing without root and nftables\n');

/** An open connection. */
class Talk {
  readonly #child: RunningProgram;
  #heard = '';

  constructor(network: Network, to: string) {
    this.#child = network.start('innocent', process.execPath, ['-e', TALK, to]);
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#heard += text;
    });
  }

  async hears(word: string): Promise<void> {
    if (word !== 'ready') this.#child.stdin.write(`${word}\n`);
    await until(
      () => this.#heard.includes(word),
      () => `"${word}" over the operator's connection: ${this.#heard}`,
      15_000,
    );
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}

describe.runIf(usable)('with real packets', () => {
  const { attacker, innocent, server } = ADDRESSES;
  let network: Network;
  let inside: NamespaceRunner;
  let place: LivePlace;
  let daemon: RunningDaemon | undefined;
  let number = 0;

  beforeAll(async () => {
    network = await makeNetwork('rslo');
    await network.addAddress('innocent', `${ROAMING}/24`);
    inside = network.runner('server');
    const echo = network.start('server', process.execPath, ['-e', ECHO]);
    await new Promise((resolve) => echo.stdout.once('data', resolve));
  });
  afterAll(() => network.remove());
  afterEach(async () => {
    daemon?.program.kill('SIGCONT');
    daemon?.program.kill('SIGKILL');
    await daemon?.end;
    daemon = undefined;
    await inside.run('nft', ['delete', 'table', 'inet', 'rapsheet']);
  });

  const folder = scratch();
  const log = (): string => join(place.folder, 'auth.log');

  async function run(more: readonly string[] = []): Promise<RunningDaemon> {
    place = livePlace(join(folder, `${++number}`), ['auth.log'], NFTABLES);
    put(log(), '');
    return again(more);
  }

  async function again(more: readonly string[] = []): Promise<RunningDaemon> {
    daemon = startDaemonIn(inside, place, more);
    await onWatch(daemon);
    return daemon;
  }

  const ask = (...given: readonly string[]) => rapsheetIn(inside, place, given);
  const fail = (from: string, times: number): void =>
    appendFileSync(log(), Array.from({ length: times }, (_, i) => failure(Date.now(), from, 1_000 + i)).join(''));
  const reaches = (from: 'attacker' | 'innocent', host: string, localAddress?: string): Promise<boolean> => {
    // The server of this test says nothing by itself: a connection that comes about is enough.
    const to = JSON.stringify({ host, port: PORT, ...(localAddress === undefined ? {} : { localAddress }) });
    const script = `const s = require('node:net').connect(${to});
      s.on('connect', () => process.exit(0)); s.on('error', () => process.exit(1)); setTimeout(() => process.exit(2), 1500);`;
    return network.run(from, process.execPath, ['-e', script]).then(({ status }) => status === 0);
  };
  /** He attacks, and is blocked: what is tried in between proves nothing otherwise. */
  async function attackerIsBlocked(): Promise<void> {
    fail(attacker.v4, 6);
    await until(
      async () => (await blockedIn(inside))?.includes(attacker.v4) ?? false,
      () => `the block of the attacker: ${daemon?.said.text}`,
    );
    expect(await reaches('attacker', server.v4)).toBe(false);
  }

  it('the operator works on, whatever is tried against him, and the attacker is out', async () => {
    const { program, said } = await run();
    const operator = new Talk(network, server.v4);
    await operator.hears('ready');
    appendFileSync(log(), loginLine(Date.now(), innocent.v4));
    await until(
      async () => (await ask('status', '--json')).out.includes('alice logged in'),
      () => said.text,
    );
    fail(innocent.v4, 40);
    for (let i = 0; i < 10; i++) fail(`${innocent.v4} port 22 ssh2 from ${attacker.v4}`, 1);
    for (const subject of [innocent.v4, `::ffff:${innocent.v4}`, '203.0.113.0/24', '203.0.0.0/16', '203.0.0.0/8']) {
      expect([subject, (await ask('ban', subject)).status]).toEqual([subject, 1]);
    }
    for (const subject of ['0.0.0.0/0', '::/0', '192.0.0.0/2']) expect((await ask('ban', subject)).status).toBe(64);
    const own = [server.v4, server.v6, LINKS.innocent.v4.replace(/\/.*/, ''), '127.0.0.1', '::1', '224.0.0.1'];
    for (const subject of own) expect([subject, (await ask('ban', subject)).status]).toEqual([subject, 1]);
    await operator.hears('after bans by hand');
    const config = readFileSync(place.config, 'utf8');
    writeFileSync(place.config, `${config}[jail.ssh]\nmaxretry = "none"\n`);
    for (let i = 0; i < 20; i++) program.kill('SIGHUP');
    await until(
      () => said.text.includes('maxretry'),
      () => said.text,
    );
    writeFileSync(place.config, config);
    await operator.hears('after reloads');
    await attackerIsBlocked();
    await operator.hears('after the block');
    await inside.run('nft', ['flush', 'ruleset']);
    await until(
      async () => (await blockedIn(inside))?.includes(attacker.v4) ?? false,
      () => said.text,
    );
    expect(await reaches('attacker', server.v4)).toBe(false);
    await operator.hears('after the repair');
    expect([await reaches('innocent', server.v4), await blockedIn(inside)]).toEqual([true, [attacker.v4]]);
    operator.end();
  });

  it('unban --all lets him in while the daemon hangs, and a daemon that comes back leaves him in', async () => {
    const { program, said } = await run();
    await attackerIsBlocked();
    expect((await ask('ban', ROAMING)).status).toBe(0);
    expect(await reaches('innocent', server.v4, ROAMING)).toBe(false);
    program.kill('SIGSTOP');
    const { status, out, err } = await ask('unban', '--all');
    expect([status, out, err]).toEqual([0, expect.stringContaining('ended 2 bans'), expect.any(String)]);
    expect([await reaches('innocent', server.v4, ROAMING), await reaches('attacker', server.v4)]).toEqual([true, true]);
    program.kill('SIGCONT');
    await pause(3_000);
    await inside.run('nft', ['flush', 'ruleset']);
    // Repaired, and still nobody in it.
    await until(
      async () => (await blockedIn(inside)) !== undefined,
      () => said.text,
    );
    expect([await reaches('innocent', server.v4, ROAMING), await blockedIn(inside)]).toEqual([true, []]);
    await attackerIsBlocked();
    program.kill('SIGKILL');
    await daemon?.end;
    await again();
    expect([await reaches('innocent', server.v4, ROAMING), await blockedIn(inside)]).toEqual([true, [attacker.v4]]);
  });

  it('the emergency file lets him in, while the daemon runs and while it hangs, and keeps him in', async () => {
    const { program } = await run();
    const allowFile = join(place.folder, 'allow');
    await attackerIsBlocked();
    expect((await ask('ban', ROAMING)).status).toBe(0);
    expect(await reaches('innocent', server.v4, ROAMING)).toBe(false);
    writeFileSync(allowFile, `${ROAMING} # me\n`);
    await until(
      () => reaches('innocent', server.v4, ROAMING),
      () => 'the release',
    );
    writeFileSync(allowFile, '');
    await pause(2_500);
    expect((await ask('ban', ROAMING)).status).toBe(0);
    expect(await reaches('innocent', server.v4, ROAMING)).toBe(false);
    program.kill('SIGSTOP');
    writeFileSync(allowFile, `${ROAMING} # me\n`);
    const allow = ['allow', '--apply', '-c', place.config, '--ledger', place.ledger, '--socket', place.socket];
    const given = [join(PROJECT, 'bin', 'rapsheet'), ...allow];
    const applied = await inside.run(process.execPath, given, { environment: { TZ: 'UTC' } });
    expect([applied.status, await reaches('innocent', server.v4, ROAMING)]).toEqual([0, true]);
    program.kill('SIGCONT');
    await pause(2_500);
    expect((await ask('ban', ROAMING)).status).toBe(1);
    fail(ROAMING, 100);
    await attackerIsBlocked();
    expect([await reaches('innocent', server.v4, ROAMING), await blockedIn(inside)]).toEqual([true, [attacker.v4]]);
  });

  it('a trial ends by itself, also when the daemon is killed right after the ban', async () => {
    const { program } = await run(['--trial', '6s']);
    await attackerIsBlocked();
    expect((await ask('ban', ROAMING, '--for', '7d')).status).toBe(0);
    expect(await reaches('innocent', server.v4, ROAMING)).toBe(false);
    program.kill('SIGKILL');
    await daemon?.end;
    await until(
      () => reaches('innocent', server.v4, ROAMING),
      () => 'the kernel to let him in',
    );
    await until(
      () => reaches('attacker', server.v4),
      () => 'the kernel to let everybody in',
    );
  });

  it('a trial that is not confirmed ends with no block, and one that is goes on', async () => {
    const { said } = await run(['--trial', '4s']);
    expect((await ask('ban', ROAMING, '--for', '7d')).status).toBe(0);
    await until(
      () => said.text.includes('was not confirmed'),
      () => said.text,
    );
    await until(
      async () => (await blockedIn(inside))?.length === 0,
      () => said.text,
    );
    expect(await reaches('innocent', server.v4, ROAMING)).toBe(true);
    daemon?.program.kill('SIGKILL');
    await daemon?.end;
    await again(['--trial', '5s']);
    await attackerIsBlocked();
    expect((await ask('confirm')).status).toBe(0);
    await pause(6_000);
    expect([await reaches('attacker', server.v4), await blockedIn(inside)]).toEqual([false, [attacker.v4]]);
  });
});

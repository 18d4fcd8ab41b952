/** Letting somebody in again, whatever state the daemon, the ledger and the firewall are in. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseNetwork } from '../base/address.ts';
import { systemClock } from '../base/clock.ts';
import { EXIT } from '../base/problem.ts';
import { peekReleases, spoolPath, spoolRelease } from '../daemon/releases.ts';
import { ALL_PORTS, FirewallError } from '../firewall/firewall.ts';
import { type MemoryFirewall, memoryFirewall } from '../firewall/memory.ts';
import { openLedger } from '../ledger/ledger.ts';
import { ban, origin } from '../ledger/testing/sample.ts';
import { allowCommand } from './allow.ts';
import { listCommand } from './list.ts';
import { statusCommand } from './status.ts';
import { fakeDaemon, hungDaemon, runCommand, scratch } from './testing.ts';
import { unbanCommand } from './unban.ts';
import { uninstallCommand } from './uninstall.ts';

const opened = vi.hoisted((): { open: () => Promise<MemoryFirewall> } => ({ open: () => Promise.reject(new Error()) }));
vi.mock('./firewall-of.ts', () => ({ firewallOf: () => opened.open() }));

const HOUR = 3_600_000;
let firewall: MemoryFirewall;
let folder: string;
let ledger: string;
let nowhere: string;

beforeEach(async () => {
  folder = scratch();
  ledger = join(folder, 'ledger.db');
  nowhere = join(folder, 'none.sock');
  firewall = memoryFirewall({ groups: [], hooks: ['input'], clock: systemClock });
  opened.open = () => Promise.resolve(firewall);
});
afterEach(() => vi.restoreAllMocks());

/** Bans in the ledger and in the kernel. */
async function banned(...subjects: readonly string[]): Promise<void> {
  const book = await openLedger({ path: ledger, mode: 'write', clock: systemClock });
  book.begin();
  const from = systemClock() - HOUR;
  for (const subject of subjects) {
    const id = book.ban(ban(subject, { host: hostname(), from, until: from + 2 * HOUR }), origin());
    book.block(id, { state: 'blocked', at: from });
  }
  book.commit();
  book.close();
  const block = subjects.flatMap((text) => {
    const subject = parseNetwork(text);
    return subject ? [{ subject, until: systemClock() + HOUR, group: ALL_PORTS }] : [];
  });
  await firewall.apply({ block });
}

const inKernel = async (): Promise<string[]> => (await firewall.list()).map((order) => order.subject.text);

async function inLedger(): Promise<string[]> {
  const book = await openLedger({ path: ledger, mode: 'read', clock: systemClock });
  const subjects = [...book.inForce(hostname(), systemClock())].map((each) => each.subject);
  book.close();
  return subjects;
}

async function whyIn(subject: string): Promise<string[]> {
  const network = parseNetwork(subject);
  const book = await openLedger({ path: ledger, mode: 'read', clock: systemClock });
  const releases = network ? book.releasesOf(network) : [];
  book.close();
  return releases.map((release) => release.why);
}

const unban = (...given: string[]) => runCommand(unbanCommand(), [...given, '--ledger', ledger]);

describe('unban, with a daemon', () => {
  it('asks it, and leaves kernel and ledger to it', async () => {
    await banned('203.0.113.7');
    const { socket, asked } = await fakeDaemon({ unban: { released: 1, subjects: ['203.0.113.7'] } });
    const { status, out } = await unban('203.0.113.7', '--why', 'a mistake', '--socket', socket);
    expect([status, out]).toEqual([EXIT.done, 'The daemon ended 1 ban: 203.0.113.7.\n']);
    expect(asked).toEqual([expect.objectContaining({ verb: 'unban', subject: '203.0.113.7', why: 'a mistake' })]);
    expect(await inKernel()).toEqual(['203.0.113.7']);
  });

  it('--all; nothing to end is status 1', async () => {
    const { socket, asked } = await fakeDaemon({ 'unban-all': { released: 0 } });
    const { status, out } = await unban('--all', '--socket', socket);
    expect([status, out, asked[0]?.verb]).toEqual([EXIT.no, 'No ban is in force.\n', 'unban-all']);
  });

  it('needs an address or --all, and not both', async () => {
    expect((await unban('--socket', nowhere)).status).toBe(EXIT.usage);
    expect((await unban('203.0.113.7', '--all', '--socket', nowhere)).status).toBe(EXIT.usage);
  });
});

describe('unban, without one', () => {
  it('down: ends the bans in the kernel and in the ledger, and leaves nothing to do', async () => {
    await banned('203.0.113.7', '198.51.100.0/24', '2001:db8::/64');
    const { status, out, err } = await unban('--all', '--why', 'locked out', '--socket', nowhere);
    expect([status, out]).toEqual([
      EXIT.done,
      expect.stringMatching(/^This command itself ended 3 bans in the kernel/),
    ]);
    expect(err).toMatch(/daemon is not running.*\nRecorded in the ledger/);
    expect([await inKernel(), await inLedger(), peekReleases(ledger)]).toEqual([[], [], []]);
    expect(await whyIn('203.0.113.7')).toEqual([expect.stringMatching(/^by .*: locked out$/)]);
    expect((await unban('--all', '--socket', nowhere)).status).toBe(EXIT.no);
  });

  it('down: one address, with the network that holds it; others stay', async () => {
    await banned('203.0.113.7', '203.0.113.0/24', '203.0.113.8', '198.51.100.7');
    const { out } = await unban('203.0.113.7', '--socket', nowhere);
    expect(out).toMatch(/ended 2 bans in the kernel: 203\.0\.113\.7, 203\.0\.113\.0\/24\./);
    expect(await inKernel()).toEqual(['203.0.113.8', '198.51.100.7']);
    expect((await inLedger()).sort()).toEqual(['198.51.100.7', '203.0.113.8']);
  });

  it('down: an IPv6 address means the network that is banned for it', async () => {
    await banned('2001:db8::/64');
    expect((await unban('2001:db8::1', '--socket', nowhere)).out).toMatch(/2001:db8::\/64/);
    expect([await inKernel(), await inLedger()]).toEqual([[], []]);
  });

  it('hung: works as well, and leaves a note for the daemon, that records it when it wakes up', async () => {
    await banned('203.0.113.7');
    const { status, out, err } = await unban('--all', '--socket', await hungDaemon());
    expect([status, out]).toEqual([EXIT.done, expect.stringMatching(/itself ended 1 ban in the kernel/)]);
    expect(err).toMatch(/daemon does not answer/);
    expect([await inKernel(), await inLedger()]).toEqual([[], ['203.0.113.7']]);
    expect(peekReleases(ledger)).toEqual([expect.objectContaining({ scope: '*' })]);
    const state = await runCommand(statusCommand(), ['--socket', nowhere, '--ledger', ledger]);
    expect(state.err).toMatch(/By the ledger 0 bans are in force/);
  });

  it('hung: what is noted is not listed any more, and recorded by whoever comes first', async () => {
    await banned('203.0.113.7', '198.51.100.7');
    const { err } = await unban('203.0.113.7', '--socket', await hungDaemon());
    expect(err).toContain(`Noted in ${spoolPath(ledger)}`);
    expect(await inLedger()).toHaveLength(2);
    const listed = await runCommand(listCommand(), ['--json', '--socket', nowhere, '--ledger', ledger]);
    expect(
      listed.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).subject),
    ).toEqual(['198.51.100.7']);
    await unban('192.0.2.200', '--socket', nowhere);
    expect([await inLedger(), existsSync(spoolPath(ledger))]).toEqual([['198.51.100.7'], false]);
  });

  it('down, with the ledger locked by somebody: it is noted', async () => {
    await banned('203.0.113.7');
    const holder = await openLedger({ path: ledger, mode: 'write', clock: systemClock });
    onTestFinished(() => holder.close());
    holder.begin();
    const { status, err } = await unban('--all', '--socket', nowhere);
    expect([status, err]).toEqual([EXIT.done, expect.stringContaining(`Noted in ${spoolPath(ledger)}`)]);
  });

  it('hung, and the note cannot be written: the ledger is', async () => {
    await banned('203.0.113.7');
    mkdirSync(spoolPath(ledger));
    const { err } = await unban('--all', '--socket', await hungDaemon());
    expect([err, await inLedger()]).toEqual([expect.stringMatching(/Recorded in the ledger/), []]);
  });

  it('a firewall whose rules somebody flushed or altered is emptied all the same', async () => {
    await banned('203.0.113.7');
    vi.spyOn(firewall, 'list').mockRejectedValue(new FirewallError('the chain is altered'));
    const removed = vi.spyOn(firewall, 'remove');
    expect((await unban('--all', '--socket', nowhere)).status).toBe(EXIT.done);
    expect(removed).toHaveBeenCalledOnce();
    expect(await inLedger()).toEqual([]);
  });

  it('a firewall that can do nothing is an error, and nothing is recorded', async () => {
    await banned('203.0.113.7');
    firewall.fail(new FirewallError('nft is not installed', { hint: 'apt install nftables' }));
    const { status, err } = await unban('--all', '--socket', nowhere);
    expect(status).toBe(process.getuid?.() === 0 ? EXIT.unavailable : EXIT.notPermitted);
    expect(err).toMatch(/nft is not installed \(apt install nftables\)/);
    expect([await inLedger(), peekReleases(ledger)]).toEqual([['203.0.113.7'], []]);
  });

  it('neither ledger nor note can be written: it is released, and that is said loudly', async () => {
    await banned('203.0.113.7');
    const holder = await openLedger({ path: ledger, mode: 'write', clock: systemClock });
    onTestFinished(() => holder.close());
    holder.begin();
    mkdirSync(spoolPath(ledger));
    const { status, err } = await unban('--all', '--socket', nowhere);
    expect([status, await inKernel()]).toEqual([EXIT.done, []]);
    expect(err).toMatch(/could NOT be recorded/);
  });

  it('a broken configuration does not keep anybody from it', async () => {
    await banned('203.0.113.7');
    writeFileSync(join(folder, 'rapsheet.toml'), '[general\nnonsense');
    const given = ['--all', '--socket', nowhere, '--config', join(folder, 'rapsheet.toml')];
    const { status, err } = await unban(...given);
    expect([status, await inKernel()]).toEqual([EXIT.done, []]);
    expect(err).toMatch(/built-in configuration/);
  });

  it('no ledger: the kernel is emptied, and where the daemon has its own is asked for', async () => {
    await banned('203.0.113.7');
    const elsewhere = join(folder, 'elsewhere', 'ledger.db');
    const { err } = await runCommand(unbanCommand(), ['--all', '--socket', nowhere, '--ledger', elsewhere]);
    expect(await inKernel()).toEqual([]);
    expect(err).toMatch(/no ledger at .*say --ledger/);
    expect(existsSync(elsewhere)).toBe(false);
  });
});

describe('allow', () => {
  const allow = (...given: string[]) =>
    runCommand(allowCommand(), [...given, '--file', join(folder, 'allow'), '--ledger', ledger]);

  it('writes the file and lets in at once, without a daemon', async () => {
    await banned('203.0.113.7', '203.0.113.0/24', '198.51.100.7');
    const { status, out, err } = await allow('203.0.113.7', '--why', 'me', '--socket', nowhere);
    expect([status, out]).toEqual([EXIT.done, expect.stringMatching(/ended 2 bans/)]);
    expect(err).toMatch(/203\.0\.113\.7 is in .*allow now\./);
    expect(readFileSync(join(folder, 'allow'), 'utf8')).toBe('203.0.113.7  # me\n');
    expect([await inKernel(), await inLedger()]).toEqual([['198.51.100.7'], ['198.51.100.7']]);
  });

  it('one that is not banned is added all the same, which is what was wanted', async () => {
    await banned('198.51.100.7');
    const { status, out } = await allow('203.0.113.7', '--socket', nowhere);
    expect([status, out]).toEqual([EXIT.done, '203.0.113.7 is not banned.\n']);
    expect((await allow('203.0.113.7', '--socket', nowhere)).err).toMatch(/was in .* already/);
  });

  it('with a daemon: that one does it', async () => {
    const { socket, asked } = await fakeDaemon({ unban: { released: 1, subjects: ['203.0.113.7'] } });
    expect((await allow('203.0.113.7', '--socket', socket)).out).toMatch(/^The daemon ended 1 ban/);
    expect(asked).toEqual([expect.objectContaining({ verb: 'unban', subject: '203.0.113.7' })]);
  });

  it('--apply releases whoever stands in a file that was edited by hand, and tells of its mistakes', async () => {
    await banned('203.0.113.7', '203.0.113.8', '2001:db8::/64', '198.51.100.7');
    writeFileSync(join(folder, 'allow'), '203.0.113.0/28 # office\n2001:db8::5\n127.1\n');
    const { status, err } = await allow('--apply', '--socket', await hungDaemon());
    expect([status, err]).toEqual([EXIT.badConfig, expect.stringMatching(/allow:3: "127\.1" is not an address/)]);
    expect(await inKernel()).toEqual(['198.51.100.7']);
    expect(peekReleases(ledger).map((release) => release.scope)).toEqual(['203.0.113.0/28', '2001:db8::/64']);
  });

  it('lists, and removes', async () => {
    writeFileSync(join(folder, 'allow'), '203.0.113.7 # me\n192.0.2.0/24\n');
    expect((await allow()).out).toBe('203.0.113.7  me\n192.0.2.0/24\n');
    expect((await allow('--json')).out).toBe(
      '{"subject":"203.0.113.7","why":"me","line":1}\n{"subject":"192.0.2.0/24","why":"","line":2}\n',
    );
    expect((await allow('--remove', '203.0.113.7')).status).toBe(EXIT.done);
    expect((await allow('--remove', '203.0.113.7')).status).toBe(EXIT.no);
    expect(readFileSync(join(folder, 'allow'), 'utf8')).toBe('192.0.2.0/24\n');
    expect((await allow('192.0.2.1', '--apply')).status).toBe(EXIT.usage);
  });
});

describe('uninstall', () => {
  it('needs --yes, and that no daemon runs', async () => {
    await banned('203.0.113.7');
    expect(await runCommand(uninstallCommand(), ['--socket', nowhere])).toMatchObject({ status: EXIT.no });
    const { socket } = await fakeDaemon({ status: {} });
    const running = await runCommand(uninstallCommand(), ['--yes', '--socket', socket]);
    expect([running.status, running.err]).toEqual([EXIT.unavailable, expect.stringMatching(/stop it first/)]);
    expect(await inKernel()).toEqual(['203.0.113.7']);
  });

  it('removes all from the firewall and keeps the record', async () => {
    await banned('203.0.113.7');
    const { status, out } = await runCommand(uninstallCommand(), ['--yes', '--socket', nowhere]);
    expect([status, out]).toEqual([EXIT.done, expect.stringMatching(/^Removed from the firewall \(memory\)\. Kept: /)]);
    await expect(firewall.list()).rejects.toThrow(FirewallError);
    expect(await inLedger()).toEqual(['203.0.113.7']);
  });
});

it('a note that waits is recorded with the next release', async () => {
  await banned('203.0.113.7', '198.51.100.7');
  spoolRelease(ledger, { scope: '203.0.113.7', around: true, at: systemClock(), by: 'root', why: 'earlier' });
  await unban('198.51.100.7', '--socket', nowhere);
  expect(await inLedger()).toEqual([]);
  expect(await whyIn('203.0.113.7')).toEqual(['by root: earlier']);
});

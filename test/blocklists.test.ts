/**
 * "A single attempt to relay spam from a blacklisted address earned a temporary ban": the program as a process, with Debian's
 * rbldnsd as the blocklist, killed at the worst moments; and end to end with a real Postfix, rsyslogd and firewall. Skipped
 * loudly without the packages, the latter also without root (test/packages.ts installs them on a bare machine).
 */
import { appendFileSync, chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { relay } from '../src/daemon/testing/relaying.ts';
import { failure } from '../src/daemon/testing.ts';
import { ask, derived, type LivePlace, livePlace, type RunningDaemon, startDaemon, until } from './live.ts';
import { bansIn, blockedIn, onWatch, rapsheetIn, realPlace, startDaemonIn } from './live-network.ts';
import { type Machine, makeMachine } from './machine.ts';
import { ADDRESSES, canUseNamespaces, hasProgram, makeNetwork, type Network } from './netns.ts';
import {
  LIST,
  listArgs,
  listFile,
  type RunningList,
  relayFrom,
  startBlackHole,
  startList,
  startPostfix,
} from './real-mail.ts';
import { startSyslog } from './real-services.ts';
import { columns, rapsheet, readReport, scratch, tableOf } from './run.ts';

const base = scratch();
chmodSync(base, 0o755);

const hasList = hasProgram('rbldnsd');
const LISTED = '203.0.113.7';
const UNLISTED = '203.0.113.8';

const blocklists = (port: number): string =>
  `[blocklists]\nzones = ["${LIST}"]\nresolver = "127.0.0.1:${port}"\ntimeout = "2s"\n[wide]\nenabled = false\n`;

/** A place whose log is there, and its configuration written anew with another resolver. */
function placeOf(name: string, port: number): LivePlace {
  const folder = join(base, name);
  const place = livePlace(folder, ['mail.log'], `[firewall]\ntype = "memory"\n${blocklists(port)}`);
  appendFileSync(join(folder, 'mail.log'), '');
  return asking(place);
}

/** Its lists are asked about every ban, too. */
function asking(place: LivePlace): LivePlace {
  const text = readFileSync(place.config, 'utf8');
  writeFileSync(place.config, text.replace('[origin]\n', '[origin]\nblocklists = true\n'));
  return place;
}

const status = v.object({
  counts: v.object({ attempts: v.number(), bans: v.number() }),
  ledger: v.object({ pending: v.number() }),
  problems: v.array(v.object({ what: v.string() })),
  blocklists: v.array(v.object({ zone: v.string(), state: v.string(), listed: v.number(), unlisted: v.number() })),
  findings: v.array(v.object({ about: v.string(), answered: v.number() })),
});
const statusOf = async (place: LivePlace): Promise<v.InferOutput<typeof status>> =>
  v.parse(status, await ask(place, ['status']));

/** Gone with the test, whatever comes of it. */
async function watching(place: LivePlace): Promise<RunningDaemon> {
  const daemon = startDaemon(place);
  onTestFinished(() => void daemon.program.kill('SIGKILL'));
  await onWatch(daemon);
  return daemon;
}

async function ended(daemon: RunningDaemon, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  daemon.program.kill(signal);
  expect(await daemon.end).toBe(signal === 'SIGTERM' ? 0 : null);
}

const bansOf = ({ ledger }: LivePlace): readonly string[] => derived(ledger).get('bans') ?? [];

describe.runIf(hasList)('a daemon with rbldnsd', () => {
  let list: RunningList;
  beforeAll(async () => {
    list = await startList(join(base, 'list'), [LISTED]);
  });
  afterAll(() => list.end());

  it('bans who is listed for one attempt to relay, nobody else, and says why', async () => {
    const place = placeOf('plain', list.port);
    const daemon = await watching(place);
    const time = Date.now();
    appendFileSync(join(place.folder, 'mail.log'), relay(time, UNLISTED) + relay(time + 1, LISTED));
    await until(
      async () => {
        const { counts, blocklists: lists, findings } = await statusOf(place);
        return counts.bans === 1 && lists[0]?.unlisted === 1 && findings[0]?.answered === 1;
      },
      () => daemon.said.text,
    );
    const now = await statusOf(place);
    expect(now).toMatchObject({ counts: { attempts: 2, bans: 1 }, problems: [] });
    expect(now.blocklists).toEqual([{ zone: LIST, state: 'good', listed: 1, unlisted: 1 }]);
    await ended(daemon, 'SIGTERM');
    expect(bansOf(place).map((row) => row.split(' ').slice(0, 3))).toEqual([
      [LISTED, 'relay-listed', 'mail.relay.listed'],
    ]);
    const said = `${LIST} (127.0.0.2): listed for a test, see https://${LIST}/${LISTED}`;
    const given = ['-c', place.config, '--ledger', place.ledger];
    const why = await rapsheet(['explain', LISTED, ...given, '--socket', place.socket]);
    expect(why.out).toMatch(/is banned on .* \(relay-listed\) until .*: 1 × mail\.relay\.listed within 10m/);
    expect(why.out).toContain(`It was listed by ${said}\n`);
    const sheet = await rapsheet(['show', LISTED, ...given]);
    expect(sheet.out).toContain(`listed by ${LIST} (127.0.0.2)`);
    const day = new Date(time).toISOString().slice(0, 10);
    expect(sheet.out).toContain(`${LIST} (127.0.0.2) (DNS blocklists, ${day})`);
    const evidence = tableOf(readReport((await rapsheet(['show', LISTED, ...given, '--json'])).out), 'evidence');
    expect(columns(evidence.rows, ['kind', 'offset', 'target', 'line'])).toEqual([
      ['mail.relay.listed', relay(time, UNLISTED).length, said, relay(time + 1, LISTED).trimEnd()],
    ]);
  });

  it('killed before the answer came, asks again and bans once', async () => {
    const hole = await startBlackHole();
    onTestFinished(() => hole.end());
    const place = placeOf('early', hole.port);
    const first = await watching(place);
    appendFileSync(join(place.folder, 'mail.log'), relay(Date.now(), LISTED));
    await until(
      async () => {
        const { counts, ledger } = await statusOf(place);
        return hole.asked() > 0 && counts.attempts === 1 && ledger.pending === 0;
      },
      () => first.said.text,
    );
    await ended(first, 'SIGKILL');
    expect(bansOf(place)).toEqual([]);
    placeOf('early', list.port);
    const second = await watching(place);
    await until(
      () => second.said.text.includes(LISTED),
      () => second.said.text,
    );
    await ended(second, 'SIGTERM');
    expect(bansOf(place).length).toBe(1);
  });

  it('killed after each ban, doubles and forgets none', async () => {
    const addresses = Array.from({ length: 12 }, (_, n) => `198.51.100.${n + 1}`);
    const many = await startList(join(base, 'many'), addresses);
    onTestFinished(() => many.end());
    const place = placeOf('late', many.port);
    for (const address of addresses) {
      const daemon = await watching(place);
      appendFileSync(join(place.folder, 'mail.log'), relay(Date.now(), address));
      await until(
        () => daemon.said.text.includes(`subject=${address} `),
        () => daemon.said.text,
      );
      await ended(daemon, 'SIGKILL');
    }
    const last = await watching(place);
    await until(
      async () => (await statusOf(place)).ledger.pending === 0,
      () => last.said.text,
    );
    await ended(last, 'SIGTERM');
    expect(
      bansOf(place)
        .map((row) => row.split(' ')[0])
        .sort(),
    ).toEqual([...addresses].sort());
    const tallies = (derived(place.ledger).get('tallies') ?? []).map((row) => row.split(' ').slice(2, 4));
    expect(tallies).toEqual(addresses.map(() => ['mail.relay.listed', '1']));
  });
});

it('a resolver like a black hole holds up nothing, and is told of', async () => {
  const hole = await startBlackHole();
  onTestFinished(() => hole.end());
  const place = placeOf('hole', hole.port);
  const daemon = await watching(place);
  const time = Date.now();
  const guesses = [1, 2, 3, 4, 5].map((n) => failure(time + n, '203.0.113.99', n));
  appendFileSync(join(place.folder, 'mail.log'), relay(time, LISTED) + guesses.join(''));
  await until(
    () => daemon.said.text.includes('subject=203.0.113.99 '),
    () => daemon.said.text,
  );
  await until(
    async () => (await statusOf(place)).problems.some(({ what }) => what.includes('no answer')),
    () => daemon.said.text,
  );
  expect(await statusOf(place)).toMatchObject({ counts: { bans: 1 }, blocklists: [{ state: 'silent' }] });
  await ended(daemon, 'SIGTERM');
});

const canRun =
  hasList &&
  (await canUseNamespaces()) &&
  ['nft', 'ss', 'unshare', 'nsenter', 'mount', 'rsyslogd', 'postfix'].map(hasProgram).every((one) => one);

describe.runIf(canRun)('a real Postfix that logs by a real rsyslogd', () => {
  const { attacker, innocent, server } = ADDRESSES;
  const DNS = 5353;
  let network: Network;
  let machine: Machine;
  let place: LivePlace;
  let daemon: RunningDaemon;

  beforeAll(async () => {
    network = await makeNetwork('rsebl');
    machine = await makeMachine(network, join(base, 'machine'));
    place = asking(realPlace(join(base, 'real'), `[watch]\njournal = "no"\n${blocklists(DNS)}`));
    const folder = join(machine.folder, 'list');
    listFile(folder, [attacker.v4]);
    await startSyslog(machine);
    await startPostfix(machine);
    machine.start('rbldnsd', listArgs(folder, DNS)).stdin.end();
    daemon = startDaemonIn(machine, place);
    await onWatch(daemon);
  });
  afterAll(async () => {
    await machine?.end();
    await network?.remove();
  });

  const relays = (from: 'attacker' | 'innocent'): Promise<readonly string[]> =>
    relayFrom(network, from, { to: server.v4, recipients: ['b@example.org'] });
  const connects = (from: 'attacker' | 'innocent'): Promise<boolean> =>
    network.connects(from, { to: server.v4, port: 25 });

  it('keeps out who tries once and is listed, and lets in who is not', async () => {
    expect([await relays('innocent'), await relays('attacker')]).toEqual([
      [expect.stringContaining('Relay access denied')],
      [expect.stringContaining('Relay access denied')],
    ]);
    await until(
      async () => (await bansIn(machine, place)).some(({ subject, blocked }) => subject === attacker.v4 && blocked),
      () => `the ban\n${daemon.said.text}\n${machine.readLog('mail.log')}`,
    );
    expect(await bansIn(machine, place)).toMatchObject([{ jail: 'relay-listed', kind: 'mail.relay.listed' }]);
    expect(await blockedIn(machine)).toEqual([attacker.v4]);
    expect([await connects('attacker'), await connects('innocent')]).toEqual([false, true]);
  });

  it('has the line that Postfix wrote as evidence, byte for byte', () => {
    const evidence = derived(place.ledger).get('evidence') ?? [];
    const lines = evidence.map((row) => row.split(' ').slice(3).join(' '));
    expect(lines).toEqual([
      expect.stringContaining(`[${attacker.v4}]: 454 4.7.1 <b@example.org>: Relay access denied`),
    ]);
    expect(machine.readLog('mail.log').split('\n')).toContain(lines[0]);
  });

  it('says which list told of it', async () => {
    const why = await rapsheetIn(machine, place, ['explain', attacker.v4]);
    expect(why.out).toContain(`It was listed by ${LIST} (127.0.0.2)`);
    const free = await rapsheetIn(machine, place, ['explain', innocent.v4]);
    expect(free).toMatchObject({ status: 1, out: expect.stringContaining('is not banned') });
  });
});

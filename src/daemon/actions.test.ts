import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { parseAddress } from '../base/address.ts';
import { ActionCommands } from '../fail2ban/action/action-commands.ts';
import type { ActionPlan } from '../fail2ban/action/actions.ts';
import { fateOf } from '../fail2ban/action/takeover.ts';
import { openLedger } from '../ledger/ledger.ts';
import { failure, HOST, openBench, type TestBench, until } from './testing.ts';
import { handle } from './verbs.ts';

const NOW = Date.UTC(2024, 9, 3, 12);
let bench: TestBench;
let now = NOW;

afterEach(() => bench.end());

/** The actions of the jail `ssh`, each with its commands. */
function planOf(
  actions: Readonly<Record<string, Readonly<Record<string, string>>>>,
  mode: 'firewall' | 'all',
): ActionPlan {
  const files = Object.entries(actions).map(([name, options]) => {
    return { name, file: name, properties: new Map(Object.entries(options)), files: [], problems: [] };
  });
  const fates = files.map((file) => fateOf(file, mode));
  const run = fates
    .filter(({ fate }) => fate === 'run')
    .map(({ action }) => new ActionCommands(action, { hasIPv6: true }));
  const blocks = fates.some(({ fate }) => fate === 'taken over') ? 'all' : undefined;
  const jail = {
    jail: 'ssh',
    fates,
    actions: run,
    ignoreCommand: undefined,
    blocks,
    banTime: 600,
    maxMatches: 2,
  } as const;
  return { jails: [{ ...jail, captures: () => new Map(), stamp: JSON.stringify(actions) }], problems: [] };
}

function newBench(): {
  readonly attack: (address: string) => void;
  readonly told: () => string[];
  readonly record: string;
} {
  now = NOW;
  bench = openBench(['auth.log'], () => now);
  const [log, record] = [join(bench.folder, 'auth.log'), join(bench.folder, 'record')];
  writeFileSync(log, '');
  return {
    record,
    attack: (address) => appendFileSync(log, failure(now, address).repeat(6)),
    told: () => (existsSync(record) ? readFileSync(record, 'utf8').split('\n').slice(0, -1) : []),
  };
}

const notes = (record: string, more = ''): Record<string, string> => ({
  actionstop: `echo stop >> ${record}`,
  actionban: `echo "ban <ip> <failures> <restored> <bancount> ${more}" >> ${record}`,
  actionunban: `echo "unban <ip>" >> ${record}`,
});

it('what is left to actions our firewall does not block, and the record says so', async () => {
  const { attack, told, record } = newBench();
  const daemon = await bench.start({}, { actions: () => planOf({ 'iptables-own': notes(record) }, 'all') });
  attack('192.0.2.7');
  await until(() => told().length > 0, 'the action');
  daemon.enforcer.reconcile('a test');
  await daemon.enforcer.settled();
  expect([...(await bench.firewall.list())]).toEqual([]);
  expect(daemon.status().jails.find(({ name }) => name === 'ssh')).toMatchObject({ inForce: 0, leftToActions: 1 });
  expect(Array.from(Object(await handle(daemon, { verb: 'list' })))).toMatchObject([
    { blocked: false, leftToActions: true },
  ]);
  expect(told()[0]).toMatch(/^ban 192\.0\.2\.7 \d+ 0 1 $/);
  await daemon.stop();
  expect(told().slice(1)).toEqual(['unban 192.0.2.7', 'stop']);
  const ledger = await openLedger({ path: bench.ledgerPath, mode: 'read', clock: () => now });
  const [ban] = [...ledger.inForce(HOST, now)];
  expect(ledger.blocksOf(ban?.id ?? -1)).toMatchObject([
    { state: 'refused', why: expect.stringContaining('left to the actions') },
  ]);
  ledger.close();
});

it('the end of a trial undoes what actions did, and they are told nothing more', async () => {
  const { attack, told, record } = newBench();
  const daemon = await bench.start({ trialMs: 60_000 }, { actions: () => planOf({ own: notes(record) }, 'all') });
  attack('192.0.2.7');
  await until(() => told().length === 1, 'the ban');
  now += 60_001;
  daemon.tick();
  await until(() => told().length === 2, 'the unban');
  attack('192.0.2.8');
  await until(() => daemon.status().counts.bans === 2, 'the second ban');
  await daemon.stop();
  expect(told().slice(1)).toEqual(['unban 192.0.2.7', 'stop']);
});

it('a reload ends actions that changed, and tells the new ones what is in force', async () => {
  const { attack, told, record } = newBench();
  let plan = planOf({ own: notes(record) }, 'firewall');
  const daemon = await bench.start({}, { actions: () => plan });
  attack('192.0.2.7');
  await until(() => told().length === 1, 'the ban');
  await handle(daemon, { verb: 'reload', confirmed: true });
  plan = planOf({ own: notes(record, 'new') }, 'firewall');
  await handle(daemon, { verb: 'reload', confirmed: true });
  await until(() => told().length === 4, 'the restored ban');
  expect(told().slice(1, 3)).toEqual(['unban 192.0.2.7', 'stop']);
  expect(told()[3]).toMatch(/^ban 192\.0\.2\.7 \d+ 1 1 new$/);
  await daemon.actions.settled();
  expect(await handle(daemon, { verb: 'status' })).toMatchObject({
    actions: [{ jail: 'ssh', action: 'own', fate: 'run', state: 'started', waiting: 0, failures: 0 }],
  });
});

it('a dry run tells nobody', async () => {
  const { attack, told, record } = newBench();
  const daemon = await bench.start({ dryRun: true }, { actions: () => planOf({ own: notes(record) }, 'all') });
  attack('192.0.2.7');
  await until(() => daemon.status().counts.bans === 1, 'the ban');
  await daemon.stop();
  expect(told()).toEqual([]);
});

it('who must not be locked out by now is not told of again', async () => {
  const { attack, told, record } = newBench();
  const world = { actions: () => planOf({ own: notes(record) }, 'firewall') };
  const daemon = await bench.start({}, world);
  for (const address of ['192.0.2.7', '192.0.2.8']) attack(address);
  await until(() => told().length === 2, 'both bans');
  await daemon.stop();
  const address = parseAddress('192.0.2.7') ?? expect.fail();
  bench.facts = { ...bench.facts, sessions: [{ address, user: 'admin', terminal: 'pts/0' }] };
  const again = await bench.start({}, world);
  await until(() => told().length > 5, 'the restored ban');
  await again.stop();
  expect(told().slice(5)).toEqual(['ban 192.0.2.8 5 1 1 ', 'unban 192.0.2.8', 'stop']);
});

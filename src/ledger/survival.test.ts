/** What a ledger must live through: being killed at any moment, a full disk, a damaged file. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EXIT, ProblemError } from '../base/problem.ts';
import { UTC } from '../base/zone.ts';
import { openDatabase } from './database.ts';
import { type Ledger, openLedger } from './ledger.ts';
import { createSchema } from './schema.ts';
import { SqliteLedger } from './sqlite-ledger.ts';
import { bundle, outcomeOf, start } from './testing/child.ts';
import {
  address,
  attempt,
  ban,
  EVERYTHING,
  NOON,
  network,
  open,
  origin,
  problemOf,
  record,
  scratch,
} from './testing/sample.ts';

/** Rounds of three bans, two hundred tallies and a position each; says what it is about to do and what is done. */
const ROUNDS = `
  import { writeSync } from 'node:fs';
  import { parseAddress, parseNetwork } from '../../base/address.ts';
  import { openLedger } from '../ledger.ts';
  const ledger = await openLedger({ path: process.argv[2], mode: 'write', clock: () => 0 });
  const pattern = { filter: 'sshd', number: 1, service: 'ssh', kind: 'ssh.login', voice: undefined, syslog: true, success: false };
  const file = { host: 'web1', path: '/var/log/auth.log', modified: 0 };
  const reason = { rule: 'threshold', score: 5, limit: 5, findTime: 1, kinds: {} };
  const say = (what, round) => writeSync(1, what + ' ' + round + '\\n');
  const at = ledger.positions('web1')[0];
  for (let round = (at?.position ?? 0) + 1; ; round++) {
    ledger.begin();
    say('begun', round);
    for (let i = 0; i < 200; i++) {
      const address = parseAddress('192.0.2.' + i);
      ledger.tally({ time: round, address, pattern, user: 'user' + i, file, offset: 0, count: 1, session: '', line: '' }, 1);
    }
    for (let i = 0; i < 3; i++) {
      const subject = parseNetwork('192.0.2.' + i);
      const evidence = { time: round, address: subject.base, kind: 'ssh.login', filter: 'sshd', pattern: 1, path: 'x', offset: 0, count: 1, line: 'x'.repeat(900) };
      const common = { host: 'web1', jail: 'sshd', service: 'ssh', kind: 'ssh.login', from: round, until: round + 1, prior: 0, reason };
      ledger.block(ledger.ban({ subject, ...common, evidence: [evidence, evidence] }, { sources: [String(round)] }), { state: 'dry-run' });
      say('banned', round);
    }
    const position = { host: 'web1', path: 'x', headLength: 1, headHash: '00', position: round, lastTime: round };
    ledger.savePosition(position, ledger.positions('web1')[0]?.id);
    ledger.saveState('windows', String(round));
    say('saved', round);
    ledger.commit();
    say('committed', round);
  }`;

const KILLS = 24;

test('Ledger killed at any moment holds whole transactions, and all that were acknowledged', async () => {
  const folder = scratch();
  const program = await bundle(folder, ROUNDS);
  const path = join(folder, 'ledger.db');
  for (let kill = 0; kill < KILLS; kill++) {
    const child = start(program, [path]);
    let said = 0;
    // After each number of words in turn: while beginning, banning, saving, committing, and in the first rounds and later ones.
    const outcome = await outcomeOf(child, (text) => {
      said += text.split('\n').length - 1;
      if (said > kill * 5) child.kill('SIGKILL');
    });
    expect(outcome.err).toBe('');
    const acknowledged = Number(/committed (\d+)\n(?!.*committed)/s.exec(outcome.out)?.[1] ?? 0);
    await checkRounds(path, acknowledged);
  }
});

async function checkRounds(path: string, acknowledged: number): Promise<void> {
  const database = openDatabase(path, 'write');
  expect(
    database
      .query('PRAGMA integrity_check')
      .rows()
      .map((row) => row.text('integrity_check')),
  ).toEqual(['ok']);
  expect(database.query('PRAGMA foreign_key_check').rows()).toEqual([]);
  const count = (sql: string): number => database.query(`SELECT ${sql} AS n`).row()?.number('n') ?? -1;
  const rounds = count('(SELECT ifnull(max(position), 0) FROM position)');
  expect(rounds).toBeGreaterThanOrEqual(acknowledged);
  expect(count('(SELECT count(*) FROM ban)')).toBe(3 * rounds);
  expect(count('(SELECT count(*) FROM evidence)')).toBe(6 * rounds);
  expect(count('(SELECT count(*) FROM block)')).toBe(3 * rounds);
  expect(count('(SELECT ifnull(sum(count), 0) FROM tally)')).toBe(200 * rounds);
  expect(count('(SELECT ifnull(sum(count), 0) FROM user_tally)')).toBe(200 * rounds);
  expect(count('(SELECT ifnull(max(CAST(CAST(content AS TEXT) AS INTEGER)), 0) FROM state)')).toBe(rounds);
  database.close();
}

test('Ledger after a power failure, which may cut its log anywhere, holds whole transactions', async () => {
  const folder = scratch();
  const path = join(folder, 'ledger.db');
  const ledger = await open({ path });
  for (let round = 1; round <= 20; round++) {
    record(ledger, () => {
      for (let i = 0; i < 5; i++) ledger.ban(ban(`192.0.2.${i}`, { from: round }), origin());
      ledger.tally(attempt(), 5);
    });
  }
  const [file, log] = [readFileSync(path), readFileSync(`${path}-wal`)];
  const rounds = new Set<number>();
  await fc.assert(
    fc.asyncProperty(fc.nat(log.length), async (length) => {
      const cut = join(folder, `cut-${length}.db`);
      writeFileSync(cut, file);
      writeFileSync(`${cut}-wal`, log.subarray(0, length));
      const after = await openLedger({ path: cut, mode: 'write', clock: () => NOON });
      const bans = [...after.bans(EVERYTHING)];
      expect(bans.length).toBe(5 * (bans.at(-1)?.from ?? 0));
      expect([...after.tallies(EVERYTHING)].reduce((sum, { count }) => sum + count, 0)).toBe(bans.length);
      after.close();
      rounds.add(bans.length / 5);
    }),
    { numRuns: 60 },
  );
  expect(rounds.size).toBeGreaterThan(5);
});

/** A ledger that may grow by so many pages of 4 KiB. */
function cramped(pages: number): Ledger {
  const database = openDatabase(join(scratch(), 'ledger.db'), 'write');
  createSchema(database, { zone: UTC, clock: () => NOON });
  const size = database.query('PRAGMA page_count').row()?.number('page_count') ?? 0;
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA max_page_count = ${size + pages}`);
  return new SqliteLedger(database, { zone: UTC, mode: 'write' });
}

const FILLINGS: readonly (readonly [what: string, fill: (ledger: Ledger, i: number) => void])[] = [
  ['bans', (ledger, i) => ledger.ban(ban(`192.0.2.${i % 256}`), origin({ organization: `Example ${i}` }))],
  [
    'tallies, which are written at the end',
    (ledger, i) => ledger.tally(attempt({ address: address(`192.0.2.${i % 256}`), time: NOON + i * 86_400_000 }), 1),
  ],
  ['a state', (ledger, i) => ledger.saveState(`state ${i}`, 'x'.repeat(1000))],
];

test.each(FILLINGS)('Ledger on a full disk keeps nothing of a transaction of %s', async (_, fill) => {
  const ledger = cramped(40);
  record(ledger, () => ledger.ban(ban('198.51.100.1'), origin()));
  const problem = await problemOf(() =>
    record(ledger, () => {
      for (let i = 0; i < 20_000; i++) fill(ledger, i);
    }),
  );
  expect(problem.status).toBe(EXIT.unavailable);
  expect(problem.message).toMatch(/the disk is full; nothing since the last commit was recorded/);
  expect([...ledger.bans(EVERYTHING)].map(({ subject }) => subject)).toEqual(['198.51.100.1']);
  expect([[...ledger.tallies(EVERYTHING)], ledger.state('state 1')]).toEqual([[], undefined]);
  // What fits is still recorded, and nothing of the failed transaction comes along.
  record(ledger, () => ledger.tally(attempt(), 1));
  expect([...ledger.tallies(EVERYTHING)]).toHaveLength(1);
  ledger.close();
});

/** Reads all that there is, then writes. */
async function useAll(path: string): Promise<void> {
  const ledger = await openLedger({ path, mode: 'write', clock: () => NOON });
  try {
    for (const { id } of ledger.bans(EVERYTHING)) {
      ledger.evidenceOf(id);
      ledger.reasonOf(id);
      ledger.blocksOf(id);
    }
    const lists = [
      ledger.tallies(EVERYTHING),
      ledger.users(EVERYTHING),
      ledger.inForce('web1', 0),
      ledger.reasonedBans(ledger.searchBans({ type: 'asn', asn: 64_500 }).ids),
      ledger.bansOf(network('0.0.0.0/0')),
      ledger.positions('web1'),
    ];
    for (const list of lists) for (const _ of list);
    ledger.begin();
    for (let i = 0; i < 20; i++) ledger.ban(ban(`192.0.2.${i}`), origin());
    ledger.tally(attempt({ user: 'root' }), 1);
    ledger.commit();
  } finally {
    ledger.close();
  }
}

const DAMAGES = 250;

test('a damaged file is a problem with a sentence, or can still be used', async () => {
  const folder = scratch();
  const sound = join(folder, 'sound.db');
  const ledger = await open({ path: sound });
  record(ledger, () => {
    for (let i = 0; i < 120; i++) {
      ledger.block(ledger.ban(ban(`192.0.2.${i}`), origin({ organization: `Example ${i % 9}` })), { state: 'dry-run' });
      ledger.tally(attempt({ address: address(`192.0.2.${i}`), user: `user${i}` }), 1);
    }
  });
  ledger.close();
  await useAll(sound);
  const bytes = readFileSync(sound);
  const place = fc.nat(bytes.length - 1);
  const damage = fc.oneof(
    fc.record({ what: fc.constant('bytes'), at: fc.array(place, { minLength: 1, maxLength: 40 }), to: fc.nat(255) }),
    fc.record({ what: fc.constant('page'), at: fc.array(place, { minLength: 1, maxLength: 2 }), to: fc.nat(255) }),
    fc.record({ what: fc.constant('end'), at: fc.tuple(place), to: fc.constant(0) }),
  );
  const told: number[] = [];
  await fc.assert(
    fc.asyncProperty(damage, async ({ what, at, to }) => {
      const path = join(folder, `damaged-${told.length}.db`);
      const damaged = Buffer.from(what === 'end' ? bytes.subarray(0, at[0]) : bytes);
      for (const offset of at) {
        if (what === 'bytes') damaged[offset] = to;
        else if (what === 'page') damaged.fill(to, offset & ~4095, (offset & ~4095) + 4096);
      }
      writeFileSync(path, damaged);
      told.push(await statusOf(path));
    }),
    { numRuns: DAMAGES },
  );
  expect(told.filter((status) => status === EXIT.badData).length).toBeGreaterThan(DAMAGES / 4);
});

async function statusOf(path: string): Promise<number> {
  try {
    await useAll(path);
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    expect(error.status).toBe(EXIT.badData);
    expect(error.message.startsWith(path)).toBe(true);
    return error.status;
  }
}

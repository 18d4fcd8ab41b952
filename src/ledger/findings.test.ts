import { join } from 'node:path';
import { expect, it, test } from 'vitest';
import type { Answer } from '../model.ts';
import { openDatabase } from './database.ts';
import { copyOf } from './migration.ts';
import {
  address,
  ban,
  EVERYTHING,
  finding,
  NOON,
  network,
  open,
  origin,
  problemOf,
  record,
  scratch,
  WITHOUT_FIFTH,
} from './testing/sample.ts';

const ANSWERS: readonly Answer[] = [
  { about: 'reverse-name', names: [] },
  {
    about: 'reverse-name',
    names: [
      { name: 'a.example.net', verified: true },
      { name: 'b"\u202e\0.example', verified: false },
    ],
  },
  {
    about: 'registration',
    network: '203.0.113.0/24',
    name: 'EXAMPLE-NET',
    holder: 'Example, Inc.',
    country: 'NL',
    abuse: ['abuse@example.net', 'cert@example.net'],
  },
  { about: 'registration', network: undefined, name: undefined, holder: undefined, country: undefined, abuse: [] },
  { about: 'tor-exit', isExit: true },
  { about: 'tor-exit', isExit: false },
  { about: 'listings', lists: [], unlisted: ['x.example', 'bl.example.net'] },
  { about: 'listings', lists: [{ list: 'bl.example.net', codes: ['127.0.0.2 SBL', '127.0.0.9'] }], unlisted: [] },
];

test.each(ANSWERS.map((answer) => [answer.about, answer] as const))(
  'Ledger.finding gives back a %s as it was (%#)',
  async (_, answer) => {
    const path = join(scratch(), 'ledger.db');
    const ledger = await open({ path });
    const given = finding({ answer, source: 'RDAP rdap.example.net' });
    const id = record(ledger, () => {
      const made = ledger.ban(ban(), origin());
      ledger.finding(made, given);
      return made;
    });
    expect(ledger.findingsOf(id)).toEqual([given]);
    ledger.close();
    const again = await open({ path, mode: 'read' });
    expect(again.findingsOf(id)).toEqual([given]);
    expect(again.findingsOf(id + 1)).toEqual([]);
  },
);

it('the first answer to a question stays, whatever is said later', async () => {
  const ledger = await open();
  const later = finding({ at: NOON + 900, answer: { about: 'reverse-name', names: [] } });
  const tor = finding({ answer: { about: 'tor-exit', isExit: false } });
  const id = record(ledger, () => {
    const made = ledger.ban(ban(), origin());
    for (const each of [finding(), later, tor]) ledger.finding(made, each);
    return made;
  });
  record(ledger, () => ledger.finding(id, later));
  expect(ledger.findingsOf(id)).toEqual([finding(), tor]);
});

it('an answer of a ban that there is not is refused, and takes its transaction along', async () => {
  const ledger = await open();
  ledger.begin();
  ledger.ban(ban(), origin());
  expect(() => ledger.finding(99, finding())).toThrow('FOREIGN KEY');
  expect([...ledger.bans(EVERYTHING)]).toEqual([]);
});

test('Ledger.withoutFinding lists the bans that a question has no answer for', async () => {
  const ledger = await open();
  const ids = record(ledger, () =>
    [0, 1, 2, 3].map((i) => {
      const from = NOON + i * 1_000;
      const host = i === 3 ? 'mail' : 'web1';
      return ledger.ban(ban(`192.0.2.${i}`, { from, host }), origin());
    }),
  );
  const idsWithout = (about: Answer['about'], scope = EVERYTHING): number[] =>
    [...ledger.withoutFinding(about, scope)].map(({ id }) => id);
  expect(idsWithout('reverse-name')).toEqual(ids);
  record(ledger, () => ledger.finding(ids[1] ?? 0, finding()));
  expect(idsWithout('reverse-name')).toEqual([ids[0], ids[2], ids[3]]);
  expect(idsWithout('registration')).toEqual(ids);
  const late = { period: { from: NOON + 2_000, until: NOON + 9_000, name: '' }, host: undefined };
  expect(idsWithout('reverse-name', late)).toEqual([ids[2], ids[3]]);
  expect(idsWithout('reverse-name', { ...late, host: 'mail' })).toEqual([ids[3]]);
  expect(idsWithout('reverse-name', { ...late, host: 'nowhere' })).toEqual([]);
});

test('Ledger.withoutFinding goes on while answers are recorded', async () => {
  const ledger = await open();
  record(ledger, () => {
    for (let i = 0; i < 1_200; i++) ledger.ban(ban(`198.51.${i >> 8}.${i & 255}`), origin());
  });
  let seen = 0;
  for (const { id } of ledger.withoutFinding('reverse-name', EVERYTHING)) {
    seen++;
    record(ledger, () => ledger.finding(id, finding()));
  }
  expect([seen, [...ledger.withoutFinding('reverse-name', EVERYTHING)]]).toEqual([1_200, []]);
});

test('Ledger.lastFinding is the newest answer about the network, if it is young enough', async () => {
  const ledger = await open();
  const of = (text: string, at: number) =>
    finding({ address: address(text), at, answer: { about: 'registration', ...NOTHING, name: text } });
  record(ledger, () => {
    for (const [text, at] of [
      ['203.0.113.7', 100],
      ['203.0.113.9', 300],
      ['203.0.113.255', 200],
      ['203.0.114.1', 900],
    ] as const)
      ledger.finding(ledger.ban(ban(text), origin()), of(text, at));
    ledger.finding(ledger.ban(ban('203.0.113.7'), origin()), finding({ at: 999 }));
  });
  const last = (text: string, since: number) => ledger.lastFinding('registration', network(text), since);
  expect(last('203.0.113.0/24', 0)).toEqual(of('203.0.113.9', 300));
  expect(last('203.0.113.0/24', 301)).toBeUndefined();
  expect(last('203.0.113.7', 0)).toEqual(of('203.0.113.7', 100));
  expect(last('192.0.2.0/24', 0)).toBeUndefined();
  expect(ledger.lastFinding('tor-exit', network('203.0.113.0/24'), 0)).toBeUndefined();
});

const NOTHING = { network: undefined, name: undefined, holder: undefined, country: undefined, abuse: [] } as const;

it('a ledger of version 3 is brought up to date, beside a copy, with its rows', async () => {
  const path = join(scratch(), 'third.db');
  const made = await open({ path });
  const id = record(made, () => {
    made.saveMemory([{ key: 'k', until: 9, content: 'c' }]);
    return made.ban(ban(), origin());
  });
  made.close();
  // What version 3 was: nothing of what others say.
  const database = openDatabase(path, 'write');
  for (const statement of [...WITHOUT_FIFTH, 'DROP TABLE finding', 'DROP TABLE answer', 'PRAGMA user_version = 3'])
    database.exec(statement);
  database.close();
  const ledger = await open({ path });
  expect([...ledger.bans(EVERYTHING)].map((each) => each.id)).toEqual([id]);
  expect([...ledger.memory()]).toHaveLength(1);
  expect(ledger.findingsOf(id)).toEqual([]);
  record(ledger, () => ledger.finding(id, finding()));
  expect(ledger.findingsOf(id)).toEqual([finding()]);
  ledger.close();
  const copy = openDatabase(copyOf(path, 3), 'read');
  expect(copy.query('SELECT user_version AS version FROM pragma_user_version').row()?.number('version')).toBe(3);
  copy.close();
});

it('an answer that cannot be read is damage, and is told so', async () => {
  const path = join(scratch(), 'ledger.db');
  const made = await open({ path });
  const id = record(made, () => {
    const banned = made.ban(ban(), origin());
    made.finding(banned, finding());
    return banned;
  });
  made.close();
  const database = openDatabase(path, 'write');
  for (const sql of [
    'DROP TRIGGER answer_refuses_update',
    `UPDATE answer SET content = '{"about":"weather"}'`,
    `CREATE TRIGGER answer_refuses_update BEFORE UPDATE ON answer ` +
      `BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: answer'); END`,
  ])
    database.exec(sql);
  database.close();
  const ledger = await open({ path, mode: 'read' });
  expect((await problemOf(() => ledger.findingsOf(id))).message).toMatch(/the ledger is damaged/);
});

import { afterEach, expect, it } from 'vitest';
import { parseAddress } from '../base/address.ts';
import { type Ledger, openLedger } from '../ledger/ledger.ts';
import type { Attempt, Ban } from '../model.ts';
import { Path } from '../pipeline.ts';
import { Pending } from './pending.ts';
import { horizonOf, recover, Switch } from './recovery.ts';
import { network } from './testing/record.ts';
import { HOST, testConfig, testStages } from './testing.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const zones = [{ name: 'bl.example.net', title: 'bl.example.net', answers: undefined }];
const asking = { zones, kinds: ['mail.relay'], resolver: undefined, timeout: 300, cache: 0 };
const stages = testStages(testConfig('/nonexistent', { blocklists: asking }));
const found = stages.patterns.find(({ kind, success }) => kind === 'ssh.login' && !success);
if (!found) throw new Error('no pattern for ssh');
const pattern = found;

let ledger: Ledger | undefined;
afterEach(() => ledger?.close());

function attempt(time: number, text: string): Attempt {
  const address = parseAddress(text);
  if (!address) throw new RangeError(text);
  return {
    ...{ time, address, pattern, user: 'root', target: undefined, offset: 0, count: 1, session: `${time}` },
    ...{ file: { host: HOST, path: 'auth.log', modified: 0 }, line: `at ${time}` },
  };
}

/** A process's path with what the ledger tells of the one before; `spared`: nobody may be banned. */
function life(kept: Ledger, { spares = false, now = NOW } = {}) {
  const pending = new Pending(HOST, () => undefined);
  const record = new Switch(pending);
  const protection = () => (spares ? ({ why: 'a friend', strength: 'always' } as const) : undefined);
  const jails = stages.jails({ priorBans: (subject) => kept.priorBans(subject), protection });
  const path = new Path({ kinds: stages.kinds, origins: stages.origins, jails, record }, { copies: 'look' });
  recover({ ledger: kept, host: HOST, path, jails, patterns: stages.patterns, longestMs: 600_000, now });
  record.isOn = true;
  const take = (time: number, text: string): Ban | undefined => {
    const one = attempt(time, text);
    pending.judged(one);
    return path.take(one);
  };
  const end = (at: number): void => pending.commit(kept, { bookmarks: [], states: new Map(), memory: [] }, at);
  /** As `Live` does with attempts that are known already, and with what was found out about them. */
  const judge = (one: Attempt): void => {
    pending.judged(one);
    path.take(one);
  };
  const find = (one: Attempt): void => {
    pending.found(one);
    path.found(one);
  };
  return { take, judge, find, end, pending, jails, path };
}

async function open(): Promise<Ledger> {
  ledger = await openLedger({ path: ':memory:', mode: 'write', clock: () => NOW });
  return ledger;
}

it('goes on with open windows, with nothing recorded twice', async () => {
  const kept = await open();
  const first = life(kept);
  for (let i = 0; i < 3; i++) expect(first.take(NOW + i, '203.0.113.7')).toBeUndefined();
  first.end(NOW + 3);
  const second = life(kept);
  expect(second.pending.isEmpty).toBe(true);
  expect(second.take(NOW + 10, '203.0.113.7')).toBeUndefined();
  const ban = second.take(NOW + 11, '203.0.113.7');
  expect(ban?.evidence.map(({ line }) => line)).toEqual([0, 1, 2, 10, 11].map((i) => `at ${NOW + i}`));
});

it('goes on with bans in force, and bans anew who was released or was only spared', async () => {
  const kept = await open();
  const first = life(kept);
  for (const text of ['203.0.113.7', '203.0.113.8']) for (let i = 0; i < 5; i++) first.take(NOW + i, text);
  first.pending.release(network('203.0.113.8'), NOW + 10, 'by alice');
  first.end(NOW + 11);
  const friendly = life(kept, { spares: true });
  for (let i = 0; i < 5; i++) expect(friendly.take(NOW + 20 + i, '203.0.113.9')).toBeUndefined();
  friendly.end(NOW + 30);
  const last = life(kept);
  for (const text of ['203.0.113.7', '203.0.113.8', '203.0.113.9']) {
    for (let i = 0; i < 5; i++) last.take(NOW + 40 + i, text);
  }
  expect(last.pending.takeBans().map(({ ban }) => [ban.subject.text, ban.prior])).toEqual([
    ['203.0.113.8', 1],
    ['203.0.113.9', 0],
  ]);
});

it('counts back from the newest entry, however long the host was off', async () => {
  const kept = await open();
  const first = life(kept);
  for (let i = 0; i < 4; i++) first.take(NOW + i, '203.0.113.7');
  first.end(NOW + 5);
  const week = 7 * 86_400_000;
  const second = life(kept, { now: NOW + week });
  // Its logs were not read further meanwhile: the next line is of then.
  expect(second.take(NOW + 10, '203.0.113.7')?.from).toBe(NOW + 10);
  expect(horizonOf(600_000)).toBe(3_600_000);
  expect(horizonOf(7_200_000)).toBe(9_000_000);
});

it('goes on with what was found out about an attempt: judged once, recorded once under its new kind', async () => {
  const kept = await open();
  const relay = stages.patterns.find(({ kind }) => kind === 'mail.relay');
  if (!relay) throw new Error('no pattern for relaying');
  const tried = { ...attempt(NOW, '203.0.113.7'), pattern: relay, user: undefined };
  // As the filter's name is in evidence: no pattern of today has it.
  const nature = { kind: 'mail.relay.listed', filter: '(blocklists)', number: 1, voice: undefined, syslog: false };
  const found = { ...tried, pattern: { ...relay, ...nature }, target: 'bl.example.net (127.0.0.2)' };
  const first = life(kept);
  first.judge(tried);
  first.end(NOW + 1);
  const second = life(kept);
  second.find(found);
  const [made] = second.pending.takeBans();
  expect(made?.ban).toMatchObject({ jail: 'relay-listed', evidence: [{ offset: 0, line: `at ${NOW}` }] });
  second.end(NOW + 2);
  const third = life(kept);
  // It is banned: another answer about the same attempt changes nothing.
  third.find(found);
  third.judge({ ...tried, time: NOW + 10 });
  expect([third.pending.takeBans(), third.path.bans]).toEqual([[], 0]);
  third.path.flush();
  third.end(NOW + 11);
  const scope = { period: { from: 0, until: Number.POSITIVE_INFINITY, name: '' }, host: undefined };
  const tallies = [...kept.tallies(scope)].map(({ kind, count }) => [kind, count]);
  expect(tallies.sort()).toEqual([
    ['mail.relay', 1],
    ['mail.relay.listed', 1],
  ]);
});

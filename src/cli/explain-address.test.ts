/** `rapsheet explain ADDRESS`: the ledger's part, and the daemon's. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { LEFT_TO_ACTIONS } from '../base/left-to-actions.ts';
import { EXIT } from '../base/problem.ts';
import type { AddressStanding } from '../daemon/protocol.ts';
import { openLedger } from '../ledger/ledger.ts';
import { ban, origin } from '../ledger/testing/sample.ts';
import type { Ban, Block, Evidence } from '../model.ts';
import { explainCommand } from './explain.ts';
import { fakeDaemon, hungDaemon, runCommand, scratch } from './testing.ts';

let ledger: string;
beforeEach(() => {
  ledger = join(scratch(), 'ledger.db');
});

async function record(given: Partial<Ban>, block?: Block): Promise<void> {
  const book = await openLedger({ path: ledger, mode: 'write', clock: systemClock });
  book.begin();
  const from = systemClock() - 60_000;
  const id = book.ban(ban('203.0.113.7', { host: hostname(), from, until: from + 3_600_000, ...given }), origin());
  if (block) book.block(id, block);
  book.commit();
  book.close();
}

function firstEvidence(): Evidence {
  const [evidence] = ban('203.0.113.7').evidence;
  if (!evidence) throw new Error('the sample has no evidence');
  return evidence;
}

const explain = (...given: string[]) => runCommand(explainCommand(), ['203.0.113.7', '--ledger', ledger, ...given]);
const nowhere = (): string[] => ['--socket', join(scratch(), 'none.sock')];

const standing: AddressStanding = {
  ...{ subject: '203.0.113.7', protectedBy: null, inForce: [], ineffective: null },
  windows: [{ jail: 'ssh', score: 4, limit: 5, findTimeMs: 600_000, oldest: '2024-10-03T10:00:00.000Z' }],
};

it('tells of a ban by a person, and of its effect', async () => {
  await record({ reason: { rule: 'manual', by: 'ada', why: 'ticket 7\u001b[2J' } }, { state: 'blocked', at: 1 });
  const { status, out } = await explain(...nowhere());
  expect(status).toBe(EXIT.done);
  expect(out).toMatch(/^203\.0\.113\.7 is banned on .* until .*: by ada: ticket 7\\x1b\[2J; blocked\.\n/);
});

it('tells why a ban has no effect, also one for good', async () => {
  const ineffective: Block = { state: 'ineffective', at: 1, why: 'a proxy stands in front' };
  await record({ until: Number.MAX_SAFE_INTEGER }, ineffective);
  expect((await explain(...nowhere())).out).toMatch(/ for good: .*; ineffective: a proxy stands in front\.\n/);
});

it('tells what was left to the actions of an existing fail2ban from a refusal', async () => {
  await record({}, { state: 'refused', at: 1, why: LEFT_TO_ACTIONS });
  expect((await explain(...nowhere())).out).toMatch(/; left to the actions of its jail \(fail2ban\.actions\)\.\n/);
});

it('tells which blocklist told of it, of a ban in force and of the last one', async () => {
  const line = {
    ...firstEvidence(),
    kind: 'mail.relay.listed',
    target: 'bl.example.net (127.0.0.2): caf\xc3\xa9\u001b[2J',
  };
  await record({ evidence: [line, line] });
  const said = 'It was listed by bl.example.net (127.0.0.2): café\\x1b[2J\n';
  expect((await explain(...nowhere())).out.split(said).length).toBe(2);
  const json: unknown = JSON.parse((await explain('--json', ...nowhere())).out);
  expect(json).toMatchObject({ inForce: [{ listings: ['bl.example.net (127.0.0.2): café\u001b[2J'] }] });
  ledger = join(scratch(), 'ledger.db');
  await record({ evidence: [line], until: systemClock() - 1_000 });
  expect((await explain(...nowhere())).out).toContain(said);
});

it('a ban that somebody ended is not in force', async () => {
  await record({});
  const book = await openLedger({ path: ledger, mode: 'write', clock: systemClock });
  book.begin();
  book.release('203.0.113.7', { host: hostname(), at: systemClock(), why: 'by ada' });
  book.commit();
  book.close();
  const { status, out } = await explain(...nowhere());
  expect([status, out]).toEqual([EXIT.no, expect.stringMatching(/is not banned now/)]);
});

it('with a daemon: how far it is', async () => {
  await record({ until: systemClock() - 1_000 });
  const { socket, asked } = await fakeDaemon({ explain: standing });
  const { status, out } = await explain('--socket', socket);
  expect([status, asked]).toEqual([EXIT.no, [{ verb: 'explain', address: '203.0.113.7' }]]);
  expect(out).toMatch(/^203\.0\.113\.7 is not banned now\.\n/);
  expect(out).toMatch(/Jail ssh: 4 of 5 in 10m, the oldest at 2024-10-03T10:00:00\.000Z\./);
});

it('with a daemon: what protects it, and what the kernel does not hold', async () => {
  await record({});
  const row = {
    ...{ subject: '203.0.113.7', jail: 'ssh', kind: 'ssh.login', from: '2024-10-03T10:00:00.000Z', until: null },
    ...{ prior: 0, country: null, organization: null, blocked: false },
  };
  const ineffective = {
    ...{ subject: '203.0.113.7', since: '2024-10-03T10:00:00.000Z', attempts: 9, cause: 'proxy' },
    ...{ what: 'packets come from elsewhere', remedy: 'block at the proxy' },
  };
  const { socket } = await fakeDaemon({
    explain: { ...standing, protectedBy: 'a session of ada', inForce: [row], ineffective },
  });
  const { out } = await explain('--socket', socket);
  expect(out).toMatch(/protected and not banned: a session of ada/);
  expect(out).toMatch(/kernel does NOT hold the block of 203\.0\.113\.7/);
  expect(out).toMatch(/NO effect: 9 attempts .*\(proxy\).*\n {2}do: block at the proxy/);
  const json: unknown = JSON.parse((await explain('--json', '--socket', socket)).out);
  expect(json).toMatchObject({ subject: '203.0.113.7', daemon: { protectedBy: 'a session of ada' } });
});

it('a daemon that hangs does not keep the ledger from telling', async () => {
  await record({});
  const { status, out } = await explain('--socket', await hungDaemon());
  expect([status, out]).toEqual([EXIT.done, expect.stringMatching(/is banned on/)]);
});

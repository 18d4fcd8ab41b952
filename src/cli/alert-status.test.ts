import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { EXIT } from '../base/problem.ts';
import { openLedger } from '../ledger/ledger.ts';
import { statusCommand } from './status.ts';
import { fakeDaemon, runCommand, scratch, statusOf } from './testing.ts';

const STATE = {
  ...{ bans: 0, blocks: 0, told: [], held: [4, 5], heldRest: 1, campaigns: [], month: '2026-10' },
  digest: { ban: 0, at: 0, today: 0 },
};

/** A daemon that is well, a configuration, and a ledger with `state` and some messages. */
async function place(config: string, state: object | undefined): Promise<readonly string[]> {
  const folder = scratch();
  const path = join(folder, 'ledger.db');
  const ledger = await openLedger({ path, mode: 'write', clock: systemClock });
  const now = systemClock();
  ledger.begin();
  if (state) ledger.saveState('notify', JSON.stringify({ ...STATE, problems: [], alive: now, ...state }));
  for (const key of ['a', 'b', 'c']) ledger.outbox.post({ key, channel: 'hook', made: now, due: now, content: '{}' });
  ledger.outbox.ended(1, { state: 'dead', at: now, error: 'the answer was 404\u001b[2J' });
  ledger.outbox.ended(2, { state: 'waiting', due: now, error: 'there was no answer' });
  ledger.commit();
  ledger.close();
  const file = join(folder, 'rapsheet.toml');
  writeFileSync(file, config);
  const { socket } = await fakeDaemon({ status: statusOf({ ledger: { ...statusOf().ledger, path } }) });
  return ['--socket', socket, '-c', file];
}

const HOOK = '[[channel]]\ntype = "json"\nname = "hook"\nurl = "http://127.0.0.1/"\n';

it('status says what waits and what was given up, with the reason and the way out, and stays 0', async () => {
  const given = await place(HOOK, { problems: ['the report of 2026-10 was not made: the disk is full'] });
  const { status, out } = await runCommand(statusCommand(), given);
  expect(status).toBe(EXIT.done);
  expect(out).toMatch(
    /^warning {2}1 message is given up, the last one to hook: the answer was 404\\x1b\[2J \(rapsheet notify list/m,
  );
  expect(out).toMatch(/^warning {2}2 messages are waiting for hook, which does not take them: there was no answer/m);
  expect(out).toMatch(/^warning {2}the report of 2026-10 was not made: the disk is full/m);
  expect(out).toMatch(
    /^alerts +sent by "rapsheet notify run", at work \d+s ago, 2 waiting, 1 given up, 3 held back for the digest$/m,
  );
  expect(out).not.toContain('nobody sends');
});

it.each([
  ['never began', undefined],
  ['ended an hour ago', { alive: systemClock() - 3_600_000 }],
])('status says that nobody sends where whoever should %s', async (_, state) => {
  const { out } = await runCommand(statusCommand(), await place(HOOK, state));
  expect(out).toMatch(/^warning {2}alerts are configured, but nobody sends them \(systemctl enable/m);
});

it('status as JSON has it in a field of its own, and says nothing of it where nobody is to be told', async () => {
  const { out } = await runCommand(statusCommand(), [...(await place(HOOK, {})), '--json']);
  expect(JSON.parse(out)).toMatchObject({
    problems: [],
    alerts: { running: true, held: 3, channels: [{ channel: 'hook', waiting: 2, dead: 1 }], problems: [{}, {}] },
  });
  const none = await runCommand(statusCommand(), [...(await place('', {})), '--json']);
  expect(JSON.parse(none.out)).not.toHaveProperty('alerts');
});

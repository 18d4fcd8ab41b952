/** Mail to several, of whom some are refused: each gets it once, however often the process begins anew. */
import { afterEach, expect, it } from 'vitest';
import { silentLog } from '../../base/log.ts';
import { type ScriptedServer, startServer, WILLING } from '../mail/testing/smtp-server.ts';
import type { TestNotice } from '../notice.ts';
import { Sender } from '../sender.ts';
import { DAY, NOON, type Scene, scene } from '../testing/scene.ts';
import { openMail } from './mail.ts';

const [ANA, BOB, CARL] = ['ana@example.test', 'bob@example.test', 'carl@example.test'];
const EVERYBODY = [ANA, BOB, CARL];

interface Desk {
  readonly all: Scene;
  readonly server: ScriptedServer;
  /** What the server says to recipients; to all others, that it is fine. */
  readonly says: Map<string, string>;
  /** Whom the mail of the last process was for, if the server took it. */
  tried(to?: readonly string[]): Promise<{ asked: string[]; taken: string[] }>;
}

const servers: ScriptedServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.end();
});

async function desk(): Promise<Desk> {
  const says = new Map<string, string>();
  const recipientOf = (line: string) => /^RCPT TO:<(.*)>$/.exec(line)?.[1];
  const server = await startServer((line) => says.get(recipientOf(line) ?? '') ?? WILLING(line));
  servers.push(server);
  const all = await scene();
  const { ledger, clock } = all;
  const notice: TestNotice = { sort: 'test', key: 'test 1', made: NOON, host: undefined, by: 'ana' };
  ledger.begin();
  const message = { key: notice.key, channel: 'mail', made: NOON, due: NOON, content: JSON.stringify(notice) };
  ledger.outbox.post(message);
  ledger.commit();
  return {
    ...{ all, server, says },
    async tried(to = EVERYBODY) {
      server.heard.length = 0;
      clock.now += DAY;
      const channel = openMail({
        ...{ name: 'mail', server: { protocol: 'smtp', host: '127.0.0.1', port: server.port }, sendmail: undefined },
        ...{ user: undefined, password: undefined, from: 'rapsheet@example.test', to },
      });
      const sender = new Sender({
        ...{ ledger, channels: [channel], clock: () => clock.now, log: silentLog, perHour: 100 },
      });
      sender.turn();
      await sender.settled();
      await channel.close();
      const asked = server.heard.flatMap((line) => recipientOf(line) ?? []);
      const isTaken = server.heard.includes('.');
      return { asked, taken: isTaken ? asked.filter((address) => !says.has(address)) : [] };
    },
  };
}

it('after a restart only those are tried again who were refused for now', async () => {
  const { all, says, tried } = await desk();
  says.set(BOB, '450 mailbox busy');
  expect(await tried()).toEqual({ asked: EVERYBODY, taken: [ANA, CARL] });
  expect(all.ledger.outbox.list('waiting', 1)).toMatchObject([
    { error: expect.stringMatching(/^127\.0\.0\.1 port \d+: not taken for bob@example\.test \(.*450 mailbox busy\)$/) },
  ]);
  expect(await tried()).toEqual({ asked: [BOB], taken: [] });
  says.clear();
  expect(await tried()).toEqual({ asked: [BOB], taken: [BOB] });
  expect(all.ledger.outbox.counts()).toMatchObject({ waiting: 0, sent: 1, dead: 0 });
});

it('who refuses it for good is asked once, and told of when all others have it', async () => {
  const { all, says, tried } = await desk();
  says.set(BOB, '450 mailbox busy').set(CARL, '550 no such user');
  expect(await tried()).toEqual({ asked: EVERYBODY, taken: [ANA] });
  expect(await tried()).toEqual({ asked: [BOB], taken: [] });
  expect(all.ledger.outbox.list('waiting', 1)).toMatchObject([
    { error: expect.stringMatching(/not taken for bob.*busy\); before, not taken for carl.*no such user\)$/) },
  ]);
  says.delete(BOB);
  expect(await tried()).toEqual({ asked: [BOB], taken: [BOB] });
  expect(all.ledger.outbox.list('dead', 1)).toMatchObject([
    { error: expect.stringMatching(/^not taken for carl@example\.test \(.*550 no such user\)$/) },
  ]);
});

it('when it is given up and somebody wants it tried again, all are asked who have it not', async () => {
  const { all, says, tried } = await desk();
  says.set(BOB, '550 no such user').set(CARL, '550 no such user');
  expect(await tried()).toEqual({ asked: EVERYBODY, taken: [ANA] });
  expect(all.ledger.outbox.counts()).toMatchObject({ dead: 1 });
  says.clear();
  all.ledger.begin();
  all.ledger.outbox.revive('all', all.clock.now);
  all.ledger.commit();
  expect(await tried()).toEqual({ asked: [BOB, CARL], taken: [BOB, CARL] });
  expect(all.ledger.outbox.counts()).toMatchObject({ sent: 1, dead: 0 });
});

it('a mail whose last recipient is taken out of the configuration is sent', async () => {
  const { all, says, tried } = await desk();
  says.set(BOB, '450 mailbox busy');
  await tried();
  expect(await tried([ANA, CARL])).toEqual({ asked: [], taken: [] });
  expect(all.ledger.outbox.counts()).toMatchObject({ sent: 1, waiting: 0 });
});

it('what the server says of the sender forgets nobody who has it', async () => {
  const { says, tried } = await desk();
  says.set(BOB, '450 mailbox busy').set('', '451 not now');
  // Every line that names no recipient is answered so: the session fails before anybody is asked.
  expect(await tried()).toEqual({ asked: [], taken: [] });
  says.delete('');
  expect(await tried()).toEqual({ asked: EVERYBODY, taken: [ANA, CARL] });
  says.set('', '451 not now');
  await tried();
  says.clear();
  expect(await tried()).toEqual({ asked: [BOB], taken: [BOB] });
});

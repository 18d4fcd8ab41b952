/** `rapsheet notify` as people start it: against a server that counts what arrives, killed in the middle, and looked after. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeScheduledReport } from '../src/cli/notify-report.ts';
import { type Ledger, openLedger } from '../src/ledger/ledger.ts';
import { ban, origin, record } from '../src/ledger/testing/sample.ts';
import { pause, until } from './live.ts';
import { PROJECT, plainConfig, rapsheet, start } from './run.ts';

interface Place {
  readonly folder: string;
  readonly ledger: Ledger;
  readonly path: string;
  readonly config: string;
  readonly given: readonly string[];
}

async function place(alerts: string): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-notify-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'ledger.db');
  const ledger = await openLedger({ path, mode: 'write', clock: () => Date.now() });
  onTestFinished(() => ledger.close());
  const config = plainConfig(folder, alerts);
  return { folder, ledger, path, config, given: ['-c', config, '--ledger', path] };
}

/** A server on this machine, and the numbers of the messages that it was given, in the order in which they came. */
async function hook(
  answer: (response: ServerResponse) => void,
): Promise<{ url: string; ids: string[]; keys: string[] }> {
  const seen = { ids: [] as string[], keys: [] as string[] };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => {
      seen.ids.push(String(request.headers['x-rapsheet-id']));
      seen.keys.push(String(Reflect.get(Object(JSON.parse(body)), 'key')));
      answer(response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return { url: `http://127.0.0.1:${address.port}/hush`, ...seen };
}

const channel = (url: string): string => `[[channel]]\ntype = "json"\nname = "hook"\nurl = "${url}"\n`;

function notifier({ given }: Place) {
  const program = start(['notify', 'run', ...given]);
  program.stdin.on('error', () => undefined).end();
  program.stdout.resume();
  const said = { text: '' };
  program.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.text += text;
  });
  const end = new Promise<number | null>((resolve) => program.on('close', resolve));
  const ready = (): Promise<void> =>
    until(
      () => said.text.includes('tells'),
      () => said.text,
    );
  return { program, said, end, ready };
}

function recordBans({ ledger }: Place, count: number): void {
  record(ledger, () => {
    for (let i = 0; i < count; i++) {
      const id = ledger.ban(ban(`198.51.100.${i}`, { from: Date.now() }), origin());
      ledger.block(id, { state: 'blocked', at: Date.now() });
    }
  });
}

it('a process that is killed in the middle of sending sends nothing twice but what was on its way', async () => {
  const BANS = 60;
  const server = await hook((response) => void setTimeout(() => response.end(), 20));
  const all = await place(`[alerts]\nbans = "all"\nper_hour = 360\n${channel(server.url)}`);
  const first = notifier(all);
  await first.ready();
  recordBans(all, BANS);
  let running = first;
  let kills = 0;
  for (const mark of [5, 12, 13, 25, 40, 52]) {
    await until(
      () => server.keys.length >= mark,
      () => running.said.text,
    );
    running.program.kill('SIGKILL');
    expect(await running.end).toBe(null);
    kills++;
    running = notifier(all);
  }
  await until(
    () => all.ledger.outbox.counts().sent === BANS,
    () => running.said.text,
  );
  running.program.kill('SIGTERM');
  expect([await running.end, running.said.text]).toEqual([0, expect.stringContaining('stopped')]);

  const keys = new Set(server.keys);
  expect([...keys].sort()).toEqual(Array.from({ length: BANS }, (_, i) => `ban ${i + 1}`).sort());
  expect(server.keys.length - BANS).toBeLessThanOrEqual(kills);
  // What came twice came under one name, so that the other end can tell.
  expect(new Set(server.ids).size).toBe(BANS);
  expect(running.said.text).not.toContain('hush');
});

it('what was given up is listed with its reason, shown by status, and tried again', async () => {
  const refusal = { status: 400 };
  const server = await hook((response) => {
    response.statusCode = refusal.status;
    response.end();
  });
  const all = await place(`[alerts]\nbans = "all"\n${channel(server.url)}`);
  const nobody = await rapsheet(['status', ...all.given, '--socket', join(all.folder, 'none.sock')]);
  expect([nobody.status, nobody.err]).toEqual([69, expect.stringContaining('but nobody sends them')]);

  const { program, said, ready, end } = notifier(all);
  await ready();
  recordBans(all, 2);
  await until(
    () => all.ledger.outbox.counts().dead === 2,
    () => said.text,
  );
  const status = await rapsheet(['status', ...all.given, '--socket', join(all.folder, 'none.sock')]);
  expect(status.err).toContain('2 messages are given up, the last one to hook: ');
  expect(status.err).not.toContain('nobody sends them');
  const dead = await rapsheet(['notify', 'list', '--dead', ...all.given]);
  expect(dead.out).toMatch(/^ID +CHANNEL +MESSAGE +STATE +MADE +TRIES +WHY\n +2 +hook +ban 2 +dead +\d+s ago +1 +\S/);
  const asJson = await rapsheet(['notify', 'list', '--json', ...all.given]);
  expect(
    asJson.out
      .trim()
      .split('\n')
      .map((line) => Object(JSON.parse(line))),
  ).toMatchObject([{ id: 2, channel: 'hook', key: 'ban 2', state: 'dead', tries: 1 }, { id: 1 }]);

  refusal.status = 204;
  const retried = await rapsheet(['notify', 'retry', 'all', ...all.given]);
  expect([retried.status, retried.out]).toEqual([0, '2 messages are tried again.\n']);
  await until(
    () => all.ledger.outbox.counts().sent === 2,
    () => said.text,
  );
  expect((await rapsheet(['notify', 'retry', '1', ...all.given])).status).toBe(1);
  expect((await rapsheet(['notify', 'list', ...all.given])).out).toBe('Nothing waits, and nothing was given up.\n');
  program.kill('SIGTERM');
  expect(await end).toBe(0);
});

it('a test says of each channel what came of it', async () => {
  const server = await hook((response) => void response.end());
  const closed = 'http://127.0.0.1:9/';
  const all = await place(`${channel(server.url)}[[channel]]\ntype = "json"\nname = "closed"\nurl = "${closed}"\n`);
  const one = await rapsheet(['notify', 'test', 'hook', ...all.given]);
  expect([one.status, one.out]).toEqual([0, 'hook: sent\n']);
  const both = await rapsheet(['notify', 'test', ...all.given]);
  expect([both.status, both.out]).toEqual([1, expect.stringMatching(/^hook: sent\nclosed: not sent: .+\n$/)]);
  expect(server.keys.every((key) => key.startsWith('test '))).toBe(true);
  const none = await rapsheet(['notify', 'test', 'pager', ...all.given]);
  expect([none.status, none.err]).toEqual([64, expect.stringContaining('there are hook, closed')]);
});

it('one process sends for a ledger, and reads its configuration again at SIGHUP', async () => {
  const server = await hook((response) => void response.end());
  const all = await place(channel(server.url));
  const { program, said, ready, end } = notifier(all);
  await ready();
  const second = await rapsheet(['notify', 'run', ...all.given]);
  expect([second.status, second.err]).toEqual([69, expect.stringContaining('another "rapsheet notify run"')]);

  const told = (text: string): Promise<void> =>
    until(
      () => said.text.includes(text),
      () => said.text,
    );
  const text = readFileSync(all.config, 'utf8');
  writeFileSync(all.config, `${text}[alerts]\nbans = "some"\n`);
  program.kill('SIGHUP');
  await told('the configuration from before stays in use');
  writeFileSync(all.config, `${text}[alerts]\nbans = "all"\n`);
  program.kill('SIGHUP');
  await told('bans=all');
  recordBans(all, 1);
  await until(
    () => server.keys.includes('ban 1'),
    () => said.text,
  );
  program.kill('SIGTERM');
  expect(await end).toBe(0);
});

it('nobody to tell is a problem of the configuration, and a slow end is none', async () => {
  const all = await place('');
  const { status, err } = await rapsheet(['notify', 'run', ...all.given]);
  expect([status, err]).toEqual([78, expect.stringContaining('names nobody to tell')]);
  const stuck = await hook(() => undefined);
  const slow = await place(`[alerts]\nbans = "all"\n${channel(stuck.url)}`);
  const { program, ready, said, end } = notifier(slow);
  await ready();
  recordBans(slow, 1);
  await until(
    () => stuck.keys.length === 1,
    () => said.text,
  );
  await pause(50);
  program.kill('SIGTERM');
  expect(await end).toBe(0);
  expect(slow.ledger.outbox.list('waiting', 10)).toMatchObject([{ key: 'ban 1', tries: 1 }]);
});

it('the report of a month is made by the program itself, whole, with its summary', async () => {
  const all = await place('');
  record(all.ledger, () => all.ledger.ban(ban('203.0.113.7', { from: Date.UTC(2026, 9, 3, 10) }), origin()));
  const report = { program: join(PROJECT, 'bin', 'rapsheet'), ledger: all.path, config: all.config, isPublic: false };
  const folder = join(all.folder, 'reports');
  const made = await makeScheduledReport('2026-10', { ...report, folder });
  expect(made.path).toBe(join(folder, 'rapsheet-2026-10.html'));
  const page = readFileSync(made.path, 'utf8');
  expect([page.includes('Example Hosting'), page.trimEnd().endsWith('</html>')]).toEqual([true, true]);
  expect(made.summary[0]).toContain('1 ban');
  await expect(makeScheduledReport('2026-13', { ...report, folder })).rejects.toThrow('is not a month or a day');
  expect(existsSync(join(folder, 'rapsheet-2026-13.html'))).toBe(false);
});

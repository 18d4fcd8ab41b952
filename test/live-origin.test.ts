/**
 * The whole program asks others: a daemon whose name server is a black hole bans as ever, is killed, and takes up the
 * questions again when there is a real one; RDAP and a list of Tor exits beside it; `show` and the status tell of it.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { hasNamed, startBlackHole, startNameServer } from '../src/origin/testing/name-server.ts';
import { startRdapServer } from '../src/origin/testing/rdap-server.ts';
import { ask, type LivePlace, type RunningDaemon, startDaemon, until } from './live.ts';
import { columns, done, put, readReport, scratch, tableOf } from './run.ts';

const folder = scratch();
const daemons: RunningDaemon[] = [];
afterAll(() => {
  for (const { program } of daemons) program.kill('SIGKILL');
});

/** The default rules, and whom to ask. */
function placeOf(origin: string): LivePlace {
  const log = join(folder, 'auth.log');
  const text = `[general]\nzone = "UTC"\n[origin]\ndiscover = false\n${origin}\n[watch]\nlogs = ["${log}"]\njournal = "no"
[protect]\nallow_file = "${join(folder, 'allow')}"\n[firewall]\ntype = "memory"\n`;
  const config = put(join(folder, 'rapsheet.toml'), text);
  return { folder, config, ledger: join(folder, 'ledger.db'), socket: join(folder, 'control.sock') };
}

function run(place: LivePlace): RunningDaemon {
  const daemon = startDaemon(place);
  daemons.push(daemon);
  return daemon;
}

function attack(address: string): void {
  for (let i = 0; i < 5; i++) {
    const stamp = new Date().toISOString().replace('Z', '+00:00');
    const line = `${stamp} web1 sshd[${1_000 + i}]: Failed password for root from ${address} port 4711 ssh2\n`;
    appendFileSync(join(folder, 'auth.log'), line);
  }
}

async function said(daemon: RunningDaemon, words: string): Promise<void> {
  await until(
    () => daemon.said.text.includes(words),
    () => `"${words}" in: ${daemon.said.text}`,
  );
}

interface Standing {
  readonly about: string;
  readonly waiting: number;
  readonly answered: number;
}

async function findings(place: LivePlace): Promise<readonly Standing[]> {
  const status: unknown = await ask(place, ['status']);
  const list: unknown = Reflect.get(Object(status), 'findings');
  return Array.isArray(list) ? list : [];
}

describe.skipIf(!hasNamed)('a daemon that asks others', () => {
  it('bans as ever, loses no question when it is killed, and shows what was said', async () => {
    put(join(folder, 'auth.log'), '');
    const hole = await startBlackHole();
    onTestFinished(() => hole.close());
    const first = placeOf(`reverse_dns = true\nname_servers = ["${hole.address}"]`);
    const blind = run(first);
    await said(blind, 'on watch');
    attack('203.0.113.7');
    attack('203.0.113.8');
    await said(blind, 'subject=203.0.113.8');
    await until(
      () => hole.asked() >= 2,
      () => 'questions into the hole',
    );
    expect(await findings(first)).toMatchObject([{ about: 'reverse-name', answered: 0 }]);
    expect(await done(['status', '-c', first.config, '--socket', first.socket])).toMatch(
      /^asked +reverse-name: 0 answered, \d+ waiting/m,
    );
    blind.program.kill('SIGKILL');
    await blind.end;

    const names = await startNameServer();
    onTestFinished(() => names.close());
    const registry = await startRdapServer();
    onTestFinished(() => registry.close());
    const servers = put(
      join(folder, 'ipv4.json'),
      JSON.stringify({ services: [[['203.0.113.0/24'], [registry.url]]] }),
    );
    const exits = put(join(folder, 'exits.txt'), '203.0.113.8\n');
    const place = placeOf(
      `reverse_dns = true\nname_servers = ["${names.address}"]\nrdap = true\nrdap_servers = ["${servers}"]\ntor_exits = "${exits}"`,
    );
    const daemon = run(place);
    await said(daemon, 'on watch');
    await until(
      async () => (await findings(place)).every(({ answered }) => answered === 2),
      () => daemon.said.text,
    );
    daemon.program.kill('SIGTERM');
    expect(await daemon.end).toBe(0);
    expect(registry.asked).toEqual(['/ip/203.0.113.7']);

    const show = async (text: string) =>
      tableOf(
        readReport(await done(['show', text, '--json', '-c', place.config, '--ledger', place.ledger])),
        'findings',
      );
    expect(columns((await show('203.0.113.7')).rows, ['topic', 'statement'])).toEqual([
      ['Registered', '203.0.113.0/24 “EXAMPLE-NET”, Example Hosting B.V., Netherlands'],
      ['Abuse contact', 'abuse@example.net'],
      ['Reverse name', 'host7.example.net (confirmed)'],
      ['Tor exit', 'no'],
    ]);
    expect(columns((await show('203.0.113.8')).rows, ['topic', 'statement'])).toMatchObject([
      ['Registered', expect.anything()],
      ['Abuse contact', expect.anything()],
      ['Reverse name', 'www.bank.example (not confirmed)'],
      ['Tor exit', 'yes'],
    ]);
  });
});

/** `rapsheet abuse` on a ledger of ours: what is drafted, shown, sent and recorded, and what of it is hidden. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { EXIT } from '../base/problem.ts';
import { type Ledger, openLedger } from '../ledger/ledger.ts';
import { ban, evidence, origin } from '../ledger/testing/sample.ts';
import type { Evidence } from '../model.ts';
import { answering, entity, networkAnswer, startRdapServer } from '../origin/testing/rdap-server.ts';
import { abuseCommand } from './abuse.ts';
import { showCommand } from './show.ts';
import { runCommand, type Said, scratch } from './testing.ts';

/** Yesterday, 10:00 UTC. */
const THEN = Math.floor(systemClock() / 86_400_000) * 86_400_000 - 50_400_000;
const DAY = new Date(THEN).toISOString().slice(0, 10);
const ABUSE = '[abuse]\nmail = true\norganization = "Zebra Ltd"\ncontact = "reports@reporter.example"\n';
const MAIL = '[mail]\nserver = "smtp://localhost"\nto = ["me@reporter.example"]\n';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = scratch();
  path = join(folder, 'ledger.db');
  await inLedger((ledger) => {
    const line = (text: string, more: Partial<Evidence> = {}) => evidence({ time: THEN, line: text, ...more });
    for (const [subject, contact, lines] of [
      ['203.0.113.7', 'abuse@example.net', [line('Failed password for root from 203.0.113.7 port 40022 ssh2')]],
      [
        '203.0.113.8',
        'abuse@example.net',
        [
          line('Nov 27 10:00:00 quokka sshd[1]: Failed password for wombat from 203.0.113.8 port 1 ssh2', {
            user: 'wombat',
          }),
          line('Invalid user x 203.0.113.8 port 9 from 203.0.113.8 port 40044', { user: 'x 203.0.113.8 port 9' }),
          line('GET /?mail=wombat@zebra.example&t=%77ombat \u001b[2J from 203.0.113.8'),
        ],
      ],
      ['198.51.100.9', undefined, [line('Failed password for root from 198.51.100.9 port 40055 ssh2')]],
    ] as const) {
      const times = { host: 'quokka', from: THEN, until: THEN + 600_000 };
      const made = ban(subject, {
        ...times,
        evidence: lines.map((each) => ({ ...each, address: ban(subject).subject.base })),
      });
      const id = ledger.ban(made, origin());
      ledger.block(id, { state: 'blocked', at: THEN });
      const abuse = [contact ?? []].flat();
      const answer = {
        about: 'registration',
        network: undefined,
        name: 'N',
        holder: 'Emanual Hosting',
        country: 'NL',
        abuse,
      } as const;
      if (contact)
        ledger.finding(id, { address: made.subject.base, at: THEN, source: 'RDAP rdap.example.net', answer });
    }
  });
});

async function inLedger<T>(work: (ledger: Ledger) => T): Promise<T> {
  const ledger = await openLedger({ path, mode: 'write', clock: systemClock });
  ledger.begin();
  const result = work(ledger);
  ledger.commit();
  ledger.close();
  return result;
}

function configOf(lines: string): string {
  const file = join(folder, 'rapsheet.toml');
  const hidden = '[report]\nprivate_users = ["wombat"]\nprivate_domains = ["zebra.example"]\n';
  writeFileSync(file, `[general]\nzone = "UTC"\n${hidden}${lines}\n`);
  return file;
}

function abuse(given: readonly string[], lines = ABUSE + MAIL): Promise<Said> {
  return runCommand(abuseCommand(), [...given, '-c', configOf(lines), '--ledger', path]);
}

const waiting = () => inLedger((ledger) => ledger.outbox.list('waiting', 100));

describe('rapsheet abuse', () => {
  it('drafts nothing unless the configuration says who reports', async () => {
    expect(await abuse(['list'], '')).toMatchObject({
      status: EXIT.badConfig,
      err: expect.stringContaining('[abuse]'),
    });
    for (const [lines, what] of [
      ['[abuse]\nmail = true', 'abuse.mail: a report says who sends it'],
      [ABUSE, 'abuse.mail: nobody takes the mail'],
      [`${ABUSE.replace('@reporter.example', '@localhost')}${MAIL}`, 'abuse.contact: nobody elsewhere can answer'],
      ['[abuse]\nblocklist_de_server = "x"', 'abuse.blocklist_de_server: a server and its key belong together'],
      ['[abuse]\ncontact = "a@example.net\\r\\nBcc: b@example.net"', 'abuse.contact: must be a mail address'],
    ] as const) {
      expect(await abuse(['list'], lines)).toMatchObject({
        status: EXIT.badConfig,
        err: expect.stringContaining(what),
      });
    }
  });

  it('lists drafts by contact, and what is left out with its reason', async () => {
    const said = await abuse(['list']);
    expect([said.status, said.err]).toEqual([0, '']);
    expect(said.out.split('\n')).toEqual([
      'ID  DAY         ORGANIZATION     TO                 ADDRESSES  ATTEMPTS  STATE',
      ` 1  ${DAY}  Emanual Hosting  abuse@example.net          2         4  draft`,
      '',
      'Left out:',
      '       1  nobody is known to complain to: 198.51.100.9',
      '',
    ]);
    const json: unknown = JSON.parse((await abuse(['list', '--json'])).out);
    expect(json).toMatchObject({ reports: [{ id: 1, state: 'draft', addresses: 2, day: DAY, steps: [] }] });
    expect((await abuse(['list', '2001-01-01'])).out).toBe('Nothing is to be reported of 2001-01-01.\n');
    expect(await waiting()).toEqual([]);
  });

  it('shows the mail without what is ours, with the ports that are beyond doubt', async () => {
    await abuse(['list']);
    const { out } = await abuse(['show', '1']);
    expect(out).toContain(
      'From: Zebra Ltd <reports@reporter.example>\nTo: abuse@example.net\nSubject: Abuse from 203.0.113.8 and 1 other',
    );
    expect(out).toContain('Nov 27 10:00:00 [host] sshd[1]: Failed password for [user] from 203.0.113.8 port 1 ssh2');
    expect(out).not.toMatch(/wombat|quokka|zebra\.example|%77|\u001b/i);
    // Which of two ports is the daemon's, nobody knows; and the last line was read by a pattern without one.
    const json: unknown = JSON.parse((await abuse(['show', '1', '--json'])).out);
    const files: unknown = Reflect.get(
      Object(Reflect.get(Object(Reflect.get(Object(json), 'content')), 'letter')),
      'files',
    );
    expect(JSON.stringify(files)).not.toMatch(/"source_port\\?":(?:9|40044)\b/);
    expect(out).toMatch(/^Attached: xarf-203\.0\.113\.7-login_attack\.json, [\d,]+ bytes$/m);
  });

  it('sends what was looked at, once, and nothing without --yes', async () => {
    await abuse(['list']);
    expect(await abuse(['send', '1'])).toMatchObject({
      status: EXIT.usage,
      err: expect.stringContaining('nothing is sent without --yes: 1 to abuse@example.net'),
    });
    expect(await waiting()).toEqual([]);
    expect((await abuse(['send', '--all-of', 'emanual hosting', '--yes'])).out).toMatch(
      /^Report 1 goes to abuse@example.net\.\n/,
    );
    const [message, ...more] = await waiting();
    expect([message?.channel, message?.key, more]).toEqual(['abuse:mail', 'abuse 1', []]);
    expect(message?.content).not.toMatch(/wombat|quokka|zebra\.example/i);
    expect(await abuse(['send', '1', '--yes'])).toMatchObject({
      status: EXIT.usage,
      err: expect.stringContaining('it is approved'),
    });
    expect(await abuse(['send', '--all-of', 'Emanual Hosting', '--yes'])).toMatchObject({ status: EXIT.no });
    expect(await waiting()).toHaveLength(1);
    expect((await abuse(['list'])).out).toContain('approved');
  });

  it('drops what is not to be sent', async () => {
    await abuse(['list']);
    expect((await abuse(['drop', '1'])).out).toMatch(/^Report 1 is dropped/);
    expect(await abuse(['send', '1', '--yes'])).toMatchObject({ status: EXIT.usage });
    expect((await abuse(['list'])).out).toContain('dropped');
    expect(await waiting()).toEqual([]);
  });

  it('records what came back, and the rap sheet tells it', async () => {
    await abuse(['list']);
    expect(await abuse(['answer', '1', '--answered'])).toMatchObject({ status: EXIT.usage });
    await abuse(['send', '1', '--yes']);
    await inLedger((ledger) => ledger.outbox.ended(1, { state: 'sent', at: systemClock() }));
    await abuse(['list']);
    expect((await abuse(['answer', '1', '--answered', '--note', 'ticket 12\u001b[2J'])).out).toBe(
      'Report 1: answered.\n',
    );
    expect(await abuse(['answer', '1', '--bounced', '--answered'])).toMatchObject({ status: EXIT.usage });
    const today = new Date(systemClock()).toISOString().slice(0, 10);
    const sheet = await runCommand(showCommand(), ['203.0.113.8', '--ledger', path, '-c', configOf('')]);
    expect(sheet.out.replace(/\s+/g, ' ')).toContain(
      `Reported abuse@example.net: sent ${today}, answered ${today} (ticket 12\\x1b[2J)`,
    );
    const other = await runCommand(showCommand(), ['198.51.100.9', '--ledger', path, '-c', configOf('')]);
    expect(other.out).not.toContain('Reported');
  });

  it('asks the registries for contacts only where rdap is on', async () => {
    expect(await abuse(['list', '--ask'])).toMatchObject({
      status: EXIT.badConfig,
      err: expect.stringContaining('rdap = true'),
    });
    const desk = entity(['abuse'], [['email', 'noc@example.org']]);
    const network = { startAddress: '198.51.100.0', endAddress: '198.51.100.255', entities: [desk] };
    const server = await startRdapServer(answering(networkAnswer(network)));
    onTestFinished(() => server.close());
    const file = join(folder, 'ipv4.json');
    writeFileSync(file, JSON.stringify({ services: [[['198.51.100.0/24'], [server.url]]] }));
    const lines = `[origin]\nrdap = true\nrdap_servers = ["${file}"]\n${ABUSE}${MAIL}`;
    expect((await abuse(['list'], lines)).out).toContain('nobody is known to complain to: 198.51.100.9');
    expect(server.asked).toEqual([]);
    const { out } = await abuse(['list', '--ask'], lines);
    expect(server.asked).toEqual(['/ip/198.51.100.9']);
    expect(out).toMatch(/noc@example\.org +1 +1 +draft/);
    expect(out).not.toContain('Left out');
  });

  it('drafts what services are told, where a person wants to look', async () => {
    const lines = '[abuse]\nabuseipdb_key_file = "/nowhere/key"\n';
    expect((await abuse(['list'], `${lines}review = false`)).out).toMatch(/^Nothing is to be reported of .*\n$/);
    expect((await abuse(['list'], lines)).out).toMatch(/AbuseIPDB +3 +5 +draft\n$/);
    const { out } = await abuse(['show', '1'], lines);
    expect(out).toContain('203.0.113.7, categories 18, 22\n  1 attempt from');
    expect(await waiting()).toEqual([]);
  });

  it.each([
    [['nothing'], EXIT.usage],
    [['show'], EXIT.usage],
    [['show', 'x'], EXIT.usage],
    [['show', '99'], EXIT.usage],
    [['send', '1', '--all-of', 'x'], EXIT.usage],
    [['list', '2001-99'], EXIT.usage],
    [['list', '2400'], EXIT.usage],
  ])('refuses %j', async (given, status) => {
    expect((await abuse(given)).status).toBe(status);
  });
});

/** `rapsheet enrich` with a real name server, an RDAP server of ours and a list of Tor exits; and what `show` makes of it. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { EXIT } from '../base/problem.ts';
import { openLedger } from '../ledger/ledger.ts';
import { ban, EVERYTHING, evidence, origin } from '../ledger/testing/sample.ts';
import { startDnsServer, workingZone } from '../origin/testing/dns-server.ts';
import { hasNamed, startNameServer } from '../origin/testing/name-server.ts';
import { answering, networkAnswer, type RdapServer, refusing, startRdapServer } from '../origin/testing/rdap-server.ts';
import { enrichCommand } from './enrich.ts';
import { showCommand } from './show.ts';
import { runCommand, type Said, scratch } from './testing.ts';

const OCTOBER = Date.UTC(2024, 9, 3, 10);
const SEPTEMBER = Date.UTC(2024, 8, 3, 10);

let folder: string;
let ledger: string;
beforeEach(async () => {
  folder = scratch();
  ledger = join(folder, 'ledger.db');
  const made = await openLedger({ path: ledger, mode: 'write', clock: () => OCTOBER });
  made.begin();
  for (const [subject, from] of [
    ['203.0.113.7', SEPTEMBER],
    ['203.0.113.8', OCTOBER],
    ['203.0.113.99', OCTOBER],
  ] as const)
    made.ban(ban(subject, { from, until: from + 600_000, evidence: [evidence({ time: from })] }), origin());
  made.commit();
  made.close();
});

function configOf(lines: string): string {
  const path = join(folder, 'rapsheet.toml');
  writeFileSync(path, `[general]\nzone = "UTC"\n[origin]\ndiscover = false\n${lines}\n`);
  return path;
}

function enrich(lines: string, ...given: string[]): Promise<Said> {
  return runCommand(enrichCommand(), [...given, '-c', configOf(lines), '--ledger', ledger]);
}

async function registry(behavior = answering()): Promise<RdapServer & { readonly lines: string }> {
  const server = await startRdapServer(behavior);
  onTestFinished(() => server.close());
  const file = join(folder, 'ipv4.json');
  writeFileSync(file, JSON.stringify({ services: [[['203.0.113.0/24'], [server.url]]] }));
  return Object.assign(server, { lines: `rdap = true\nrdap_servers = ["${file}"]\n` });
}

async function answersIn(): Promise<string[]> {
  const read = await openLedger({ path: ledger, mode: 'read', clock: () => 0 });
  const found = [...read.bans(EVERYTHING)].map(({ id, subject }) => {
    return `${subject}: ${read.findingsOf(id).map(({ answer }) => answer.about)}`;
  });
  read.close();
  return found;
}

describe('rapsheet enrich', () => {
  it('asks nobody unless the configuration says so', async () => {
    const said = await enrich('');
    expect(said).toMatchObject({
      status: EXIT.badConfig,
      out: '',
      err: expect.stringContaining('lets nobody be asked about addresses (write reverse_dns = true, rdap = true or'),
    });
  });

  it('asks no lists that are named for relaying alone', async () => {
    const said = await enrich('[blocklists]\nzones = ["bl.example.net"]');
    expect(said).toMatchObject({ status: EXIT.badConfig, out: '' });
  });

  it('makes no ledger where there is none', async () => {
    const path = join(folder, 'none.db');
    const said = await runCommand(enrichCommand(), ['-c', configOf('reverse_dns = true'), '--ledger', path]);
    expect([said.status, existsSync(path)]).toEqual([EXIT.noInput, false]);
  });

  it.each([
    [['--limit', '0'], '--limit 0: not a number'],
    [['yesterday'], '"yesterday" is not a month or a day'],
  ])('refuses %j', async (given, what) => {
    expect(await enrich('reverse_dns = true', ...given)).toMatchObject({
      status: EXIT.usage,
      err: expect.stringContaining(what),
    });
  });

  it('asks once for neighbors, and for each ban once; show tells of it', async () => {
    const server = await registry();
    const exits = join(folder, 'exits.txt');
    writeFileSync(exits, '203.0.113.99\n');
    const settings = `${server.lines}tor_exits = "${exits}"`;
    // The second run knows the neighbors from the ledger.
    for (const [given, bans] of [
      [['--limit', '1'], '1 ban, 1'],
      [[], '2 bans, 2'],
    ] as const)
      expect(await enrich(settings, ...given)).toEqual({
        status: 0,
        out: `Registrations: ${bans} answered.\nTor exits: ${bans} answered.\n`,
        err: '',
      });
    expect(server.asked).toEqual(['/ip/203.0.113.7']);
    expect(await enrich(settings, '--json')).toMatchObject({
      status: 0,
      out: `${JSON.stringify({
        findings: [
          { about: 'registration', bans: 0, answered: 0, unanswered: 0, trouble: null },
          { about: 'tor-exit', bans: 0, answered: 0, unanswered: 0, trouble: null },
        ],
      })}\n`,
    });
    const { out } = await runCommand(showCommand(), ['203.0.113.99', '-c', configOf(''), '--ledger', ledger]);
    expect(out).toMatch(/Registered +203\.0\.113\.0\/24 “EXAMPLE-NET”, Example Hosting B\.V\.,/);
    expect(out).toMatch(/Abuse contact +abuse@example\.net \(RDAP 127\.0\.0\.1:\d+, 20\d\d-\d\d-\d\d,? ?/);
    expect(out).toMatch(/Tor exit +yes \(exits\.txt 20\d\d-\d\d-\d\d,/);
    const json = await runCommand(showCommand(), ['203.0.113.7', '--json', '-c', configOf(''), '--ledger', ledger]);
    const { tables } = JSON.parse(json.out);
    expect(tables.find(({ name }: { name: string }) => name === 'findings').rows).toMatchObject([
      { ban: 1, topic: 'Registered', about: 'registration' },
      { ban: 1, topic: 'Abuse contact', statement: 'abuse@example.net', source: `RDAP ${server.host}` },
      { ban: 1, topic: 'Tor exit', statement: 'no', about: 'tor-exit' },
    ]);
  });

  it('keeps to the period, the host and the limit', async () => {
    const exits = join(folder, 'exits.txt');
    writeFileSync(exits, '203.0.113.99\n');
    const settings = `tor_exits = "${exits}"`;
    await enrich(settings, '--host', 'elsewhere');
    expect(await answersIn()).toEqual(['203.0.113.7: ', '203.0.113.8: ', '203.0.113.99: ']);
    await enrich(settings, '--since', '2024-10', '--limit', '1');
    expect(await answersIn()).toEqual(['203.0.113.7: ', '203.0.113.8: tor-exit', '203.0.113.99: ']);
    await enrich(settings, '2024-09');
    expect(await answersIn()).toEqual(['203.0.113.7: tor-exit', '203.0.113.8: tor-exit', '203.0.113.99: ']);
  });

  it('tells what was not answered, and asks again the next time', async () => {
    const server = await registry(refusing(500));
    expect(await enrich(server.lines, '--limit', '1')).toMatchObject({
      status: EXIT.no,
      out: 'Registrations: 1 ban, 0 answered, 1 not.\n',
    });
    server.behavior = answering(networkAnswer({ endAddress: '203.0.113.127' }));
    expect(await enrich(server.lines)).toMatchObject({ status: 0, out: 'Registrations: 3 bans, 3 answered.\n' });
    expect(server.asked).toEqual(['/ip/203.0.113.7', '/ip/203.0.113.7']);
  });

  it('does not wait for one that wants to be left alone for long', async () => {
    const server = await registry(refusing(429, { 'retry-after': '86400' }));
    expect(await enrich(server.lines, '--limit', '1')).toMatchObject({
      status: EXIT.no,
      out: 'Registrations: 1 ban, 0 answered, 1 not.\n',
    });
  });

  it.skipIf(!hasNamed)('leads names back', async () => {
    const names = await startNameServer();
    onTestFinished(() => names.close());
    expect(await enrich(`reverse_dns = true\nname_servers = ["${names.address}"]`)).toMatchObject({
      status: 0,
      out: 'Reverse names: 3 bans, 3 answered.\n',
    });
    const show = async (text: string): Promise<string> =>
      (await runCommand(showCommand(), [text, '-c', configOf(''), '--ledger', ledger])).out;
    expect(await show('203.0.113.7')).toMatch(/Reverse name +host7\.example\.net \(confirmed\) \(DNS 127/);
    expect(await show('203.0.113.8')).toMatch(/Reverse name +www\.bank\.example \(not confirmed\) \(DNS 127/);
    expect(await show('203.0.113.99')).toMatch(/Reverse name +none \(DNS 127/);
  });

  it('asks blocklists, but not about private and allowed addresses, and tells what is wrong with them', async () => {
    const made = await openLedger({ path: ledger, mode: 'write', clock: () => OCTOBER });
    made.begin();
    made.ban(ban('10.1.2.3', { from: OCTOBER, until: OCTOBER + 600_000, evidence: [] }), origin());
    made.commit();
    made.close();
    const zone = workingZone('bl.example.net', { '7.113.0.203': { addresses: ['127.0.0.2'] } });
    const server = await startDnsServer((question) =>
      question.name.endsWith('refusing.example') ? 'refused' : zone(question),
    );
    onTestFinished(() => server.close());
    const lists = `blocklists = true\n[blocklists]\nzones = ["bl.example.net", "refusing.example"]\nresolver = "127.0.0.1:${server.port}"\n`;
    const said = await enrich(`${lists}[[allow]]\naddress = "203.0.113.8"\nreason = "me"`);
    expect([said.status, said.out]).toEqual([0, 'Blocklists: 4 bans, 2 answered, for 2 there is nobody to ask.\n']);
    expect(said.err).toContain('warning: refusing.example: nobody can be looked up');
    expect(server.asked.some(({ name }) => /^(?:8\.113|3\.2\.1\.10)\./.test(name))).toBe(false);
    expect(await answersIn()).toEqual([
      '203.0.113.7: listings',
      '203.0.113.8: ',
      '203.0.113.99: listings',
      '10.1.2.3: ',
    ]);
    const { out } = await runCommand(showCommand(), ['203.0.113.7', '-c', configOf(''), '--ledger', ledger]);
    expect(out).toMatch(/Blocklists +bl\.example\.net \(127\.0\.0\.2\) \(DNS blocklists, 20\d\d-\d\d-\d\d/);
  });
});

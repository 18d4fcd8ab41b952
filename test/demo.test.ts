/**
 * The demo from end to end: its month has the figures of facts.json, and they come out of the lines. Whoever takes lines
 * away or adds some changes the figures.
 */
import { cpSync, existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import facts from './facts.json' with { type: 'json' };
import { columns, done, plainConfig, type Report, rapsheet, readReport, scratch, tableOf } from './run.ts';

const HOSTS = ['mail', 'web1', 'web2'];
/** Who adapts to the limit, and who tries to relay nearly every day. */
const [SLOW, SPAMERI] = ['198.18.250.31', '198.18.251.17'];
const OFFENDER = '79.110.62.40';
const folder = scratch();
const demo = join(folder, 'demo');
const config = plainConfig(folder, `sources = ["${join(demo, 'origins.csv')}"]\n`);

let json = '';
let said = '';
let report: Report;

beforeAll(async () => {
  const run = await rapsheet(['demo', '--dir', demo, '--json']);
  expect(run.status, run.err).toBe(0);
  json = run.out;
  said = run.err;
  report = readReport(json);
});

const rowsOf = (name: string): Array<Record<string, unknown>> => tableOf(report, name).rows;
const ranked = (name: string): Array<Record<string, unknown>> => rowsOf(name).filter(({ rank }) => rank !== null);

/** The row of a table in which a cell says this. */
function rowOf(name: string, key: string, value: string): Record<string, unknown> {
  const row = rowsOf(name).find((each) => each[key] === value);
  expect(row, `${name}: no row with ${key} ${value}`).toBeDefined();
  return row ?? {};
}

function matches(text: unknown, expected: string | RegExp | null): boolean {
  return expected instanceof RegExp ? expected.test(String(text)) : text === expected;
}

function attemptsAt(kind: string): number {
  return Number(rowOf('kinds', 'kind', kind).attempts);
}

describe('demo --json', () => {
  it('counts the bans and the addresses of the month', () => {
    const { bans, addresses } = facts;
    expect(report.period.name).toBe(facts.period);
    expect(tableOf(report, 'totals').total).toMatchObject({ bans: bans.total, addresses: addresses.total });
    expect(rowOf('totals', 'service', 'web')).toMatchObject({ bans: bans.web, addresses: addresses.web });
    expect(rowOf('totals', 'service', 'mail')).toMatchObject({ bans: bans.mail, addresses: addresses.mail });
    expect(rowOf('totals', 'service', 'ssh')).toMatchObject({ bans: bans.ssh });
    const hosts = columns(tableOf(report, 'hosts').rows, ['host', 'service']).map((row) => row.join(' '));
    expect(hosts).toEqual(['mail mail', 'mail ssh', 'web1 ssh', 'web1 web', 'web2 ssh', 'web2 web']);
  });

  it('ranks ten countries with computed percentages', () => {
    const expected = facts.countries.map((country, index) => ({ ...country, rank: index + 1, tied: false }));
    expect(ranked('countries')).toMatchObject(expected);
    expect(rowOf('countries', 'code', 'IE')).toMatchObject({ country: 'Ireland', percent: 11.7 });
  });

  it.each([
    ['countries-mail', facts.mailCountries],
    ['countries-web', facts.webCountries],
    ['organizations-mail', facts.mailOrganizations],
    ['organizations-web', facts.webOrganizations],
  ])('ranks %s with their ties', (name, expected) => {
    const shared = (rank: number): boolean => expected.filter((other) => other.rank === rank).length > 1;
    const rows = ranked(name);
    expect(rows).toMatchObject(expected.map((each) => ({ ...each, tied: shared(each.rank) })));
    expect(rows).toHaveLength(expected.length);
    expect(tableOf(report, name).note.includes('marks a tie')).toBe(expected.some(({ rank }) => shared(rank)));
  });

  it('merges the ASNs of an organization', () => {
    for (const organization of facts.severalAsns) {
      expect(rowOf('organizations', 'organization', organization).asn).toMatch(/^\d ASNs$/);
    }
  });

  it('finds the repeat offender and its neighbors', () => {
    const { address, network, bans, otherBans, organization, country } = facts.repeatOffender;
    expect(rowsOf('offenders')[0]).toMatchObject({ subject: address, bans, organization, country, rank: 1 });
    expect(String(rowsOf('offenders')[0]?.hosts).split(', ').length).toBeGreaterThan(1);
    expect(rowOf('networks', 'network', network)).toMatchObject({ topAddress: address, topBans: bans, otherBans });
  });

  it('counts the attempts of each kind', () => {
    expect(attemptsAt('mail.auth.imap') + attemptsAt('mail.auth.pop3')).toBe(facts.mailboxAttempts);
    expect(rowOf('kind-groups', 'group', 'IMAP and POP3 logins')).toMatchObject({ attempts: facts.mailboxAttempts });
    expect(attemptsAt('mail.relay')).toBe(facts.relayAttempts);
    expect(attemptsAt('web.probe.env')).toBeGreaterThan(500);
    expect(attemptsAt('web.probe.phpunit')).toBeGreaterThan(100);
    expect(attemptsAt('web.probe.phpmyadmin')).toBeGreaterThan(100);
    expect(attemptsAt('web.probe.git')).toBeGreaterThan(200);
    const web = Number(rowOf('kind-services', 'service', 'web').attempts);
    expect(attemptsAt('web.probe.wordpress')).toBeGreaterThan(web / 2);
  });

  it('counts research scanners apart', () => {
    const names = rowsOf('scanners').map(({ scanner }) => scanner);
    expect(names).toEqual([...facts.scanners, 'everyone else']);
    const apart = rowsOf('scanners').slice(0, -1);
    const sum = (key: string): number => apart.reduce((total, row) => total + Number(row[key]), 0);
    expect(sum('addresses')).toBeGreaterThanOrEqual(58);
    expect(tableOf(report, 'without-scanners').total).toMatchObject({
      bans: facts.bans.total - sum('bans'),
      addresses: facts.addresses.total - sum('addresses'),
    });
  });

  it('sums the month up in five sentences', () => {
    const { bans, addresses, repeatOffender } = facts;
    expect(report.summary).toEqual([
      expect.stringContaining(`${bans.total.toLocaleString('en')} bans of ${addresses.total} unique addresses`),
      expect.stringContaining('United States (223, 25.1%), Singapore (149, 16.8%), and Ireland (104, 11.7%)'),
      expect.stringContaining('Microsoft Corporation (126, 14.2%)'),
      expect.stringMatching(/probed for WordPress/),
      expect.stringContaining(`${repeatOffender.address} (Emanual Hosting, Netherlands), banned 17 times on 3 hosts`),
    ]);
  });

  it.each([
    [
      'persistent',
      facts.repeatOffender.address,
      /was banned 17 times on 3 hosts \(mail, web1, and web2\) under mail, ssh, and web/,
    ],
    [
      'neighbors',
      facts.repeatOffender.network,
      /33 bans of 6 addresses: 17 of 79\.110\.62\.40 and 16 of the others; 6 of its 256/,
    ],
    ['network', '198.18.134.0/24', /^198\.18\.134\.0\/24 \(Railnet, Türkiye\) has 54 bans of 6 addresses/],
    [
      'slowed',
      SLOW,
      /was banned 3 times while it tried every \d+s; .* every [23]m.*, below the limit of 5 in 10m, until the long window \(100 in 2w\) caught it on 2024-10-08; since that ban it has made 50 attempts\.$/,
    ],
    ['returned', SPAMERI, /tried on 23 of 31 days; it was banned 5 times and came back each time/],
    ['reach', facts.repeatOffender.address, /^18 addresses .* mail, ssh, and web on 3 hosts .* with 17 bans\.$/],
    ['scanners', null, /^66 of 887 addresses \(7\.4%\) and \d+ of 1,698 bans .*: Censys \(58\), Shadowserver \(3\)/],
    [
      'strangest',
      /^198\.18\./,
      /“\w+\$\(curl\$\{IFS\}http:\/\/1\.1\.1\.1\)@mail\.domain\.com”, with 5 different characters/,
    ],
    ['names', 'root', /“root” \(ssh\) \d+ times; “admin” \(mail\) \d+ times/],
  ])('tells the story %s of %s', (topic, subject, sentence) => {
    const story = rowsOf('stories').find((row) => row.story === topic && matches(row.subject, subject));
    expect(story?.sentence).toMatch(sentence);
    expect(story?.evidence).toMatch(/^bans? \d+/);
    expect(story?.newest).toBeGreaterThan(0);
  });

  it('shows lines of the logs as evidence of its stories', () => {
    const logs = filesBelow(join(demo, 'logs')).map(contentOf).join('\n');
    const stories = rowsOf('stories');
    const lines = stories.flatMap(({ line }) => (line === null ? [] : [line]));
    expect(lines.length).toBeGreaterThanOrEqual(9);
    for (const line of lines) expect(logs.includes(`\n${line}\n`), String(line)).toBe(true);
    // Of several stories of one ban the first has it.
    const shown = new Set(stories.flatMap(({ line, newest }) => (line === null ? [] : [newest])));
    for (const { topic, newest } of stories) expect(shown.has(newest), String(topic)).toBe(true);
  });

  it('says that the month is synthetic', () => {
    const remark = rowOf('method', 'topic', 'Remark');
    expect(remark.statement).toContain('synthetic');
  });
});

describe('the logs of the demo', () => {
  const logs = join(demo, 'logs');

  it('are raw logs of three hosts, all of them read', () => {
    expect(readdirSync(logs)).toEqual(HOSTS);
    let lines = 0;
    for (const path of filesBelow(logs)) lines += contentOf(path).split('\n').length - 1;
    expect(lines).toBeGreaterThanOrEqual(facts.lines);
    expect(said).toContain(`Read ${lines.toLocaleString('en')} lines`);
  });

  it('are the same with every run, byte for byte, and so is the report', async () => {
    const again = join(folder, 'again');
    const other = await done(['demo', '--dir', again, '--json']);
    // A dialogue says in which file it stands.
    expect(other.replaceAll(again, demo)).toBe(json);
    for (const path of filesBelow(logs)) {
      expect(contentOf(path.replace(demo, again)) === contentOf(path), path).toBe(true);
    }
  });

  it('give the same tables when they are replayed as any logs are', async () => {
    const replayed = await reportOf(logs, 'replayed.db');
    const figures = ({ tables }: Report): unknown => tables.filter(({ name }) => name !== 'method');
    expect(figures(replayed)).toEqual(figures(report));
  });

  it('make the figures: without an address’s lines its bans are gone, with new lines there is one more', async () => {
    const { address, bans } = facts.repeatOffender;
    const changed = join(folder, 'changed');
    cpSync(logs, changed, { recursive: true, preserveTimestamps: true });
    let removed = 0;
    for (const path of filesBelow(changed)) removed += withoutLinesOf(path, address);
    expect(removed).toBeGreaterThan(bans);
    const less = await reportOf(changed, 'less.db');
    const { total } = facts.bans;
    expect(tableOf(less, 'totals').total).toMatchObject({ bans: total - bans, addresses: facts.addresses.total - 1 });
    const places = columns(tableOf(less, 'countries').rows, ['code', 'addresses']);
    expect(places.find(([code]) => code === 'NL')).toEqual(['NL', 55]);

    const failed = 'web1 sshd[9]: Failed password for root from 203.0.113.9 port 22 ssh2\n';
    const lines = [1, 2, 3, 4, 5].map((second) => `2024-10-31T23:59:0${second}.000000+00:00 ${failed}`);
    const log = join(changed, 'web1', 'auth.log');
    rewrite(log, contentOf(log) + lines.join(''));
    const more = await reportOf(changed, 'more.db');
    expect(tableOf(more, 'totals').total).toMatchObject({ bans: total - bans + 1, addresses: facts.addresses.total });
  });
});

it('report and show of the demo’s ledger find what the demo printed', async () => {
  const ledger = join(demo, 'ledger.db');
  expect(existsSync(ledger)).toBe(true);
  const text = await done(['report', facts.period, '-c', config, '--ledger', ledger, '--json']);
  expect(readReport(text).tables.slice(0, -1)).toEqual(report.tables.slice(0, -1));
  const sheet = readReport(
    await done(['show', facts.repeatOffender.address, '-c', config, '--ledger', ledger, '--json']),
  );
  expect(tableOf(sheet, 'hosts').total).toMatchObject({ bans: facts.repeatOffender.bans });
});

it.each([
  ['79.110.62.40', 17, ['neighbors']],
  ['79.110.62.0/24', 33, ['addresses']],
  ['AS64496', 33, ['addresses']],
  ['emanual hosting', 33, ['addresses']],
  ['user:root', 29, ['addresses', 'users']],
])('shows %s as text, as data and as a page', async (subject, bans, tables) => {
  const given = ['show', subject, '-c', config, '--ledger', join(demo, 'ledger.db')];
  const text = await done(given);
  expect(text).toContain(`${bans} bans`);
  expect(text).toMatch(/^A character is a day, █ is \d+ attempts, × marks bans\.$/m);
  const sheet = readReport(await done([...given, '--json']));
  expect(tableOf(sheet, 'timeline').total).toMatchObject({ bans });
  expect(sheet.tables.map(({ name }) => name)).toEqual(expect.arrayContaining([...tables, 'bans', 'evidence']));
  const page = join(folder, 'sheet.html');
  await done([...given, '-o', page]);
  expect(readFileSync(page, 'utf8')).toMatch(
    new RegExp(`^<!DOCTYPE html>[\\s\\S]*<dt>Bans</dt><dd><a href="#[\\w-]+">${bans}</a></dd>`),
  );
});

describe('report --public of the demo, with secrets planted', () => {
  const [attacker, customer, home] = ['203.0.113.9', '203.0.113.20', '203.0.113.77'];
  const ledger = join(folder, 'planted.db');
  const SECRETS =
    /web1|web2|wombat|quokka|zebra|\bdora\b|example\.org|203\.0\.113\.(?:20|77)\b|192\.0\.2\.25|planted\/(?:web|mail)|[\w.+-]+@[a-z]+\.[a-z]/;
  const FORMATS = [
    ['text', 'page.txt'],
    ['markdown', 'page.md'],
    ['html', 'page.html'],
    ['json', 'page.json'],
    ['csv', 'tables'],
    ['svg', 'figures'],
  ] as const;

  beforeAll(async () => {
    const logs = join(folder, 'planted');
    cpSync(join(demo, 'logs'), logs, { recursive: true, preserveTimestamps: true });
    const line = (second: number, message: string): string =>
      `2024-10-31T23:59:${String(second).padStart(2, '0')}.000000+00:00 web1 sshd[9]: ${message}\n`;
    const tried = (user: string, address: string) => (second: number) =>
      line(second, `Failed password for ${user} from ${address} port 22 ssh2`);
    const log = join(logs, 'web1', 'auth.log');
    const planted = [
      line(1, `Accepted publickey for wombat from ${home} port 22 ssh2: ED25519 SHA256:x`),
      ...[2, 3, 4, 5, 6, 7, 8, 9, 10].map(tried('wombat', attacker)),
      ...[12, 13, 14, 15, 16, 17].map(tried('root', customer)),
    ];
    rewrite(log, contentOf(log) + planted.join(''));
    await reportOf(logs, 'planted.db');
  });

  it.each(FORMATS)('tells none of them as %s', async (format, name) => {
    const private_ = plainConfig(
      join(folder, 'private'),
      `sources = ["${join(demo, 'origins.csv')}"]\n[report]\nprivate_users = ["quokka"]\nprivate_domains = ["zebra.test"]\nhost_names = { mail = "the post office" }\n[[allow]]\naddress = "${customer}"\nreason = "a customer"\n`,
    );
    const output = join(folder, 'public', name);
    const asked = ['-c', private_, '--ledger', ledger, '--format', format, '-o', output, '--top', 'all'];
    const { status, err } = await rapsheet(['report', facts.period, '--public', ...asked]);

    expect(status, err).toBe(0);
    const files = statSync(output).isDirectory() ? filesBelow(output) : [output];
    const text = files.map((path) => `${path.slice(output.length)}\n${readFileSync(path, 'utf8')}`).join('\n');
    const plain = `${text}\n${text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))}`;
    const at = plain.search(SECRETS);
    expect(at < 0 ? undefined : plain.slice(at - 60, at + 60)).toBeUndefined();
    expect(plain).toContain('the post office');
    // Who is no secret is told all the same.
    expect(plain).toContain(facts.repeatOffender.address);
  });

  it('is not written where something of them is left, and the secret is not printed', async () => {
    const careless = plainConfig(
      join(folder, 'careless'),
      '[report]\nprivate_domains = ["zebra.test"]\nhost_names = { mail = "mail.zebra.test" }\n',
    );
    const output = join(folder, 'careless', 'page.html');
    const { status, err } = await rapsheet([
      ...['report', facts.period, '--public', '-c', careless, '--ledger', ledger, '-o', output],
    ]);

    expect(status).toBe(65);
    expect(err).toContain('table hosts: holds a domain of your own');
    expect(err).not.toContain('zebra');
    expect(existsSync(output)).toBe(false);
  });
});

async function reportOf(logs: string, name: string): Promise<Report> {
  const hosts = HOSTS.flatMap((host) => ['--host', `${host}=${join(logs, host)}`]);
  const ledger = join(folder, name);
  await done(['replay', '-c', config, '--ledger', ledger, ...hosts]);
  return readReport(await done(['report', facts.period, '-c', config, '--ledger', ledger, '--json']));
}

function filesBelow(path: string): string[] {
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function contentOf(path: string): string {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
}

/** Takes the lines out that name an address; how many there were. */
function withoutLinesOf(path: string, address: string): number {
  const lines = contentOf(path).split('\n');
  const kept = lines.filter((line) => !line.split(/[^\d.]/).includes(address));
  if (kept.length === lines.length) return 0;
  rewrite(path, kept.join('\n'));
  return lines.length - kept.length;
}

/** As if it had always been so: when a log was written last tells the year of its dates. */
function rewrite(path: string, content: string): void {
  const { atime, mtime } = statSync(path);
  const bytes = Buffer.from(content, 'latin1');
  writeFileSync(path, path.endsWith('.gz') ? gzipSync(bytes) : bytes);
  utimesSync(path, atime, mtime);
}

/** Texts that stand in the documentation as the demo's. Where `...` is, something is left out. */
function examplesIn(page: string): string[] {
  const blocks = [...readFileSync(page, 'utf8').matchAll(/^```\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
  const sums = readFileSync(page, 'utf8').match(/\(\d+ − \d+\) \+ .* = \d+/g) ?? [];
  return [...blocks, ...sums].flatMap((text) => text.split('...'));
}

it('docs/report.md shows what the demo prints', async () => {
  const given = ['-c', config, '--ledger', join(demo, 'ledger.db')];
  const [month, sheet] = [await done(['report', '2024-10', ...given]), await done(['show', OFFENDER, ...given])];
  const spaced = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
  const examples = examplesIn('docs/report.md').map(spaced);

  expect(examples.length).toBeGreaterThan(7);
  expect(examples.filter((text) => !spaced(`${month}${sheet}`).includes(text))).toEqual([]);
});

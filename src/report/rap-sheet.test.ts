import { describe, expect, test } from 'vitest';
import { UTC } from '../base/zone.ts';
import type { RapSheetOptions, RapSheetRecords } from './report.ts';
import { audit, makeRapSheet, renderReport } from './report.ts';
import { cellsIn, DAY, OCTOBER, originOf, tableOf, tallyOf, textOf } from './testing/records.ts';
import { evidenceLine, sheetBan, sheetRecords, subjectOf } from './testing/sheet.ts';

const ADDRESS = '203.0.113.40';

function optionsFor(subject: string, options: Partial<RapSheetOptions> = {}): RapSheetOptions {
  const kinds = new Map([['mail.relay', { sentence: 'tried to relay mail to somewhere else' }]]);
  return { subject: subjectOf(subject), top: 10, lines: 50, kinds, language: 'en', zone: UTC, ...options };
}

describe('makeRapSheet', () => {
  const sheet = makeRapSheet(sheetRecords(), optionsFor(ADDRESS));

  test('makeRapSheet() says who it is and where it comes from', () => {
    expect(sheet.title).toBe(`Rap sheet of ${ADDRESS}`);
    expect(sheet.period).toMatchObject({ from: OCTOBER.from, name: '2024-10-01 to 2024-10-03' });
    expect(cellsIn(tableOf(sheet, 'identity'), ['topic', 'statement'])).toEqual([
      ['Subject', ADDRESS],
      ['First seen', '2024-10-01 00:00:00 (UTC)'],
      ['Last seen', '2024-10-03 00:00:00 (UTC)'],
      ['Bans', '2 bans'],
      ['Attempts', '51 attempts'],
      ['Country', 'Netherlands'],
      ['Organization', 'Emanual Hosting (“EMANUAL-NET”)'],
      ['ASN', 'AS64496'],
      ['Network', '203.0.113.0/24'],
      ['Source', 'country: a made-up table 2024-10-01'],
    ]);
  });

  test('makeRapSheet() counts what it did by host, kind and day', () => {
    expect(cellsIn(tableOf(sheet, 'hosts'), ['host', 'attempts', 'bans'])).toEqual([
      ['mail', 51, 1],
      ['web1', 0, 1],
      ['total', 51, 2],
    ]);
    expect(cellsIn(tableOf(sheet, 'kinds'), ['kind', 'sentence', 'attempts', 'bans'])).toEqual([
      ['mail.auth.imap', null, 49, 2],
      ['mail.relay', 'tried to relay mail to somewhere else', 2, 0],
      ['total', null, 51, 2],
    ]);
    expect(cellsIn(tableOf(sheet, 'days'), ['day', 'bans', 'attempts'])).toEqual([
      ['2024-10-01', 2, 42],
      ['2024-10-03', 0, 9],
      ['total', 2, 51],
    ]);
  });

  test('makeRapSheet() lists the bans with length and reason, the evidence with file and offset', () => {
    expect(cellsIn(tableOf(sheet, 'bans'), ['id', 'length', 'prior', 'reason'])).toEqual([
      [1, 600_000, 0, 'reached 6, the limit is 5 in 10m: mail.auth.imap 5, mail.relay 1'],
      [2, 1_200_000, 1, 'reached 6, the limit is 5 in 10m: mail.auth.imap 5, mail.relay 1'],
    ]);
    expect(cellsIn(tableOf(sheet, 'evidence'), ['ban', 'file', 'offset', 'pattern', 'user'])).toEqual([
      [1, '/var/log/mail.log', 4096, 'dovecot 1', 'admin'],
      [2, '/var/log/mail.log', 8192, 'dovecot 1', 'Renée'],
    ]);
    expect(cellsIn(tableOf(sheet, 'users'), ['user', 'attempts'])).toEqual([
      ['admin', 1],
      ['Renée', 1],
      ['total', 2],
    ]);
  });

  test('makeRapSheet() says which blocklist told of an address', () => {
    const kind = 'mail.relay.listed';
    const target = 'bl.example.net (127.0.0.2): caf\xc3\xa9 \x1b[2J';
    const records = sheetRecords({ evidence: [{ ...evidenceLine(2, 'mail', 'root'), kind, target }] });
    const told = tableOf(makeRapSheet(records, optionsFor(ADDRESS)), 'evidence');
    const said = 'listed by bl.example.net (127.0.0.2): café \x1b[2J';
    expect(cellsIn(told, ['kind', 'listing'])).toEqual([
      ['mail.auth.imap', null],
      ['mail.auth.imap', null],
      [kind, said],
    ]);
    const usual = tableOf(sheet, 'evidence').columns.map(({ key }) => key);
    expect(told.columns.map(({ key }) => key)).toEqual([...usual, 'listing']);
  });

  test('makeRapSheet() reconciles', () => {
    expect(audit(sheet)).toEqual([]);
    expect(audit(makeRapSheet(sheetRecords({ bans: [sheetBan(3, 'mail')] }), optionsFor('203.0.113.0/24')))).toEqual(
      [],
    );
  });

  test.each([5, 11])('makeRapSheet() lists the newest three of %d bans and lines', (all) => {
    const further = Array.from({ length: all - 2 }, (_, i) => i + 3);
    const records = sheetRecords({
      bans: further.map((id) => sheetBan(id, 'mail')),
      evidence: further.map((id) => evidenceLine(id, 'mail', 'root')),
    });
    const short = makeRapSheet(records, optionsFor(ADDRESS, { lines: 3 }));

    expect(cellsIn(tableOf(short, 'bans'), ['id'])).toEqual([[all - 2], [all - 1], [all]]);
    expect(tableOf(short, 'bans').notes).toEqual([`The newest 3 of ${all} bans.`]);
    expect(cellsIn(tableOf(short, 'evidence'), ['ban'])).toEqual([[all - 2], [all - 1], [all]]);
    expect(cellsIn(tableOf(short, 'users'), ['attempts']).at(-1)).toEqual([all]);
  });

  test('makeRapSheet() of a network or a user name tells its addresses apart', () => {
    const neighbor = { ...sheetBan(3, 'mail'), subject: '203.0.113.9' };
    const tallies = [tallyOf({ address: '203.0.113.9', count: 70, service: 'mail', kind: 'mail.relay' })];
    const records = { ...sheetRecords({ bans: [neighbor] }), talliesOf: () => tallies };

    for (const subject of ['203.0.113.0/24', 'root']) {
      const made = makeRapSheet(records, optionsFor(subject, { top: 1 }));

      expect(cellsIn(tableOf(made, 'addresses'), ['rank', 'subject', 'attempts', 'bans'])).toEqual([
        [1, '203.0.113.9', 70, 1],
        [null, 'other addresses', 0, 2],
        [null, 'total', 70, 3],
      ]);
      expect(audit(made)).toEqual([]);
    }
  });

  test('makeRapSheet() gathers the attempts of IPv6 addresses under the network that was banned', () => {
    const banned = { ...sheetBan(1, 'mail'), subject: '2001:db8:0:1::/64' };
    const tallies = ['2001:db8:0:1::5', '2001:db8:0:1::6', '2001:db8:0:2::1'].map((address, i) =>
      tallyOf({ address, count: 10 + i, host: 'mail', service: 'mail' }),
    );
    const records = { ...sheetRecords(), bansOf: () => [banned], talliesOf: () => tallies, evidenceOf: () => [] };
    const made = makeRapSheet(records, optionsFor('2001:db8::/32'));

    expect(cellsIn(tableOf(made, 'addresses'), ['subject', 'attempts', 'bans'])).toEqual([
      ['2001:db8:0:1::/64', 21, 1],
      ['2001:db8:0:2::1', 12, 0],
      ['total', 33, 1],
    ]);
  });

  test('makeRapSheet() sees an IPv6 network slow down by what its addresses do', () => {
    const banned = { ...sheetBan(1, 'mail'), subject: '2001:db8:0:1::/64' };
    const after = banned.until + DAY;
    const day = Math.floor(after / DAY);
    const lines = [0, 1, 2, 3].map((n) => ({ ...evidenceLine(1, 'mail', 'root'), time: OCTOBER.from + n * 2_000 }));
    const tallies = [5, 6].map((end) => {
      const address = `2001:db8:0:1::${end}`;
      return tallyOf({ address, host: 'mail', day, count: 50, first: after, last: after + 99 * 540_000 });
    });
    const records = { ...sheetRecords(), bansOf: () => [banned], talliesOf: () => tallies, evidenceOf: () => lines };
    const made = makeRapSheet(records, optionsFor('2001:db8:0:1::/64'));

    expect(cellsIn(tableOf(made, 'identity'), ['topic', 'statement'])).toContainEqual([
      'Adapted',
      '2001:db8:0:1::/64 slowed down on mail: an attempt every 2s before its ban, every 9m after it; the limit is 5 in 10m',
    ]);
  });

  test('makeRapSheet() says what became of a ban, and that nothing was blocked where all was a dry run', () => {
    const effects = {
      blocks: [
        { state: 'blocked', at: OCTOBER.from },
        { state: 'ineffective', at: OCTOBER.from, why: 'container port' },
      ],
      releases: [{ at: OCTOBER.from + DAY, why: 'asked for' }],
    } as const;
    const made = makeRapSheet({ ...sheetRecords(), effectsOf: () => effects }, optionsFor(ADDRESS));
    const dry = { ...sheetRecords(), effectsOf: () => ({ blocks: [{ state: 'dry-run' } as const], releases: [] }) };
    const tried = tableOf(makeRapSheet(dry, optionsFor(ADDRESS)), 'bans');

    expect(cellsIn(tableOf(made, 'bans'), ['effect'])[0]).toEqual([
      'blocked; blocked without effect: container port; released 2024-10-02 00:00 UTC: asked for',
    ]);
    expect(tried.columns.map(({ key }) => key)).not.toContain('effect');
    expect(tried.notes).toEqual(['No firewall was asked to block any of them.']);
  });

  test('makeRapSheet() counts a network of several countries by country', () => {
    const german = { ...sheetBan(3, 'mail'), origin: originOf({ country: 'DE' }) };
    const made = makeRapSheet(sheetRecords({ bans: [german] }), optionsFor('203.0.113.0/24'));

    expect(cellsIn(tableOf(made, 'identity'), ['topic', 'statement'])).toContainEqual([
      'Country',
      'Netherlands (2 bans) and Germany (1 ban)',
    ]);
  });

  test('makeRapSheet() names the neighbors that were banned, not the subject, and no one twice', () => {
    const bans = ['203.0.113.9', '203.0.113.9', ADDRESS, '203.0.113.0/24', '203.0.113.10'].map((subject) => {
      return { ...sheetBan(1, 'mail'), subject };
    });
    const elsewhere = { ...sheetBan(1, 'mail'), subject: '198.51.100.1' };
    const records: RapSheetRecords = {
      ...sheetRecords(),
      neighborsOf: ({ type }) => (type === 'network' ? bans : [...bans, elsewhere]),
    };
    const made = makeRapSheet(records, optionsFor(ADDRESS));

    expect(cellsIn(tableOf(made, 'neighbors'), ['rank', 'subject', 'bans'])).toEqual([
      [1, '203.0.113.9', 2],
      [2, '203.0.113.10', 1],
      [null, 'total', 3],
    ]);
    expect(cellsIn(tableOf(made, 'organization-neighbors'), ['subject', 'bans'])[0]).toEqual(['198.51.100.1', 1]);
    expect(audit(made)).toEqual([]);
  });

  test('makeRapSheet() says what the records left out', () => {
    const records = { ...sheetRecords(), omissions: () => [{ of: 'bans', read: 2, all: 9 }] as const };

    expect(makeRapSheet(records, optionsFor(ADDRESS)).preface).toEqual(['The newest 2 of 9 bans are counted.']);
  });

  test('makeRapSheet() of somebody unknown has no tables and says so', () => {
    const nothing = { ...sheetRecords(), bansOf: () => [], talliesOf: () => [], evidenceOf: () => [] };
    const unknown = makeRapSheet(nothing, optionsFor('192.0.2.1'));

    expect(unknown.tables).toEqual([]);
    expect(unknown.preface).toEqual(['The ledger knows nothing of it.']);
    expect(JSON.parse(textOf(renderReport(unknown, 'json', { width: 80, color: false }), 'report.json'))).toMatchObject(
      {
        tables: [],
      },
    );
  });

  test('makeRapSheet() gives months where there are too many days', () => {
    const tallies = Array.from({ length: 150 }, (_, i) => tallyOf({ day: OCTOBER.from / DAY + i }));
    const made = makeRapSheet({ ...sheetRecords(), talliesOf: () => tallies }, optionsFor(ADDRESS));

    expect(cellsIn(tableOf(made, 'days'), ['day', 'attempts'])[0]).toEqual(['2024-10', 31]);
  });

  test('makeRapSheet() prints a line of evidence below its place, whole and harmless', () => {
    const evidence = [evidenceLine(7, 'mail', '\x1b[2J`|<script>')];
    const hostile = makeRapSheet(sheetRecords({ evidence }), optionsFor(ADDRESS));
    const text = textOf(renderReport(hostile, 'text', { width: 80, color: false }), 'report.txt');
    const markdown = textOf(renderReport(hostile, 'markdown', { width: 80, color: false }), 'report.md');

    expect(text).toContain('  7  2024-10-01 07:00:00  mail.auth.imap  mail  /var/log/mail.log   28672\n    Oct  1 07');
    expect(text).toContain('user=<\\x1b[2J`|<script>>, rip=203.0.113.40');
    expect(markdown).toContain('user=<\\x1b[2J\\x60\\x7c<script>>, rip=203.0.113.40` |');
  });
});

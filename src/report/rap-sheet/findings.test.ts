import { describe, expect, it } from 'vitest';
import { UTC } from '../../base/zone.ts';
import type { Answer } from '../../model.ts';
import { audit, makeRapSheet, type RapSheetRecords, type Report, renderReport, type SheetFinding } from '../report.ts';
import { cellsIn, DAY, tableOf, textOf } from '../testing/records.ts';
import { sheetFinding, sheetRecords, subjectOf } from '../testing/sheet.ts';

const REGISTRATION: Answer = {
  about: 'registration',
  network: '203.0.113.0/24',
  name: 'EXAMPLE-NET',
  holder: 'Example Hosting B.V.',
  country: 'NL',
  abuse: ['abuse@example.net', 'cert@example.net'],
};
const NOTHING: Answer = {
  ...REGISTRATION,
  network: undefined,
  name: undefined,
  holder: undefined,
  country: undefined,
  abuse: [],
};
const RDAP = { source: 'RDAP rdap.example.net' };

function sheetOf(findings: readonly SheetFinding[], subject = '203.0.113.40'): Report {
  const records: RapSheetRecords = { ...sheetRecords(), findingsOf: () => findings };
  const options = { top: 10, lines: 3, kinds: new Map(), language: 'en', zone: UTC };
  return makeRapSheet(records, { ...options, subject: subjectOf(subject) });
}

/** The statements of the head that are of others. */
function said(findings: readonly SheetFinding[], subject?: string): string[] {
  const own = new Set([
    'Subject',
    'First seen',
    'Last seen',
    'Bans',
    'Attempts',
    'Country',
    'Organization',
    'ASN',
    'Network',
    'Source',
  ]);
  return cellsIn(tableOf(sheetOf(findings, subject), 'identity'), ['topic', 'statement'])
    .filter(([topic]) => !own.has(String(topic)))
    .map((cells) => cells.join(': '));
}

describe('a rap sheet', () => {
  it('tells what others say of the address, who says it and when', () => {
    const names = {
      about: 'reverse-name',
      names: [
        { name: 'a.example.net', verified: true },
        { name: 'bank.example', verified: false },
      ],
    } as const;
    const lists = {
      about: 'listings',
      lists: [
        { list: 'bl.example.net', codes: ['127.0.0.2', '127.0.0.9'] },
        { list: 'x.example', codes: ['127.0.0.2 SBL'] },
      ],
      unlisted: ['y.example'],
    } as const;
    const sheet = [
      sheetFinding(2, { about: 'tor-exit', isExit: true }, { source: 'exits.txt 2024-10-01' }),
      sheetFinding(2, lists, { source: 'DNS blocklists' }),
      sheetFinding(2, REGISTRATION, RDAP),
      sheetFinding(2, names),
    ];
    expect(said(sheet)).toEqual([
      'Reverse name: a.example.net (confirmed), bank.example (not confirmed) (DNS, 2024-10-01)',
      'Registered: 203.0.113.0/24 “EXAMPLE-NET”, Example Hosting B.V., Netherlands (RDAP rdap.example.net, 2024-10-01)',
      'Abuse contact: abuse@example.net, cert@example.net (RDAP rdap.example.net, 2024-10-01)',
      'Tor exit: yes (exits.txt 2024-10-01, 2024-10-01)',
      'Blocklists: bl.example.net (127.0.0.2, 127.0.0.9), x.example (127.0.0.2 SBL), not on y.example (DNS blocklists, 2024-10-01)',
    ]);
  });

  it('says so where there is nothing, and nothing where nobody was asked', () => {
    const nothing: Answer[] = [
      { about: 'reverse-name', names: [] },
      NOTHING,
      { about: 'tor-exit', isExit: false },
      { about: 'listings', lists: [], unlisted: ['x.example', 'y.example'] },
    ];
    expect(said(nothing.map((answer) => sheetFinding(1, answer)))).toEqual([
      'Reverse name: none (DNS, 2024-10-01)',
      'Registered: not at all (DNS, 2024-10-01)',
      'Abuse contact: none (DNS, 2024-10-01)',
      'Tor exit: no (DNS, 2024-10-01)',
      'Blocklists: not on x.example, y.example (DNS, 2024-10-01)',
    ]);
    expect(said([])).toEqual([]);
    expect(sheetOf([]).tables.map(({ name }) => name)).not.toContain('findings');
  });

  it('has the newest answer in its head, and all of them with their bans in a table', () => {
    const old = sheetFinding(1, { about: 'reverse-name', names: [{ name: 'old.example', verified: true }] });
    const now = sheetFinding(2, { about: 'reverse-name', names: [] }, { at: old.at + DAY });
    expect(said([old, now])).toEqual(['Reverse name: none (DNS, 2024-10-02)']);
    const sheet = sheetOf([old, sheetFinding(1, REGISTRATION, RDAP), now]);
    expect(cellsIn(tableOf(sheet, 'findings'), ['ban', 'address', 'topic', 'statement', 'source', 'about'])).toEqual([
      [1, '203.0.113.40', 'Reverse name', 'old.example (confirmed)', 'DNS', 'reverse-name'],
      [
        1,
        '203.0.113.40',
        'Registered',
        '203.0.113.0/24 “EXAMPLE-NET”, Example Hosting B.V., Netherlands',
        RDAP.source,
        'registration',
      ],
      [1, '203.0.113.40', 'Abuse contact', 'abuse@example.net, cert@example.net', RDAP.source, 'registration'],
      [2, '203.0.113.40', 'Reverse name', 'none', 'DNS', 'reverse-name'],
    ]);
    expect(audit(sheet)).toEqual([]);
  });

  it('of a network names the address that was asked about, and lists the newest answers', () => {
    const answers = [1, 2, 3, 4, 5].map((ban) => sheetFinding(ban, { about: 'tor-exit', isExit: ban === 5 }));
    expect(said(answers, '203.0.113.0/24')).toEqual(['Tor exit: yes (DNS, 2024-10-01, of 203.0.113.40)']);
    const table = tableOf(sheetOf(answers, '203.0.113.0/24'), 'findings');
    expect([cellsIn(table, ['ban']), table.notes]).toEqual([[[3], [4], [5]], ['The newest 3 of 5 answers.']]);
  });

  it('of a user name says nothing of anybody’s address', () => {
    expect(said([sheetFinding(1, { about: 'tor-exit', isExit: true })], 'root')).toEqual([]);
  });

  it.each(['text', 'markdown', 'csv', 'json'] as const)('lets no name act on who reads it, as %s', (format) => {
    const evil = '=\u001b[2J\u202e<script>`|[x](//e)@everyone\u0000';
    const names: Answer = { about: 'reverse-name', names: [{ name: evil, verified: false }] };
    const sheet = sheetOf([sheetFinding(1, names), sheetFinding(1, { ...REGISTRATION, holder: evil }, RDAP)]);
    for (const file of renderReport(sheet, format, { width: 100, color: false })) {
      const text = textOf([file], file.name);
      expect(text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u202e]/);
      if (format === 'markdown') expect(text).not.toMatch(/^[^`]*<script>/m);
      if (format === 'csv') expect(text).not.toMatch(/(?:^|,)"=/m);
    }
  });
});

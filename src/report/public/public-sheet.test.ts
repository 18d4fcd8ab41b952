/** What is planted into the records of an attacker is in no file of a rap sheet to publish; of one's own there is no such sheet. */
import { describe, expect, test } from 'vitest';
import { EXIT } from '../../base/problem.ts';
import { toLog } from '../../base/text.ts';
import type { Answer } from '../../model.ts';
import type { Format, Privacy, RapSheetOptions, RapSheetRecords, Report } from '../report.ts';
import { audit, makePublicSheet, makeRapSheet, networksOf, renderReport } from '../report.ts';
import { OCTOBER, optionsOf, tallyOf, textOf } from '../testing/records.ts';
import { evidenceLine, sheetBan, subjectOf } from '../testing/sheet.ts';

const FORMATS: readonly Format[] = ['text', 'markdown', 'html', 'json', 'csv', 'svg'];
const TERMINAL = { width: 200, color: false };
const SUBJECT = '203.0.113.40';
const SECRETS = /wombat|zoë|quokka|zebra|10\.77\.0|\/srv\/secret/i;

const privacy: Privacy = {
  hosts: new Map([['quokka', 'host 1']]),
  machines: ['quokka.zebra.example'],
  users: ['wombat', 'Zoë'],
  domains: ['zebra.example'],
  paths: ['/srv/secret/access.log'],
  networks: networksOf(['10.77.0.5']),
};

const ANSWERS: readonly Answer[] = [
  { about: 'reverse-name', names: [{ name: 'mail.zebra.example', verified: true }] },
  {
    about: 'registration',
    ...{
      network: '203.0.113.0/24',
      name: 'QUOKKA-NET',
      holder: 'wombat & Co',
      country: 'NL',
      abuse: ['zoë@zebra.example'],
    },
  },
  { about: 'listings', lists: [{ list: 'dnsbl.example.org', codes: ['127.0.0.2 zebra.example'] }], unlisted: [] },
];

function optionsFor(subject: string, language = 'en'): RapSheetOptions {
  const { kinds, zone, top } = optionsOf();
  return { subject: subjectOf(subject), kinds, zone, top, lines: 'all', language };
}

/** Records that tell of us wherever a record can. */
function planted(): RapSheetRecords {
  const ban = { ...sheetBan(1, 'quokka'), jail: 'mail' };
  const line = {
    ...evidenceLine(1, 'quokka', 'wombat'),
    path: '/srv/secret/access.log',
    target: toLog('POST /login?user=Zoë@zebra.example from 10.77.0.5'),
    line: toLog('Oct  1 00:00:00 quokka dovecot: user=<wombat>, lip=10.77.0.5, to Zoë at www.zebra.example'),
  };
  return {
    bansOf: () => [
      ban,
      { ...ban, id: 2, reason: { rule: 'manual', by: 'wombat', why: 'quokka was slow' } },
      { ...ban, id: 3, reason: { rule: 'imported', from: 'fail2ban-log', text: 'seen on quokka by Zoë' } },
      { ...ban, id: 4, subject: '10.77.0.5' },
    ],
    talliesOf: () => [{ ...tallyOf({}), address: SUBJECT, service: 'mail', kind: 'mail.auth.imap', host: 'quokka' }],
    evidenceOf: () => [line],
    findingsOf: () =>
      ANSWERS.map((answer) => ({
        ban: 1,
        address: line.address,
        at: OCTOBER.from,
        source: 'RDAP zebra.example',
        answer,
      })),
    neighborsOf: () => [{ ...ban, id: 9, subject: '203.0.113.41' }],
    effectsOf: ({ host }) => ({
      blocks: [{ state: 'refused', at: OCTOBER.from, why: `no table on ${host}, said wombat` }],
      releases: host === 'quokka' ? [{ at: OCTOBER.from + 60_000, why: 'wombat asked for it' }] : [],
    }),
    reportsOf: () => [],
    omissions: () => [{ of: 'tallies', from: '10.77.0.5' }],
  };
}

function drawn(report: Report, format: Format): string {
  return renderReport(report, format, TERMINAL)
    .flatMap(({ name, pieces }) => [name, ...pieces])
    .join('');
}

describe('makePublicSheet()', () => {
  test.each(FORMATS)('tells nothing of us as %s, where the sheet for ourselves tells it all', (format) => {
    const asked = { records: planted(), options: optionsFor(SUBJECT), privacy };
    const found = makePublicSheet(asked, { format, terminal: TERMINAL });

    expect(drawn(makeRapSheet(planted(), optionsFor(SUBJECT)), format)).toMatch(SECRETS);
    expect(audit(found.report)).toEqual([]);
    expect(drawn(found.report, format)).not.toMatch(SECRETS);
    expect(found.leaks(found.report, renderReport(found.report, format, TERMINAL))).toEqual([]);
  });

  test('keeps what is known of the attacker, what became of each ban, and says what it is made for', () => {
    const asked = { records: planted(), options: optionsFor(SUBJECT), privacy };
    const { report } = makePublicSheet(asked, { format: 'text', terminal: TERMINAL });
    const text = textOf(renderReport(report, 'text', TERMINAL), 'report.txt');

    expect(text).toContain(`Rap sheet of ${SUBJECT}\nThis report is made to be published`);
    expect(text).toContain('Emanual Hosting');
    expect(text).toContain('203.0.113.41');
    expect(text).toContain('not blocked: no table on host 1, said [user]; released 2024-10-01 00:01 UTC\n');
    expect(text).toContain('[path]');
  });

  test('is refused by its leak check when something of us got into it', () => {
    const asked = { records: planted(), options: optionsFor(SUBJECT), privacy };
    const found = makePublicSheet(asked, { format: 'json', terminal: TERMINAL });
    const open = makeRapSheet(planted(), optionsFor(SUBJECT));

    expect(found.leaks(open, renderReport(open, 'json', TERMINAL)).map(({ where }) => where)).toEqual(
      expect.arrayContaining(['table identity', 'table hosts', 'table evidence']),
    );
  });

  test.each([['10.77.0.5'], ['wombat'], ['WOMBAT'], ['Zoë']])('makes none of %s', (subject) => {
    const asked = { records: planted(), options: optionsFor(subject), privacy };

    expect(() => makePublicSheet(asked, { format: 'json', terminal: TERMINAL })).toThrow(
      expect.objectContaining({ status: EXIT.usage }),
    );
  });
});

/** What was said in a mail session, from the lines of its log, and whose session is told. */
import { describe, expect, test } from 'vitest';
import type { Format } from '../report.ts';
import { audit, makeReport, renderReport } from '../report.ts';
import { HOSTILE } from '../testing/random.ts';
import type { RecordList } from '../testing/records.ts';
import { banOf, cellsIn, evidenceOf, optionsOf, recordsOf, tableOf, textOf } from '../testing/records.ts';
import { sessionIn } from './session.ts';

const CLIENT = '192.0.2.1';

const smtpd = (pid: number, message: string): string => `Oct  3 07:00:00 mail postfix/smtpd[${pid}]: ${message}`;
const refusal = (reply: string, envelope: string, verb = 'RCPT'): string =>
  `NOQUEUE: reject: ${verb} from unknown[${CLIENT}]: ${reply}; ${envelope}`;
const RELAY = refusal(
  '454 4.7.1 <b@example.net>: Relay access denied',
  'from=<a@example.org> to=<b@example.net> proto=ESMTP helo=<WIN-1>',
);

const lineOf = (line: string, kind = 'mail.relay', offset = 0) => evidenceOf(CLIENT, { kind, line, offset });
const said = (...lines: string[]): string[] =>
  sessionIn(lines.map((line) => lineOf(line))).map((turn) => `${turn.side}: ${turn.said}`);

describe('sessionIn()', () => {
  test('has the commands that a refusal names, and the refusal', () => {
    expect(said(smtpd(7, RELAY))).toEqual([
      'client: EHLO WIN-1',
      'client: MAIL FROM:<a@example.org>',
      'client: RCPT TO:<b@example.net>',
      'server: 454 4.7.1 <b@example.net>: Relay access denied',
    ]);
  });

  test('goes on with the lines of the same process, and says nothing twice', () => {
    const second = RELAY.replaceAll('b@example.net', 'c@example.net');
    const other = smtpd(8, RELAY);

    expect(said(smtpd(7, RELAY), other, smtpd(7, second)).slice(4)).toEqual([
      'client: RCPT TO:<c@example.net>',
      'server: 454 4.7.1 <c@example.net>: Relay access denied',
    ]);
  });

  test.each([
    ['HELO', 'proto=SMTP helo=<x>', ['client: HELO x', 'server: 504 5.5.2 <x>: refused']],
    [
      'MAIL',
      'from=<> proto=ESMTP helo=<x>',
      ['client: EHLO x', 'client: MAIL FROM:<>', 'server: 504 5.5.2 <x>: refused'],
    ],
    ['CONNECT', 'proto=SMTP', ['server: 504 5.5.2 <x>: refused']],
  ])('knows how far a client came that was refused at %s', (verb, envelope, turns) => {
    expect(said(smtpd(7, refusal('504 5.5.2 <x>: refused', envelope, verb)))).toEqual(turns);
  });

  test('has what is no SMTP at all as it was sent', () => {
    expect(
      said(
        smtpd(7, `warning: non-SMTP command from unknown[${CLIENT}]: GET /cgi-bin/login.cgi HTTP/1.1`),
        smtpd(7, `improper command pipelining after CONNECT from unknown[${CLIENT}]: \\026\\003\\001`),
      ),
    ).toEqual(['client: GET /cgi-bin/login.cgi HTTP/1.1', 'client: \\026\\003\\001']);
  });

  test('takes the envelope from the end, whatever a recipient looks like', () => {
    const reply = '550 5.1.1 <x; from=<y> to=<z>@example.net>: unknown';
    const [, sender, recipient, answer] = said(
      smtpd(7, refusal(reply, 'from=<a@example.org> to=<"x>"@example.net> proto=ESMTP helo=<h>')),
    );

    expect(sender).toBe('client: MAIL FROM:<a@example.org>');
    expect(recipient).toBe('client: RCPT TO:<"x>"@example.net>');
    expect(answer).toBe(`server: ${reply}`);
  });

  test.each([
    'Oct  3 07:00:00 mail dovecot: imap-login: Aborted login',
    smtpd(7, `lost connection after AUTH from unknown[${CLIENT}]`),
    smtpd(7, 'NOQUEUE: reject: RCPT from unknown'),
    '',
  ])('has nothing of %j', (line) => {
    expect(said(line)).toEqual([]);
  });
});

/** A ban for each line. */
function banned(...lines: ReadonlyArray<readonly [subject: string, kind: string, line: string]>): Partial<RecordList> {
  return {
    bans: lines.map(([subject], i) => banOf({ id: i + 1, subject, service: 'mail', host: 'mail' })),
    evidence: new Map(
      lines.map(([subject, kind, line], i) => [i + 1, [evidenceOf(subject, { kind, line, offset: 10 * i })]]),
    ),
  };
}

function reportOf(list: Partial<RecordList>) {
  const report = makeReport(recordsOf(list), optionsOf());
  expect(audit(report)).toEqual([]);
  return report;
}

describe('the dialogue of a report', () => {
  test('is one of the relayer with the most bans, its newest, with the file and the place of the line', () => {
    const helo = smtpd(1, RELAY.replaceAll('WIN-1', 'other'));
    const report = reportOf(
      banned(
        ['192.0.2.9', 'mail.helo', helo],
        ['192.0.2.9', 'mail.helo', helo],
        ['192.0.2.9', 'mail.helo', helo],
        ['192.0.2.7', 'mail.relay', smtpd(2, RELAY)],
        [CLIENT, 'mail.relay', smtpd(3, RELAY)],
        [CLIENT, 'mail.relay', smtpd(4, RELAY)],
      ),
    );
    const cells = cellsIn(tableOf(report, 'dialogue'), ['side', 'said', 'ban', 'offset', 'place', 'line']);

    expect(cells.map(([side]) => side)).toEqual(['Client', 'Client', 'Client', 'Server']);
    expect(cells[0]).toEqual(['Client', 'EHLO WIN-1', 6, 50, null, null]);
    expect(cells[3]?.slice(2, 4)).toEqual([6, 50]);
    expect(cells[3]?.[4]).toMatch(/, Offset 50$/);
    expect(cells[3]?.[5]).toBe(smtpd(4, RELAY));
    const told = tableOf(report, 'stories').rows.map(({ cells: each }) => each);
    const story = told.find((each) => each.story === 'dialogue');
    expect(story?.sentence).toBe(
      '192.0.2.1 talked to mail on 2024-10-01 and was refused: what they said, 4 turns from 1 line of the log, stands below.',
    );
    // An earlier story of the same ban has it, and so has the dialogue.
    expect(told.filter((each) => each.newest === story?.newest && each.line === smtpd(4, RELAY))).toHaveLength(1);
  });

  test('is another refusal where nobody tried to relay, and none where no log tells what was said', () => {
    const other = reportOf(banned([CLIENT, 'mail.helo', smtpd(1, RELAY)]));
    const none = reportOf(banned([CLIENT, 'mail.auth.imap', 'dovecot: imap-login: Aborted login']));

    expect(tableOf(other, 'dialogue').rows).toHaveLength(4);
    expect(none.tables.map(({ name }) => name)).not.toContain('dialogue');
  });

  test.each<Format>(['text', 'markdown', 'html', 'json', 'csv'])('is harmless as %s, whatever was said', (format) => {
    const hostile = HOSTILE.map((text) => [CLIENT, 'mail.relay', smtpd(1, RELAY.replace('WIN-1', text))] as const);
    for (const one of hostile) {
      const files = renderReport(reportOf(banned(one)), format, { width: 80, color: false });
      const drawn = files.map(({ name }) => textOf(files, name)).join('');
      expect(drawn).not.toMatch(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]/);
      if (format === 'html') expect(drawn).not.toMatch(/<script|<img|<iframe/);
    }
  });
});

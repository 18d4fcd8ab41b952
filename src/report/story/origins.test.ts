/** Kinds that come from few countries, and who speaks what is no SMTP. */
import { describe, expect, test } from 'vitest';
import { audit, makeReport } from '../report.ts';
import type { RecordList } from '../testing/records.ts';
import { banOf, evidenceOf, optionsOf, originOf, recordsOf, tableOf, tallyOf } from '../testing/records.ts';

function told(list: Partial<RecordList>, topic: string) {
  const report = makeReport(recordsOf(list), optionsOf());
  expect(audit(report)).toEqual([]);
  return tableOf(report, 'stories').rows.flatMap(({ cells }) => (cells.story === topic ? [cells.sentence] : []));
}

interface Crowd {
  readonly country: string;
  readonly organization: string;
  readonly addresses: number;
  readonly each: number;
  readonly kinds?: readonly string[];
  readonly scanner?: string;
}

/** Banned addresses with attempts of their own; each crowd in a network of its own. */
function crowds(...all: readonly Crowd[]): Partial<RecordList> {
  const members = all.flatMap((crowd, net) =>
    Array.from({ length: crowd.addresses }, (_, i) => ({ crowd, address: `192.0.${net}.${i + 1}` })),
  );
  const bans = members.map(({ crowd: { country, organization, scanner }, address }, i) =>
    banOf({ id: i + 1, subject: address, service: 'web', origin: originOf({ country, organization, scanner }) }),
  );
  const tallies = members.flatMap(({ crowd: { each, kinds = ['web.probe.phpunit'] }, address }) =>
    kinds.map((kind) => tallyOf({ address, service: kind.split('.')[0] ?? '', kind, count: each })),
  );
  return { bans, tallies };
}

const SINGAPORE = { country: 'SG', organization: 'Alpha', addresses: 8, each: 10 };
const GERMANY = { country: 'DE', organization: 'Beta', addresses: 4, each: 10 };

describe('kinds from few countries', () => {
  test('are told with their countries and organizations, and the percentage of all attempts', () => {
    const unbanned = tallyOf({ address: '198.51.100.1', service: 'web', kind: 'web.probe.phpunit', count: 30 });
    const { bans = [], tallies = [] } = crowds(SINGAPORE, GERMANY);

    expect(told({ bans, tallies: [...tallies, unbanned] }, 'origins')).toEqual([
      '80.0% of 150 attempts (web.probe.phpunit) came from Singapore (80) and Germany (40); the networks with the most are those of Alpha (80) and Beta (40).',
    ]);
  });

  test('are counted together where people do: the mailbox logins, an address once', () => {
    const kinds = ['mail.auth.imap', 'mail.auth.pop3'];

    expect(told(crowds({ ...SINGAPORE, kinds, addresses: 10 }), 'origins')).toEqual([
      expect.stringContaining('100.0% of 200 attempts (IMAP and POP3 logins) came from Singapore (200)'),
    ]);
    expect(told(crowds({ ...SINGAPORE, kinds, addresses: 9, each: 50 }), 'origins')).toEqual([]);
  });

  test.each([
    ['are few attempts', crowds({ ...SINGAPORE, addresses: 10, each: 9 })],
    ['are those of few addresses', crowds({ ...SINGAPORE, each: 1_000 })],
    ['are those of research scanners', crowds({ ...SINGAPORE, addresses: 20, scanner: 'Shodan' })],
    [
      'come from everywhere',
      crowds(...['SG', 'DE', 'FR', 'US', 'CN'].map((country) => ({ ...SINGAPORE, country, organization: country }))),
    ],
  ])('are not told when they %s', (_, list) => {
    expect(told(list, 'origins')).toEqual([]);
  });
});

describe('a foreign language', () => {
  const spoken = (said: string): Partial<RecordList> => {
    const line = `Oct  3 07:00:00 mail postfix/smtpd[7]: warning: non-SMTP command from unknown[192.0.2.1]: ${said}`;
    return {
      bans: [banOf({ id: 1, subject: '192.0.2.1', service: 'mail', kind: 'mail.gibberish' })],
      tallies: [tallyOf({ address: '192.0.2.1', service: 'mail', kind: 'mail.gibberish', count: 6 })],
      evidence: new Map([[1, [evidenceOf('192.0.2.1', { kind: 'mail.gibberish', line, target: undefined })]]]),
    };
  };

  test('is told with an example where it is HTTP, cut and quoted as whatever strangers wrote', () => {
    expect(told(spoken('GET /a HTTP/1.1'), 'foreign')).toEqual([
      '6 attempts of 1 address spoke something else than SMTP to a mail server; 192.0.2.1 said “GET /a HTTP/1.1” on 2024-10-01.',
    ]);
    expect(told(spoken(`GET /”${'a'.repeat(200)} HTTP/1.1`), 'foreign')).toEqual([]);
    expect(told(spoken(`GET /${'a'.repeat(200)} HTTP/1.1`), 'foreign')).toEqual([expect.stringContaining('aaa…” on')]);
  });

  test('is not told where nobody can say which it is', () => {
    expect(told(spoken('\\026\\003\\001'), 'foreign')).toEqual([]);
    expect(told({ bans: [banOf({})] }, 'foreign')).toEqual([]);
  });
});

/** Each story on records made by hand: told where it is so, with these figures, and not where it is not. */
import { describe, expect, test } from 'vitest';
import type { Reason, Tally } from '../../model.ts';
import { makeReport } from '../report.ts';
import { banOf, DAY, evidenceOf, OCTOBER, optionsOf, originOf, recordsOf, tableOf } from '../testing/records.ts';
import { ALPHA, AT_HOME, bansOf, HOUR, sentences, told, tried } from '../testing/telling.ts';

const MINUTE = 60_000;
const BETA = '192.0.2.9';

test('stories() of nothing tells nothing', () => {
  const report = makeReport(recordsOf({}), optionsOf());
  expect(tableOf(report, 'stories')).toMatchObject({ rows: [], statements: [], notes: [] });
});

describe('the most persistent', () => {
  const bans = [
    ...bansOf(3, DAY),
    banOf({ id: 4, subject: ALPHA, host: 'mail', service: 'mail', origin: AT_HOME, from: OCTOBER.from + 9 * DAY }),
  ];

  test('has its bans, places, length and days, and the newest bans with a line as evidence', () => {
    const evidence = new Map([[4, [evidenceOf(ALPHA), evidenceOf(ALPHA, { line: 'the newest\x1b[2J Ren\xc3\xa9e' })]]]);
    expect(told({ bans: [...bans, banOf({ id: 9, subject: '203.0.113.5' })], evidence }, 'persistent')).toEqual([
      expect.objectContaining({
        subject: ALPHA,
        sentence:
          '192.0.2.1 (Example Hosting, Netherlands) was banned 4 times on 2 hosts (mail and web1) under mail and web, for 3h 10m in all, from 2024-10-01 to 2024-10-10.',
        bans: 4,
        newest: 4,
        evidence: 'bans 4, 3, 2 and 1 other: rapsheet show 192.0.2.1',
        line: 'the newest\x1b[2J Renée',
      }),
    ]);
  });

  test('says who was banned as often, names the first by number, and nobody where all were banned once', () => {
    const others = ['192.0.2.30', '192.0.2.4'].flatMap((subject) => bansOf(4, DAY, { subject }));
    const [story] = told({ bans: [...others, ...bans] }, 'persistent');
    expect(story).toMatchObject({
      subject: ALPHA,
      sentence: expect.stringMatching(/; so were 2 others\.$/),
    });
    expect(told({ bans: bansOf(1, DAY) }, 'persistent')).toEqual([]);
  });

  test('has no length where a ban has no end, and no list of all hosts where there are many', () => {
    const many = Array.from({ length: 12 }, (_, i) => banOf({ subject: ALPHA, host: `host${i + 10}` }));
    const [sentence] = sentences({ bans: [...many, banOf({ until: Number.POSITIVE_INFINITY })] }, 'persistent');
    expect(sentence).toContain(
      'on 13 hosts (host10, host11, host12, host13, host14, host15, host16, host17, and 5 others)',
    );
    expect(sentence).toContain('once without end');
  });
});

describe('who slowed down', () => {
  const quick = [0, 1, 2, 3, 4].map((i) => evidenceOf(ALPHA, { time: OCTOBER.from + i * 10_000 }));
  const evidence = new Map([[1, quick]]);
  const bans = bansOf(1, DAY);
  const slowly = (count: number, pause: number, tally: Partial<Tally> = {}) =>
    tried(3, 0, { count, last: OCTOBER.from + 3 * DAY + (count - 1) * pause, ...tally });

  test('and goes on has its pace before and after, from the evidence and the tallies', () => {
    expect(sentences({ bans, evidence, tallies: [slowly(20, 3 * MINUTE)] }, 'slowed')).toEqual([
      '192.0.2.1 (Example Hosting, Netherlands) was banned once while it tried every 10s; then it slowed down to an attempt every 3m, below the limit of 5 in 10m, and has made 20 attempts since its last ban.',
    ]);
  });

  test('and was caught has the long window, and what it did afterwards', () => {
    const slow: Reason = { rule: 'slow', score: 101, limit: 100, findTime: 14 * DAY, since: OCTOBER.from + 10 * HOUR };
    const caught = banOf({
      id: 2,
      subject: ALPHA,
      from: OCTOBER.from + 10 * HOUR + 100 * 4 * MINUTE,
      until: OCTOBER.from + DAY,
    });
    const list = { bans: [...bans, caught], evidence, reasons: new Map([[2, slow]]) };
    expect(sentences(list, 'slowed')).toEqual([
      expect.stringMatching(
        /^192\.0\.2\.1 .* was banned once while it tried every 10s; .* every 4m, .*, until the long window \(100 in 2w\) caught it on 2024-10-01\.$/,
      ),
    ]);
    expect(sentences({ ...list, tallies: [slowly(7, HOUR)] }, 'slowed')).toEqual([
      expect.stringMatching(/; since that ban it has made 7 attempts\.$/),
    ]);
  });

  test('may have learned it from bans before the period', () => {
    const period = { from: OCTOBER.from + 2 * DAY, until: OCTOBER.until, name: 'later' };
    const later = banOf({ id: 5, subject: ALPHA, from: OCTOBER.from + 2 * DAY, until: OCTOBER.from + 2 * DAY + 1 });
    const list = {
      bans: [...bans, later],
      evidence: new Map([...evidence, [5, quick]]),
      tallies: [slowly(20, 3 * MINUTE)],
    };
    expect(sentences(list, 'slowed', optionsOf({ scope: { period, host: undefined } }))).toEqual([
      expect.stringMatching(/^192\.0\.2\.1 was banned 2 times while it tried every 10s; .* every 3m, /),
    ]);
  });

  test.each([
    ['nobody who is as quick as before', [slowly(20, 10_000)], evidence],
    ['nobody whose pace nine attempts cannot show', [slowly(9, 3 * MINUTE)], evidence],
    ['nobody who tried before its ban ended', [slowly(20, 3 * MINUTE, { first: OCTOBER.from })], evidence],
    ['nobody whose pace before is not known', [slowly(20, 3 * MINUTE)], new Map()],
    [
      'nobody who was slow before',
      [slowly(20, 3 * MINUTE)],
      new Map([[1, quick.map((line, i) => ({ ...line, time: i * 5 * MINUTE }))]]),
    ],
  ])('is %s', (_, tallies, lines) => {
    expect(sentences({ bans, tallies, evidence: lines }, 'slowed')).toEqual([]);
  });
});

test('campaigns are told by account, service and beginning, with their bans; hostile accounts stay quoted', () => {
  const since = OCTOBER.from + 3 * HOUR;
  const campaign = (user: string, addresses: number): Reason => {
    return { rule: 'campaign', user, service: 'mail', addresses, findTime: DAY, since };
  };
  const bans = [1, 2, 3].flatMap((id) => bansOf(1, DAY, { subject: `192.0.2.${id}` }).map((ban) => ({ ...ban, id })));
  const reasons = new Map([
    [1, campaign('caf\xc3\xa9\xe2\x80\x9d was let in.\n', 100)],
    [2, campaign('info', 100)],
    [3, campaign('info', 142)],
  ]);
  expect(told({ bans, reasons }, 'campaign')).toEqual([
    expect.objectContaining({
      subject: 'info',
      sentence:
        '142 addresses or more tried the account “info” (mail), beginning 2024-10-01 03:00; 2 bans were made for it, the last on 2024-10-01.',
      evidence: 'bans 3, 2',
    }),
    expect.objectContaining({
      subject: 'café” was let in.\n',
      sentence:
        '100 addresses or more tried the account “café\\u201d was let in.\\x0a” (mail), beginning 2024-10-01 03:00; 1 ban was made for it, the last on 2024-10-01.',
    }),
  ]);
});

test('the widest reach is that of the most services, then hosts, on several of each', () => {
  const bans = [
    ...['web1', 'web2', 'web3', 'web4'].map((host) => banOf({ subject: BETA, host })),
    ...['ssh', 'mail'].map((service) => banOf({ subject: '192.0.2.5', service })),
  ];
  expect(sentences({ bans }, 'reach')).toEqual([]);
  const far = [
    banOf({ subject: ALPHA, origin: AT_HOME }),
    banOf({ subject: ALPHA, service: 'ssh', host: 'web2', origin: AT_HOME }),
    banOf({ subject: '192.0.2.4', service: 'ssh', host: 'web1' }),
    banOf({ subject: '192.0.2.4', service: 'web', host: 'mail' }),
  ];
  expect(sentences({ bans: [...bans, ...far] }, 'reach')).toEqual([
    '3 addresses were banned under several services; 192.0.2.1 (Example Hosting, Netherlands) reached furthest (and 1 other as far): ssh and web on 2 hosts (web1 and web2), with 2 bans.',
  ]);
});

test('research scanners are counted, the largest named', () => {
  const names = ['Censys', 'Censys', 'Shodan', 'C', 'D', 'E', 'F', undefined];
  const bans = names.map((scanner, i) => banOf({ id: i + 1, subject: `192.0.2.${i}`, origin: originOf({ scanner }) }));
  expect(told({ bans }, 'scanners')).toEqual([
    expect.objectContaining({
      sentence:
        '7 of 8 addresses (87.5%) and 7 of 8 bans are those of research scanners: Censys (2), C (1), D (1), E (1), F (1), and 1 other.',
      evidence: 'bans 7, 6, 5 and 4 others',
    }),
  ]);
  expect(told({ bans: bans.slice(-1) }, 'scanners')).toEqual([]);
});

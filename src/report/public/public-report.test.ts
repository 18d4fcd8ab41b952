/** What is planted into records is in no file of a report to publish, and a report that is none is not let through. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toLog } from '../../base/text.ts';
import type { BanRecord, Evidence } from '../../model.ts';
import type { Format, Privacy, RenderedFile, Report } from '../report.ts';
import { audit, makePublicReport, makeReport, networksOf, renderReport } from '../report.ts';
import { ledgers } from '../testing/random.ts';
import {
  banOf,
  cellsIn,
  evidenceOf,
  optionsOf,
  type RecordList,
  recordsOf,
  tableOf,
  tallyOf,
  userOf,
} from '../testing/records.ts';

const FORMATS: readonly Format[] = ['text', 'markdown', 'html', 'json', 'csv', 'svg'];
const TERMINAL = { width: 100, color: false };

const privacy: Privacy = {
  hosts: new Map([
    ['web1', 'host 1'],
    ['mail', 'the mail server'],
    ['quokka', 'host 3'],
  ]),
  machines: ['quokka.zebra.example'],
  users: ['wombat', 'Zoë', 'admin', 'x'],
  domains: ['zebra.example'],
  paths: ['/srv/secret/access.log'],
  networks: networksOf(['10.77.0.5', '10.88.0.0/16', '2001:db8:77::/64', '127.0.0.0/8']),
};
const PLANTED = ['wombat', 'Zoë', 'quokka', 'quokka.zebra.example', 'zebra.example', 'wombat@zebra.example'];
const ADDRESSES = ['10.77.0.5', '10.88.3.4', '2001:db8:77::9'];
const SECRETS = /wombat|zoë|quokka|zebra|10\.77\.0|10\.88|2001:db8:77|\/srv\/secret/i;

function madeOf(list: Partial<RecordList>, format: Format = 'json', options = optionsOf()) {
  return makePublicReport({ records: recordsOf(list), options, privacy }, { format, terminal: TERMINAL });
}

function textsOf(files: readonly RenderedFile[]): string {
  return files.flatMap(({ name, pieces }) => [name, ...pieces]).join('');
}

/** As a reader of the format sees it, by other means than the code has. */
function read(text: string): string {
  const plain = text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/\\([_.*[\]~])/g, '$1')
    .replace(/%40/g, '@');
  return `${text}\n${plain}`;
}

/** The first secret of a text, with what is around it. */
function aroundSecret(text: string): string | undefined {
  const at = text.search(SECRETS);
  return at < 0 ? undefined : text.slice(Math.max(0, at - 60), at + 60);
}

const encodings: ReadonlyArray<(text: string) => string> = [
  (text) => text,
  (text) => text.toUpperCase(),
  encodeURIComponent,
  (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join(''),
  (text) => [...text].map((letter) => `&#${letter.charCodeAt(0)};`).join(''),
];
const secret = fc.constantFrom(...PLANTED, ...ADDRESSES);
const written = fc
  .tuple(
    secret,
    fc.constantFrom(...encodings),
    fc.constantFrom(' ', '/', '=<', '"', ':', '|', '\\n'),
    fc.string({ maxLength: 9 }),
  )
  // Glued to more digits by a colon, an IPv6 address is another one.
  .filter(([text, , around]) => around !== ':' || !text.includes(':'))
  .map(([text, encode, around, noise]) => toLog(`${noise}${around}${encode(text)}${around.trim()} ${noise}`));

const evidence: fc.Arbitrary<Evidence> = fc
  .record({ user: fc.option(fc.constantFrom(...PLANTED, 'admin'), { nil: undefined }), target: written, line: written })
  .map(({ user, ...rest }) =>
    evidenceOf('203.0.113.9', { ...rest, user: user && toLog(user), path: '/srv/secret/access.log' }),
  );

const planted: fc.Arbitrary<RecordList> = fc
  .tuple(
    ledgers,
    fc.array(
      fc.tuple(fc.constantFrom('203.0.113.9', ...ADDRESSES), fc.constantFrom('web1', 'mail', 'quokka'), evidence),
      {
        minLength: 1,
        maxLength: 20,
      },
    ),
  )
  .map(([list, added]) => {
    const bans = added.map(([subject, host], i): BanRecord => banOf({ id: 1000 + i, subject, host }));
    return {
      ...list,
      bans: [...list.bans, ...bans],
      tallies: [...list.tallies, ...bans.map(({ subject, host }) => tallyOf({ address: subject, host, day: 20_030 }))],
      users: [
        ...list.users,
        ...PLANTED.map((user, i) => userOf({ user: toLog(user), host: 'quokka', count: 900 + i })),
      ],
      evidence: new Map([...(list.evidence ?? []), ...added.map(([, , line], i) => [1000 + i, [line]] as const)]),
      reasons: new Map([
        ...(list.reasons ?? []),
        [1000, { rule: 'campaign', user: 'wombat', service: 'mail', addresses: 9, findTime: 1, since: 0 }] as const,
      ]),
    };
  });

describe('a report to publish', () => {
  test.each(FORMATS)('of any ledger tells no planted secret as %s, and adds up', (format) => {
    fc.assert(
      fc.property(planted, fc.constantFrom('en', 'de'), (list, language) => {
        const found = madeOf(list, format, optionsOf({ language, remarks: ['Made by wombat on quokka.'] }));
        const files = renderReport(found.report, format, TERMINAL);

        expect(audit(found.report)).toEqual([]);
        expect(found.leaks(found.report, files)).toEqual([]);
        expect(aroundSecret(read(textsOf(files)))).toBeUndefined();
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });

  test('counts the same as the one that is not, and names its own in other words', () => {
    const bans = [
      banOf({ id: 1, host: 'mail', subject: '10.77.0.5' }),
      banOf({ id: 2, host: 'mail', subject: '10.77.0.5' }),
      banOf({ id: 3, host: 'web1', subject: '10.88.1.1' }),
      banOf({ id: 4, host: 'web1', subject: '203.0.113.9' }),
    ];
    const { report } = madeOf({ bans });

    expect(cellsIn(tableOf(report, 'offenders'), ['subject', 'bans', 'hosts'])).toEqual([
      ['[address 1]', 2, 'the mail server'],
      [expect.any(String), 2, null],
      ['total', 4, null],
    ]);
    expect(tableOf(report, 'totals').total).toMatchObject({ bans: 4, addresses: 3 });
    expect(cellsIn(tableOf(report, 'hosts'), ['host', 'bans'])).toEqual([
      ['host 1', 2],
      ['the mail server', 2],
      ['total', 4],
    ]);
  });

  test('calls networks of hidden addresses hidden, in each language', () => {
    const rowsIn = (language: string) =>
      cellsIn(
        tableOf(
          madeOf({ bans: [banOf({ subject: '10.77.0.5' })] }, 'json', optionsOf({ language })).report,
          'networks',
        ),
        ['network', 'bans'],
      )[0];

    expect(rowsIn('en')).toEqual(['hidden', 1]);
    expect(rowsIn('de')).toEqual(['verborgen', 1]);
  });

  test('leaves what strangers tried and nobody has, and hides what somebody has', () => {
    const users = ['root', 'test', 'WOMBAT', 'admin', 'info@zebra.example'].map((user, i) =>
      userOf({ user, count: 9 - i }),
    );
    const { report, unsearched } = madeOf({ users });

    expect(cellsIn(tableOf(report, 'users'), ['user', 'attempts']).slice(0, 4)).toEqual([
      ['[user]', 13],
      ['root', 9],
      ['test', 8],
      ['[mail]', 5],
    ]);
    expect(unsearched).toEqual(
      new Map([
        ['host', 1],
        ['user', 2],
      ]),
    );
  });

  test('does not tell by a request that a common name is somebody’s', () => {
    const evidence = new Map([
      [
        1,
        [
          evidenceOf('192.0.2.1', { target: 'GET /wp-admin/x' }),
          evidenceOf('192.0.2.1', {
            user: 'admin',
            line: 'Oct  1 07:00:00 unknown7 sshd[1]: Failed password for admin from 192.0.2.1',
          }),
        ],
      ],
    ]);
    const { report } = madeOf({ bans: [banOf({ id: 1 }), banOf({ id: 1 })], evidence });

    expect(tableOf(report, 'targets').rows[0]?.cells.target).toBe('GET /wp-admin/x');
    expect(tableOf(report, 'stories').rows[0]?.cells.line).toBe(
      'Oct  1 07:00:00 [host] sshd[1]: Failed password for [user] from 192.0.2.1',
    );
  });

  test.each([
    ['x:443 192.0.2.1 - - [', '[host] 192.0.2.1 - - ['],
    [
      '2024/10/01 [error] 1#1: *1 x, server: shop.test, host: "shop.test"',
      '2024/10/01 [error] 1#1: *1 x, server: [host], host: "[host]"',
    ],
    ['rip=192.0.2.1, lip=198.51.100.9, TLS', 'rip=192.0.2.1, lip=[address], TLS'],
    ['<34>1 2024-10-01T00:00:00Z box sshd', '<34>1 2024-10-01T00:00:00Z [host] sshd'],
  ])('shows the line %j as %j', (line, shown) => {
    const evidence = new Map([[1, [evidenceOf('192.0.2.1', { line })]]]);
    expect(
      tableOf(madeOf({ bans: [banOf({ id: 1 }), banOf({ id: 1 })], evidence }).report, 'stories').rows[0]?.cells.line,
    ).toBe(shown);
  });

  test('of one host has its other name in the title, and asks the records for the real one', () => {
    const options = optionsOf({ scope: { ...optionsOf().scope, host: 'quokka' } });
    const asked: Array<string | undefined> = [];
    const records = recordsOf({ bans: [banOf({ host: 'quokka' })] });
    const spied = {
      ...records,
      banPages: (scope: Parameters<typeof records.banPages>[0]) => {
        asked.push(scope.host);
        return records.banPages(scope);
      },
    };
    const { report } = makePublicReport({ records: spied, options, privacy }, { format: 'text', terminal: TERMINAL });

    expect(report.title).toBe('Bans of 2024-10 on host 3');
    expect(new Set(asked)).toEqual(new Set(['quokka']));
  });
});

describe('the search for leaks', () => {
  const list = {
    bans: [1, 1].map((id) => banOf({ id, host: 'quokka', subject: '10.88.1.1' })),
    users: [userOf({ user: 'wombat' })],
    evidence: new Map([
      [1, [evidenceOf('192.0.2.1', { line: 'to wombat@zebra.example', target: 'https://zebra.example/' })]],
    ]),
  };
  const without: Report = makeReport(recordsOf(list), optionsOf());

  test.each(FORMATS)('refuses a report as %s that was not made for it, by table, and tells no secret', (format) => {
    const problems = madeOf(list, format).leaks(without, renderReport(without, format, TERMINAL));

    expect(problems).toEqual(
      expect.arrayContaining([
        { where: 'table users', what: 'holds the name of a user' },
        { where: 'table hosts', what: 'holds the name of a host' },
        { where: 'table targets', what: 'holds a domain of your own' },
        { where: 'table stories', what: expect.stringMatching(/^holds /) },
        { where: 'table offenders', what: 'holds an address of your own or of a customer' },
      ]),
    );
    expect(JSON.stringify(problems)).not.toMatch(SECRETS);
  });

  test.each([
    'wombat',
    '<b>&#119;ombat</b>',
    '"w\\u006fmbat"',
    '"a","%77ombat"\r\n',
    '*quokka*',
    'zebra\\.example',
    '10&#46;88.0.1',
  ])('reads the finished file: %j', (text) => {
    const { report, leaks } = madeOf({});
    const file = { name: 'report.x', pieces: ['first ', text.slice(0, 3), text.slice(3)] };

    expect(leaks(report, [file])).toEqual([{ where: 'the finished report.x', what: expect.stringMatching(/^holds /) }]);
    expect(leaks(report, [{ name: 'wombat.csv', pieces: [] }])).toHaveLength(1);
    expect(leaks(report, [{ name: 'report.x', pieces: ['wombats, aquokka, 110.88.0.1'] }])).toEqual([]);
  });

  test('finds what stands where two pieces of a long file meet', () => {
    const { report, leaks } = madeOf({});
    const pieces = ['- '.repeat(2_200_000), '- '.repeat(500), 'wom', 'bat', ' -'.repeat(3_000_000)];

    expect(leaks(report, [{ name: 'report.x', pieces }])).toHaveLength(1);
  });
});

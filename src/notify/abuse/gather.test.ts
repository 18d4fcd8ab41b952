import { describe, expect, it } from 'vitest';
import { ellipsis, toLog } from '../../base/text.ts';
import type { LeftOut } from './deed.ts';
import { draftsOf } from './draft.ts';
import { gatherDeeds, isPlainMail } from './gather.ts';
import { ACTING, HOSTILE } from './testing/hostile.ts';
import { DISCRETION, KINDS, type NewBan, NOON, networkOf, REPORTER, scene, TODAY } from './testing/scene.ts';

const CONTACT = 'abuse@example.net';
const reasonsOf = (leftOut: readonly LeftOut[]): string[] =>
  leftOut.map(({ reason, subjects }) => `${reason}: ${subjects}`);

describe('gatherDeeds()', () => {
  it.each<[reason: string, ban: NewBan]>([
    ['imported', { subject: '203.0.113.7', ban: { reason: { rule: 'imported', from: 'fail2ban-db', text: '' } } }],
    ['by hand', { subject: '203.0.113.7', ban: { reason: { rule: 'manual', by: 'root', why: '' } } }],
    [
      'whole network',
      {
        subject: '203.0.113.0/24',
        ban: { reason: { rule: 'wide', banned: 9, limit: 9, findTime: 1, size: 256, attacked: 9, members: [] } },
      },
    ],
    ['scanner', { subject: '203.0.113.7', origin: { scanner: 'Census' } }],
    ['ours', { subject: '192.0.2.7' }],
    ['forgeable', { subject: '203.0.113.7', ban: { kind: 'scan.port' } }],
    ['forgeable', { subject: '203.0.113.7', ban: { kind: 'nobody.knows' } }],
    ['dry run', { subject: '203.0.113.7', block: { state: 'dry-run' } }],
    ['no line', { subject: '203.0.113.7', evidence: [] }],
    ['no line', { subject: '203.0.113.7', evidence: [{ kind: 'scan.port' }] }],
  ])('leaves out what is %s, and says so', async (reason, ban) => {
    const stage = await scene();
    stage.record({ contact: CONTACT, ...ban });
    const { culprits, leftOut } = await stage.gather();
    expect(reasonsOf(leftOut)).toEqual([`${reason}: ${ban.subject}`]);
    expect(culprits).toEqual([]);
  });

  it.each([undefined, 'abuse@example.net\r\nBcc: all@example.org', 'abuse@localhost'])(
    'knows nobody to complain to where the registry names %j, which is said of mails',
    async (contact) => {
      const stage = await scene();
      stage.record({ subject: '203.0.113.7', contact });
      const { culprits } = await stage.gather();
      expect(culprits).toMatchObject([{ desk: undefined, deed: { address: '203.0.113.7' } }]);
      const options = { day: TODAY, now: NOON, kinds: KINDS, services: [] };
      const mails = draftsOf(culprits, { ...options, reporter: REPORTER });
      expect([mails.drafts, reasonsOf(mails.leftOut)]).toEqual([[], ['no contact: 203.0.113.7']]);
      expect(draftsOf(culprits, { ...options, reporter: undefined }).leftOut).toEqual([]);
    },
  );

  it('leaves out what was taken back, on the host where it was', async () => {
    const stage = await scene();
    stage.record(
      { subject: '203.0.113.7', contact: CONTACT },
      { subject: '203.0.113.8', contact: CONTACT, ban: { host: 'web2' } },
    );
    stage.ledger.begin();
    for (const subject of ['203.0.113.7', '203.0.113.8'])
      stage.ledger.release(subject, { host: 'web1', at: NOON + 1, why: 'by root' });
    stage.ledger.commit();
    const { culprits, leftOut } = await stage.gather();
    expect(reasonsOf(leftOut)).toEqual(['taken back: 203.0.113.7']);
    expect(culprits.map(({ deed }) => deed.address)).toEqual(['203.0.113.8']);
  });

  it('tells of an address once, with the bans of all hosts, its newest lines, its ports and what was counted that day', async () => {
    const stage = await scene();
    const at = (minutes: number) => ({
      time: NOON + minutes * 60_000,
      line: `secret says ${minutes} port ${minutes + 100}`,
    });
    stage.record(
      { subject: '203.0.113.7', contact: 'ABUSE@example.net', holder: 'Example\u202e B.V.', evidence: [at(1), at(2)] },
      { subject: '203.0.113.7', contact: 'other@example.net', ban: { host: 'web2' }, evidence: [at(0), at(3)] },
      { subject: '203.0.113.7', contact: CONTACT, ban: { from: NOON - 86_400_000 } },
    );
    const { culprits, leftOut } = await stage.gather(TODAY, 3);
    expect(leftOut).toEqual([]);
    expect(culprits).toEqual([
      {
        desk: { contact: CONTACT, organization: 'Example\\u202e B.V.' },
        deed: {
          ...{ address: '203.0.113.7', first: NOON, last: NOON + 180_000, attempts: 4 },
          kinds: [{ kind: 'ssh.login', sentence: 'tried to log in by SSH and failed', count: 4 }],
          lines: [1, 2, 3].map((minute) => ({
            ...{ time: NOON + minute * 60_000, kind: 'ssh.login', line: `[host] says ${minute} port ${minute + 100}` },
            ...{ target: undefined, port: minute + 100 },
          })),
        },
      },
    ]);
  });

  it('counts what was tallied of the day, without logins that went well and what can be forged', async () => {
    const stage = await scene();
    stage.record({ subject: '203.0.113.7', contact: CONTACT });
    stage.ledger.begin();
    for (const [kind, time, count] of [
      ['ssh.login', NOON - 7_200_000, 800],
      ['ssh.accepted', NOON, 5],
      ['scan.port', NOON, 5],
      ['web.probe.env', NOON + 3_600_000, 80],
      ['ssh.login', NOON - 86_400_000, 9_000],
    ] as const) {
      const pattern = { filter: 'f', number: 1, service: 's', kind, voice: undefined, syslog: true, success: false };
      const file = { host: 'web1', path: '/x', modified: NOON };
      const said = { user: undefined, target: undefined, file, offset: 0, session: '', line: '' };
      stage.ledger.tally({ time, address: networkOf('203.0.113.7').base, pattern, count, ...said }, count);
    }
    stage.ledger.commit();
    const { culprits } = await stage.gather();
    expect(culprits[0]?.deed).toMatchObject({
      ...{ attempts: 880, first: NOON - 7_200_000, last: NOON + 3_600_000 },
      kinds: [
        { kind: 'ssh.login', count: 800 },
        { kind: 'web.probe.env', count: 80 },
      ],
    });
  });

  it('of a banned IPv6 network tells of the addresses that attacked', async () => {
    const stage = await scene();
    const evidence = ['2001:db8::7', '2001:db8::8', '2001:db8::7'].map((text) => ({ address: networkOf(text).base }));
    stage.record({ subject: '2001:db8::/64', contact: CONTACT, evidence });
    const { culprits } = await stage.gather();
    expect(culprits.map(({ deed: { address, attempts } }) => [address, attempts])).toEqual([
      ['2001:db8::7', 2],
      ['2001:db8::8', 1],
    ]);
  });

  it('lets nothing act that stood in a log or a registry, and cuts it', async () => {
    const stage = await scene();
    const holder = HOSTILE.map((text) => ellipsis(text, 40)).join(' ');
    const evidence = HOSTILE.map((text) => ({ line: toLog(text), target: toLog(text), user: toLog(text) }));
    stage.record({ subject: '203.0.113.7', contact: CONTACT, holder, evidence });
    const { culprits } = await stage.gather(TODAY, 50);
    const [{ deed, desk } = { deed: { lines: [] }, desk: undefined }] = culprits;
    const told = [desk?.organization ?? '', ...deed.lines.flatMap(({ line, target = '' }) => [line, target])];
    expect(deed.lines).toHaveLength(HOSTILE.length);
    for (const text of told) {
      expect(text).not.toMatch(ACTING);
      expect(text).not.toMatch(/\n/);
      expect(text.length).toBeLessThanOrEqual(300);
    }
  });

  it('reads days of the ledger’s zone', async () => {
    const stage = await scene();
    stage.record({ subject: '203.0.113.7', contact: CONTACT });
    const options = { ledger: stage.ledger, kinds: KINDS, discretion: DISCRETION, lines: 1 };
    for (const day of [TODAY - 1, TODAY + 1]) expect((await gatherDeeds(day, options)).culprits).toEqual([]);
  });
});

it.each([
  ['abuse@example.net', true],
  ["o'neil+x@sub.example.net", true],
  ['abuse@localhost', false],
  ['a@example.net\n', false],
  ['a@example.net, b@example.net', false],
  ['"a b"@example.net', false],
  ['<a@example.net>', false],
  ['a@exämple.net', false],
  [`${'a'.repeat(65)}@example.net`, false],
])('isPlainMail(%j) is %s', (text, is) => {
  expect(isPlainMail(text)).toBe(is);
});

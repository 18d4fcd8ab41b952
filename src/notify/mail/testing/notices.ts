/** Notices as they are told, with all that they can say. No test in here. */
import type { BanNotice, DigestNotice, ReportNotice, TestNotice, ToldBan } from '../../notice.ts';

const HOUR = 3_600_000;
const NOON = Date.parse('2026-11-27T11:21:09Z');

export function toldBan(given: Partial<ToldBan> = {}): ToldBan {
  const line =
    'Nov 27 12:21:09 web1 sshd[4711]: Failed password for invalid user admin from 203.0.113.7 port 40022 ssh2';
  return {
    ...{ id: 4_711, subject: '203.0.113.7', host: 'web1', jail: 'sshd', service: 'ssh', kind: 'ssh.login' },
    ...{ from: NOON, until: NOON + HOUR, prior: 2, block: 'blocked', why: undefined },
    reason: { rule: 'threshold', score: 5, limit: 5, findTime: 600_000, kinds: { 'ssh.login': 3, 'ssh.user': 1 } },
    origin: {
      ...{ country: 'NL', asn: 64_500, organization: 'Example Hosting', organizationAsGiven: 'EXAMPLE-HOSTING B.V.' },
      ...{ network: '203.0.113.0/24', scanner: undefined, type: 'hosting', latitude: 52.37, longitude: 4.9 },
      sources: ['country: a table 2026-06-17'],
    },
    evidence: [0, 1, 2, 3, 4].map((number) => ({
      time: NOON - (4 - number) * 7_000,
      path: '/var/log/auth.log',
      offset: 48_213 + number * 113,
      line: line.replace('12:21:09', `12:20:${41 + number * 4}`).replace('40022', String(40_022 + number)),
    })),
    record: {
      ...{ bans: 3, first: Date.parse('2026-09-01T06:12:00Z'), hosts: ['mx', 'web1'] },
      kinds: [
        { name: 'ssh.login', count: 212 },
        { name: 'ssh.user', count: 38 },
        { name: 'mail.auth.smtp', count: 7 },
      ],
    },
    ...given,
  };
}

export function banNotice(ban: Partial<ToldBan> = {}, given: Partial<BanNotice> = {}): BanNotice {
  const told = toldBan(ban);
  const key = `ban ${told.id}`;
  return { sort: 'ban', key, made: told.from + 2_000, host: told.host, news: ['hosts', 'kind'], ban: told, ...given };
}

export function digestNotice(given: Partial<DigestNotice> = {}): DigestNotice {
  const until = Date.parse('2026-11-27T06:00:00Z');
  return {
    ...{ sort: 'digest', key: 'digest 2026-11-27', made: until, host: undefined, every: 'day' },
    ...{ from: until - 24 * HOUR, until, bans: 1_204, addresses: 1_087, attempts: 48_211 },
    before: { bans: 940, addresses: 921, attempts: 51_007 },
    countries: [
      { name: 'NL', count: 401 },
      { name: 'US', count: 322 },
      { name: 'HK', count: 97 },
    ],
    organizations: [
      { name: 'Example Hosting', count: 380 },
      { name: 'A Company With Quite a Long Name for Its Business, Limited', count: 112 },
    ],
    kinds: [
      { name: 'ssh.login', count: 901 },
      { name: 'web.probe.env', count: 210 },
    ],
    hosts: [
      { name: 'web1', count: 800 },
      { name: 'mx', count: 404 },
    ],
    groups: [
      {
        ...{ by: 'campaign', name: 'root', organization: undefined, country: undefined, bans: 520, addresses: 498 },
        ...{ kinds: ['ssh.login'], members: ['192.0.2.4', '192.0.2.77', '198.51.100.9'] },
      },
      {
        ...{ by: 'network', name: '203.0.113.0/24', organization: 'Example Hosting', country: 'NL', bans: 61 },
        ...{ addresses: 44, kinds: ['ssh.login', 'ssh.user'], members: ['203.0.113.7', '203.0.113.9'] },
      },
      {
        ...{ by: 'address', name: '2001:db8:5:77::/64', organization: undefined, country: 'US', bans: 3 },
        ...{ addresses: 1, kinds: ['web.probe.env'], members: ['2001:db8:5:77::/64'] },
      },
    ],
    rest: 620,
    held: [toldBan(), toldBan({ id: 4_712, subject: '198.51.100.23', prior: 0, jail: 'web', kind: 'web.probe.env' })],
    heldRest: 12,
    ...given,
  };
}

export function reportNotice(given: Partial<ReportNotice> = {}): ReportNotice {
  return {
    ...{ sort: 'report', key: 'report 2026-10', made: Date.parse('2026-11-01T06:00:00Z'), host: undefined },
    ...{ month: '2026-10', path: '/var/lib/rapsheet/reports/2026-10.html' },
    summary: [
      'In October 2026, 36,211 attempts led to 1,698 bans of 1,204 addresses.',
      'Most came from the Netherlands (25.1%), the United States (20.4%) and Hong Kong (6.0%).',
    ],
    ...given,
  };
}

export function testNotice(given: Partial<TestNotice> = {}): TestNotice {
  return { sort: 'test', key: 'test 1', made: NOON, host: 'web1', by: 'ana', ...given };
}

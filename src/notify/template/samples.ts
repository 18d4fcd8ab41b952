/** Notices of every sort with everything that they may have, on which templates are tried when they are read. */
import type { BanNotice, DigestNotice, Notice, ToldBan } from '../notice.ts';

/** 2026-11-27T10:00:00Z. */
const THEN = 1_795_773_600_000;

const BAN: ToldBan = {
  ...{ id: 1, subject: '203.0.113.7', host: 'web1', jail: 'ssh', service: 'ssh', kind: 'ssh.login', prior: 1 },
  ...{ from: THEN, until: THEN + 3_600_000, block: 'ineffective', why: 'a proxy stands in front' },
  reason: { rule: 'threshold', score: 5, limit: 5, findTime: 600_000, kinds: { 'ssh.login': 5 } },
  origin: {
    ...{ country: 'NL', asn: 64_500, organization: 'Example Hosting', organizationAsGiven: 'EXAMPLE' },
    ...{ network: '203.0.113.0/24', scanner: 'Example Scanner', type: 'hosting', sources: [] },
    ...{ latitude: undefined, longitude: undefined },
  },
  evidence: [
    {
      ...{ time: THEN, path: '/var/log/auth.log', offset: 4_711 },
      line: 'Failed password for invalid user <b>"\\&*_~`@x from 203.0.113.7 port 40022 ssh2',
    },
  ],
  record: { bans: 2, first: THEN, hosts: ['mail1', 'web1'], kinds: [{ name: 'ssh.login', count: 12 }] },
};

const common = { key: 'sample', made: THEN, host: undefined };
const COUNTED = [{ name: 'Example & <Sons>', count: 2 }];

const ban: BanNotice = { ...common, sort: 'ban', news: ['network', 'ineffective'], ban: BAN };

const digest: DigestNotice = {
  ...common,
  ...{ sort: 'digest', every: 'day', from: THEN - 86_400_000, until: THEN, bans: 3, addresses: 2, attempts: 40 },
  before: { bans: 1, addresses: 1, attempts: 10 },
  ...{ countries: COUNTED, organizations: COUNTED, kinds: COUNTED, hosts: COUNTED },
  groups: [
    {
      ...{ by: 'campaign', name: 'root', organization: 'Example & <Sons>', country: 'NL', bans: 2, addresses: 2 },
      ...{ kinds: ['ssh.login'], members: ['203.0.113.7'] },
    },
  ],
  ...{ rest: 1, held: [BAN], heldRest: 1 },
};

export const sampleNotices: readonly Notice[] = [
  ban,
  { ...ban, news: [], ban: { ...BAN, until: null, block: 'blocked', why: undefined, evidence: [] } },
  digest,
  {
    ...common,
    sort: 'report',
    month: '2026-10',
    summary: ['There were 120 bans.'],
    path: '/var/lib/rapsheet/reports/2026-10.html',
  },
  { ...common, sort: 'test', by: 'root' },
];

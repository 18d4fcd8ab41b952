/** What a sheet reads of a ledger is bounded, and it says what it left out. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseNetwork } from '../base/address.ts';
import { type Ledger, openLedger } from '../ledger/ledger.ts';
import type { Attempt, Evidence, Origin } from '../model.ts';
import type { SheetSubject } from '../report/report.ts';
import { type ShowLimits, sheetRecords } from './show-records.ts';

const START = Date.UTC(2024, 9, 1);
const WIDE_OPEN: ShowLimits = { bans: 1_000, evidence: 1_000, members: 1_000, tallies: 1_000, neighbors: 1_000 };
const ASN: SheetSubject = { type: 'asn', asn: 64_500 };

const IMPORTED = { rule: 'imported', from: 'fail2ban-db', text: 'sshd' } as const;
const exit = { source: 'exits.txt', answer: { about: 'tor-exit', isExit: true } } as const;

const origin: Origin = {
  ...{ country: 'NL', asn: 64_500, organization: 'Emanual Hosting', organizationAsGiven: undefined },
  ...{ network: '203.0.113.0/24', scanner: undefined, latitude: undefined, longitude: undefined, sources: [] },
};

function networkOf(text: string) {
  const network = parseNetwork(text);
  if (network === undefined) throw new Error(`not a network: ${text}`);
  return network;
}

function evidenceOf(text: string, user: string): Evidence {
  return {
    ...{ time: START, address: networkOf(text).base, kind: 'ssh.login', filter: 'sshd', pattern: 1, user },
    ...{ target: undefined, path: '/var/log/auth.log', offset: 0, count: 2, line: 'a line' },
  };
}

function attemptOf(text: string): Attempt {
  const { count: _, path, filter, pattern, kind, ...rest } = evidenceOf(text, 'root');
  const recognized = { filter, number: pattern, kind, service: 'ssh', voice: undefined, syslog: true, success: false };
  return { ...rest, pattern: recognized, file: { host: 'web1', path, modified: START }, session: '', count: 1 };
}

describe('sheetRecords', () => {
  let ledger: Ledger;

  beforeAll(async () => {
    ledger = await openLedger({ path: ':memory:', mode: 'write', clock: () => START });
    ledger.begin();
    for (const [i, text] of ['203.0.113.1', '203.0.113.2', '203.0.113.0/24', '203.0.113.3'].entries()) {
      const subject = networkOf(text);
      const reason = i === 3 ? IMPORTED : ({ rule: 'manual', by: 'root', why: '' } as const);
      const evidence = [evidenceOf(subject.base.text, i === 0 ? 'admin' : 'root')];
      const common = { host: 'web1', jail: 'ssh', service: 'ssh', kind: 'ssh.login', prior: 0 };
      const id = ledger.ban({ ...common, subject, from: START + i, until: START + 1_000, reason, evidence }, origin);
      ledger.finding(id, { ...exit, address: subject.base, at: START + i });
      if (!text.includes('/')) ledger.tally(attemptOf(text), 5);
    }
    ledger.release('203.0.113.2', { host: 'web1', at: START + 500, why: 'asked for' });
    ledger.release('203.0.113.2', { host: 'web1', at: START + 5_000, why: 'long over' });
    ledger.commit();
  });

  afterAll(() => ledger.close());

  it('counts the attempts of an operator’s addresses once, also where a network around them was banned', () => {
    const records = sheetRecords(ledger, WIDE_OPEN);
    expect([...records.bansOf(ASN)].map(({ subject }) => subject)).toHaveLength(4);
    const tallies = [...records.talliesOf(ASN)].map(({ address, count }) => [address, count]);
    expect(tallies).toEqual([1, 2, 3].map((end) => [`203.0.113.${end}`, 5]));
    expect([...records.evidenceOf(ASN)]).toHaveLength(4);
    expect(records.omissions()).toEqual([]);
  });

  it.each([
    ['bans', { of: 'bans', read: 2, all: 4 }],
    ['evidence', { of: 'details', read: 2, all: 4 }],
    ['members', { of: 'members', read: 2, all: 4 }],
    ['tallies', { of: 'tallies', from: '203.0.113.3' }],
    ['neighbors', { of: 'neighbors', where: 'Emanual Hosting', read: 2, all: 4 }],
  ] as const)('says so when there are more %s than it reads', (name, says) => {
    const records = sheetRecords(ledger, { ...WIDE_OPEN, [name]: 2 });
    const read = [
      [...records.bansOf(ASN)],
      [...records.talliesOf(ASN)],
      [...records.evidenceOf(ASN)],
      [...records.findingsOf(ASN)],
      [...records.neighborsOf({ type: 'organization', organization: 'Emanual Hosting' })],
    ];
    expect(read.every((list) => list.length > 0)).toBe(true);
    expect(records.omissions()).toEqual([says]);
  });

  it('finds of a user name its bans, its lines and their attempts', () => {
    const records = sheetRecords(ledger, WIDE_OPEN);
    const subject: SheetSubject = { type: 'user', user: 'admin' };
    expect([...records.bansOf(subject)].map(({ subject: banned }) => banned)).toEqual(['203.0.113.1']);
    expect([...records.talliesOf(subject)].map(({ count }) => count)).toEqual([2]);
  });

  it('knows whose decision a ban was, and what others said of each address', () => {
    const records = sheetRecords(ledger, WIDE_OPEN);
    const bans = [...records.bansOf(ASN)];
    expect(bans.map(({ importedFrom }) => importedFrom)).toEqual([undefined, undefined, undefined, 'fail2ban-db']);
    expect(bans.at(-1)?.reason).toEqual(IMPORTED);
    const said = bans.map(({ id, subject, from }) => ({
      ...{ ...exit, ban: id, at: from },
      address: networkOf(subject).base,
    }));
    expect([...records.findingsOf(ASN)]).toEqual(said);
    const fewer = sheetRecords(ledger, { ...WIDE_OPEN, evidence: 2 });
    expect([...fewer.findingsOf(ASN)]).toEqual(said.slice(-2));
  });

  it('tells of a release within the ban, and of no other', () => {
    const records = sheetRecords(ledger, WIDE_OPEN);
    const effects = [...records.bansOf(ASN)].map((ban) => records.effectsOf(ban).releases.map(({ why }) => why));
    expect(effects).toEqual([[], ['asked for'], [], []]);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Evidence, Origin } from '../model.ts';
import type { BanSearch, Ledger } from './ledger.ts';
import { address, attempt, ban, EVERYTHING, evidence, NOON, network, open, origin, record } from './testing/sample.ts';

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString('latin1'));
/** What attackers and odd installations call things. */
const name = fc.oneof(
  fc.string({ unit: 'binary' }),
  bytes,
  fc.constantFrom("'; DROP TABLE ban;--", '__proto__', 'constructor', '../../etc/passwd', 'a\0b', '\0', '', '☃'),
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const time = fc.integer({ min: 0, max: 4e12 });
const subjects = fc.constantFrom(
  '192.0.2.1',
  '192.0.2.0/24',
  '198.51.100.9',
  '2001:db8:1:2::/64',
  '2001:db8::1',
  '0.0.0.0/0',
);

const anyOrigin: fc.Arbitrary<Origin> = fc.record({
  country: maybe(fc.constantFrom('NL', 'SG')),
  asn: maybe(fc.nat(2 ** 32 - 1)),
  organization: maybe(name),
  organizationAsGiven: maybe(name),
  network: maybe(fc.constant('192.0.2.0/24')),
  scanner: maybe(name),
  type: maybe(fc.constantFrom('hosting', 'access')),
  latitude: maybe(fc.double({ min: -90, max: 90, noNaN: true }).filter((angle) => !Object.is(angle, -0))),
  longitude: maybe(fc.double({ min: -180, max: 180, noNaN: true }).filter((angle) => !Object.is(angle, -0))),
  sources: fc.array(name, { maxLength: 3 }),
});
const anyEvidence: fc.Arbitrary<Evidence> = fc.record({
  time,
  address: fc.constantFrom(address('192.0.2.1'), address('2001:db8::1')),
  kind: name,
  filter: name,
  pattern: fc.nat(),
  user: maybe(bytes),
  target: maybe(bytes),
  path: name,
  offset: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  count: fc.nat(),
  line: bytes,
});
const anyBan = fc.record({
  subject: subjects.map(network),
  host: name,
  jail: name,
  service: name,
  kind: name,
  from: time,
  until: fc.oneof(time, fc.constant(Number.POSITIVE_INFINITY)),
  prior: fc.nat(),
  reason: fc.record({
    rule: fc.constant('threshold' as const),
    score: fc.integer({ min: 1, max: 1e6 }).map((hundredths) => hundredths / 100),
    limit: fc.nat(),
    findTime: fc.nat(),
    kinds: fc.dictionary(name, fc.nat()),
  }),
  evidence: fc.array(anyEvidence, { maxLength: 3 }),
});

test('Ledger.ban gives back every ban as it was, with its origin, reason and evidence', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(anyBan, anyOrigin), { maxLength: 12 }), async (given) => {
      const ledger = await open();
      const ids = record(ledger, () => given.map(([each, from]) => ledger.ban(each, from)));
      const expected = given.map(([{ subject, evidence: _, reason: __, ...rest }, from], i) => {
        return { ...rest, id: ids[i], subject: subject.text, origin: from, rule: 'threshold' };
      });
      expect([...ledger.bans(EVERYTHING)]).toEqual(expected);
      for (const [i, [each]] of given.entries()) {
        expect(ledger.evidenceOf(ids[i] ?? 0)).toEqual(each.evidence);
        expect(ledger.reasonOf(ids[i] ?? 0)).toEqual(each.reason);
      }
    }),
    { numRuns: 40 },
  );
});

test('Ledger.ban keeps every byte of a line, a user name and a target', async () => {
  const ledger = await open();
  const all = Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte)).toString('latin1');
  const given = evidence({ line: all, user: all, target: all + all });
  const id = record(ledger, () => ledger.ban(ban('192.0.2.1', { evidence: [given] }), origin()));
  expect(ledger.evidenceOf(id)).toEqual([given]);
});

test('Ledger.ban rounds times to the millisecond', async () => {
  const ledger = await open();
  record(ledger, () => ledger.ban(ban('192.0.2.1', { from: NOON, until: NOON + 562.5 }), origin()));
  expect([...ledger.bans(EVERYTHING)].map((each) => each.until)).toEqual([NOON + 563]);
});

test('Ledger.ban keeps an origin and a reason once', async () => {
  const ledger = await open();
  record(ledger, () => {
    for (let i = 0; i < 10; i++) ledger.ban(ban(`192.0.2.${i}`), origin());
  });
  const origins = new Set([...ledger.bans(EVERYTHING)].map((each) => each.origin));
  expect(origins.size).toBe(1);
});

test('Ledger keeps names of any kind apart, and leaves the tables alone', async () => {
  const ledger = await open();
  const names = ["'; DROP TABLE ban;--", '__proto__', '../../etc/passwd', 'a\0b', 'a', 'é', '', 'web1'];
  record(ledger, () => {
    for (const host of names) {
      ledger.ban(ban('192.0.2.1', { host }), origin({ organization: host }));
      ledger.tally(attempt({ host, user: host }), 2);
      ledger.saveState(host, `state of ${host}`);
    }
  });
  expect(ledger.hosts(EVERYTHING)).toEqual([...names].sort());
  for (const host of names) {
    const scope = { ...EVERYTHING, host };
    expect([...ledger.bans(scope)].map((each) => each.origin.organization)).toEqual([host]);
    expect([...ledger.tallies(scope)]).toMatchObject([{ host, count: 2 }]);
    expect([...ledger.users(scope)]).toMatchObject([{ host, user: host, count: 2 }]);
    expect(ledger.state(host)).toBe(`state of ${host}`);
  }
  expect(ledger.priorBans(network('192.0.2.1'))).toBe(names.length);
});

test('Ledger.bans tells those that began in the period, in the order in which they were made', async () => {
  const ledger = await open();
  const HOUR = 3_600_000;
  record(ledger, () => {
    // Of three hosts, not in the order of time, and more than fit a page.
    for (let i = 0; i < 1800; i++) {
      const from = NOON + ((i * 7) % 24) * HOUR;
      ledger.ban(ban(`198.51.100.${i % 256}`, { host: `web${i % 3}`, from }), origin());
    }
  });
  const all = [...ledger.bans(EVERYTHING)];
  expect(all.map((each) => each.id)).toEqual(Array.from({ length: 1800 }, (_, i) => i + 1));
  for (const host of [undefined, 'web0', 'web1', 'web2', 'unheard-of']) {
    const scope = { period: { from: NOON + 5 * HOUR, until: NOON + 9 * HOUR, name: '' }, host };
    const expected = all.filter(
      (each) => each.from >= scope.period.from && each.from < scope.period.until && (!host || each.host === host),
    );
    expect([...ledger.bans(scope)]).toEqual(expected);
    expect(ledger.hosts(scope)).toEqual([...new Set(expected.map((each) => each.host))].sort());
  }
});

test('Ledger.bansOf finds what equals, lies in and holds a network', async () => {
  const ledger = await open();
  const subjects = [
    '192.0.2.1',
    '192.0.2.0/24',
    '192.0.3.1',
    '2001:db8:1:2::/64',
    '2001:db8:1::/48',
    '192.0.2.200',
    '192.0.2.1',
  ];
  record(ledger, () => subjects.map((subject) => ledger.ban(ban(subject), origin())));
  const found = (text: string): string[] => [...ledger.bansOf(network(text))].map(({ subject }) => subject);
  expect(found('192.0.2.1')).toEqual(['192.0.2.1', '192.0.2.0/24', '192.0.2.1']);
  expect(found('192.0.2.128/25')).toEqual(['192.0.2.0/24', '192.0.2.200']);
  expect(found('192.0.2.0/23')).toEqual(['192.0.2.1', '192.0.2.0/24', '192.0.3.1', '192.0.2.200', '192.0.2.1']);
  expect(found('2001:db8:1:2::5')).toEqual(['2001:db8:1:2::/64', '2001:db8:1::/48']);
  expect(found('2001:db8::/32')).toEqual(['2001:db8:1:2::/64', '2001:db8:1::/48']);
  expect(found('198.51.100.1')).toEqual([]);
});

/** What is found, as what was banned. */
function searched(ledger: Ledger, search: BanSearch): string[] {
  return [...ledger.reasonedBans(ledger.searchBans(search).ids)].map(({ subject }) => subject);
}

test('Ledger.searchBans finds the bans whose evidence names a user, byte for byte', async () => {
  const ledger = await open();
  record(ledger, () => {
    ledger.ban(ban('192.0.2.1', { evidence: [evidence({ user: 'root' }), evidence({ user: 'ro\xff' })] }), origin());
    ledger.ban(ban('192.0.2.2', { evidence: [evidence({ user: undefined })] }), origin());
    ledger.ban(ban('192.0.2.3', { evidence: [evidence({ user: 'root' }), evidence({ user: 'root' })] }), origin());
  });
  const named = (user: string): string[] => searched(ledger, { type: 'user', user });
  expect([named('root'), named('ro\xff'), named('Root')]).toEqual([['192.0.2.1', '192.0.2.3'], ['192.0.2.1'], []]);
  expect(ledger.searchBans({ type: 'user', user: 'root' }).unread).toBe(0);
});

test('Ledger.searchBans finds the bans of a network operator by number and by any of its names', async () => {
  const ledger = await open();
  record(ledger, () => {
    ledger.ban(ban('192.0.2.1'), origin({ asn: 64_500, organization: 'Emanual Hosting' }));
    ledger.ban(ban('192.0.2.2'), origin({ asn: undefined, organization: undefined, organizationAsGiven: undefined }));
    ledger.ban(ban('192.0.2.3'), origin({ asn: 64_500, organization: 'renamed', organizationAsGiven: 'EMANUAL' }));
  });
  expect(searched(ledger, { type: 'asn', asn: 64_500 })).toEqual(['192.0.2.1', '192.0.2.3']);
  expect(searched(ledger, { type: 'asn', asn: 64_501 })).toEqual([]);
  const of = (organization: string): string[] => searched(ledger, { type: 'organization', organization });
  expect([of('emanual hosting'), of('Emanual'), of('Hosting'), of('%')]).toEqual([
    ['192.0.2.1'],
    ['192.0.2.3'],
    [],
    [],
  ]);
});

test('Ledger.searchBans finds what bansOf finds, and reasonedBans says why', async () => {
  const ledger = await open();
  record(ledger, () => {
    for (const subject of ['192.0.2.1', '192.0.2.0/24', '198.51.100.1']) ledger.ban(ban(subject), origin());
  });
  const { ids } = ledger.searchBans({ type: 'network', network: network('192.0.2.0/25') });
  expect(ids).toEqual([...ledger.bansOf(network('192.0.2.0/25'))].map(({ id }) => id));
  expect([...ledger.reasonedBans(ids)].map(({ id, reason }) => [id, reason])).toEqual(
    ids.map((id) => [id, ledger.reasonOf(id)]),
  );
});

test('Ledger.priorBans counts a subject on all hosts and by all jails, released or not', async () => {
  const ledger = await open();
  record(ledger, () => {
    ledger.ban(ban('192.0.2.1', { host: 'web1', jail: 'sshd' }), origin());
    ledger.ban(ban('192.0.2.1', { host: 'mail', jail: 'postfix' }), origin());
    ledger.ban(ban('192.0.2.0/24'), origin());
    ledger.release('192.0.2.1', { host: 'web1', at: NOON, why: 'asked for' });
    expect(ledger.priorBans(network('192.0.2.1'))).toBe(2);
  });
  expect(ledger.priorBans(network('192.0.2.1'))).toBe(2);
  expect(ledger.priorBans(network('192.0.2.2'))).toBe(0);
});

test('Ledger.inForce tells the bans of a host that have neither ended nor been released', async () => {
  const ledger = await open();
  const inForce = (now: number): string[] => [...ledger.inForce('web1', now)].map(({ subject }) => subject);
  record(ledger, () => {
    ledger.ban(ban('192.0.2.1', { until: NOON + 10 }), origin());
    ledger.ban(ban('192.0.2.2', { until: Number.POSITIVE_INFINITY }), origin());
    ledger.ban(ban('192.0.2.3', { until: NOON + 20 }), origin());
    ledger.ban(ban('192.0.2.4', { host: 'mail' }), origin());
  });
  expect(inForce(NOON)).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.3']);
  expect(inForce(NOON + 10)).toEqual(['192.0.2.2', '192.0.2.3']);
  // The clock of the release may be behind that of the log.
  record(ledger, () => ledger.release('192.0.2.3', { host: 'web1', at: NOON - 99, why: 'ours' }));
  record(ledger, () => ledger.release('192.0.2.2', { host: 'mail', at: NOON, why: 'another host' }));
  expect(inForce(NOON)).toEqual(['192.0.2.1', '192.0.2.2']);
  record(ledger, () => ledger.ban(ban('192.0.2.3'), origin()));
  expect(inForce(NOON)).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.3']);
  expect(ledger.releasesOf(network('192.0.2.0/24'))).toEqual([
    { subject: '192.0.2.3', host: 'web1', at: NOON - 99, why: 'ours' },
    { subject: '192.0.2.2', host: 'mail', at: NOON, why: 'another host' },
  ]);
});

test('Ledger.block keeps every effect of a ban', async () => {
  const ledger = await open();
  const blocks = [
    { state: 'refused', at: NOON, why: 'no such set: \0' },
    { state: 'blocked', at: NOON + 1 },
    { state: 'dry-run' },
  ] as const;
  const id = record(ledger, () => ledger.ban(ban(), origin()));
  record(ledger, () => blocks.map((block) => ledger.block(id, block)));
  expect(ledger.blocksOf(id)).toEqual(blocks);
});

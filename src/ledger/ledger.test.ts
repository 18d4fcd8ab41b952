import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Evidence, Origin } from '../model.ts';
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
const subjects = fc.constantFrom('192.0.2.1', '192.0.2.0/24', '198.51.100.9', '2001:db8:1:2::/64', '2001:db8::1', '0.0.0.0/0');

const anyOrigin: fc.Arbitrary<Origin> = fc.record({
  country: maybe(fc.constantFrom('NL', 'SG')),
  asn: maybe(fc.nat(2 ** 32 - 1)),
  organization: maybe(name),
  organizationAsGiven: maybe(name),
  network: maybe(fc.constant('192.0.2.0/24')),
  scanner: maybe(name),
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
      const { subject: _, ...expected } = { subject: 0 };
      expect(expected).toEqual({});
      expect([...ledger.bans(EVERYTHING)]).toEqual(
        given.map(([each, from], i) => {
          const { subject, evidence: _evidence, reason: _reason, ...rest } = each;
          return { ...rest, id: ids[i], subject: subject.text, origin: from };
        }),
      );
      for (const [i, [each]] of given.entries()) {
        expect(ledger.evidenceOf(ids[i] ?? 0)).toEqual(each.evidence);
        expect(ledger.reasonOf(ids[i] ?? 0)).toEqual(each.reason);
      }
    }),
    { numRuns: 40 },
  );
});

/** What is told of networks, and what must hold of all their addresses for that. */
import { describe, expect, test } from 'vitest';
import type { Origin, Reason } from '../../model.ts';
import { makeReport } from '../report.ts';
import { cellsIn, DAY, optionsOf, originOf, recordsOf, tableOf, tallyOf } from '../testing/records.ts';
import { bansOf, sentences, told } from '../testing/telling.ts';

const BETA = '192.0.2.9';
const ORIGIN = ['organization', 'country'];

describe('networks', () => {
  const neighbors = [...bansOf(3, DAY), ...bansOf(2, DAY, { subject: BETA })];

  test('the most persistent one’s tells what the rest did, and whom a ban of it would hit', () => {
    const tallies = ['192.0.2.1', '192.0.2.9', '192.0.2.200', '203.0.113.1'].map((address) => tallyOf({ address }));
    expect(sentences({ bans: neighbors, tallies }, 'neighbors')).toEqual([
      '192.0.2.0/24 (Example Hosting, Netherlands) has 5 bans of 2 addresses: 3 of 192.0.2.1 and 2 of the others; 3 of its 256 addresses attacked, a ban of all of it would hit the other 253, too.',
    ]);
    expect(sentences({ bans: neighbors, tallies }, 'network')).toEqual([]);
  });

  test('the worst one is told of when it is another, with its ties', () => {
    const worst = ['203.0.113.', '198.51.100.'].flatMap((start) =>
      [1, 2, 3].flatMap((last) => bansOf(2, DAY, { subject: `${start}${last}` })),
    );
    expect(sentences({ bans: [...neighbors, ...worst] }, 'network')).toEqual([
      '203.0.113.0/24 (Example Hosting, Netherlands) has 6 bans of 3 addresses, as 1 other network has: 2 of 203.0.113.1 and 4 of the others; 3 of its 256 addresses attacked, a ban of all of it would hit the other 253, too.',
    ]);
  });

  test('name an origin only where all of their addresses share it', () => {
    const networkOf = (...origins: Partial<Origin>[]) => {
      const bans = origins.flatMap((origin, i) =>
        bansOf(2, DAY, { subject: `192.0.2.${i}`, origin: originOf(origin) }),
      );
      const report = (language: string) => makeReport(recordsOf({ bans }), optionsOf({ language }));
      const rows = ['en', 'de'].map((language) => cellsIn(tableOf(report(language), 'networks'), ORIGIN)[0]);
      return [String(sentences({ bans }, 'neighbors')[0]).split(' has ')[0], ...rows];
    };
    const [NL, DE] = [
      { organization: 'A', country: 'NL' },
      { organization: 'B', country: 'DE' },
    ];
    expect(networkOf(NL, NL)).toEqual(['192.0.2.0/24 (A, Netherlands)', ['A', 'Netherlands'], ['A', 'Niederlande']]);
    expect(networkOf(NL, DE, {}, NL)).toEqual(['192.0.2.0/24', ['several', 'several'], ['mehrere', 'mehrere']]);
    expect(networkOf(NL, {})).toEqual(['192.0.2.0/24', [null, null], [null, null]]);
    expect(networkOf(NL, { ...DE, country: 'NL' })).toEqual([
      ...['192.0.2.0/24 (Netherlands)', ['several', 'Netherlands'], ['mehrere', 'Niederlande']],
    ]);
  });

  test('of IPv6 has no size that anyone could count to', () => {
    const bans = ['2001:db8::1', '2001:db8::2'].flatMap((subject) => bansOf(2, DAY, { subject }));
    expect(sentences({ bans }, 'neighbors')).toEqual([
      '2001:db8::/64 (Example Hosting, Netherlands) has 4 bans of 2 addresses: 2 of 2001:db8::1 and 2 of the others.',
    ]);
  });

  test('that were banned as a whole tell how many of their addresses attacked', () => {
    const wide: Reason = { rule: 'wide', banned: 10, limit: 10, findTime: DAY, size: 256, attacked: 14, members: [] };
    const bans = bansOf(2, DAY, { subject: '203.0.113.0/24' });
    const reasons = new Map([1, 2].map((id) => [id, { ...wide, attacked: 12 + id }]));
    expect(told({ bans, reasons }, 'wide')).toEqual([
      expect.objectContaining({
        sentence:
          '203.0.113.0/24 was banned as a whole 2 times, for 2h in all, because 10 of its parts were banned within 1d; 14 of its 256 addresses attacked, 242 did not.',
        evidence: 'bans 2, 1: rapsheet show 203.0.113.0/24',
      }),
    ]);
  });
});

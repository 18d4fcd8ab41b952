/** Who came back after bans: how often, how soon, and after which of them. */
import { describe, expect, test } from 'vitest';
import { DAY, OCTOBER, optionsOf } from '../testing/records.ts';
import { bansOf, HOUR, sentences, told, tried } from '../testing/telling.ts';

describe('who came back', () => {
  test('has the days, the bans, and how soon after the end of one it was seen on the same host', () => {
    const bans = bansOf(3, 2 * DAY);
    const tallies = [tried(0, 0), tried(0, 4), tried(1, 1), tried(2, 1, { host: 'mail' }), tried(3, 3), tried(4, 2)];
    expect(sentences({ bans, tallies }, 'returned')).toEqual([
      '192.0.2.1 (Example Hosting, Netherlands) tried on 5 of 31 days; it was banned 3 times and came back each time, at the soonest within 1h of the end of the ban.',
    ]);
  });

  test('has not come back after a ban that still runs at the end of the period, or now', () => {
    const bans = bansOf(3, 14 * DAY).map((ban) => (ban.id === 3 ? { ...ban, until: OCTOBER.until + DAY } : ban));
    const tallies = [tried(0, 0), tried(14, 0), tried(28, 0)];
    const now = OCTOBER.from + 14 * DAY + HOUR - 1;
    const running = bansOf(3, 7 * DAY);
    const after = 'banned 3 times and came back after each of the 2 bans that ended, at the soonest';
    expect(sentences({ bans, tallies }, 'returned')[0]).toContain(after);
    expect(sentences({ bans: running, tallies }, 'returned', optionsOf({ now }))[0]).toContain(after);
    expect(sentences({ bans, tallies }, 'returned', optionsOf({ language: 'de' }))[0]).toContain(
      'wurde 3-mal gesperrt und kam nach jeder der 2 Sperren, die endeten, wieder, frühestens',
    );
  });

  test('need not have come back after each ban, and all time has no days to be of', () => {
    const bans = bansOf(4, 2 * DAY);
    const period = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY, name: 'all time' };
    const options = optionsOf({ scope: { period, host: undefined } });
    expect(sentences({ bans, tallies: [tried(1, 1)] }, 'returned', options)).toEqual([
      '192.0.2.1 (Example Hosting, Netherlands) tried on 1 day; it was banned 4 times and came back 3 times, at the soonest within 1d of the end of the ban.',
    ]);
  });

  test('is an IPv6 network whose addresses come and go', () => {
    const subject = '2001:db8:0:7::/64';
    const tallies = [1, 2, 3].map((day) => tried(day, 5, { address: `2001:db8:0:7::${day}` }));
    const other = tried(4, 5, { address: '2001:db8:0:8::1' });
    expect(sentences({ bans: bansOf(3, 2 * DAY, { subject }), tallies: [...tallies, other] }, 'returned')).toEqual([
      expect.stringMatching(
        /^2001:db8:0:7::\/64 .* tried on 3 of 31 days; it was banned 3 times and came back 2 times/,
      ),
    ]);
  });

  test('are three at the most, those who tried on the most days', () => {
    const subjects = [1, 2, 3, 4, 5].map((last) => `203.0.113.${last}`);
    const bans = subjects.flatMap((subject) => bansOf(3, 2 * DAY, { subject }));
    const tallies = subjects.flatMap((address, i) =>
      Array.from({ length: i + 3 }, (_, day) => tried(day, 3, { address })),
    );
    expect(told({ bans, tallies }, 'returned').map((cells) => cells.subject)).toEqual(
      [...subjects].reverse().slice(0, 3),
    );
  });
});

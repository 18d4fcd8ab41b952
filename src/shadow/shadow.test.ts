/** Two programs' bans in every order, alone and together; property tests that nothing is told twice or lost. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Comparison, type Difference, Heard, type OwnBan, type SeenBan } from './shadow.ts';

const WAIT = 60_000;
const HOUR = 3_600_000;
const SETTLED = 11_000;

interface Theirs extends SeenBan {
  readonly length?: number;
}

function set(): { comparison: Comparison<Theirs, OwnBan>; told: string[] } {
  const told: string[] = [];
  const tell = (found: Difference<Theirs, OwnBan>): void => {
    const { jail, subject, at } = found.what === 'only ours' ? found.ours : found.theirs;
    told.push(`${found.what} ${jail} ${subject} ${at}${found.what === 'length' ? ` ${found.length}` : ''}`);
  };
  const comparison = new Comparison<Theirs, OwnBan>({
    waitMs: WAIT,
    measure: ({ length }) => length,
    onDifference: tell,
  });
  return { comparison, told };
}

function theirs(at: number, length?: number, subject = '203.0.113.7'): Theirs {
  return { jail: 'sshd', subject, at, ...(length === undefined ? {} : { length }) };
}

function ours(at: number, shortest = HOUR, longest = shortest, subject = '203.0.113.7'): OwnBan {
  return { jail: 'sshd', subject, at, shortest, longest };
}

const NONE = { same: 0, onlyTheirs: 0, onlyOurs: 0, lengthDiffers: 0 };

describe('a ban', () => {
  it('of both is none to tell of, whoever is first', () => {
    const { comparison, told } = set();
    comparison.theirs(theirs(0, HOUR), 0);
    comparison.ours(ours(0), 2_000);
    comparison.ours(ours(90_000), 90_000);
    comparison.theirs(theirs(90_000, HOUR), 140_000);
    comparison.settle(300_000);
    expect([told, comparison.tallies.get('sshd'), comparison.waiting]).toEqual([[], { ...NONE, same: 2 }, 0]);
  });

  it('of both at other times is one when it has waited; until then it may be of another', () => {
    const { comparison, told } = set();
    comparison.ours(ours(10_000), 10_000);
    comparison.theirs(theirs(30_000, HOUR), 30_000);
    expect(comparison.waiting).toBe(2);
    comparison.ours(ours(30_000), 31_000);
    expect(comparison.waiting).toBe(1);
    comparison.theirs(theirs(60_000, HOUR), 60_000);
    comparison.settle(10_000 + WAIT);
    expect([told, comparison.tallies.get('sshd'), comparison.waiting]).toEqual([[], { ...NONE, same: 2 }, 0]);
  });

  it('of one is told once its time is over, and not before', () => {
    const { comparison, told } = set();
    comparison.theirs(theirs(5), 5);
    comparison.ours(ours(7, HOUR, HOUR, '203.0.113.8'), 7);
    comparison.settle(WAIT + 4);
    expect([told, comparison.waiting]).toEqual([[], 2]);
    comparison.settle(WAIT + 7);
    expect(told).toEqual(['only theirs sshd 203.0.113.7 5', 'only ours sshd 203.0.113.8 7']);
    expect(comparison.tallies.get('sshd')).toEqual({ ...NONE, onlyTheirs: 1, onlyOurs: 1 });
    comparison.settle(10 * WAIT);
    expect(told).toHaveLength(2);
  });

  it('of another jail, or of another subject, is no counterpart', () => {
    const { comparison, told } = set();
    comparison.theirs(theirs(0), 0);
    comparison.ours({ ...ours(0), jail: 'shop' }, 0);
    comparison.ours(ours(0, HOUR, HOUR, '203.0.113.9'), 0);
    comparison.settle(WAIT);
    expect(told).toHaveLength(3);
  });

  it('that was known is no difference; nor is one of the start that stays alone', () => {
    const { comparison, told } = set();
    comparison.ours(ours(0), 0);
    comparison.known({ jail: 'sshd', subject: '203.0.113.7' });
    comparison.theirs(theirs(0, HOUR, '203.0.113.8'), 0, true);
    comparison.ours(ours(0, HOUR, HOUR, '203.0.113.9'), 0, true);
    comparison.settle(WAIT);
    expect([told, comparison.doubtful, comparison.tallies.size]).toEqual([[], 3, 0]);
  });

  it('of the start that has its counterpart is the same as any', () => {
    const { comparison } = set();
    comparison.ours(ours(0), 0, true);
    comparison.theirs(theirs(0, HOUR), 3_000);
    comparison.finish(3_000);
    expect([comparison.tallies.get('sshd'), comparison.doubtful]).toEqual([{ ...NONE, same: 1 }, 0]);
  });
});

describe('the length of a ban', () => {
  const both = (length: number | undefined, own: OwnBan): readonly string[] => {
    const { comparison, told } = set();
    comparison.ours(own, 0);
    comparison.theirs(theirs(1, length), 1);
    comparison.settle(2);
    return told;
  };

  it.each([
    ['the same', HOUR, ours(0), []],
    ['a second more, rounded', HOUR + 1_000, ours(0), []],
    ['within what is left to chance', HOUR + 300_000, ours(0, HOUR, HOUR + 600_000), []],
    ['beyond it', HOUR + 700_000, ours(0, HOUR, HOUR + 600_000), ['length sshd 203.0.113.7 1 4300000']],
    ['twice as long', 2 * HOUR, ours(0), ['length sshd 203.0.113.7 1 7200000']],
    ['for good, both', Number.POSITIVE_INFINITY, ours(0, Number.POSITIVE_INFINITY), []],
    ['for good, only theirs', Number.POSITIVE_INFINITY, ours(0), ['length sshd 203.0.113.7 1 Infinity']],
    ['for good, only ours', HOUR, ours(0, Number.POSITIVE_INFINITY), ['length sshd 203.0.113.7 1 3600000']],
  ])('%s', (_, length, own, expected) => {
    expect(both(length, own)).toEqual(expected);
  });

  it('is asked for again until it is known; when nobody says, it is said that it was not compared', () => {
    let known: number | undefined;
    const told: number[] = [];
    const comparison = new Comparison<Theirs, OwnBan>({
      waitMs: WAIT,
      measure: () => known,
      onDifference: (found) => told.push(found.what === 'length' ? found.length : 0),
    });
    comparison.ours(ours(0), 0);
    comparison.theirs(theirs(0), 0);
    comparison.settle(5_000);
    known = 2 * HOUR;
    comparison.settle(6_000);
    known = undefined;
    comparison.ours(ours(0), 6_000);
    comparison.theirs(theirs(0), 6_000);
    comparison.settle(6_000 + SETTLED);
    expect([told, comparison.unmeasured]).toEqual([[2 * HOUR], 1]);
    expect(comparison.tallies.get('sshd')).toEqual({ ...NONE, same: 1, lengthDiffers: 1 });
  });
});

it('when too many wait, those beyond are counted and not compared', () => {
  const { comparison, told } = set();
  for (let n = 0; n < 10_050; n++) comparison.theirs(theirs(0, HOUR, `host ${n}`), 0);
  expect([comparison.waiting, comparison.dropped]).toEqual([10_000, 50]);
  comparison.settle(WAIT);
  expect([told.length, comparison.waiting]).toEqual([10_000, 0]);
});

it('whatever comes in whatever order, every ban is in one sum', () => {
  const event = fc.record({
    isOurs: fc.boolean(),
    subject: fc.constantFrom('a', 'b', 'c'),
    after: fc.integer({ min: 0, max: 40_000 }),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const { comparison, told } = set();
      let now = 0;
      for (const { isOurs, subject, after } of events) {
        now += after;
        comparison.settle(now);
        if (isOurs) comparison.ours(ours(now, HOUR, HOUR, subject), now);
        else comparison.theirs(theirs(now, HOUR, subject), now);
      }
      comparison.settle(now + WAIT);
      const { same, onlyTheirs, onlyOurs } = comparison.tallies.get('sshd') ?? NONE;
      expect(2 * same + onlyTheirs + onlyOurs).toBe(events.length);
      expect(told).toHaveLength(onlyTheirs + onlyOurs);
      expect(comparison.waiting).toBe(0);
    }),
  );
});

it('what is heard of a subject is of one jail, and begins anew with a ban', () => {
  const heard = new Heard();
  expect(heard.tellsFailures).toBe(false);
  heard.failed('sshd', '203.0.113.7', 1);
  heard.failed('sshd', '203.0.113.7', 2);
  heard.ignored('sshd', '203.0.113.8', 'dns');
  expect(heard.of('shop', '203.0.113.7')).toBe(undefined);
  expect(heard.of('sshd', '203.0.113.8')).toEqual({ failures: 0, ignored: 1, ignoredBy: 'dns' });
  expect(heard.take('sshd', '203.0.113.7')).toMatchObject({ failures: 2, last: 2 });
  expect([heard.of('sshd', '203.0.113.7'), heard.tellsFailures]).toEqual([undefined, true]);
});

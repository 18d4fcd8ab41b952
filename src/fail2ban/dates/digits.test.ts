import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { zoneOf } from '../../base/zone.ts';
import { DateForms } from './choose.ts';
import { DateDetector, type FoundDate } from './detector.ts';
import { DigitReader, knownForm } from './digits.ts';
import type { Frame } from './fields.ts';

const forms = new DateForms(2026);
const frame: Frame = {
  now: Date.UTC(2026, 2, 5, 12),
  zone: zoneOf('Europe/Zurich') ?? expect.fail('no such zone'),
};

const number = (most: number, width = 2): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max: most }).map((value) => String(value).padStart(width, '0'));
const month = fc.constantFrom(...'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec Foo'.split(' '));
const clock = fc.tuple(number(25), number(61), number(61)).map((parts) => parts.join(':'));
const zone = fc.constantFrom('Z', '+0100', '-05:30', '+01', ' +0100', ' GMT', ' Z', '', '', '+2500', '+01:00:00');
const rest = fc.constantFrom(' host x', ' 2005 x', ']', ' -x', ' Z', '  x', 'x', ': y', ' [1]', '', ' é', '.5 x');

const dates = fc.oneof(
  fc
    .tuple(number(40), number(13), number(32), fc.constantFrom('-', '/', '.'), fc.constantFrom('T', ' ', '  '))
    .chain(([year, m, d, separator, between]) =>
      fc
        .tuple(clock, fc.constantFrom('', '', '.123', ',5', '.1234567', '.'), zone, rest)
        .map((parts) => `20${year}${separator}${m}${separator}${d}${between}${parts.join('')}`),
    ),
  fc
    .tuple(month, fc.integer({ min: 0, max: 32 }), clock, rest)
    .map(([name, day, time, behind]) => `${name} ${String(day).padStart(2)} ${time}${behind}`),
  fc
    .tuple(number(32), month, number(40), clock, zone, rest)
    .map(([day, name, year, time, at, behind]) => `x [${day}/${name}/20${year}:${time} ${at.trim()}${behind}`),
);

describe('dates read digit by digit', () => {
  it.each([
    ['the usual forms', '{^LN-BEG}'],
    ['a form behind a bracket', '^[^\\[]*\\[({DATE})\n{^LN-BEG}'],
    ['a pattern of the jail', '{^LN-BEG}%%ExY(?P<_sep>[-/.])%%m(?P=_sep)%%d[T ]%%H:%%M:%%S(?:[.,]%%f)?(?:\\s*%%z)?'],
  ])('are what the expressions find: %s', (_, pattern) => {
    const templates = forms.templates(pattern.replaceAll('%%', '%'));
    fc.assert(
      fc.property(fc.array(dates, { minLength: 2, maxLength: 12 }), (lines) => {
        const detector = new DateDetector(templates);
        for (const line of lines) {
          const found = detector.find(line, frame.now);
          const ours = found && [found.start, found.end, found.instant(frame)];
          const { template } = found ?? {};
          // A detector that has seen no line before reads nothing digit by digit.
          const fresh = template && new DateDetector([template]).find(line, frame.now);
          expect(fresh && [fresh.start, fresh.end, fresh.instant(frame)]).toEqual(ours);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('are the same where the line before was of the same minute', () => {
    const templates = forms.templates('{^LN-BEG}');
    const starts = fc.constantFrom('2026-03-05T10:20:', '2026-03-05 10:20:', 'Mar  5 10:20:', '2026-03-05T10:21:');
    const seconds = fc.oneof(number(61), fc.constantFrom('5', '5x', ':5', ' 5'));
    const fraction = fc.constantFrom('', '', '.123456', '.000001', '.12x456', ',123456', '.1234567', '.');
    const line = fc.tuple(starts, seconds, fraction, fc.constantFrom('Z', '+01:00', '+02:00', ''), rest);
    // Most are written in one way, or none would be read so.
    const usual = fc
      .tuple(number(59), number(999_999, 6))
      .map((parts) => `2026-03-05T10:20:${parts.join('.')}+01:00 host x`);
    const strange = fc.oneof(
      line.map((parts) => parts.join('')),
      fc
        .tuple(usual, fc.nat(34), fc.constantFrom(...'x69 :.'))
        .map(([text, at, other]) => text.slice(0, at) + other + text.slice(at + 1)),
    );
    const lines = fc.array(fc.oneof({ arbitrary: usual, weight: 6 }, { arbitrary: strange, weight: 1 }), {
      maxLength: 30,
    });
    let again = 0;
    fc.assert(
      fc.property(lines, fc.nat(9), (all, pad) => {
        const [one, other] = [new DateDetector(templates), new DateDetector(templates)];
        const told = (found: FoundDate | undefined): unknown => found && [found.start, found.end, found.instant(frame)];
        for (const text of all) {
          const bytes = Buffer.from(`${'\n'.repeat(pad)}${text}\n`, 'latin1');
          const isPlain = /^[\0-\x7f]*$/.test(text);
          const place = { bytes, start: pad, end: bytes.length - 1 };
          let asked = false;
          const raw = {
            get text(): string {
              asked = true;
              return text;
            },
          };
          const ours = told(one.findIn(raw, frame.now, isPlain ? place : undefined));
          expect(ours).toEqual(told(other.find(text, frame.now)));
          if (!asked) again++;
        }
        expect(one.dates).toEqual(other.dates);
      }),
      { numRuns: 1_000 },
    );
    expect(again).toBeGreaterThan(1_000);
  });

  it('are only those that can be written in one way', () => {
    const reader = new DigitReader();
    const read = (line: string): boolean => reader.read('iso', line, 0);
    expect(read('2026-03-05 10:20:30 [error]')).toBe(true);
    expect(read('2026-03-05 10:20:30 Zulu')).toBe(false);
    expect(read('2026-02-29 10:20:30 x')).toBe(false);
    expect(reader.read('syslog', 'Mar  5 10:20:30 2026 x', 0)).toBe(false);
    expect(reader.read('syslog', 'Mar  5 10:20:30 host x', 0)).toBe(true);
  });

  it('are behind a bracket or nowhere', () => {
    const detector = new DateDetector(forms.templates('^[^\\[]*\\[({DATE})'));
    const bracketed = 'x [05/Mar/2026:10:20:30 +0100] y';
    expect(['', '', ''].map(() => detector.find(bracketed, frame.now)?.start)).toEqual([3, 3, 3]);
    expect(detector.find('05/Mar/2026:10:20:30 +0100] y', frame.now)).toBeUndefined();
  });

  it('are of patterns that say nothing else', () => {
    expect(knownForm('%b %d %H:%M:%S')).toBeUndefined();
    expect(knownForm('%d(?P<_sep>[-/])%b(?P=_sep)%Y[ :]?%H:%M:%S(?:\\.%f)?(?: %z)?')).toBe('access');
  });
});

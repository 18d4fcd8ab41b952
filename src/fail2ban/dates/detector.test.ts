import { describe, expect, it } from 'vitest';
import { type Zone, zoneOf } from '../../base/zone.ts';
import { inPoints, oracleRecords, oracleTitle } from '../testing/oracle.ts';
import { DateForms } from './choose.ts';
import { DateDetector } from './detector.ts';
import { zoneOffset } from './zone-names.ts';

/** The zone and the time that the original's own tests have. */
const ZURICH: Zone = zoneOf('Europe/Zurich') ?? expect.fail('no such zone');
const NOW = 1_124_013_600_000;
const YEAR = 2026;

interface Answer {
  readonly span: readonly [number, number];
  readonly time: number | undefined;
}

const forms = new DateForms(YEAR);

function detect(line: string, patterns?: string, offset?: number, now = NOW): Answer | undefined {
  const found = new DateDetector(forms.templates(patterns)).find(line, now);
  if (!found) return undefined;
  const instant = found.instant({ now, zone: ZURICH, offset });
  const time = instant === undefined ? undefined : instant / 1_000;
  return { span: [inPoints(line, found.start), inPoints(line, found.end)], time };
}

/** The text that is cut out, and ISO 8601 in UTC. */
function cut(line: string, patterns?: string, offset?: number): [string, string | undefined] | undefined {
  const found = detect(line, patterns, offset);
  return (
    found && [
      line.slice(...found.span),
      found.time === undefined ? undefined : new Date(found.time * 1_000).toISOString(),
    ]
  );
}

describe('known dates', () => {
  it.each([
    ['2005-08-13T10:20:30.5+02:00 host x', '2005-08-13T10:20:30.5+02:00', '2005-08-13T08:20:30.000Z'],
    ['2005/08/13 10:20:30 x', '2005/08/13 10:20:30', '2005-08-13T08:20:30.000Z'],
    ['Aug 13 10:20:30 host x', 'Aug 13 10:20:30', '2005-08-13T08:20:30.000Z'],
    ['[Sat Aug 13 10:20:30 2005] x', 'Sat Aug 13 10:20:30 2005', '2005-08-13T08:20:30.000Z'],
    ['192.0.2.1 - - [13/Aug/2005:10:20:30 -0500] "GET', '13/Aug/2005:10:20:30 -0500', '2005-08-13T15:20:30.000Z'],
    ['13.08.05 x 13-08-05 10:20:30', '13-08-05 10:20:30', '2005-08-13T08:20:30.000Z'],
    ['[1123921230] x', '1123921230', '2005-08-13T08:20:30.000Z'],
    ['type=USER msg=audit(1123921230.250:12): x', '1123921230.250', '2005-08-13T08:20:30.250Z'],
    ['@4000000042fdae4e1234abcd x', '@4000000042fdae4e1234abcd', '2005-08-13T08:24:46.000Z'],
    ['10:20:30 x', '10:20:30', '2005-08-14T08:20:30.000Z'],
    ['13:20:30 x', '13:20:30', '2005-08-13T11:20:30.000Z'],
    ['Aug 15 11:59:59 x', 'Aug 15 11:59:59', '2005-08-15T09:59:59.000Z'],
    ['Aug 15 12:00:01 x', 'Aug 15 12:00:01', '2004-08-15T10:00:01.000Z'],
    ['Dec 31 23:59:59 x', 'Dec 31 23:59:59', '2004-12-31T22:59:59.000Z'],
    ['PDT Aug 13 10:20:30 x', 'PDT Aug 13 10:20:30', '2005-08-13T17:20:30.000Z'],
    ['Aug 13, 2005 10:20:30 PM x', 'Aug 13, 2005 10:20:30 PM', '2005-08-13T20:20:30.000Z'],
    ['20050813T102030 x', '20050813T102030', '2005-08-13T08:20:30.000Z'],
    ['2005-10-30 02:30:00 x', '2005-10-30 02:30:00', '2005-10-30T01:30:00.000Z'],
    ['2005-03-27 02:30:00 x', '2005-03-27 02:30:00', '2005-03-27T01:30:00.000Z'],
    ['2005-02-30 10:20:30 x', '2005-02-30 10:20:30', undefined],
    ['Feb 29 10:20:30 x', 'Feb 29 10:20:30', undefined],
    ['2005-08-13 10:20:60 x', '2005-08-13 10:20:60', undefined],
  ])('%s', (line, text, instant) => {
    expect(cut(line)).toEqual([text, instant]);
  });

  it('are not found in what only looks like one', () => {
    for (const line of ['', 'no date', '1.2.3.4', '12:34', 'x2005-08-13 10:20:301', '21005-08-13 10:20:30']) {
      expect(cut(line)).toBeUndefined();
    }
  });

  it('are in the zone that the log has, when they name none', () => {
    expect(cut('Aug 13 10:20:30 x', undefined, 330)?.[1]).toBe('2005-08-13T04:50:30.000Z');
    expect(cut('2005-08-13 10:20:30Z x', undefined, 330)?.[1]).toBe('2005-08-13T10:20:30.000Z');
  });
});

describe('datepatterns', () => {
  it.each([
    ['%Y-%m-%d at %H:%M', 'x 2005-08-13 at 10:20 y', '2005-08-13 at 10:20', '2005-08-13T08:20:00.000Z'],
    ['^\\S+ (%H:%M:%S)', 'host 10:20:30', '10:20:30', '2005-08-14T08:20:30.000Z'],
    ['^(?:.*?) (%H:%M:%S) on %d\\.%m', 'a b 10:20:30 on 13.08', '10:20:30', '2005-08-13T08:20:30.000Z'],
    ['{^LN-BEG}%H:%M', '[10:20] x', '10:20', '2005-08-14T08:20:00.000Z'],
    ['{UNB}%ExY%Exm%Exd', 'x20050813y', '20050813', '2005-08-12T22:00:00.000Z'],
    ['**%ExY%Exm%Exd**', 'x20050813y', '20050813', '2005-08-12T22:00:00.000Z'],
    ['%B %d, %Y %I:%M %p', 'AUGUST 13, 2005 12:05 am', 'AUGUST 13, 2005 12:05 am', '2005-08-12T22:05:00.000Z'],
    ['%j of %Y', '225 of 2005', '225 of 2005', '2005-08-12T22:00:00.000Z'],
    ['%U %w %Y', '32 6 2005', '32 6 2005', '2005-08-12T22:00:00.000Z'],
    ['%W %a %Y', '32 Sat 2005', '32 Sat 2005', '2005-08-12T22:00:00.000Z'],
    ['100%% %H:%M', '100% 10:20', '100% 10:20', '2005-08-14T08:20:00.000Z'],
    ['%x %X', '08/13/05 10:20:30', '08/13/05 10:20:30', '2005-08-13T08:20:30.000Z'],
    ['Epoch', '1123921230 x', '1123921230', '2005-08-13T08:20:30.000Z'],
    ['LEPOCH', '1123921230250 x', '1123921230250', '2005-08-13T08:20:30.250Z'],
    ['{^LN-BEG}LEPOCH', '[1123921230250125] x', '1123921230250125', '2005-08-13T08:20:30.250Z'],
    ['at={EPOCH};', 'x at=1123921230.5001; y', 'at=1123921230.5001;', '2005-08-13T08:20:30.500Z'],
    ['^tai64n', '@4000000042fdae4e1234abcd x', '@4000000042fdae4e1234abcd', '2005-08-13T08:24:46.000Z'],
    [
      'at \\[{DATE}\\]',
      'x at [13/Aug/2005:10:20:30 +0200]',
      'at [13/Aug/2005:10:20:30 +0200]',
      '2005-08-13T08:20:30.000Z',
    ],
    ['%H/%M\n%H-%M', 'x 10-20', '10-20', '2005-08-14T08:20:00.000Z'],
    ['%H/%M\n{DEFAULT}', 'Aug 13 10:20:30', 'Aug 13 10:20:30', '2005-08-13T08:20:30.000Z'],
    ['^%Y', '٢٠٠٥ x', '٢٠٠٥', '2005-08-13T22:00:00.000Z'],
  ])('%j', (pattern, line, text, instant) => {
    expect(cut(line, pattern)).toEqual([text, instant]);
  });

  it('are refused when they cannot be understood', () => {
    expect(() => forms.templates('%Y %q')).toThrow('%q is no field of a date; a percent sign is written %%');
    expect(() => forms.templates('%Y (')).toThrow('( does not close');
    expect(() => forms.templates('100%')).toThrow('% is no field of a date');
  });

  it('take years from 2000 to some after this one', () => {
    const years = (year: number): (string | undefined)[] =>
      ['1999', '2026', '2031'].map((text) => {
        const found = new DateDetector(new DateForms(year).templates('^%ExY')).find(text, NOW);
        return found && text.slice(found.start, found.end);
      });
    expect(years(2026)).toEqual([undefined, '2026', undefined]);
    expect(years(2027)).toEqual([undefined, '2026', '2031']);
  });
});

describe('a log', () => {
  it('is expected to go on as it began: a date in a message is not the date of the line', () => {
    const detector = new DateDetector(forms.templates());
    const found = [
      '2005-08-13 10:20:30 a',
      '2005-08-13 10:20:31 b',
      'at 2005-08-13 10:20:32 c',
      '2005-08-13 10:20:33 d',
    ].map((line) => {
      const date = detector.find(line, NOW);
      return date && line.slice(date.start, date.end);
    });
    expect(found).toEqual(['2005-08-13 10:20:30', '2005-08-13 10:20:31', '2005-08-13 10:20:32', '2005-08-13 10:20:33']);
    const line = 'Aug 13 10:20:34 host x [2005-08-13 10:20:32]';
    const date = detector.find(line, NOW);
    expect(date && line.slice(date.start, date.end)).toBe('Aug 13 10:20:34');
  });

  it('has forms that hit tried before those that do not', () => {
    const patterns = '^x?%H-%M\n^%H[-/]%M';
    const detector = new DateDetector(forms.templates(patterns));
    detector.find('10/20', NOW);
    expect(detector.find('10-20', NOW)?.template?.name).toBe('^%H[-/]%M');
    expect(new DateDetector(forms.templates(patterns)).find('10-20', NOW)?.template?.name).toBe('^x?%H-%M');
  });

  it('may have none at all', () => {
    const date = new DateDetector(forms.templates('{NONE}')).find('Aug 13 10:20:30 x', NOW);
    expect([date?.start, date?.end]).toEqual([0, 0]);
  });
});

describe('zoneOffset()', () => {
  it.each([
    ['UTC', 0],
    ['Z', 0],
    ['CET', 60],
    ['NPT', 345],
    ['+0130', 90],
    ['-03', -180],
    ['GMT+05:30', 330],
    ['CET-0100', 0],
    ['XYZ', undefined],
    ['utc', undefined],
    ['+2500', undefined],
    ['Europe/Zurich', undefined],
  ])('%s is %s minutes', (text, minutes) => {
    expect(zoneOffset(text)).toBe(minutes);
  });
});

interface DateCase {
  readonly patterns: readonly string[] | null;
  readonly default_tz: string | null;
  readonly line: string;
  readonly span: [number, number] | null;
  readonly time: number | null;
}

const records = oracleRecords<DateCase>('dates.jsonl');

describe.skipIf(!records)(oracleTitle('the dates of the original', records), () => {
  it('are found where it finds them, and are the same instants', () => {
    const wrong = (records ?? []).flatMap((record) => {
      const { patterns, default_tz: zone, line, span, time } = record;
      const ours = detect(line, patterns?.join('\n'), zone === null ? undefined : zoneOffset(zone));
      const theirs = span ? { span, time: time ?? undefined } : undefined;
      return JSON.stringify(ours) === JSON.stringify(theirs) ? [] : [{ ...record, ours }];
    });
    expect(records?.length).toBeGreaterThan(2_000);
    expect(wrong).toEqual([]);
  });
});

interface UnitCase {
  readonly fn: string;
  readonly in: {
    readonly patterns: readonly string[] | 'default';
    readonly regex: readonly string[] | null;
    readonly default_tz: number | null;
    readonly line: string;
    readonly now: number | null;
  };
  readonly out: readonly [time: number, span: readonly [number, number]] | null;
}

/** How the original calls the tokens in the names of its templates. */
const NAMES: readonly (readonly [name: string, token: string])[] = [
  ['Zone offset', 'z'],
  ['Zone name', 'Z'],
  ['Microseconds', 'f'],
  ['DAYNAME', 'A'],
  ['Yearweek', 'U'],
  ['Weekday', 'w'],
  ['24hour', 'H'],
  ['12hour', 'I'],
  ['Minute', 'M'],
  ['Second', 'S'],
  ['MONTH', 'B'],
  ['Month', 'm'],
  ['Year2', 'y'],
  ['Year', 'Y'],
  ['AMPM', 'p'],
  ['DAY', 'a'],
  ['Day', 'd'],
  ['MON', 'b'],
];

function tokens(name: string): string {
  if (name === 'LongEpoch') return 'LEPOCH';
  return NAMES.reduce(
    (text, [word, token]) =>
      text.replace(new RegExp(`(?<!%)(Ex)?${word}`, 'g'), (_, strict = '') => `%${strict}${token}`),
    name,
  );
}

const atLineStart = new Set(forms.templates('{^LN-BEG}').map(({ name }) => name));

/** A datepattern from the names of its templates; undefined for none. */
function patternsOf({ patterns, regex }: UnitCase['in']): string | undefined {
  if (patterns === 'default') return undefined;
  const own = patterns.map((name, i) =>
    regex?.[i]?.includes('(?P<W>') ? tokens(name).replace('%U', '%W') : tokens(name),
  );
  const others = own.filter((pattern) => !atLineStart.has(pattern) && pattern !== '{^LN-BEG}Epoch');
  if (own.length < 10) return own.join('\n');
  return [...others, '{^LN-BEG}'].join('\n');
}

const units = oracleRecords<UnitCase>('units.jsonl.gz')?.filter(({ fn }) => fn === 'DateDetector.getTime');

describe.skipIf(!units)(oracleTitle('the dates in the own tests of the original', units), () => {
  it('are the same instants', () => {
    const wrong = (units ?? []).flatMap((record) => {
      const { default_tz: offset, line, now } = record.in;
      const own = patternsOf(record.in);
      // Of these only the text of the group was noted, and the pattern wants more around it.
      if (own?.includes('"timestamp"')) return [];
      const ours = detect(line, own, offset ?? undefined, now === null ? undefined : now * 1_000);
      return ours?.time === record.out?.[0] ? [] : [{ line, own, out: record.out, ours }];
    });
    expect(units?.length).toBeGreaterThan(1_000);
    expect(wrong).toEqual([]);
  });
});

it('a form that is named weighs as much as it would among the known ones', () => {
  const weights = (pattern: string): number[] => new DateForms(2026).templates(pattern).map(({ weight }) => weight);

  expect(weights('{^LN-BEG}Epoch\n{^LN-BEG}').slice(0, 2)).toEqual([100, 100]);
  expect(weights('Epoch')).toEqual([1]);
  expect(weights('{^LN-BEG}%Y-%m-%d')).toEqual([1]);
});

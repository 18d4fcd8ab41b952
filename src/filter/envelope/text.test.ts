import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { zoneOf } from '../../base/zone.ts';
import { Timestamps } from '../timestamp.ts';
import { readText } from './text.ts';

const ZURICH = zoneOf('Europe/Zurich');

function read(line: string): readonly [string, string] | undefined {
  if (!ZURICH) throw new RangeError('no such zone');
  const timestamps = new Timestamps({ zone: ZURICH, modified: Date.UTC(2024, 10, 1) });
  const envelope = readText({ text: `${line}\n`, start: 0, end: line.length }, timestamps);
  if (!envelope) return undefined;
  const { field, time } = envelope;
  return [new Date(time).toISOString(), field.text.slice(field.start, field.end)];
}

describe('readText()', () => {
  it.each([
    ['ISO 8601', '2024-10-03T14:00:01 x'],
    ['ISO 8601 in UTC', '2024-10-03T12:00:01Z 12 [Note] x'],
    ['a blank, a fraction', '2024-10-03 14:00:01.123 x'],
    ['a comma fraction', '2024-10-03 14:00:01,123 x'],
    ['an offset', '2024-10-03 14:00:01+0200 x'],
    ['an offset behind a blank', '2024-10-03 14:00:01.123 +02:00 x'],
    ['an offset in hours', '2024-10-03 15:00:01.123 +03 x'],
    ['a zone by name', '2024-10-03 12:00:01.123 UTC x'],
    ['a zone by name that is the own', '2024-10-03 14:00:01 CEST x'],
    ['brackets', '[2024-10-03 14:00:01] x'],
    ['brackets with an offset', '[2024-10-03 14:00:01 +0200] x'],
    ['brackets and a colon', '[03-Oct-2024 14:00:01 +0200]: x'],
    ['slashes', '2024/10/03 14:00:01 x'],
    ['slashes and a fraction', '2024/10/03 14:00:01.123456 x'],
    ['a day first', '03-Oct-2024 14:00:01.123 x'],
    ['a day first, of access logs', '[03/Oct/2024:14:00:01 +0200] x'],
    ['a day first with blanks', '03 Oct 2024 14:00:01.123 x'],
    ['classic', 'Oct  3 14:00:01 x'],
    ['classic in brackets', '[Oct  3 14:00:01] x'],
    ['ctime', 'Thu Oct  3 14:00:01 2024 x'],
    ['ctime in brackets', '[Thu Oct 03 14:00:01 2024] x'],
    ['compact', '20241003 14:00:01 x'],
    ['compact, two digits of the year', '241003 14:00:01 x'],
    ['compact with a dash, in brackets', '[20241003-14:00:01] x'],
    ['month, day, year', 'Oct 03, 2024 14:00:01.123 x'],
    ['RFC 2822', 'Thu, 03 Oct 2024 12:00:01 +0000 x'],
    ['seconds since 1970', '1727956801: x'],
    ['seconds with a fraction', '1727956801.123 x'],
    ['milliseconds since 1970', '1727956801123 x'],
    ['a colon', '2024-10-03 14:00:01: x'],
    ['a tab', '2024-10-03T12:00:01+00:00\tx'],
    ['logfmt', 'time="2024-10-03T12:00:01Z" x'],
    ['logfmt without quotes', 't=2024-10-03T12:00:01.123456789Z x'],
    ['a process id in front', '  4711:20241003:140001.123 x'],
  ])('reads %s', (_, line) => {
    const found = read(line);
    expect(found?.[0].slice(0, 19)).toBe('2024-10-03T12:00:01');
    expect(found?.[1].replace('12 [Note] ', '')).toBe('x');
  });

  it('reads an hour of one digit', () => {
    expect(read('2024-10-03  9:00:01 12 [Warning] x')).toEqual(['2024-10-03T07:00:01.000Z', '12 [Warning] x']);
    expect(read('241003  9:00:01 x')).toEqual(['2024-10-03T07:00:01.000Z', 'x']);
  });

  it('does not take a level for a zone', () => {
    expect(read('2024-10-03 14:00:01 INFO x')?.[1]).toBe('INFO x');
    expect(read('2024-10-03 14:00:01,123 WARN x')?.[1]).toBe('WARN x');
    expect(read('2024-10-03 14:00:01 [error] x')?.[1]).toBe('[error] x');
    expect(read('2024-10-03 14:00:01.123456|INFO |x')?.[1]).toBe('|INFO |x');
    expect(read('2024-10-03 14:00:01 -12345 x')?.[1]).toBe('-12345 x');
  });

  it.each([
    'E, [2024-10-03T14:00:01.1 #12] ERROR -- : x',
    '<W>2024-10-03 14:00:01.123 x',
    'INFO 2024-10-03 14:00:01 x',
    '[E 2024-10-03 14:00:01.123 App] x',
    '160:M 03 Oct 2024 14:00:01.123 * x',
    'logger=context uname= t=2024-10-03T12:00:01.5Z level=info msg=x',
  ])('shows the whole of a line that does not begin with its time: %s', (line) => {
    const found = read(line);
    expect([found?.[0].slice(0, 19), found?.[1]]).toEqual(['2024-10-03T12:00:01', line]);
  });

  it.each(['', 'no time at all', '    at Object.main (x.js:1)', '2024-13-03 12:00:01 x', '12345 x', '2024-10-03 x'])(
    'refuses %j',
    (line) => {
      expect(read(line)).toBeUndefined();
    },
  );

  it('never throws, and never reads beyond its line', () => {
    const starts = ['', '2024-10-03 ', '[03/Oct/2024:', 'Oct  3 ', '17279568', 'a=b t=', 'time="2024-10-03T12:00'];
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.string({ maxLength: 40 }), (start, rest) => {
        const line = (start + rest).replaceAll('\n', '');
        const timestamps = new Timestamps({ zone: ZURICH ?? expect.fail(), modified: 0 });
        const envelope = readText({ text: `${line}\n12:00:01 2024 x\n`, start: 0, end: line.length }, timestamps);
        expect(envelope?.field.start ?? 0).toBeLessThanOrEqual(line.length);
      }),
      { numRuns: 3_000 },
    );
  });
});

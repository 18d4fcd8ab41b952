import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UTC } from '../../base/zone.ts';
import { findTime, readAccess } from '../envelope/access.ts';
import { Timestamps } from '../timestamp.ts';
import { AccessLooks } from './access-looks.ts';

const TAIL = '"GET / HTTP/1.1" 200 153 "-" "curl/8"';
const timestamps = new Timestamps({ zone: UTC, modified: 0 });

/** What the looks of one log tell of its lines. */
function seen(lines: readonly string[]): unknown[] {
  const looks = new AccessLooks();
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1');
  let at = 0;
  return lines.map((line, i) => {
    const place = { at, end: at + line.length };
    at += line.length + 1;
    const time = looks.time(bytes, place, timestamps);
    if (i % 2 === 0) expect(looks.glance(bytes, place, timestamps)?.time ?? time).toEqual(time);
    return [time, looks.glance(bytes, place, timestamps)?.peer];
  });
}

/** And what the whole lines tell. */
function read(lines: readonly string[]): unknown[] {
  return lines.map((line) => {
    const span = { text: `${line}\n`, start: 0, end: line.length };
    const time = findTime(span, timestamps)?.time ?? Number.NaN;
    return [time, readAccess(span, timestamps)?.access?.address];
  });
}

describe('AccessLooks', () => {
  it.each([
    ['an hour later', ['203.0.113.7 - - [03/Oct/2024:13:00:00 +0000]']],
    [
      'in another zone',
      ['203.0.113.7 - - [03/Oct/2024:12:30:00 +0200]', '203.0.113.7 - - [03/Oct/2024:12:30:00 -0530]'],
    ],
    ['with a bracket in the name', ['203.0.113.7 - a [03/Oct/2024:12:00:01 +0000] b [03/Oct/2024:12:00:02 +0000]']],
    ['of a virtual host', ['example.org:443 203.0.113.7 - - [03/Oct/2024:12:00:09 +0000]']],
    ['in a leap second', ['203.0.113.7 - - [03/Oct/2024:12:59:60 +0000]']],
    ['of no time', ['203.0.113.7 - - [03/Oct/2024:12:61:00 +0000]', '203.0.113.7 - - [03/Oct/2024:12:0x:00 +0000]']],
    ['without a zone', ['203.0.113.7 - - [03/Oct/2024:12:00:07]']],
    ['of JSON', ['{"a":"203.0.113.7 - - [03/Oct/2024:12:00:07 +0000]']],
  ])('read a line %s', (_, heads) => {
    const first = '198.51.100.1 - - [03/Oct/2024:12:00:00 +0000]';
    const lines = [first, ...heads, first, ...heads].map((head) => `${head} ${TAIL}`);
    expect(seen(lines)).toEqual(read(lines));
  });

  it('read lines that are cut short', () => {
    const whole = '203.0.113.7 - - [03/Oct/2024:12:00:03 +0000] "';
    for (let length = 0; length < whole.length; length++) {
      expect(seen([whole, whole.slice(0, length)])[1]).toEqual([Number.NaN, undefined]);
    }
  });

  it('read whatever lines follow each other as each is read alone', () => {
    const digits = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
    const line = fc
      .tuple(
        fc.constantFrom('203.0.113.7 - -', 'h 2001:db8::7 - -', '{ - -', '203.0.113.7 - [x] [', ' - ', '203.0.113.7'),
        fc.constantFrom('03/Oct/2024', '04/Oct/2024', '31/Dec/2024', 'xx/Oct/2024'),
        fc.tuple(digits(24), digits(61), digits(61)).map((parts) => parts.join(':')),
        fc.constantFrom('+0000', '+0530', '-0800', 'Z', '+0'),
      )
      .map(([head, day, clock, zone]) => `${head} [${day}:${clock} ${zone}] ${TAIL}`);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
        expect(seen(lines)).toEqual(read(lines));
      }),
      { numRuns: 500 },
    );
  });
});

/** Lines of one shape are understood as each of them alone is, whatever digits stand in them. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { UTC } from '../../base/zone.ts';
import { DateForms } from '../dates/choose.ts';
import { parseRegex } from '../regex/parse.ts';
import { treatsDigitsAlike } from '../regex/uniform.ts';
import { FailureFilter } from './filter.ts';
import { LineReader } from './reader.ts';

const NOW = Date.UTC(2005, 7, 14, 12);
const DATES = new DateForms(2005);

/** The third tells digits apart, and stands before one that would match instead of it. */
const FAIL = [
  '^Failed \\S+ for (?:invalid user )?<F-USER>.*</F-USER> from <HOST>(?: port \\d{1,5})?$',
  '^<F-NOFAIL>Accepted</F-NOFAIL> \\w+ for <F-USER>\\S+</F-USER> from <HOST>',
  '^Code [1-3]\\d* of <HOST>$',
  '^Code \\d+ of <HOST>$',
];
const PREFIX = '^\\s*\\S+ sshd<F-MLFID>\\[\\d+\\]</F-MLFID>: <F-CONTENT>.+</F-CONTENT>$';

function filter(): FailureFilter {
  return new FailureFilter(
    { prefRegex: PREFIX, failRegex: FAIL, ignoreRegex: [] },
    { useDns: 'raw', dates: DATES, frame: { zone: UTC }, mode: 'log', findTime: 0 },
  );
}

/** `#` is any digit; the same shape comes again and again. */
const SHAPES = [
  'host sshd[###]: Failed password for root from ##.#.##.### port #####',
  'host sshd[###]: Failed password for root from ###.#.##.### port #####',
  'host sshd[###]: Failed password for user# from #.#.#.# from 192.0.2.#',
  'host sshd[###]: Failed password for a from 2001:db8::# port #',
  'host sshd[##]: Accepted publickey for user# from 198.51.100.#',
  'host sshd[##]: Code # of 203.0.113.#',
  'host sshd[##]: Code ## of 203.0.113.##',
  'host sshd[##]: Connection reset by 203.0.113.##',
  'host cron[##]: Failed password for root from 203.0.113.##',
];
const MOMENTS = ['2005-08-14 11:00:0#', '2005-08-14 11:00:00,##', '2005-08-14 11:00:00.###', 'Aug 14 11:00:#0'];

const digit = fc.integer({ min: 0, max: 9 });
const line = fc
  .tuple(fc.constantFrom(...MOMENTS), fc.constantFrom(...SHAPES), fc.array(digit, { minLength: 30, maxLength: 30 }))
  .map(([moment, shape, digits]) => {
    let at = 0;
    return `${moment} ${shape}`.replace(/#/g, () => String(digits[at++ % digits.length]));
  });

it('gives what a filter gives that is told one line after the other', () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 40, maxLength: 120 }), fc.integer({ min: 5, max: 120 }), (lines, size) => {
      const alone = filter();
      let offset = 0;
      const expected = lines.flatMap((text) => {
        const at = offset;
        offset += text.length + 1;
        return alone.line(text, NOW).failures.map((failure) => [at, told(failure)]);
      });
      const reader = new LineReader([filter()]);
      const found: unknown[] = [];
      let from = 0;
      for (let at = 0; at < lines.length; at += size) {
        const bytes = Buffer.from(`${lines.slice(at, at + size).join('\n')}\n`);
        found.push(...reader.read(bytes, from, NOW).map(({ offset: place, failure }) => [place, told(failure)]));
        from += bytes.length;
      }
      expect(found).toEqual(expected);
    }),
  );
});

it('is told of expressions that tell digits apart', () => {
  const isAlike = (source: string): boolean => treatsDigitsAlike(parseRegex(source, { multiline: false }).root);
  expect(['\\d+', '[^ ]+', '[0-9a-f]', 'abc', '(?:a|\\w)*'].map(isAlike)).toEqual([true, true, true, true, true]);
  expect(['1', '[1-9]', 'a[^5]', '(\\d)\\1', '(?=7)\\d', 'x{2}0'].map(isAlike)).toEqual(Array(6).fill(false));
});

function told({
  index,
  subject,
  address,
  time,
  fields,
  users,
  lines,
}: ReturnType<FailureFilter['line']>['failures'][number]): unknown {
  return { index, subject, address, time, fields: [...fields], users, lines };
}

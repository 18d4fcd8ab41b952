import { expect, it } from 'vitest';
import { apache, classic, common, nginx, rfc3339 } from './stamp.ts';

const time = Date.UTC(2024, 9, 3, 2, 5, 9, 7);

it.each([
  ['rfc3339', rfc3339(time), /^2024-10-03T02:05:09\.007\d{3}\+00:00$/],
  ['classic', classic(time), /^Oct {2}3 02:05:09$/],
  ['common', common(time), /^03\/Oct\/2024:02:05:09 \+0000$/],
  ['nginx', nginx(time), /^2024\/10\/03 02:05:09$/],
  ['apache', apache(time), /^Thu Oct 03 02:05:09\.007\d{3} 2024$/],
])('%s() writes %s', (_name, text, form) => {
  expect(text).toMatch(form);
});

it('classic() leaves no blank before a day of two digits', () => {
  expect(classic(Date.UTC(2024, 9, 31, 23, 59, 59))).toBe('Oct 31 23:59:59');
});

import { expect, test } from 'vitest';
import { countryNamer } from './country.ts';

test.each([
  ['en', 'US', 'United States'],
  ['en', 'HK', 'Hong Kong'],
  ['en', 'MO', 'Macao'],
  ['en', 'GB', 'United Kingdom'],
  ['de', 'HK', 'Hongkong'],
  ['de', 'NL', 'Niederlande'],
  ['en', 'us', 'us'],
  ['en', '<b>', '<b>'],
  ['en', '', ''],
])('countryNamer(%s) calls %s %s', (language, code, name) => {
  expect(countryNamer(language)(code)).toBe(name);
});

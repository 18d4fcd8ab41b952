/** Credits of a report: what was kept comes first, and the data of today are opened only where nothing was kept. */
import { expect, test } from 'vitest';
import { creditsFor } from './credits.ts';

const USED = ['country, asn: registry 2024-10-01', 'city: cities 2024-09-30'];
const TODAY = [
  { name: 'registry', credit: 'The registry of today' },
  { name: 'cities', credit: 'The cities of today' },
  { name: 'other', credit: 'Nobody used it' },
];

function creditsWith(kept: Readonly<Record<string, string>>): { credits: [string, string][]; opened: number } {
  let opened = 0;
  const sources = () => {
    opened++;
    return TODAY;
  };
  const credits = creditsFor(USED, { state: () => JSON.stringify(kept) }, sources);
  return { credits: [...credits], opened };
}

test.each([
  ['all of them kept', { cities: 'Cities of then', registry: 'Registry of then', gone: 'Not used' }, 0],
  ['one of them kept', { registry: 'Registry of then' }, 1],
  ['none kept', {}, 1],
])('%s', (_, kept, expected) => {
  const { credits, opened } = creditsWith(kept);

  const today = { registry: 'The registry of today', cities: 'The cities of today' };
  const { registry, cities } = { ...today, ...kept };
  expect(Object.fromEntries(credits)).toEqual({ registry, cities });
  expect(opened).toBe(expected);
});

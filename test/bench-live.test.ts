/** What the live bench concludes from what it hears: nothing here measures. */
import { expect, it } from 'vitest';
import { Monitor } from '../bench/live-monitor.ts';
import { percentile, render } from '../bench/live-section.ts';

it('an address is in force when the first line of its transaction is heard', async () => {
  const monitor = new Monitor();
  monitor.hear('add table inet rapsheet\nadd element inet rapsheet all_4_32 { 198.18.0.1 timeout 1h }\nadd elem');
  const first = monitor.at('198.18.0.1');
  expect(first).toBeGreaterThan(0);
  expect(monitor.tableAt('rapsheet')).toBe(first);
  await new Promise((resolve) => setTimeout(resolve, 5));
  monitor.hear('ent inet rapsheet all_4_32 { 198.18.0.2 }\n# new generation 2 by process 7 (nft)\n');
  expect(monitor.at('198.18.0.2')).toBe(first);
  monitor.hear('delete element inet rapsheet all_4_32 { 198.18.0.3 }\n');
  expect(monitor.count).toBe(2);
  expect(await monitor.comes('198.18.0.1', 1)).toBe(first);
  expect(await monitor.comes('198.18.0.9', 1)).toBeUndefined();
});

it('a percentile is a value that was measured', () => {
  const values = [5, 1, 4, 2, 3];
  expect([50, 90, 100].map((each) => percentile(values, each))).toEqual([3, 5, 5]);
  expect(percentile([], 50)).toBeUndefined();
});

it('a table has ratios to rapsheet, and says which bar is missed', () => {
  const columns = [
    { name: 'n', digits: 0, isPlain: true },
    { name: 'p50', digits: 1, most: 3, rival: 'other' },
  ];
  const rows = [
    { contender: 'rapsheet', values: [200, 4], note: '' },
    { contender: 'other', values: [50, 2], note: 'slow' },
    { contender: 'third', values: [], note: 'not installed' },
  ];
  expect(render({ name: 'a', title: 'A', columns, rows }).split('\n')).toEqual([
    '',
    'A',
    '            n          p50',
    'rapsheet  200          4.0',
    'other      50  2.0 (×0.50)  slow',
    'third       -            -  not installed',
    'at most                3.0  MISSED: p50, p50 (other is quicker)',
    '',
  ]);
});

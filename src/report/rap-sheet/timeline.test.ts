/** One line of time for each place: as a table that adds up, as characters, as a drawing. */
import { describe, expect, test } from 'vitest';
import { wordsOf } from '../words.ts';
import { Course, timeline } from './timeline.ts';

const words = wordsOf('en');
const FIRST = Date.UTC(2024, 9, 1) / 86_400_000;

describe('timeline', () => {
  test('timeline() has a row for each day on which something happened at a place', () => {
    const course = new Course();
    course.add({ host: 'web1', service: 'web' }, FIRST + 2, 'attempts', 7);
    course.add({ host: 'web1', service: 'web' }, FIRST + 2, 'bans');
    course.add({ host: 'mail', service: 'ssh' }, FIRST, 'attempts', 3);
    const { table, figure } = timeline(course, words) ?? {};

    expect(table?.rows.map(({ cells }) => cells)).toEqual([
      { day: '2024-10-01', service: 'ssh', host: 'mail', attempts: 3, bans: 0 },
      { day: '2024-10-03', service: 'web', host: 'web1', attempts: 7, bans: 1 },
    ]);
    expect(table?.total).toMatchObject({ attempts: 10, bans: 1 });
    expect(figure?.step).toBe(1);
  });

  test.each([
    [62, 1],
    [63, 7],
    [434, 7],
    [435, 28],
    [3_650, 84],
  ])('timeline() of %d days has steps of %d days, and loses none', (days, step) => {
    const course = new Course();
    for (let day = 0; day < days; day++) course.add({ host: 'web1', service: 'web' }, FIRST + day, 'attempts');
    const { table, figure } = timeline(course, words) ?? {};

    expect(figure?.step).toBe(step);
    expect(table?.total?.attempts).toBe(days);
    expect(table?.rows.length).toBe(Math.ceil(days / step));
  });

  test('timeline() draws twenty places and counts the others together', () => {
    const course = new Course();
    for (let i = 0; i < 2_500; i++) course.add({ host: `host${i}`, service: 'web' }, FIRST, 'attempts', 2_500 - i);
    const { table } = timeline(course, words) ?? {};

    expect(table?.rows).toHaveLength(21);
    expect(table?.rows.at(-1)).toMatchObject({ role: 'rest', cells: { day: 'other places' } });
    expect(table?.total?.attempts).toBe((2_500 * 2_501) / 2);
  });

  test('timeline() of nothing is nothing', () => {
    expect(timeline(new Course(), words)).toBeUndefined();
  });
});

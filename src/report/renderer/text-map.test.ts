import { describe, expect, test } from 'vitest';
import { rulerOf } from '../../base/width.ts';
import type { Drawing } from '../drawing.ts';
import { drawingsOf } from '../drawing.ts';
import type { BubbleMap } from '../figure.ts';
import type { Report, Terminal } from '../report.ts';
import { makeReport, renderReport } from '../report.ts';
import { articleMonth } from '../testing/article.ts';
import { HOSTILE } from '../testing/random.ts';
import { banOf, optionsOf, originOf, recordsOf, textOf } from '../testing/records.ts';
import { wordsOf } from '../words.ts';
import { landOf } from './text-land.ts';
import { textMapOf } from './text-map.ts';

const month = makeReport(recordsOf(articleMonth()), optionsOf());
const MARK = /[•●◉]/;

/** A report of as many addresses from each place. */
function reportFrom(places: ReadonlyArray<readonly [country: string, size: number, at?: readonly number[]]>): Report {
  const bans = places.flatMap(([country, size, at = []], place) =>
    Array.from({ length: size }, (_, i) => {
      const [latitude, longitude] = at;
      const subject = `10.${place}.${i >> 8}.${i & 255}`;
      return banOf({ id: place * 1000 + i + 1, subject, origin: originOf({ country, latitude, longitude }) });
    }),
  );
  return makeReport(recordsOf({ bans }), optionsOf());
}

/** What is drawn between the heading of the map and its legend; empty without a map. */
function mapIn(report: Report, terminal: Partial<Terminal> = {}): string[] {
  const text = textOf(renderReport(report, 'text', { width: 80, color: false, ...terminal }), 'report.txt');
  const [, , rest = ''] = text.split(/(\n\n\nThe world\n.*\n\n)/);
  return rest === '' ? [] : (rest.split('\n\n')[0] ?? '').split('\n');
}

function marksIn(lines: readonly string[]): Array<{ mark: string; x: number; y: number }> {
  return lines.flatMap((line, y) => [...line].flatMap((mark, x) => (MARK.test(mark) ? [{ mark, x, y }] : [])));
}

function worldOf(report: Report): Drawing<BubbleMap> {
  for (const { figure, ...tables } of drawingsOf(report))
    if (figure.type === 'map' && figure.frame === 'world') return { figure, ...tables };
  throw new Error('no map');
}

describe('landOf', () => {
  const { lines } = landOf(80);
  /** Whether there is a coast within a character of a place. */
  const hasCoast = (longitude: number, latitude: number): boolean => {
    const { x, y } = landOf(80).frame.place(longitude, latitude);
    const [column, line] = [Math.floor(x / 2), Math.floor(y / 4)];
    return [-1, 0, 1].some((down) => [-1, 0, 1].some((across) => lines[line + down]?.[column + across] !== ' '));
  };

  test.each([
    ['the Cape of Good Hope', 18.4, -34],
    ['Gibraltar', -5.6, 36],
    ['Florida', -80.5, 25.5],
    ['Panama', -79.5, 9],
    ['Cape York', 142.5, -11],
    ['Ceylon', 80.5, 7],
    ['Japan', 138, 36],
    ['Recife', -34.9, -8],
  ])('landOf() has a coast at %s', (_, longitude, latitude) => {
    expect(hasCoast(longitude, latitude)).toBe(true);
  });

  test.each([
    ['the Sahara', 5, 23],
    ['Siberia', 95, 55],
    ['Brazil', -57, -14],
    ['the Atlantic', -40, 30],
    ['the Indian Ocean', 80, -25],
    ['the Pacific', -130, 10],
  ])('landOf() has none in %s', (_, longitude, latitude) => {
    expect(hasCoast(longitude, latitude)).toBe(false);
  });
});

describe('textMapOf', () => {
  test.each([60, 80, 100, 120])('textMapOf() keeps to %d columns, and to the height of half a screen', (width) => {
    const lines = mapIn(month, { width });
    const widths = lines.map((line) => rulerOf('en').width(line));

    expect(Math.max(...widths)).toBeLessThanOrEqual(Math.min(width, 100));
    expect(Math.max(...widths)).toBeGreaterThan(Math.min(width, 100) * 0.8);
    expect(lines.length).toBeGreaterThan(Math.min(width, 100) / 5);
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(lines.join('')).toMatch(/^[ \u2801-\u28ff•●◉]+$/u);
  });

  test('textMapOf() marks places where they are, by how many addresses come from there', () => {
    const marks = marksIn(
      mapIn(
        reportFrom([
          ['US', 100],
          ['DE', 30],
          ['AU', 3],
          ['JP', 100],
          ['BR', 1],
        ]),
      ),
    );
    const at = (mark: string): Array<{ x: number; y: number }> => marks.filter((each) => each.mark === mark);
    const [[unitedStates, japan], [germany], [brazil, australia]] = [at('◉'), at('●'), at('•')];

    expect(marks).toHaveLength(5);
    expect([unitedStates?.x, brazil?.x, germany?.x, australia?.x]).toEqual(
      [unitedStates?.x, brazil?.x, germany?.x, australia?.x].sort((a, b) => Number(a) - Number(b)),
    );
    expect(germany?.y).toBeLessThan(Math.min(unitedStates?.y ?? 0, japan?.y ?? 0));
    expect(brazil?.y).toBeGreaterThan(japan?.y ?? 99);
    expect(australia?.y).toBeGreaterThan(brazil?.y ?? 99);
  });

  test('textMapOf() has one mark for what lies within a character, and says what marks mean', () => {
    const near = reportFrom([
      ['SG', 6, [1.3, 103.8]],
      ['SG', 6, [1.4, 103.9]],
      ['DE', 1],
    ]);
    const { legend = '' } = textMapOf(worldOf(near), { width: 80, words: wordsOf('en') }) ?? {};

    expect(marksIn(mapIn(near)).map(({ mark }) => mark)).toEqual(['•', '●']);
    expect(legend).toBe('Addresses in a character: • 1–4, ● 5+.');
  });

  test('textMapOf() counts places that the map does not have', () => {
    const south = reportFrom([
      ['DE', 30],
      ['AQ', 1],
    ]);

    expect(textMapOf(worldOf(south), { width: 80, words: wordsOf('en') })?.legend).toContain('Places off this map: 1.');
  });

  test('there is no map without places, nor where there is too little room or no braille', () => {
    expect(mapIn(reportFrom([['ZZ', 5]]))).toEqual([]);
    expect(mapIn(reportFrom([['AQ', 5]]))).toEqual([]);
    expect(mapIn(month, { width: 59 })).toEqual([]);
    expect(mapIn(month, { ascii: true })).toEqual([]);
    expect(mapIn(month, { ascii: false })).not.toEqual([]);
  });

  test('the map stands once, above the places, or else above the countries', () => {
    const draw = (report: Report): string =>
      textOf(renderReport(report, 'text', { width: 80, color: false }), 'report.txt');
    const titles = (text: string): string[] => [...text.matchAll(/\n\n\n(.+)\n/g)].map(([, title = '']) => title);
    const all = titles(draw(month));
    const few = titles(draw({ ...month, tables: month.tables.filter(({ name }) => name !== 'places') }));

    expect(all.filter((title) => title === 'The world')).toHaveLength(1);
    expect(all[all.indexOf('The world') + 1]).toBe('Places');
    expect(few[few.indexOf('The world') + 1]).toBe('Countries');
  });

  test('marks have their color only where there are colors', () => {
    const colored = textOf(renderReport(month, 'text', { width: 80, color: true }), 'report.txt');

    expect(mapIn(month).join('')).not.toContain('\u001b');
    expect(colored).toMatch(/\u001b\[36m[•●◉]+\u001b\[0m/u);
  });

  test('no name has a part in the map', () => {
    const world = worldOf(month);
    const rows = world.table.rows.map(({ role, cells }, i) => {
      const name = HOSTILE[i % HOSTILE.length] ?? '';
      return { role, cells: { ...cells, country: name, place: name, code: name } };
    });
    const drawn = textMapOf({ ...world, table: { ...world.table, rows } }, { width: 80, words: wordsOf('en') });

    expect(drawn).toEqual(textMapOf(world, { width: 80, words: wordsOf('en') }));
    expect(drawn?.lines.length).toBeGreaterThan(15);
  });
});

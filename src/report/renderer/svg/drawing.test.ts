/** What is drawn is what the table says: bars as long as their counts, areas as large, nothing left out, nothing acting. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Drawing } from '../../drawing.ts';
import { drawingsOf } from '../../drawing.ts';
import { formatForPeople } from '../../format.ts';
import type { Report } from '../../report.ts';
import { makeReport, renderReport } from '../../report.ts';
import { numberIn } from '../../table.ts';
import { articleMonth } from '../../testing/article.ts';
import { ledgers } from '../../testing/random.ts';
import { banOf, optionsOf, originOf, recordsOf } from '../../testing/records.ts';
import { inlineSvg } from './drawing.ts';
import { penOf } from './pen.ts';

const TERMINAL = { width: 80, color: false };
const month = makeReport(recordsOf(articleMonth()), optionsOf());

function drawn(report: Report, name: string, room: 'wide' | 'narrow' = 'wide'): { drawing: Drawing; svg: string } {
  const drawing = drawingsOf(report).find(({ figure }) => figure.name === name);
  if (drawing === undefined) throw new Error(`no figure ${name}`);
  return { drawing, svg: inlineSvg(drawing, penOf(room, 'en', formatForPeople(report)))?.text ?? '' };
}

function attributes(svg: string, pattern: RegExp): number[] {
  return [...svg.matchAll(pattern)].map((match) => Number(match[1]));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

describe('stacked bars', () => {
  test.each(['wide', 'narrow'] as const)('are as long as the counts of their table, part by part (%s)', (room) => {
    const { drawing, svg } = drawn(month, 'organization-services', room);
    const { figure, table } = drawing;
    if (figure.type !== 'bars') throw new Error('not bars');
    const rows = table.rows.filter((row) => row.role === 'item');
    const greatest = Math.max(...rows.map((row) => numberIn(row.cells, 'addresses')));
    const groups = svg.split('<g>').slice(1);

    expect(groups).toHaveLength(rows.length);
    const lengths = groups.map((group) => sum(attributes(group, /<rect class="s\d" [^>]*width="([\d.]+)"/g)));
    const unit = Math.max(...lengths) / greatest;
    for (const [i, row] of rows.entries()) {
      const parts = figure.series.map((key) => numberIn(row.cells, key));
      expect(sum(parts)).toBe(numberIn(row.cells, 'addresses'));
      // A gap after each part takes a pixel of it.
      expect(Math.abs((lengths[i] ?? 0) - sum(parts) * unit)).toBeLessThan(parts.length * 1.5);
      expect(groups[i]).toContain(`>${numberIn(row.cells, 'addresses')}</text>`);
    }
  });

  test('sum to the totals of their table, which are those of the report', () => {
    const { drawing } = drawn(month, 'country-services');
    const { total, columns } = drawing.table;
    const parts = columns.filter((column) => column.key.startsWith('only-') || column.key === 'several');

    expect(sum(parts.map((column) => numberIn(total ?? {}, column.key)))).toBe(887);
    expect(numberIn(total ?? {}, 'addresses')).toBe(887);
  });
});

describe('maps', () => {
  const places = [
    ['US', 40, 39, -77.5],
    ['US', 10, 37.5, -122],
    ['DE', 10, 50.1, 8.7],
    ['SG', 90, 1.3, 103.8],
    ['WS', 1, -13.8, -172.1],
    ['US', 1, 20.8, -156.3],
  ] as const;
  const bans = places.flatMap(([country, count, latitude, longitude], p) =>
    Array.from({ length: count }, (_, i) =>
      banOf({ subject: `10.0.${p}.${i}`, origin: originOf({ country, latitude, longitude }) }),
    ),
  );
  const report = makeReport(recordsOf({ bans }), optionsOf());

  test('have a bubble for each place, its area as large as its count', () => {
    const { svg } = drawn(report, 'map-world');
    const radii = attributes(svg, /<circle cx="[\d.-]+" cy="[\d.-]+" r="([\d.]+)"><title>/g);

    expect(radii).toHaveLength(places.length);
    const [largest = 0, second = 0] = radii;
    expect(second / largest).toBeCloseTo(Math.sqrt(40 / 90), 1);
    expect(svg).toContain('<title>Singapore, 1.3°N, 103.8°E: 90</title>');
  });

  test('put places where they are: Singapore east of Germany, Samoa beyond the cut at the right', () => {
    const { svg } = drawn(report, 'map-world');
    const x = (name: string): number =>
      Number(new RegExp(`<circle cx="([\\d.]+)"[^>]*><title>${name},`).exec(svg)?.[1]);

    expect(x('Germany')).toBeLessThan(x('Singapore'));
    expect(x('Samoa')).toBeGreaterThan(900);
    expect(x('United States')).toBeLessThan(x('Germany'));
  });

  test('of regions share one scale, and show their own places only', () => {
    const europe = drawn(report, 'map-europe').svg;
    const asia = drawn(report, 'map-east-asia').svg;
    const radius = (svg: string): number => attributes(svg, /r="([\d.]+)"><title>/g)[0] ?? 0;

    expect(europe.match(/<title>/g)).toHaveLength(1);
    expect(radius(europe) / radius(asia)).toBeCloseTo(Math.sqrt(10 / 90), 1);
  });

  test('say how many places their frame leaves out', () => {
    expect(drawn(report, 'map-north-america').svg).toContain('(+ 1 place off this map)');
  });

  test('without any coordinates put addresses at the center of their country', () => {
    const known = makeReport(recordsOf({ bans: [banOf({ origin: originOf({ country: 'HK' }) })] }), optionsOf());

    expect(drawn(known, 'map-world').svg).toContain('<title>Hong Kong, center of the country: 1</title>');
  });
});

describe('columns and fields', () => {
  test('have one for each row, with its count', () => {
    const days = drawn(month, 'days-bans');
    const hours = drawn(month, 'hours', 'narrow');

    expect(days.svg.match(/<rect class="s0"/g)).toHaveLength(31);
    expect(hours.svg.match(/<g><title>/g)).toHaveLength(24 * 7);
    const titles = attributes(hours.svg, /<title>\w+ [\d:]+: (\d+)<\/title>/g);
    expect(sum(titles)).toBe(1698);
  });

  test.each([
    ['en', 'Base: bans<', 'Base: attempts<', 'Bans by day. bans: 2024', 'Attempts by day. attempts: 2024'],
    ['de', 'Basis: Sperren<', 'Basis: Angriffsversuche<', 'Tagen. Sperren: 2024', 'Tagen. Angriffsversuche: 2024'],
  ])('say what each counts, to who sees them and to who does not (%s)', (language, ...said) => {
    const files = renderReport(makeReport(recordsOf(articleMonth()), optionsOf({ language })), 'html', TERMINAL);
    const page = files.flatMap(({ pieces }) => [...pieces]).join('');

    for (const text of said) expect(page).toContain(text);
  });
});

test('every figure of any ledger is well-formed in both rooms, and lets nothing through', () => {
  fc.assert(
    fc.property(ledgers, (list) => {
      const report = makeReport(recordsOf(list), optionsOf());
      for (const drawing of drawingsOf(report)) {
        for (const room of ['wide', 'narrow'] as const) {
          const svg = inlineSvg(drawing, penOf(room, 'en', formatForPeople(report)))?.text ?? '<svg></svg>';

          expect(svg).not.toMatch(/NaN|undefined|Infinity|<(?!\/?(?:svg|g|path|text|tspan|rect|circle|title)[\s>/])/);
          expect(svg.replace(/<[^>]*\/>/g, '').match(/<[a-z]/g)?.length).toBe(svg.match(/<\/[a-z]/g)?.length);
        }
      }
    }),
    { numRuns: 25 },
  );
});

test('renderSvg() makes a file of each figure, with its own colors', () => {
  const files = renderReport(month, 'svg', { width: 80, color: false });
  const world = files.find((file) => file.name === 'map-world.svg');
  const text = [...(world?.pieces ?? [])].join('');

  expect(files.map((file) => file.name)).toEqual([...new Set(files.map((file) => file.name))]);
  expect(files.length).toBeGreaterThan(20);
  expect(text).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(text).toContain('prefers-color-scheme:dark');
});

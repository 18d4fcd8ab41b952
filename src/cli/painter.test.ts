/** Pictures as their programs make them: of the right size, in the colors of light paper, with letters. */
import { describe, expect, test } from 'vitest';
import { decodePng, type Picture } from '../../test/png.ts';
import { findProgram } from '../base/program.ts';
import { makeReport, type Report, renderReport } from '../report/report.ts';
import { articleMonth } from '../report/testing/article.ts';
import { HOSTILE } from '../report/testing/random.ts';
import { banOf, optionsOf, originOf, recordsOf } from '../report/testing/records.ts';
import { painterHere } from './painter.ts';

const PROGRAMS = ['rsvg-convert', 'chromium'];
const missing = PROGRAMS.filter((name) => findProgram(name) === undefined);
if (missing.length > 0) console.warn(`\nSKIPPED: src/cli/painter.test.ts makes no pictures by ${missing.join(', ')}\n`);

const month = makeReport(recordsOf(articleMonth()), optionsOf());

const only = (name: string) => (asked: string) => (asked === name ? findProgram(name) : undefined);

function svgOf(report: Report, name: string): string {
  const files = renderReport(report, 'plain-svg', { width: 80, color: false });
  return [...(files.find((file) => file.name === `${name}.svg`)?.pieces ?? [])].join('');
}

/** How many pixels of a part of the picture have about this color. */
function countOf({ width, height, rgb }: Picture, color: string, [top, bottom] = [0, height]): number {
  const wanted = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  const pixels = Array.from({ length: width * (bottom - top) }, (_, i) => (i + top * width) * 3);
  return pixels.filter((at) => wanted.every((value, k) => Math.abs((rgb[at + k] ?? 0) - value) < 6)).length;
}

describe.each(PROGRAMS.filter((name) => !missing.includes(name)))('a picture by %s', (name) => {
  const paint = painterHere(only(name));

  test('is twice as large as its figure, and has paper, land, bubbles and letters', async () => {
    const svg = svgOf(month, 'map-world');
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
    const picture = decodePng(await paint(svg));

    expect([picture.width, picture.height]).toEqual([Number(width) * 2, Number(height) * 2]);
    expect([...picture.rgb.subarray(0, 3)]).toEqual([0xfc, 0xfb, 0xf8]);
    expect(countOf(picture, '#e6e2d8')).toBeGreaterThan(100_000);
    expect(countOf(picture, '#b4451f')).toBeGreaterThan(500);
    // The title, and under it, softer, what is counted.
    expect(countOf(picture, '#1d2126', [40, 90])).toBeGreaterThan(300);
    expect(countOf(picture, '#5a616a', [95, 130])).toBeGreaterThan(100);
    expect(countOf(picture, '#1d2126', [95, 130])).toBe(0);
  });

  test('has the colors of series, with the numbers on them', async () => {
    const picture = decodePng(await paint(svgOf(month, 'country-services')));

    for (const color of ['#2e5d8f', '#cf8c1e']) expect(countOf(picture, color)).toBeGreaterThan(2_000);
    expect(countOf(picture, '#ffffff')).toBeGreaterThan(50);
  });

  test('is made of figures with hostile names', async () => {
    const bans = HOSTILE.map((text, i) =>
      banOf({
        subject: `192.0.2.${i}`,
        service: text,
        kind: text,
        host: text,
        origin: originOf({ organization: text }),
      }),
    );
    const report = makeReport(recordsOf({ bans }), optionsOf({ top: 'all' }));

    for (const figure of ['organizations', 'organization-services', 'kinds']) {
      expect(decodePng(await paint(svgOf(report, figure))).width).toBeGreaterThan(1_000);
    }
  });
});

test.skipIf(missing.includes('rsvg-convert'))('what is no figure is no picture, and it is said why', async () => {
  const paint = painterHere(only('rsvg-convert'));

  await expect(paint('<svg width="1" height="1">')).rejects.toMatchObject({ status: 69 });
  await expect(paint('<svg width="1" height="1">')).rejects.toThrow(/rsvg-convert made no picture \(status 1\) \(.+\)/);
});

test('without any of the programs it is said what to install', () => {
  expect(() => painterHere(() => undefined)).toThrow(/no program here makes pictures.*apt-get install librsvg2-bin/);
});

test('a plain figure has its colors in place, and nothing that changes', () => {
  for (const name of ['map-world', 'hours', 'days-bans', 'countries', 'country-services'])
    expect(svgOf(month, name)).not.toMatch(/var\(|@media|--\w+:/);
});

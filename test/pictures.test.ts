/**
 * How the pages look: the demo's report and a rap sheet at three widths, light and dark, and the report's printed pages,
 * beside the pictures in test/pictures/. Who changes how they look looks at them, and renews them: `npm run pictures`.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram, runProgram } from '../src/base/program.ts';
import { Page } from './browser.ts';
import { FONT } from './packages.ts';
import { compare, differenceOf, FLAGS, partsOf, restyle, show } from './pictures.ts';
import { decodePng, encodePng, type Picture, shrunk } from './png.ts';
import { done, plainConfig, put, rapsheet, scratch } from './run.ts';

const chromium = findProgram('chromium');
const pdftoppm = findProgram('pdftoppm');
const hasFont = existsSync(FONT);
const missing = [
  ...(chromium === undefined ? ['chromium'] : []),
  ...(pdftoppm === undefined ? ['poppler-utils'] : []),
  ...(hasFont ? [] : ['fonts-dejavu-core']),
];
if (missing.length > 0)
  console.warn(
    `\nSKIPPED: test/pictures.test.ts compares not all, for want of: apt-get install ${missing.join(' ')}\n`,
  );

/** Of each width, how many pixels become one: about as many letters on a kept picture's line. */
const VIEWS = ([390, 1280, 1920] as const).flatMap((width) =>
  (['light', 'dark'] as const).map((scheme) => ({ width, scheme, step: width === 390 ? 5 : 10 })),
);
/** Where pictures go that are other than those kept. */
const SEEN = join(tmpdir(), 'rapsheet-pictures');

describe.skipIf(chromium === undefined || !hasFont)('how it looks', () => {
  const folder = scratch();
  const month = join(folder, 'october.html');
  const sheet = join(folder, 'sheet.html');
  let page: Page;

  beforeAll(async () => {
    const demo = join(folder, 'demo');
    await done(['demo', '--dir', demo, '--json']);
    const given = ['-c', plainConfig(folder), '--ledger', join(demo, 'ledger.db')];
    await done(['report', '2024-10', ...given, '-o', month]);
    await done(['show', '79.110.62.40', ...given, '-o', sheet]);
    const profile = join(folder, 'profile');
    mkdirSync(profile);
    page = await Page.open(chromium ?? '', profile, FLAGS);
  });

  afterAll(() => page.close());

  it.each(VIEWS)('the month at $width pixels, $scheme', async ({ width, scheme, step }) => {
    await show(page, month, { width, scheme });
    expect(compare(`month-${width}-${scheme}`, await partsOf(page, { width, step }), SEEN)).toEqual([]);
  });

  it.each(VIEWS)('a rap sheet at $width pixels, $scheme', async ({ width, scheme, step }) => {
    await show(page, sheet, { width, scheme });
    expect(compare(`sheet-${width}-${scheme}`, await partsOf(page, { width, step }), SEEN)).toEqual([]);
  });

  it.skipIf(pdftoppm === undefined)('the month printed, page by page', async () => {
    await show(page, month, { width: 1280, scheme: 'dark', media: 'print' });
    expect(compare('month-printed', await pagesOf(await page.print(), join(folder, 'pages')), SEEN)).toEqual([]);
  });

  /** What could go wrong with a page: in which part, and a style sheet that does it. */
  const BROKEN = [
    ['a map that is gone', 2, '#f-map-europe { visibility: hidden }'],
    ['a column that moved', 3, '#t-countries tbody td:nth-child(3) { position: relative; left: -60px }'],
    ['bars in the color of the paper', 2, '#t-regions .meter { opacity: 0 }'],
    ['a chart with other colors', 3, '.drawing .s1 { fill: var(--s2) !important }'],
    ['a table without its text', 5, 'tbody td, tbody th { color: transparent !important }'],
    ['tables that stand no longer side by side', 1, '.pair { display: block }'],
  ] as const;

  it.each(BROKEN)('a page is known to be broken by %s', async (_, only, style) => {
    await show(page, month, { width: 1280, scheme: 'light' });
    const [whole] = await partsOf(page, { width: 1280, step: 10, only });
    const [again] = await partsOf(page, { width: 1280, step: 10, only });
    await restyle(page, style);
    const [broken] = await partsOf(page, { width: 1280, step: 10, only });
    expect(differenceOf(whole, again)).toBe(undefined);
    expect(differenceOf(whole, broken)).toMatch(/other pixels|high/);
  });
});

describe.skipIf(findProgram('rsvg-convert') === undefined)('figures as pictures', () => {
  it('are a file each, named as their drawings are, and need a place', async () => {
    const folder = scratch();
    const demo = join(folder, 'demo');
    await done(['demo', '--dir', demo, '--json']);
    const given = ['-c', plainConfig(folder), '--ledger', join(demo, 'ledger.db')];
    const days = ['report', '2024-10', ...given, '--table', 'days'];
    await done([...days, '--format', 'svg', '-o', join(folder, 'drawn')]);
    await done([...days, '--format', 'png', '-o', join(folder, 'painted')]);
    await done(['show', '79.110.62.40', ...given, '-o', join(folder, 'timeline.png')]);

    const drawn = readdirSync(join(folder, 'drawn'));
    expect(drawn).toEqual(['days-attempts.svg', 'days-bans.svg']);
    expect(readdirSync(join(folder, 'painted'))).toEqual(drawn.map((name) => name.replace('.svg', '.png')));
    expect(decodePng(readFileSync(join(folder, 'timeline.png'))).width).toBe(2 * 1008);
    expect(await rapsheet([...days, '--format', 'png'])).toMatchObject({
      status: 64,
      err: expect.stringContaining('add -o'),
    });
  });
});

it('a picture is the same when it comes back from its file, and smaller by the mean of its pixels', () => {
  const rgb = Uint8Array.from({ length: 6 * 4 * 3 }, (_, i) => ((i * 7) % 32) * 8);
  const picture: Picture = { width: 6, height: 4, rgb };
  expect(decodePng(encodePng(picture))).toEqual(picture);
  const small = shrunk({ width: 2, height: 2, rgb: Uint8Array.from([0, 0, 0, 100, 0, 0, 0, 60, 0, 100, 60, 40]) }, 2);
  expect([...small.rgb]).toEqual([50, 30, 10]);
});

/** The pages of a PDF, small. */
async function pagesOf(pdf: Buffer, folder: string): Promise<Picture[]> {
  const file = put(join(folder, 'report.pdf'), pdf);
  const { status, err } = await runProgram('pdftoppm', ['-r', '72', '-png', file, join(folder, 'page')]);
  if (status !== 0) throw new Error(`pdftoppm: ${err}`);
  const pages = readdirSync(folder).filter((name) => name.endsWith('.png'));
  return pages.sort().map((name) => shrunk(decodePng(readFileSync(join(folder, name))), 5));
}

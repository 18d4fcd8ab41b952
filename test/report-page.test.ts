/**
 * The report and the rap sheet as pages, in a real Chromium: the demo's, and those in which every text is hostile. It asks for
 * nothing, complains of nothing, fits every window, and what attackers wrote neither runs nor breaks it.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../src/base/program.ts';
import { makeReport, renderReport } from '../src/report/report.ts';
import { HOSTILE } from '../src/report/testing/random.ts';
import {
  banOf,
  NO_RULES,
  OCTOBER,
  optionsOf,
  originOf,
  recordsOf,
  ruleOf,
  tallyOf,
  userOf,
} from '../src/report/testing/records.ts';
import { Page } from './browser.ts';
import { hostileSheet } from './hostile-sheet.ts';
import { done, plainConfig, put, scratch } from './run.ts';

const chromium = findProgram('chromium');
if (chromium === undefined) {
  console.warn(
    '\nSKIPPED: test/report-page.test.ts tests nothing, because there is no chromium (apt-get install chromium)\n',
  );
}

/** An accessibility checker that is asked where it is installed. */
const AXE = axePath();
if (AXE === undefined) console.warn('\nSKIPPED: no accessibility checker: axe-core is not installed\n');

function axePath(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  } catch {
    return undefined; // It is not installed.
  }
}

const WINDOWS = [390, 768, 1280, 1920].flatMap((width) =>
  (['light', 'dark'] as const).map((scheme) => ({ width, scheme })),
);

/** Each scheme and each layout once: the checker takes seconds. */
const CHECKED = [
  { width: 390, scheme: 'light' },
  { width: 390, scheme: 'dark' },
  { width: 1280, scheme: 'dark' },
] as const;

describe.skipIf(chromium === undefined)('the report as a page', () => {
  const folder = scratch();
  const month = join(folder, 'october.html');
  const hostile = join(folder, 'hostile.html');
  const sheet = join(folder, 'sheet.html');
  const operator = join(folder, 'operator.html');
  const hostileAttacker = join(folder, 'hostile-sheet.html');
  let page: Page;

  beforeAll(async () => {
    const demo = join(folder, 'demo');
    await done(['demo', '--dir', demo, '--json']);
    const config = plainConfig(folder);
    await done(['report', '2024-10', '-c', config, '--ledger', join(demo, 'ledger.db'), '-o', month]);
    put(hostile, hostilePage());
    const given = ['-c', config, '--ledger', join(demo, 'ledger.db')];
    await done(['show', '79.110.62.40', ...given, '--lines', 'all', '-o', sheet]);
    await done(['show', 'Microsoft Corporation', ...given, '--lines', 'all', '-o', operator]);
    put(hostileAttacker, hostileSheet([...HOSTILE, ...PAGE_ATTACKS]));
    const profile = join(folder, 'profile');
    mkdirSync(profile);
    page = await Page.open(chromium ?? '', profile);
  });

  afterAll(() => page.close());

  const pages = [
    ['the demo’s month', month],
    ['a hostile month', hostile],
    ['the rap sheet of an address', sheet],
    ['the rap sheet of an organization', operator],
    ['a hostile rap sheet', hostileAttacker],
  ] as const;

  describe.each(pages)('%s', (_, file) => {
    beforeAll(async () => {
      page.requests.length = 0;
      page.complaints.length = 0;
      await page.look({ width: 1280 });
      await page.go(file);
    });

    it('asks for nothing but itself, and nothing complains, runs or opens', async () => {
      await page.value('document.fonts.ready.then(() => true)');
      expect(page.requests).toEqual([String(pathToFileURL(file))]);
      expect(page.complaints).toEqual([]);
      expect(page.dialogs).toEqual([]);
      expect(await page.value('typeof window.ran')).toBe('undefined');
    });

    it('has no element that runs, loads or leads elsewhere', async () => {
      const acting = 'script, img, iframe, object, embed, form, input, base, video, audio, foreignObject, animate, set';
      expect(await page.value(`document.querySelectorAll('${acting}').length`)).toBe(0);
      const links = await page.value(
        `[...document.querySelectorAll('[href], [src], [xlink\\\\:href]')].map((e) => e.getAttribute('href') ?? e.getAttribute('src'))`,
      );
      expect(links).toEqual(expect.arrayContaining(['#content']));
      expect((Array.isArray(links) ? links : ['']).filter((link) => !/^(?:#[\w-]+|data:,)$/.test(link))).toEqual([]);
      const handlers = `[...document.querySelectorAll('*')].flatMap((e) => [...e.attributes]).filter((a) => /^on|^style$/i.test(a.name)).length`;
      expect(await page.value(handlers)).toBe(0);
    });

    it('leads only to what is there, and gives no name twice', async () => {
      const ids = `[...document.querySelectorAll('[id]')].map((e) => e.id)`;
      expect(await page.value(`new Set(${ids}).size === ${ids}.length`)).toBe(true);
      const missing = `[...document.querySelectorAll('a[href^="#"]')].map((a) => a.hash.slice(1)).filter((id) => !document.getElementById(id))`;
      expect(await page.value(missing)).toEqual([]);
    });

    it.each(WINDOWS)('fits a window of $width pixels, $scheme', async (view) => {
      await page.look(view);
      expect(await page.value('document.documentElement.scrollWidth')).toBe(view.width);
      // What is wider than the window may only be within something that scrolls by itself.
      const wide = `[...document.querySelectorAll('main *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.fit, svg, pre, .quiet, .hidden')).map((e) => e.outerHTML.slice(0, 120))`;
      expect(await page.value(wide)).toEqual([]);
    });

    it.skipIf(AXE === undefined).each(CHECKED)('axe finds nothing at $width pixels, $scheme', async (view) => {
      await page.look(view);
      await page.value(`${readFileSync(AXE ?? '', 'utf8')}; true`);
      const found = await page.value(
        `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map((node) => node.html.slice(0, 150) + ' ' + (node.any[0]?.message ?? '')).join(' | ')))`,
      );
      expect(found).toEqual([]);
    });

    it('prints on light paper, whatever the screen is', async () => {
      await page.look({ width: 1280, scheme: 'dark', media: 'print' });
      expect(await page.value(`getComputedStyle(document.documentElement).backgroundColor`)).toBe('rgb(255, 255, 255)');
      const pdf = await page.print();
      expect(pdf.subarray(0, 5).toString('latin1')).toBe('%PDF-');
      expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0).toBeGreaterThan(3);
      await page.look({ width: 1280 });
    });
  });

  it('the content policy allows the one style sheet that is there, and nothing else', () => {
    const text = readFileSync(month, 'utf8');
    const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(text).toContain(`default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'`);
    expect(text.match(/<style>/g)).toHaveLength(1);
  });

  it('the first key press offers to skip to the content', async () => {
    await page.look({ width: 1280 });
    await page.go(month);
    await page.press('Tab', 9);
    expect(await page.value('document.activeElement.className')).toBe('skip');
    expect(await page.value('document.activeElement.getBoundingClientRect().left >= 0')).toBe(true);
  });

  it.each([390, 1280])('a map fills a window of %i pixels when it is asked for, and goes back', async (width) => {
    await page.look({ width });
    await page.go(month);
    const box = `(() => { const { left, top, right, bottom } = document.querySelector('#f-map-europe').getBoundingClientRect(); return [left, top, right - innerWidth, bottom - innerHeight]; })()`;
    await page.value(`location.hash = '#f-map-europe'; true`);
    expect(await page.value(box)).toEqual([0, 0, 0, 0]);
    expect(await page.value(`document.elementFromPoint(innerWidth - 40, 30).textContent`)).toBe('Close');
    await page.value(`document.querySelector('#f-map-europe .close').click(); true`);
    expect(await page.value(`getComputedStyle(document.querySelector('#f-map-europe')).position`)).toBe('static');
  });

  it('no two names on a map stand on each other', async () => {
    await page.look({ width: 1280 });
    await page.go(month);
    // Half a unit is what rounding of coordinates may bring them nearer.
    const touching = `[...document.querySelectorAll('.map .names')].flatMap((group) => {
      const boxes = [...group.querySelectorAll('.name')].map((text) => [text.textContent, text.getBBox()]);
      return boxes.flatMap(([a, p], i) => boxes.slice(i + 1).filter(([, q]) =>
        p.x + p.width - 0.5 > q.x && q.x + q.width - 0.5 > p.x && p.y + p.height * 0.8 > q.y && q.y + q.height * 0.8 > p.y
      ).map(([b]) => a + ' / ' + b));
    })`;
    expect(await page.value(`document.querySelectorAll('.map .names .name').length > 20`)).toBe(true);
    expect(await page.value(touching)).toEqual([]);
  });
});

/** Every text that a ledger can hold is somebody's attempt at a page: names, kinds, hosts, services, sources, remarks. */
function hostilePage(): string {
  const texts = [...HOSTILE, ...PAGE_ATTACKS];
  const at = (i: number): string => texts[i % texts.length] ?? '';
  const bans = texts.flatMap((text, i) => {
    const origin = originOf({
      country: ['US', 'SG', text][i % 3],
      organization: text,
      scanner: i % 4 === 0 ? text : undefined,
      latitude: (i * 13) % 90,
      longitude: ((i * 37) % 360) - 180,
      sources: [`country: ${text} 2024-01-01`],
    });
    const from = OCTOBER.from + i * 3_600_000 * 11;
    const one = {
      subject: `192.0.2.${i}`,
      host: at(i + 1),
      service: at(i % 5),
      kind: at(i + 2),
      jail: text,
      origin,
      from,
    };
    return [banOf(one), banOf({ ...one, host: 'web1', prior: 1 })];
  });
  const tallies = texts.map((text, i) =>
    tallyOf({ address: `192.0.2.${i}`, kind: text, service: at(i % 5), host: text, count: i + 1 }),
  );
  const users = texts.map((text, i) => userOf({ user: text, service: at(i % 5), count: i + 1 }));
  const options = optionsOf({
    ...{ remarks: PAGE_ATTACKS, rules: HOSTILE_RULES, top: 'all', topByService: 'all' },
    kinds: new Map(texts.map((text) => [text, { sentence: text }])),
    creditsOf: () => new Map([[PAGE_ATTACKS[0] ?? '', PAGE_ATTACKS[1] ?? '']]),
    scope: { period: { ...OCTOBER, name: PAGE_ATTACKS[2] ?? '' }, host: PAGE_ATTACKS[3] },
  });
  const [file] = renderReport(makeReport(recordsOf({ bans, tallies, users }), options), 'html', {
    width: 80,
    color: false,
  });
  return [...(file?.pieces ?? [])].join('');
}

const PAGE_ATTACKS: readonly string[] = [
  '<script>window.ran = 1; alert(1)</script>',
  '"><img src=x onerror="window.ran = 2; alert(2)">',
  '</style><script>window.ran = 3</script>',
  '</title></svg></table><iframe srcdoc="<script>parent.ran = 4</script>">',
  `' autofocus onfocus='window.ran = 5' x='`,
  '<svg><animate onbegin=alert(6) attributeName=x dur=1s>',
  '<a href="javascript:alert(7)">a</a>',
  '<link rel=stylesheet href=http://192.0.2.1/x.css><base href="http://192.0.2.1/">',
  '<!-- ]]> --!> <![CDATA[',
  '&lt;script&gt;alert(8)&lt;/script&gt; &#x3c;b&#x3e;',
  '<meta http-equiv="refresh" content="0;url=http://192.0.2.1/">',
  'W'.repeat(500),
  `${'a\u0301\u0302\u0303'.repeat(60)}`,
  '\u202e\u2066gnp.exe\u2069',
  'مدير النظام',
  '\ud800 alone',
];

/** Jails and kinds have the names that a configuration gives them. */
const HOSTILE_RULES = { ...NO_RULES, jails: PAGE_ATTACKS.map((name) => ruleOf({ name, kinds: [name] })) };

it.skipIf(chromium === undefined)('the hostile page is made of hostile texts', () => {
  expect(hostilePage()).toContain('&#60;script&#62;window.ran = 1');
  expect(hostileSheet([...HOSTILE, ...PAGE_ATTACKS])).toContain('&#60;script&#62;window.ran = 1');
  expect(existsSync(chromium ?? '')).toBe(true);
});

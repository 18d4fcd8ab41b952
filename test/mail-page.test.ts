/** Mail as HTML in a real Chromium: on a desk and on a phone, light and dark, with what attackers write in it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../src/base/program.ts';
import { UTC } from '../src/base/zone.ts';
import { letterOf } from '../src/notify/channel/mail.ts';
import { asHtml, PICTURE_ID } from '../src/notify/mail/as-html.ts';
import { hostileNotices, PAYLOADS } from '../src/notify/mail/testing/hostile.ts';
import { banNotice, digestNotice, reportNotice, testNotice } from '../src/notify/mail/testing/notices.ts';
import { writingOf } from '../src/notify/mail/writing.ts';
import type { Notice } from '../src/notify/notice.ts';
import { landOfEarth } from '../src/report/geography/land.ts';
import { Page } from './browser.ts';
import { put } from './run.ts';

const chromium = findProgram('chromium');
if (chromium === undefined) console.warn('SKIPPED, chromium is not installed: mail as a page');

describe.skipIf(chromium === undefined)('mail as a page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rapsheet-mail-page-'));
  const writing = writingOf({ language: 'en', zone: UTC, sentenceOf: () => undefined, geography: landOfEarth() });
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  let page: Page;

  beforeAll(async () => {
    page = await Page.open(chromium ?? '', join(folder, 'profile'));
  });
  afterAll(async () => {
    await page.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function show(notice: Notice): Promise<void> {
    const letter = letterOf(notice, writing);
    const picture = `data:image/png;base64,${letter.picture?.png.toString('base64') ?? ''}`;
    const path = join(folder, `${notice.sort}.html`);
    await page.go(put(path, asHtml(letter, 'en').replace(`cid:${PICTURE_ID}`, picture)));
  }

  const bad = banNotice({ block: 'ineffective', why: 'the packets are forwarded to a container' });
  const notices: readonly Notice[] = [
    banNotice(),
    bad,
    banNotice({ block: 'dry-run' }),
    digestNotice(),
    reportNotice(),
    testNotice(),
  ];

  it.each([
    [600, 'light'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)('fits %i pixels and can be read by everybody (%s)', async (width, scheme) => {
    await page.look({ width, scheme });
    for (const notice of notices) {
      await show(notice);
      expect(await page.value('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      await page.value(axe);
      const found = await page.value(
        "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))",
      );
      // A mail is read within a page that has these.
      expect(Object(found).filter((each: string) => !/^(?:landmark|region|page-has|heading-order)/.test(each))).toEqual(
        [],
      );
    }
    expect(await page.value('getComputedStyle(document.body).backgroundColor')).toBe(
      scheme === 'dark' ? 'rgb(21, 25, 29)' : 'rgb(255, 255, 255)',
    );
  });

  it('shows the map', async () => {
    await page.look({ width: 390 });
    await show(banNotice());
    expect(
      await page.value('(({ naturalWidth, clientWidth }) => [naturalWidth, clientWidth])(document.images[0])'),
    ).toEqual([1040, 358]);
  });

  it('asks for nothing, runs nothing and stays within a phone, whatever attackers write', async () => {
    await page.look({ width: 390 });
    for (const text of [...PAYLOADS, 'A'.repeat(2_000)]) {
      for (const notice of hostileNotices(text)) {
        await show(notice);
        expect(await page.value('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
        expect(await page.value("document.querySelectorAll('script, a, form, iframe, link, object').length")).toBe(0);
      }
    }
    expect(page.requests.filter((url) => !/^(?:file|data):/.test(url))).toEqual([]);
    expect(page.dialogs).toEqual([]);
    expect(page.complaints).toEqual([]);
  });
});

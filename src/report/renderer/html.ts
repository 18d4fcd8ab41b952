/** HTML: one page in one file that needs nothing else, no network, no script; it prints, and it reads on a phone. */
import { createHash } from 'node:crypto';
import type { Markup } from '../../base/markup.ts';
import { markup, raw } from '../../base/markup.ts';
import { drawingsOf } from '../drawing.ts';
import { formatForPeople } from '../format.ts';
import type { Report } from '../table.ts';
import { wordsOf } from '../words.ts';
import { introduction, masthead } from './html/head.ts';
import { drawSection, sectionsOf } from './html/sections.ts';
import type { Sheet } from './html/sheet.ts';
import { sheetOf } from './html/sheet.ts';
import { STYLE } from './html/style.ts';
import type { RenderedFile } from './renderer.ts';
import { fileOf } from './renderer.ts';

export function renderHtml(report: Report): readonly RenderedFile[] {
  return [fileOf('report.html', () => pieces(report))];
}

function* pieces(report: Report): Iterable<string> {
  const sheet = sheetOf(report, {
    words: wordsOf(report.language),
    format: formatForPeople(report),
    drawings: drawingsOf(report),
  });
  const sections = sectionsOf(sheet);
  yield opening(sheet).text;
  yield markup`<body>
<a class="skip" href="#content">${sheet.say('Skip to the content')}</a>
${masthead(sheet)}
<div class="page">
<nav aria-label="${sheet.say('Contents')}"><ol>${sections.map(({ id, heading }) => markup`<li><a href="#${id}">${sheet.say(heading)}</a></li>`)}</ol></nav>
<main id="content">
${introduction(sheet)}
`.text;
  for (const section of sections) yield drawSection(section, sheet).text;
  yield markup`</main>
</div>
<footer><p>${sheet.say(hasMap(sheet) ? WITH_MAP : WITHOUT_MAP)}</p></footer>
</body>
</html>
`.text;
}

const WITH_MAP = 'Made by Rapsheet from the records of this server. Map: Natural Earth; borders as it draws them.';
const WITHOUT_MAP = 'Made by Rapsheet from the records of this server.';

function hasMap({ drawings }: Sheet): boolean {
  return drawings.some(({ figure }) => figure.type === 'map');
}

/** What the page may load: its one style sheet, by its hash, and nothing else from anywhere. */
function opening({ report, title }: Sheet): Markup {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
  return markup`<!DOCTYPE html>
<html lang="${report.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
`;
}

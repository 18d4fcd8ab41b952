/**
 * A letter as HTML: one column of at most 600 pixels that gets narrower, light and dark. Styles stand in the elements,
 * because many mail programs know no others; those in the head only turn the light colors into dark ones. It fetches
 * nothing, and has no link: what an attacker wrote is never one click away.
 */
import { type Markup, type MarkupPart, markup, raw } from '../../base/markup.ts';
import { type Letter, type LetterTable, type Part, type Picture, shown, type Tone } from './letter.ts';
import { DARK, STYLE } from './style.ts';

/** What the picture is called within the mail. */
export const PICTURE_ID = 'map@rapsheet';

export function asHtml({ subject, lead, tone, parts, foot, picture }: Letter, language: string): string {
  const body = parts.map((part) => partMarkup(part, picture));
  const page = markup`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
<title>${shown(subject)}</title>
<style>${raw(DARK)}</style>
</head>
<body class="page" style="${STYLE.page}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="${STYLE.sheet}"><tr><td style="${STYLE.margin}">
<p class="${CLASS_OF[tone]}" style="${STYLE[tone]}">${prose(lead)}</p>
${body}
<p class="quiet" style="${STYLE.foot}">${lines(foot)}</p>
</td></tr></table>
</body>
</html>
`;
  return page.text;
}

const CLASS_OF: Readonly<Record<Tone, string>> = { good: 'good', bad: 'bad', calm: 'calm' };

/** A date is not broken after one of its hyphens. */
function prose(text: string): MarkupPart {
  return shown(text)
    .split(/(\d{4}-\d{2}-\d{2})/)
    .map((piece, i) => (i % 2 === 0 ? piece : markup`<span style="${STYLE.whole}">${piece}</span>`));
}

function lines(texts: readonly string[]): MarkupPart {
  return texts.map((text, i) => (i === 0 ? markup`${shown(text)}` : markup`<br>${shown(text)}`));
}

function partMarkup(part: Part, picture: Picture | undefined): Markup {
  switch (part.type) {
    case 'heading':
      return markup`<h2 style="${STYLE.heading}">${shown(part.text)}</h2>\n`;
    case 'text':
      return markup`<p style="${STYLE.text}">${prose(part.text)}</p>\n`;
    case 'facts': {
      const rows = part.facts.map(
        ({ name, value }) => markup`<tr><th class="quiet" scope="row" style="${STYLE.name}">${shown(name)}</th>
<td style="${STYLE.value}">${prose(value)}</td></tr>\n`,
      );
      return markup`<table width="100%" cellpadding="0" cellspacing="0" style="${STYLE.table}">\n${rows}</table>\n`;
    }
    case 'table':
      return tableMarkup(part.table);
    case 'lines':
      return markup`${part.lines.map(
        ({ about, line }) => markup`<p class="quiet" style="${STYLE.about}">${shown(about)}</p>
<pre class="code" style="${STYLE.code}"><code>${shown(line)}</code></pre>\n`,
      )}`;
    case 'commands':
      return markup`${part.commands.map(
        ({
          command,
          about,
        }) => markup`<p style="${STYLE.command}"><code class="code" style="${STYLE.word}">${shown(command)}</code><br>
<span class="quiet" style="${STYLE.small}">${shown(about)}</span></p>\n`,
      )}`;
    case 'picture':
      return picture ? pictureMarkup(picture) : markup``;
  }
}

function tableMarkup({ columns, rows }: LetterTable): Markup {
  const style = (align: 'left' | 'right'): string => STYLE.cell + (align === 'right' ? STYLE.right : '');
  const head = columns.map(({ title, align }) => {
    // A heading that says nothing is none to who has the page read aloud.
    if (title === '') return markup`<td class="line" style="${style(align)}"></td>`;
    return markup`<th class="quiet line" scope="col" style="${style(align)}${STYLE.title}">${shown(title)}</th>`;
  });
  const body = rows.map(({ cells, under }) => {
    const open = under === '' ? '' : STYLE.open;
    const row = cells.map(
      (cell, at) => markup`<td class="line" style="${style(columns[at]?.align ?? 'left')}${open}">${shown(cell)}</td>`,
    );
    if (under === '') return markup`<tr>${row}</tr>\n`;
    // Over the whole width: beside figures a phone has no room for it.
    return markup`<tr>${row}</tr>
<tr><td class="quiet line" colspan="${columns.length}" style="${STYLE.under}">${shown(under)}</td></tr>\n`;
  });
  return markup`<table width="100%" cellpadding="0" cellspacing="0" style="${STYLE.table}">
<tr>${head}</tr>
${body}</table>\n`;
}

function pictureMarkup({ width, alt }: Picture): Markup {
  return markup`<p style="${STYLE.text}"><img src="cid:${PICTURE_ID}" width="${width}" alt="${shown(alt)}" style="${STYLE.picture}"></p>\n`;
}

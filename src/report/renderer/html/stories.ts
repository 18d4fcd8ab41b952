/** A table of stories as text: topic, sentence, where the evidence is, and the log's own words. */

import type { Markup } from '../../../base/markup.ts';
import { markup } from '../../../base/markup.ts';
import type { Column, Row, Table } from '../../table.ts';
import type { Sheet } from './sheet.ts';
import { idOf } from './sheet.ts';

export function drawStories(sheet: Sheet, table: Table): Markup {
  const columns = table.columns.filter((column) => column.type === 'text' && column.show !== 'data');
  const drawn = table.rows.map((row) => drawStory(sheet, columns, row));
  const note =
    table.notes.length === 0
      ? undefined
      : markup`<p class="note" lang="${sheet.sentences}">${table.notes.join(' ')}</p>`;
  return markup`<div class="stories" id="${idOf(table.name)}" lang="${sheet.sentences}">${drawn}</div>${note}
`;
}

/** The first column is what it is about; words of strangers are shown as they stand in the log. */
function drawStory(sheet: Sheet, columns: readonly Column[], row: Row): Markup {
  const [topic, ...rest] = columns.map((column) => ({ column, text: sheet.format(column, row).trim() }));
  const parts = rest
    .filter(({ text }) => text !== '')
    .map(({ column, text }) => {
      if (column.type !== 'text') return markup``;
      if (column.author === 'stranger')
        return markup`<pre tabindex="0" aria-label="${column.heading}"><bdi>${text}</bdi></pre>`;
      return column.overflow === 'below' ? markup`<p class="note">${text}</p>` : markup`<p>${text}</p>`;
    });
  return markup`<article class="story"><h3>${topic?.text ?? ''}</h3>${parts}</article>
`;
}

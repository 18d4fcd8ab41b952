/** A table of stories as text: topic, sentence, where the evidence is, and the log's own words. */

import type { Markup } from '../../../base/markup.ts';
import { markup } from '../../../base/markup.ts';
import type { Column, Row, Statement, Table } from '../../table.ts';
import { drawSentence } from './sentence.ts';
import type { Sheet } from './sheet.ts';
import { idOf } from './sheet.ts';

export function drawStories(sheet: Sheet, table: Table): Markup {
  const columns = table.columns.filter((column) => column.type === 'text' && column.show !== 'data');
  const drawn = table.rows.map((row, i) => drawStory({ sheet, columns, statement: table.statements[i] }, row));
  const note =
    table.notes.length === 0
      ? undefined
      : markup`<p class="note" lang="${sheet.sentences}">${table.notes.join(' ')}</p>`;
  return markup`<div class="stories" id="${idOf(table.name)}" lang="${sheet.sentences}">${drawn}</div>${note}
`;
}

interface Told {
  readonly sheet: Sheet;
  readonly columns: readonly Column[];
  /** What the column `sentence` says. */
  readonly statement: Statement | undefined;
}

/** The first column is what it is about; words of strangers are shown as they stand in the log. */
function drawStory({ sheet, columns, statement }: Told, row: Row): Markup {
  const [topic, ...rest] = columns.map((column) => ({ column, text: sheet.format(column, row).trim() }));
  const parts = rest
    .filter(({ text }) => text !== '')
    .map(({ column, text }) => {
      if (column.type !== 'text') return markup``;
      if (column.author === 'stranger')
        return markup`<pre tabindex="0" aria-label="${column.heading}"><bdi>${text}</bdi></pre>`;
      if (column.overflow === 'below') return markup`<p class="note">${text}</p>`;
      const isSentence = statement !== undefined && column.key === 'sentence';
      return markup`<p>${isSentence ? drawSentence(sheet, statement) : text}</p>`;
    });
  return markup`<article class="story"><h3>${topic?.text ?? ''}</h3>${parts}</article>
`;
}

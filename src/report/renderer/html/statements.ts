/** A table of topics and statements as text: headings with lists under them. */

import type { Markup } from '../../../base/markup.ts';
import { markup } from '../../../base/markup.ts';
import type { Table } from '../../table.ts';
import { textIn } from '../../table.ts';
import type { Sheet } from './sheet.ts';
import { idOf } from './sheet.ts';

/** Topics as they are in the English table, and what a reader of a page calls them. */
const HEADINGS: ReadonlyMap<string, string> = new Map([
  ['Remark', 'About this report'],
  ['Counted', 'How it was counted'],
  ['Origins', 'Data about origins'],
  ['Credit', 'Credits'],
  ['Unknown', 'What is unknown'],
  ['Rule', 'Rules in force'],
  ['Not computed', 'What could not be computed, and why'],
]);

export function drawStatements(sheet: Sheet, table: Table): Markup {
  const headings = new Map([...HEADINGS].map(([topic, heading]) => [sheet.say(topic), sheet.say(heading)]));
  const topics = new Map<string, string[]>();
  for (const { cells } of table.rows) {
    const topic = textIn(cells, 'topic');
    topics.set(topic, [...(topics.get(topic) ?? []), textIn(cells, 'statement')]);
  }
  const drawn = [...topics].map(([topic, statements]) => {
    const items = statements.map((statement) => markup`<li>${statement}</li>`);
    return markup`<div><h3>${headings.get(topic) ?? topic}</h3><ul lang="${sheet.sentences}">${items}</ul></div>`;
  });
  return markup`<div class="statements" id="${idOf(table.name)}">${drawn}</div>
`;
}

/** A table of topics and statements as a list of terms: who somebody is, at a glance. */

import type { Markup } from '../../../base/markup.ts';
import { markup } from '../../../base/markup.ts';
import type { Table } from '../../table.ts';
import { textIn } from '../../table.ts';
import type { Sheet } from './sheet.ts';
import { idOf } from './sheet.ts';

/** What the head of the page says in large letters. */
const IN_HEAD = ['Subject', 'Bans', 'Attempts'] as const;

export function drawFacts(sheet: Sheet, table: Table): Markup {
  const inHead = new Set(IN_HEAD.map(sheet.say));
  const topics = new Map<string, string[]>();
  for (const { cells } of table.rows) {
    const topic = textIn(cells, 'topic');
    if (inHead.has(topic)) continue;
    topics.set(topic, [...(topics.get(topic) ?? []), textIn(cells, 'statement')]);
  }
  // What has several statements takes the whole width, under what has one.
  const sorted = [...topics].sort((a, b) => Number(a[1].length > 1) - Number(b[1].length > 1));
  const drawn = sorted.map(([topic, statements]) => {
    const told = statements.map((statement) => markup`<dd lang="${sheet.sentences}"><bdi>${statement}</bdi></dd>`);
    return markup`<div><dt>${topic}</dt>${told}</div>`;
  });
  return markup`<dl class="facts" id="${idOf(table.name)}">${drawn}</dl>
`;
}

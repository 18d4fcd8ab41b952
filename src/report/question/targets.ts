/** What they aimed at: requests, recipients, as the lines of evidence have them. */
import { fromLog } from '../../base/text.ts';
import { count, percent, rankColumns, text } from '../column.ts';
import { type Draft, finishTable, item, rankNotes, rest } from '../finish.ts';
import { rankEntries } from '../rank.ts';
import type { Table } from '../table.ts';
import type { Inquiry } from './question.ts';

/** Requests are guessed from long lists, like user names. */
const TIMES_TOP = 2;

interface Target {
  readonly target: string;
  readonly kind: string;
}

export function targets(inquiry: Inquiry): readonly Table[] {
  const { notes } = inquiry.phrases;
  const top = inquiry.options.top === 'all' ? 'all' : inquiry.options.top * TIMES_TOP;
  const { aims } = inquiry.facts;
  const counts = new Map<string, { item: Target; count: number }>();
  for (const { target, kind } of aims.lines) {
    if (target === undefined) continue;
    const key = JSON.stringify([target, kind]);
    const entry = counts.get(key) ?? { item: { target: fromLog(target), kind }, count: 0 };
    entry.count++;
    counts.set(key, entry);
  }
  const entries = [...counts.values()];
  const labels = ({ target, kind }: Target): readonly string[] => [target, kind];
  const ranking = rankEntries(entries, { top, labels, compare: inquiry.compare });
  const others = ranking.rest.reduce((sum, entry) => sum + entry.count, 0);
  const draft: Draft = {
    name: 'targets',
    title: 'Targets',
    base: 'lines of evidence that say what they were aimed at',
    columns: [
      ...rankColumns(),
      text('target', 'Target', { author: 'stranger', absent: '(empty)', overflow: 'fold' }),
      text('kind', 'Kind', { show: 'roomy' }),
      count('lines', 'Lines'),
      percent('lines'),
    ],
    rows: [
      ...ranking.listed.map(({ item: target, rank, tied, count: lines }) => item({ rank, tied, ...target, lines })),
      ...rest({ target: 'other targets', lines: others }, others),
    ],
    total: {},
    notes: [
      ...rankNotes(ranking, { things: 'targets', counts: 'lines' }, inquiry),
      ...(entries.length > 1 ? [notes.inAll({ count: entries.length, things: 'targets' })] : []),
      ...(aims.bans < aims.of ? [notes.sample({ bans: aims.bans, of: aims.of })] : []),
    ],
    order: { by: 'lines', direction: 'falling', amongEquals: ['target', 'kind'] },
    top,
    bar: 'lines',
  };
  return [finishTable(draft, inquiry)];
}

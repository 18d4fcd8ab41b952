/** Which user names were tried. */
import { count, percent, rankColumns, text } from '../column.ts';
import { finishTable, item, rankNotes, rest } from '../finish.ts';
import { rankEntries } from '../rank.ts';
import type { Table } from '../table.ts';
import type { Inquiry } from './question.ts';

/** User names are guessed from long lists: ten would say too little of them, so the list is twice as long as others. */
const TIMES_TOP = 2;

export function users(inquiry: Inquiry): readonly Table[] {
  const facts = inquiry.facts.users;
  const { written, counted, compare } = inquiry;
  const top = inquiry.options.top === 'all' ? 'all' : inquiry.options.top * TIMES_TOP;
  const entries = Array.from({ length: facts.seen.size }, (_, pair) => ({ item: pair, count: facts.seen.count(pair) }));
  const userOf = (pair: number): string => facts.names.text(facts.seen.thing(pair));
  const serviceOf = (pair: number): string => facts.services.text(facts.seen.label(pair));
  const ranking = rankEntries(entries, { top, labels: (pair) => [userOf(pair), serviceOf(pair)], compare });
  const others = ranking.rest.reduce((sum, entry) => sum + entry.count, facts.others);
  const tie = (size: number, each: number): string => `${counted(size, 'name')} with ${counted(each, 'attempt')} each`;
  const table = finishTable({
    name: 'users',
    title: 'User names',
    base: 'attempts that named a user',
    columns: [
      ...rankColumns(),
      text('user', 'User name', { author: 'stranger', absent: '(empty)' }),
      text('service', 'Service'),
      count('attempts', 'Attempts', { measure: 'attempts with a user' }),
      percent('attempts'),
    ],
    rows: [
      ...ranking.listed.map(({ item: pair, rank, tied, count: attempts }) =>
        item({ rank, tied, user: userOf(pair), service: serviceOf(pair), attempts }),
      ),
      ...rest({ user: 'other names', attempts: others }, others),
    ],
    total: {},
    notes: [
      ...rankNotes(ranking, tie),
      ...(facts.names.size > 1 ? [`${written(facts.names.size)} names in all.`] : []),
    ],
    order: { by: 'attempts', direction: 'falling', amongEquals: ['user', 'service'] },
    top,
    bar: 'attempts',
  });
  return [table];
}

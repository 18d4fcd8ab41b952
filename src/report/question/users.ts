/** Which user names were tried. */
import { count, percent, rankColumns, text } from '../column.ts';
import type { UserFacts } from '../facts/user-facts.ts';
import { type Draft, finishTable, item, rankNotes, rest } from '../finish.ts';
import type { Entry } from '../rank.ts';
import { rankEntries } from '../rank.ts';
import type { Table } from '../table.ts';
import type { Words } from '../words.ts';
import type { Inquiry } from './question.ts';

/** User names are guessed from long lists: ten would say too little of them, so the list is twice as long as others. */
const TIMES_TOP = 2;

export function users(inquiry: Inquiry): readonly Table[] {
  const { top } = inquiry.options;
  return [userTable(inquiry.facts.users, inquiry, top === 'all' ? 'all' : top * TIMES_TOP)];
}

/** User names with the service that they were tried at, most tried first. */
export function userTable(facts: UserFacts, words: Words, top: number | 'all'): Table {
  const { compare, phrases } = words;
  const entries = tried(facts);
  const userOf = ({ name }: Tried): string => facts.names.text(name);
  const serviceOf = ({ service }: Tried): string => facts.services.text(service);
  const ranking = rankEntries(entries, { top, labels: (one) => [userOf(one), serviceOf(one)], compare });
  const others = ranking.rest.reduce((sum, entry) => sum + entry.count, facts.others);
  const draft: Draft = {
    name: 'users',
    title: 'User names',
    base: 'attempts that named a user',
    columns: [
      ...rankColumns(),
      text('user', 'User name', { author: 'stranger', absent: '(empty)' }),
      text('service', 'Service'),
      count('attempts', 'Attempts', { measure: 'attempts with a user' }),
      percent('attempts', 'roomy'),
    ],
    rows: [
      ...ranking.listed.map(({ item: one, rank, tied, count: attempts }) =>
        item({ rank, tied, user: userOf(one), service: serviceOf(one), attempts }),
      ),
      ...rest({ user: 'other names', attempts: others }, others),
    ],
    total: {},
    notes: [
      ...rankNotes(ranking, { things: 'names', counts: 'attempts' }, words),
      ...(facts.names.size > 1 ? [phrases.notes.inAll({ count: facts.names.size, things: 'names' })] : []),
    ],
    order: { by: 'attempts', direction: 'falling', amongEquals: ['user', 'service'] },
    top,
    bar: 'attempts',
  };
  return finishTable(draft, words);
}

/** A name under a service, by their numbers. */
export interface Tried {
  readonly name: number;
  readonly service: number;
}

/** Every name under every service that it was tried at, with its attempts. */
export function tried(facts: UserFacts): Entry<Tried>[] {
  const { seen } = facts;
  const entries: Entry<Tried>[] = [];
  for (let name = 0; name < seen.things; name++) {
    for (let pair = seen.first(name); pair >= 0; pair = seen.next(pair)) {
      entries.push({ item: { name, service: seen.label(pair) }, count: seen.count(pair) });
    }
  }
  return entries;
}

/** What others said of the banned address, each with who said it and when. None of it was asked for to decide anything. */
import type { Zone } from '../../base/zone.ts';
import { dayName, dayOf } from '../../base/zone.ts';
import type { Answer } from '../../model.ts';
import { count, text, time } from '../column.ts';
import { finishTable, item } from '../finish.ts';
import type { Table } from '../table.ts';
import type { Words } from '../words.ts';
import { newestNote } from './lists.ts';
import type { SheetFacts } from './sheet-facts.ts';
import type { SheetFinding } from './sheet-records.ts';

type Statement = readonly [topic: string, statement: string];

/** The newest answer to each question, for the head of the sheet; `subject`: whose sheet it is. */
export function findingStatements(facts: SheetFacts, words: Words, zone: Zone, subject: string): Statement[] {
  const newest = [...facts.newestFindings.values()].sort((a, b) => rankOf(a.answer) - rankOf(b.answer));
  return newest.flatMap((finding) => {
    const { address, source, at, answer } = finding;
    const of = address.text === subject ? '' : `, of ${address.text}`;
    const said = `(${source}, ${dayName(dayOf(zone, at))}${of})`;
    return statementsOf(answer, words).map(([topic, statement]): Statement => [topic, `${statement} ${said}`]);
  });
}

/** All answers, a line each, the newest of them. */
export function findings(facts: SheetFacts, words: Words): Table {
  return finishTable({
    name: 'findings',
    title: 'What others say',
    base: 'answers about banned addresses',
    columns: [
      count('ban', 'Ban', { rule: { type: 'label' } }),
      time('time', 'Said', 'roomy'),
      text('address', 'Address', { show: 'wide', overflow: 'whole' }),
      text('topic', 'Topic', { overflow: 'whole' }),
      text('statement', 'Statement', { overflow: 'fold', author: 'stranger' }),
      text('source', 'By', { show: 'roomy' }),
      text('about', 'Question', { show: 'data' }),
    ],
    rows: facts.findings.items().flatMap((finding) => rowsOf(finding, words)),
    total: undefined,
    notes: newestNote(facts.findings, words, 'answers'),
  });
}

function rowsOf({ ban, at, address, source, answer }: SheetFinding, words: Words) {
  const common = { ban, time: at, address: address.text, source, about: answer.about };
  return statementsOf(answer, words).map(([topic, statement]) => item({ ...common, topic, statement }));
}

const ORDER: readonly Answer['about'][] = ['reverse-name', 'registration', 'tor-exit', 'listings'];

function rankOf({ about }: Answer): number {
  return ORDER.indexOf(about);
}

function statementsOf(answer: Answer, words: Words): Statement[] {
  switch (answer.about) {
    case 'reverse-name': {
      const names = answer.names.map(({ name, verified }) => `${name} (${verified ? 'confirmed' : 'not confirmed'})`);
      return [['Reverse name', names.join(', ') || 'none']];
    }
    case 'registration': {
      const { network, name, holder, country, abuse } = answer;
      const range =
        network === undefined ? undefined : [network, name === undefined ? [] : `“${name}”`].flat().join(' ');
      const where = country === undefined ? undefined : words.countryName(country);
      const whole = [range, holder, where].filter((part) => part !== undefined).join(', ');
      return [
        ['Registered', whole || 'not at all'],
        ['Abuse contact', abuse.join(', ') || 'none'],
      ];
    }
    case 'tor-exit':
      return [['Tor exit', answer.isExit ? 'yes' : 'no']];
    case 'listings': {
      const lists = answer.lists.map(({ list, codes }) => `${list} (${codes.join(', ')})`);
      const unlisted = answer.unlisted.length === 0 ? [] : [`not on ${answer.unlisted.join(', ')}`];
      return [['Blocklists', [...lists, ...unlisted].join(', ')]];
    }
  }
}

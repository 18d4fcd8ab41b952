/** What others said of the banned address, each with who said it and when. None of it was asked for to decide anything. */
import type { Zone } from '../../base/zone.ts';
import { dayName, dayOf } from '../../base/zone.ts';
import type { Answer } from '../../model.ts';
import { count, text, time } from '../column.ts';
import { type Draft, finishTable, item } from '../finish.ts';
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
    const said = words.phrases.sheet.said({
      source,
      day: dayName(dayOf(zone, at)),
      address: address.text === subject ? undefined : address.text,
    });
    return statementsOf(answer, words).map(([topic, statement]): Statement => [topic, `${statement} ${said}`]);
  });
}

/** All answers, a line each, the newest of them. */
export function findings(facts: SheetFacts, words: Words): Table {
  const draft: Draft = {
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
  };
  return finishTable(draft, words);
}

function rowsOf({ ban, at, address, source, answer }: SheetFinding, words: Words) {
  const common = { ban, time: at, address: address.text, source, about: answer.about };
  return statementsOf(answer, words).map(([topic, statement]) => item({ ...common, topic, statement }));
}

const ORDER: readonly Answer['about'][] = ['reverse-name', 'registration', 'tor-exit', 'listings'];

function rankOf({ about }: Answer): number {
  return ORDER.indexOf(about);
}

/** With their topics in the language of the sheet. */
function statementsOf(answer: Answer, words: Words): Statement[] {
  return answerStatements(answer, words).map(([topic, statement]): Statement => [words.say(topic), statement]);
}

function answerStatements(answer: Answer, words: Words): Statement[] {
  const { say, phrases } = words;
  switch (answer.about) {
    case 'reverse-name': {
      const names = answer.names.map((one) => phrases.sheet.reverseName(one));
      return [['Reverse name', names.join(', ') || say('none')]];
    }
    case 'registration': {
      const { network, name, holder, country, abuse } = answer;
      const range =
        network === undefined ? undefined : [network, name === undefined ? [] : phrases.quoted(name)].flat().join(' ');
      const where = country === undefined ? undefined : words.countryName(country);
      const whole = [range, holder, where].filter((part) => part !== undefined).join(', ');
      return [
        ['Registered', whole || say('not at all')],
        ['Abuse contact', abuse.join(', ') || say('none')],
      ];
    }
    case 'tor-exit':
      return [['Tor exit', say(answer.isExit ? 'yes' : 'no')]];
    case 'listings': {
      const lists = answer.lists.map(({ list, codes }) => `${list} (${codes.join(', ')})`);
      const unlisted = answer.unlisted.length === 0 ? [] : [phrases.sheet.notOn(answer.unlisted)];
      return [['Blocklists', [...lists, ...unlisted].join(', ')]];
    }
  }
}

/** What there is to tell: each story a sentence with its figures, the bans that are its evidence, and their newest line. */
import { fromLog } from '../../base/text.ts';
import { count, text, time } from '../column.ts';
import { type Draft, finishTable, item } from '../finish.ts';
import { campaign } from '../story/campaign.ts';
import { dialogue, sideName } from '../story/dialogue.ts';
import { foreign } from '../story/foreign.ts';
import { names } from '../story/names.ts';
import { network, wide } from '../story/network.ts';
import { origins } from '../story/origins.ts';
import { persistent } from '../story/persistent.ts';
import { reach } from '../story/reach.ts';
import { returned } from '../story/returned.ts';
import { scanners } from '../story/scanners.ts';
import { slowed } from '../story/slowed.ts';
import type { Story, Teller, Telling } from '../story/story.ts';
import { strangest } from '../story/strangest.ts';
import type { Cells, Column, Table } from '../table.ts';
import type { Inquiry } from './question.ts';

const TELLERS: readonly Teller[] = [
  persistent,
  network,
  wide,
  slowed,
  returned,
  campaign,
  reach,
  origins,
  scanners,
  strangest,
  dialogue,
  foreign,
  names,
];

export function stories(inquiry: Inquiry): readonly Table[] {
  const telling = { ...inquiry, aims: inquiry.facts.aims };
  const told = TELLERS.flatMap((teller) => teller(telling));
  const { phrases } = inquiry;
  const draft: Draft = {
    name: 'stories',
    title: phrases.stories.title,
    base: phrases.stories.base,
    columns: storyColumns(inquiry),
    rows: withoutEchoes(told.map((story) => storyCells(inquiry, story))).map(item),
    total: undefined,
    notes: told.length > 0 ? [phrases.stories.note] : [],
    statements: told.map(({ text: sentence, claims }) => ({ text: sentence, claims })),
  };
  return [finishTable(draft, inquiry), ...dialogueTable(telling)];
}

/** What was said, turn by turn; under the last turn that a line of the log tells of, the line. */
function dialogueTable(telling: Telling): readonly Table[] {
  const found = telling.facts.dialogue;
  if (found === undefined) return [];
  const { turns, ban, host } = found;
  const draft: Draft = {
    name: 'dialogue',
    title: 'A dialogue with the mail server',
    base: 'lines of evidence of one mail session',
    columns: [
      text('side', 'Who'),
      text('said', 'What was said', { overflow: 'fold', author: 'stranger' }),
      count('ban', 'Ban', { rule: { type: 'label' }, show: 'data' }),
      text('host', 'Host', { show: 'data' }),
      time('time', 'Time', 'data'),
      text('file', 'File', { show: 'data' }),
      count('offset', 'Offset', { rule: { type: 'label' }, show: 'data' }),
      text('place', 'File', { overflow: 'below' }),
      text('line', 'Line', { overflow: 'below', author: 'stranger' }),
    ],
    rows: turns.map((turn, i) => {
      const { path, offset, time: at, line } = turn.line;
      const isLast = turns[i + 1]?.line !== turn.line;
      const from = { ban, host, time: at, file: path, offset };
      const told = isLast
        ? { place: `${path}, ${telling.say('Offset')} ${offset}`, line: fromLog(line) }
        : { place: null, line: null };
      return item({ side: sideName(turn, telling), said: turn.said, ...from, ...told });
    }),
    total: undefined,
    notes: ['Put together from what the log says. It does not have every answer of the server.'],
  };
  return [finishTable(draft, telling)];
}

function storyColumns({ phrases: { headings } }: Inquiry): readonly Column[] {
  return [
    text('topic', headings.topic),
    text('sentence', headings.sentence, { overflow: 'fold' }),
    text('story', 'Topic', { show: 'data' }),
    text('subject', 'Subject', { show: 'data', author: 'stranger' }),
    count('bans', 'Bans', { rule: { type: 'label' }, show: 'data' }),
    count('newest', 'Newest ban', { rule: { type: 'label' }, show: 'data' }),
    text('evidence', headings.evidence, { overflow: 'below' }),
    text('line', headings.line, { overflow: 'below', author: 'stranger' }),
  ];
}

/** Several stories may be of one ban: its line is shown with the first of them. */
function withoutEchoes(rows: readonly Cells[]): readonly Cells[] {
  return rows.map((cells, i) => {
    const isShown = rows.slice(0, i).some(({ newest, line }) => newest === cells.newest && line === cells.line);
    return isShown ? { ...cells, line: null } : cells;
  });
}

function storyCells({ phrases, records }: Inquiry, { topic, subject, text: sentence, trail }: Story): Cells {
  const { ids, count: bans, show, isTelling = () => true } = trail;
  const newest = ids[0];
  let line: string | null = null;
  for (const evidence of newest === undefined ? [] : records.evidenceOf(newest)) {
    if (isTelling(evidence)) line = fromLog(evidence.line);
  }
  return {
    topic: phrases.topics[topic],
    sentence,
    story: topic,
    subject: subject === '' ? null : subject,
    bans: newest === undefined ? null : bans,
    newest: newest ?? null,
    evidence: newest === undefined ? null : phrases.evidence({ ids, others: bans - ids.length, show }),
    line,
  };
}

/** A session of somebody who wants mail delivered and is refused: what was said, line by line. */
import type { Inquiry } from '../question/question.ts';
import type { Turn } from './session.ts';
import type { Story, Telling } from './story.ts';
import { dayText, whoIs } from './story.ts';

export function dialogue(telling: Telling): readonly Story[] {
  const found = telling.facts.dialogue;
  const first = found?.turns[0]?.line;
  if (found === undefined || first === undefined) return [];
  const { subjects } = telling.facts.bans;
  const { text } = first.address;
  const subject = subjects.holderOf(first.address);
  const lines = new Set(found.turns.map(({ line }) => line));
  return [
    {
      topic: 'dialogue',
      subject: text,
      text: telling.phrases.dialogue({
        who: subject < 0 ? text : whoIs(telling, subject, text),
        host: found.host,
        day: dayText(telling, first.time),
        turns: found.turns.length,
        lines: lines.size,
      }),
      claims: [],
      trail: {
        ids: [found.ban],
        count: 1,
        show: text,
        isTelling: ({ path, offset }) => path === first.path && offset === first.offset,
      },
    },
  ];
}

/** A line of the dialogue for people, by whom. */
export function sideName({ side }: Turn, { say }: Inquiry): string {
  return side === 'client' ? say('Client') : say('Server');
}

/** A session of somebody who wants mail delivered and is refused: what was said, line by line. */
import { isListedKind } from '../../base/kind.ts';
import type { Inquiry } from '../question/question.ts';
import { sessionIn, type Turn } from './session.ts';
import type { Story, Telling } from './story.ts';
import { dayText, whoIs } from './story.ts';

export interface Dialogue {
  /** `BanRecord.id`. */
  readonly ban: number;
  readonly host: string;
  /** At least two turns. */
  readonly turns: readonly Turn[];
}

/** Bans that are looked at, those of whoever was banned most often first: each is a look-up in the ledger. */
const LOOKED_AT = 20;

export function dialogue(telling: Telling): readonly Story[] {
  const found = dialogueIn(telling);
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

/** Of those who tried to relay, else of others who were refused: of the one with the most bans, the newest ban that tells. */
export function dialogueIn({ aims, records }: Telling): Dialogue | undefined {
  for (const wanted of [isRelay, isMail]) {
    const bans = new Map<string, Map<number, string>>();
    for (const { address, ban, host, kind } of aims.lines) {
      if (!wanted(kind)) continue;
      const known = bans.get(address.text) ?? new Map<number, string>();
      bans.set(address.text, known.set(ban, host));
    }
    // Sorting is stable: of equals, whoever came first in the order of the bans.
    const often = [...bans.values()].sort((a, b) => b.size - a.size);
    for (const [ban, host] of often.flatMap((of) => [...of].reverse()).slice(0, LOOKED_AT)) {
      const turns = sessionIn([...records.evidenceOf(ban)]);
      if (turns.length > 1) return { ban, host, turns };
    }
  }
  return undefined;
}

function isRelay(kind: string): boolean {
  return kind === 'mail.relay' || (kind.startsWith('mail.relay.') && isListedKind(kind));
}

function isMail(kind: string): boolean {
  return kind.startsWith('mail.');
}

/** A line of the dialogue for people, by whom. */
export function sideName({ side }: Turn, { say }: Inquiry): string {
  return side === 'client' ? say('Client') : say('Server');
}

/** Which mail session a report tells of: it is looked for once, for the story, its table and what is said to be missing. */
import { isListedKind } from '../../base/kind.ts';
import type { ReportRecords } from '../records.ts';
import { sessionIn, type Turn } from '../story/session.ts';
import type { Aims } from './aims.ts';

export interface Dialogue {
  /** `BanRecord.id`. */
  readonly ban: number;
  readonly host: string;
  /** At least two turns. */
  readonly turns: readonly Turn[];
}

/** Bans that are looked at, those of whoever was banned most often first: each is a look-up in the ledger. */
const LOOKED_AT = 20;

/** Of those who tried to relay, else of others who were refused: of the one with the most bans, the newest ban that tells. */
export function dialogueIn(aims: Aims, records: ReportRecords): Dialogue | undefined {
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

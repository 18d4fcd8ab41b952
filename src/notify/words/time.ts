/** Times in chats. */
import { isoTime } from '../../base/zone.ts';
import type { Phrases } from '../phrase/phrase.ts';

/** In UTC, as the language writes it: a channel is read in many places. */
export function timeWords(time: number, { moment, unknown }: Phrases): string {
  const local = isoTime(time)?.slice(0, 16).replace('T', ' ');
  return local === undefined ? unknown : moment(local, 'UTC');
}

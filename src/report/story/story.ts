/**
 * A story: something that is worth telling of a period, in one sentence with its figures, and the bans that are its evidence.
 * A new one is a file beside this one and a line in question/stories.ts.
 */
import { dayName, dayOf, isoTime } from '../../base/zone.ts';
import type { Aims } from '../facts/aims.ts';
import type { Topic } from '../phrase/phrase.ts';
import type { Inquiry } from '../question/question.ts';
import { countryOf } from '../question/question.ts';
import type { Cells, Claim } from '../table.ts';
import type { Trail } from './trail.ts';

export interface Story {
  readonly topic: Topic;
  /** Whom it is about: an address, a network, an account. As it was recorded. */
  readonly subject: string;
  readonly text: string;
  readonly claims: readonly Claim[];
  readonly trail: Trail;
}

/** What a story may ask. */
export interface Telling extends Inquiry {
  readonly aims: Aims;
}

/** The stories of one topic, none where there is nothing to tell, `MOST` at the most. */
export type Teller = (telling: Telling) => readonly Story[];

/** Stories of one topic. More of the same are a table. */
export const MOST = 3;

/** `203.0.113.40 (Example Hosting, Netherlands)`, with what is known. */
export function whoIs(inquiry: Inquiry, subject: number, text = inquiry.facts.bans.subjects.text(subject)): string {
  return withOrigin(text, [inquiry.facts.bans.nameOf(subject, 'organization'), countryOf(inquiry, subject)]);
}

export function withOrigin(text: string, names: readonly (string | undefined)[]): string {
  const known = names.filter((name) => name !== undefined);
  return known.length === 0 ? text : `${text} (${known.join(', ')})`;
}

/** That a count of a sentence is the one in a table. */
export function claimOf(inquiry: Inquiry, value: number, [table, row, column]: Place): Claim {
  return { value, written: inquiry.written(value), table, row, column };
}

export type Place = readonly [table: string, row: Cells | 'total' | 'items', column: string];

/** `2024-10-03`, in the report's zone. */
export function dayText(inquiry: Inquiry, time: number): string {
  return dayName(dayOf(inquiry.options.zone, time));
}

/** `2024-10-03 07:00`, in the report's zone. */
export function minuteText(inquiry: Inquiry, time: number): string {
  const local = isoTime(time + inquiry.options.zone.offsetAt(time));
  return local?.slice(0, 16).replace('T', ' ') ?? '';
}

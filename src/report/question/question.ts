/**
 * What a question is: a function from the facts to its tables, one or several, in the order in which they are read.
 * A new question is a file beside this one and a line in index.ts.
 */
import type { Zone } from '../../base/zone.ts';
import type { Scope } from '../../model.ts';
import type { Facts } from '../facts.ts';
import type { ReportRecords } from '../records.ts';
import type { Rules } from '../rule.ts';
import type { Table } from '../table.ts';
import type { Words } from '../words.ts';

export interface ReportOptions {
  readonly scope: Scope;
  /** How many ranks a table lists, and a table of a single service. What ties with the last is listed too. */
  readonly top: number | 'all';
  readonly topByService: number | 'all';
  /** What each kind of attempt means (data/kinds.toml). */
  readonly kinds: ReadonlyMap<string, { readonly sentence: string }>;
  /** The rules in force. */
  readonly rules: Rules;
  /**
   * What the licenses of origin data want said, by the name of the source, for those that were used. A source
   * is as an origin names it: `country, asn: NAME DATE`.
   */
  readonly creditsOf: (used: readonly string[]) => ReadonlyMap<string, string>;
  /** What else the reader must know: "This month is synthetic." */
  readonly remarks: readonly string[];
  /** A language tag (`en`, `pt-BR`) for names of countries, the alphabet and the form of numbers. */
  readonly language: string;
  /** The ledger's time zone: days begin in it, and people read times in it. */
  readonly zone: Zone;
  /** Whether it is made to be published: what has no name in it is hidden, and not unknown. */
  readonly isPublic?: boolean;
  /** When the report is asked for: a month that is not over is not held against a whole one. */
  readonly now: number;
}

/** What a question may ask. */
export interface Inquiry extends Words {
  readonly facts: Facts;
  /** For a closer look at a few; whoever wants to know of all asks the facts. */
  readonly records: ReportRecords;
  readonly options: ReportOptions;
}

export type Question = (inquiry: Inquiry) => readonly Table[];

/** The country of a banned address by name, when it is known. */
export function countryOf(inquiry: Inquiry, subject: number): string | undefined {
  const code = inquiry.facts.bans.nameOf(subject, 'country');
  return code === undefined ? undefined : inquiry.countryName(code);
}

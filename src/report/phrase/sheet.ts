/** What a rap sheet says, in any language: a part of the Phrases of phrase.ts. */
import type { Block, Reason } from '../../model.ts';
import type { Things } from './note.ts';

/** Times are text as people read them, spans of time milliseconds. Names and what strangers wrote come in as they were recorded. */
export interface SheetPhrases {
  user(name: string): string;
  /** Banned again soon after bans had ended. */
  returns(of: { subject: string; host: string; times: number; soonestMs: number }): string;
  /** Slower after its bans, and below the limit. */
  adapted(of: AdaptedFigures): string;
  /** Further addresses of which the same could be told. */
  further(of: { addresses: number }): string;
  more(count: number): string;
  estimated(place: string): string;
  /** Who said something and when; of which address, where that is not the subject. */
  said(of: { source: string; day: string; address: string | undefined }): string;
  reverseName(of: { name: string; verified: boolean }): string;
  notOn(lists: readonly string[]): string;
  listedBy(listing: string): string;
  reason(reason: Reason): string;
  block(block: Block): string;
  /** `at`: undefined where nobody knows. */
  released(of: { at: string | undefined; why: string }): string;
  /** Whose bans a table of neighbors counts. */
  neighborsOf(of: { type: 'network' | 'organization'; name: string; outside: string | undefined }): string;
  steps(of: { days: number }): string;
  lanes(of: { count: number }): string;
  /** How often a user name was tried in all; `led`: whether any of that is in the evidence of a ban. */
  tried(of: { times: number; led: boolean }): string;
  omitted(omission: Omission): string;
}

export interface AdaptedFigures {
  readonly subject: string;
  readonly host: string;
  readonly beforeMs: number;
  readonly afterMs: number;
  readonly limit: number;
  readonly findTimeMs: number;
}

/** What was left out of a rap sheet because there is too much of it. */
export type Omission =
  | { readonly of: 'bans' | 'details' | 'members'; readonly read: number; readonly all: number }
  | { readonly of: 'search'; readonly unread: number }
  | { readonly of: 'tallies'; readonly from: string }
  | { readonly of: 'neighbors'; readonly where: string; readonly read: number; readonly all: number };

/** The things that a rap sheet lists the newest of. */
export type Listed = Extract<Things, 'answers' | 'bans' | 'lines'>;

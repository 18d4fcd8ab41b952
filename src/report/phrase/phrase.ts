/**
 * What the sentences of a report are made of, in any language: one function a sentence, from figures to text. A language is
 * a folder beside this file and a line in index.ts. Names, addresses and whatever strangers wrote come in as finished text.
 */

import type { Writer } from '../../base/writer.ts';
import type { Compare } from '../rank.ts';
import type { DrawingPhrases, MethodPhrases, NotePhrases } from './note.ts';
import type { SheetPhrases } from './sheet.ts';

/** How a language writes what is in its sentences. */
export interface Writing extends Writer {
  /** `25.1%`, from 25.1. */
  readonly percent: (value: number) => string;
  /** Its alphabet. */
  readonly compare: Compare;
}

export const TOPICS = [
  'persistent',
  'neighbors',
  'network',
  'wide',
  'slowed',
  'returned',
  'campaign',
  'reach',
  'origins',
  'scanners',
  'strangest',
  'dialogue',
  'foreign',
  'names',
] as const;
export type Topic = (typeof TOPICS)[number];

/** Hosts or services that a sentence names; a fleet's would be a page of them. */
const NAMED = 8;

/** The first few, and what the language says of how many others there are. */
export function fewOf(items: readonly string[], others: (count: number) => string): readonly string[] {
  return items.length <= NAMED ? items : [...items.slice(0, NAMED), others(items.length - NAMED)];
}

/** Times are days (`2024-10-03`) or minutes as text; durations are milliseconds. */
export interface Phrases {
  readonly topics: Readonly<Record<Topic, string>>;
  readonly stories: { readonly title: string; readonly base: string; readonly note: string };
  readonly headings: Readonly<Record<'topic' | 'sentence' | 'evidence' | 'line', string>>;
  /** Which bans are the evidence: their numbers, how many others there are, and whose rap sheet has all. */
  evidence(bans: { ids: readonly number[]; others: number; show: string | undefined }): string;
  /** Text that somebody else wrote, in the quotation marks of the language. */
  quoted(text: string): string;

  persistent(of: PersistentFigures): string;
  network(of: NetworkFigures): string;
  wide(of: WideFigures): string;
  slowed(of: SlowedFigures): string;
  returned(of: ReturnedFigures): string;
  campaign(of: CampaignFigures): string;
  reach(of: ReachFigures): string;
  origins(of: OriginFigures): string;
  scanners(of: ScannerFigures): string;
  strangest(of: StrangestFigures): string;
  dialogue(of: DialogueFigures): string;
  foreign(of: ForeignFigures): string;
  names(of: NameFigures): string;

  readonly summary: SummaryPhrases;
  readonly notes: NotePhrases;
  readonly method: MethodPhrases;
  readonly drawing: DrawingPhrases;
  readonly sheet: SheetPhrases;
}

/** Of these, the ones of what one address did, and of what many did: a language has a function for each. */
export type Actors = Pick<
  Phrases,
  'persistent' | 'slowed' | 'returned' | 'reach' | 'strangest' | 'dialogue' | 'foreign'
>;
export type Crowds = Omit<
  Phrases,
  | keyof Actors
  | 'topics'
  | 'stories'
  | 'headings'
  | 'evidence'
  | 'quoted'
  | 'summary'
  | 'notes'
  | 'method'
  | 'drawing'
  | 'sheet'
>;

export interface PersistentFigures {
  readonly who: string;
  readonly bans: number;
  readonly hosts: readonly string[];
  readonly services: readonly string[];
  /** All its bans together; infinite when one has no end. */
  readonly lengthMs: number;
  readonly from: string;
  readonly until: string;
  /** Others with as many bans. */
  readonly ties: number;
}

export interface NetworkFigures {
  readonly network: string;
  readonly bans: number;
  readonly addresses: number;
  readonly top: string;
  readonly topBans: number;
  readonly otherBans: number;
  /** How many addresses it has and how many of them attacked; undefined where it has more than anyone counts. */
  readonly size: number | undefined;
  readonly attacked: number;
  /** Other networks with as many bans. */
  readonly ties: number;
}

export interface WideFigures {
  readonly network: string;
  readonly times: number;
  readonly lengthMs: number;
  readonly banned: number;
  readonly findTimeMs: number;
  readonly size: number;
  readonly attacked: number;
}

export interface SlowedFigures {
  readonly who: string;
  /** Before it slowed down. */
  readonly bans: number;
  readonly beforeMs: number;
  readonly afterMs: number;
  readonly limit: number;
  readonly findTimeMs: number;
  /** The ban of the long window that followed. */
  readonly caught: { readonly day: string; readonly score: number; readonly findTimeMs: number } | undefined;
  /** Attempts since its last ban ended. */
  readonly attempts: number;
}

export interface ReturnedFigures {
  readonly who: string;
  readonly days: number;
  /** Of the period; undefined where it has no end. */
  readonly ofDays: number | undefined;
  readonly bans: number;
  /** Of these bans, how many ended within the period, and after how many it came back. */
  readonly ended: number;
  readonly returns: number;
  /** At least once it was back within this time. */
  readonly soonestMs: number;
}

export interface CampaignFigures {
  readonly account: string;
  readonly service: string;
  readonly since: string;
  readonly addresses: number;
  readonly bans: number;
  readonly last: string;
}

export interface ReachFigures {
  /** Addresses that were banned under several services. */
  readonly several: number;
  readonly who: string;
  readonly services: readonly string[];
  readonly hosts: readonly string[];
  readonly bans: number;
  /** Others that reached as far. */
  readonly ties: number;
}

export interface OriginFigures {
  /** A kind, or what kinds are called together. */
  readonly what: string;
  readonly attempts: number;
  /** That the named countries have together. */
  readonly percent: number;
  /** The most first. */
  readonly countries: ReadonlyArray<{ readonly name: string; readonly count: number }>;
  readonly organizations: ReadonlyArray<{ readonly name: string; readonly count: number }>;
}

export interface ScannerFigures {
  readonly addresses: number;
  readonly ofAddresses: number;
  readonly percent: number;
  readonly bans: number;
  readonly ofBans: number;
  readonly names: ReadonlyArray<{ readonly name: string; readonly addresses: number }>;
  /** Scanners that are not named. */
  readonly more: number;
}

export interface StrangestFigures {
  readonly target: string;
  /** How many targets were looked at, and in the evidence of which bans when not of all. */
  readonly looked: number;
  readonly sample: { readonly bans: number; readonly of: number } | undefined;
  /** Different characters that mean something to a shell. */
  readonly signs: number;
  readonly who: string;
  readonly host: string;
  readonly day: string;
  readonly kind: string;
}

export interface DialogueFigures {
  readonly who: string;
  readonly host: string;
  readonly day: string;
  /** What the two said, and how many lines of the log tell of it. */
  readonly turns: number;
  readonly lines: number;
}

export interface ForeignFigures {
  /** That were no SMTP, and of how many addresses. */
  readonly attempts: number;
  readonly addresses: number;
  /** One of them. */
  readonly said: string;
  readonly who: string;
  readonly day: string;
}

export interface NameFigures {
  /** Names with as many attempts each, most tried first. */
  readonly groups: ReadonlyArray<{ readonly names: readonly string[]; readonly attempts: number }>;
  /** Further names with as many attempts as the last. */
  readonly ties: number;
  readonly attempts: number;
}

/** A name with its count, and the percentage that it is. */
export interface Share {
  readonly name: string;
  readonly count: number;
  readonly percent: number;
}

/** Bans of the period before; its name where it is a day, a month or a year. */
export interface EarlierBans {
  readonly bans: number;
  readonly name: string | undefined;
}

export interface SummaryPhrases {
  nothing(of: { period: string; before: EarlierBans | undefined }): string;
  counts(of: {
    bans: number;
    addresses: number;
    countries: number;
    hosts: readonly string[];
    before: EarlierBans | undefined;
  }): string;
  /** `ties`: how many more have as many as the last. */
  countries(of: { shares: readonly Share[]; ties: number }): string;
  organizations(of: { shares: readonly Share[]; ties: number; all: number; scanners: number }): string;
  /** `names` of the shares are kinds; `sentences` what they did, where it is known. */
  deeds(of: { attempts: number; shares: readonly Share[]; sentences: ReadonlyMap<string, string> }): string;
  persistent(of: { who: string; bans: number; hosts: number; ties: number }): string;
}

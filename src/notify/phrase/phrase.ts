/**
 * What the sentences of alerts are about, in mails and in chats: a language is a folder beside this file, with an object of
 * this shape, and a line in index.ts.
 */
import type { NetworkType } from '../../base/network-type.ts';
import type { Reason } from '../../model.ts';
import type { DigestNotice, News, ToldBan } from '../notice.ts';
import type { ChatPhrases } from './chat.ts';

export interface Phrases {
  /** BCP 47. */
  readonly language: string;
  readonly number: (value: number) => string;
  /** A date with the time of day, from `2026-11-27 13:21` and `UTC` or `+01:00`. */
  readonly moment: (local: string, zone: string) => string;
  /** `1 h 30 min`. */
  readonly duration: (ms: number) => string;
  readonly list: (items: readonly string[]) => string;
  readonly unknown: string;
  readonly networkType: Readonly<Record<NetworkType, string>>;
  readonly ban: BanPhrases;
  readonly digest: DigestPhrases;
  readonly report: ReportPhrases;
  readonly test: TestPhrases;
  readonly chat: ChatPhrases;
}

/** What a sentence about a ban says. Texts are readable already; times are written. */
export interface BanWords {
  readonly subject: string;
  readonly host: string;
  readonly jail: string;
  /** How long it is for; undefined: for good. */
  readonly length: string | undefined;
  /** `2026-11-27 13:21 CET`. */
  readonly until: string | undefined;
  /** This ban among those of the subject, from 1. */
  readonly number: number;
  readonly block: ToldBan['block'];
}

export interface BanPhrases {
  readonly subject: (ban: BanWords, where: readonly string[]) => string;
  readonly lead: (ban: BanWords) => string;
  /** What became of it in the firewall, and why not what should have. */
  readonly done: (ban: BanWords, why: string | undefined) => string;
  /** The rule that it was made by. Its texts are readable: of a campaign the account, too. */
  readonly why: (reason: Reason, jail: string, time: (at: number) => string) => string;
  readonly headings: Readonly<Record<'why' | 'tried' | 'done' | 'lines' | 'undo' | 'more', string>>;
  readonly facts: Readonly<
    Record<'organization' | 'country' | 'network' | 'place' | 'bans' | 'hosts' | 'kinds', string>
  >;
  readonly scanner: (name: string) => string;
  /** `52.4° N, 4.9° E`. */
  readonly coordinates: (latitude: number, longitude: number) => string;
  /** A place that is no more than the middle of a country. */
  readonly middleOf: (coordinates: string) => string;
  readonly map: (place: string) => string;
  readonly record: (number: number, first: string) => string;
  /** `/var/log/auth.log, at byte 4821`. */
  readonly line: (path: string, offset: number) => string;
  readonly noLines: string;
  readonly commands: Readonly<Record<'unban' | 'allow' | 'allowOnly' | 'show' | 'explain', string>>;
  /** Why it is told at once. */
  readonly news: (news: readonly News[]) => string;
  readonly foot: (ban: { host: string; id: number }) => string;
}

/** The figures of a digest, with those of the one before. */
export interface DigestPhrases {
  readonly subject: (digest: DigestNotice, host: string | undefined) => string;
  readonly lead: (digest: DigestNotice, span: { from: string; until: string; host: string | undefined }) => string;
  readonly headings: Readonly<
    Record<'held' | 'groups' | 'countries' | 'organizations' | 'kinds' | 'hosts' | 'more', string>
  >;
  readonly columns: Readonly<
    Record<'figure' | 'now' | 'before' | 'change' | 'who' | 'bans' | 'addresses' | 'when' | 'where', string>
  >;
  readonly figures: Readonly<Record<'bans' | 'addresses' | 'attempts', string>>;
  readonly held: string;
  readonly heldRest: (bans: number) => string;
  readonly campaign: (account: string) => string;
  readonly rest: (bans: number) => string;
  readonly members: (members: readonly string[], of: number) => string;
  readonly commands: Readonly<Record<'show' | 'list' | 'report', string>>;
  readonly foot: (every: DigestNotice['every']) => string;
}

export interface ReportPhrases {
  readonly subject: (month: string, host: string | undefined) => string;
  readonly lead: (month: string, host: string | undefined) => string;
  readonly attached: (name: string) => string;
  /** It is there, and too large to send. */
  readonly tooLarge: (path: string, megabytes: string) => string;
  readonly gone: (path: string) => string;
  readonly again: string;
  readonly foot: string;
}

export interface TestPhrases {
  readonly subject: string;
  readonly lead: (by: string) => string;
  readonly text: string;
  readonly foot: string;
}

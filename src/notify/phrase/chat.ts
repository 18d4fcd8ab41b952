/** What the sentences of chats are about. They come in pieces: whatever is from outside is set apart in a piece of its own. */
import type { Reason } from '../../model.ts';
import type { DigestNotice, News, ToldBan } from '../notice.ts';
import type { Span, Spans } from '../words/word.ts';

type Label = 'who' | 'news' | 'why' | 'done' | 'record' | 'undo' | 'more' | Ranked | 'held';
export type Ranked = 'countries' | 'organizations' | 'kinds' | 'hosts';

/** What happened in a time. */
export interface Figures {
  readonly bans: number;
  readonly addresses: number;
  readonly attempts: number;
}

export interface ChatPhrases {
  /** What lines begin with, with the colon and the blank behind it. */
  readonly labels: Readonly<Record<Label, string>>;
  /** Why it is told at once. */
  readonly news: Readonly<Record<News, string>>;
  /** `where`: the organization and the country, as far as they are known. */
  readonly banTitle: (
    ban: Pick<ToldBan, 'block'>,
    names: { readonly subject: Span; readonly host: Span; readonly kind: Span; readonly where: Spans },
  ) => Spans;
  readonly originUnknown: string;
  readonly scanner: (name: Span) => Spans;
  readonly jail: (name: Span) => Spans;
  /** `counts`: `12 × ssh.login`, and so on. */
  readonly threshold: (
    reason: { readonly score: number; readonly limit: number; readonly findTime: number },
    counts: Spans,
  ) => Spans;
  readonly byHand: (by: Span, why: Span | undefined) => Spans;
  /** What no single window led to: in one text, because words of others are in it. */
  readonly reason: (reason: Exclude<Reason, { readonly rule: 'threshold' | 'manual' }>) => string;
  /** `ms` and `until`: how long, and until when; undefined for good. */
  readonly done: (
    block: ToldBan['block'],
    end: { readonly ms: number; readonly until: string } | undefined,
    because: Spans,
  ) => Spans;
  /** How often, and since when. `hosts`: which banned it. `counts`: all attempts; empty when there are none. */
  readonly record: (times: { readonly bans: number; readonly first: string }, hosts: Spans, counts: Spans) => Spans;
  readonly otherHosts: (count: number) => string;
  /** A ban among others: `where` is its organization, as far as it is known. */
  readonly held: (names: {
    readonly subject: Span;
    readonly host: Span;
    readonly kind: Span;
    readonly where: Spans;
  }) => Spans;
  readonly bans: (count: number) => string;
  readonly figures: (figures: Figures) => string;
  readonly digestTitle: (every: DigestNotice['every'], host: Span | undefined, figures: string) => Spans;
  readonly span: (from: string, until: string, figures: string) => string;
  readonly before: (figures: string) => string;
  readonly campaign: (account: Span) => Spans;
  readonly group: (group: { readonly bans: number; readonly addresses: number }) => string;
  readonly rest: (bans: number) => string;
  readonly reportTitle: (month: Span, host: Span | undefined) => Spans;
  readonly reportPath: (path: Span) => Spans;
  readonly testTitle: string;
  readonly test: (by: Span, time: string) => Spans;
  /** Of a link that leads to a page of the user's. */
  readonly link: string;
}

/** Where notices go: the seam of mail, webhooks and chats. Each is a file below channel/ and a line in its index. */
import type { Zone } from '../base/zone.ts';
import type { Notice } from './notice.ts';

export interface Channel {
  /** As the configuration calls it; messages that wait are found again by it. */
  readonly name: string;
  /**
   * Sends a notice. `id` is the same each time that it is tried, for whoever can tell by it that it was sent before.
   * @throws DeliveryError
   */
  send(notice: Notice, delivery: Delivery): Promise<void>;
  close(): Promise<void>;
}

/** Where messages go that are no notices: it is given them as they waited. No channel may have its name. */
export interface Courier {
  readonly name: string;
  /** Messages in an hour. */
  readonly perHour: number;
  /** @throws DeliveryError */
  deliver(content: string, delivery: Delivery): Promise<void>;
  close(): Promise<void>;
}

export interface Delivery {
  readonly id: string;
  /** When to give up: whoever takes longer is tried again later. */
  readonly signal: AbortSignal;
  /** What earlier tries reached; nothing when it is not given. */
  readonly progress?: Progress;
}

/** Of a message to several. */
export interface Progress {
  /** Who has it, and is not sent it again. */
  readonly taken: readonly string[];
  /** Who refused it for good, with the words: not asked again, unless somebody wants it (`rapsheet notify retry`). */
  readonly refused: ReadonlyArray<readonly [recipient: string, why: string]>;
}

/** That a notice was not sent. */
export class DeliveryError extends Error {
  /** Trying again will not help: a wrong address, a password that is refused. */
  readonly isFinal: boolean;
  /** Milliseconds that the other end asked to be left alone. */
  readonly waitMs: number | undefined;
  /** That it was not sent to all: who has it, and who refused it for good. */
  readonly progress: Progress | undefined;

  constructor(
    what: string,
    { isFinal = false, waitMs, progress }: { isFinal?: boolean; waitMs?: number; progress?: Progress } = {},
  ) {
    super(what);
    this.isFinal = isFinal;
    this.waitMs = waitMs;
    this.progress = progress;
  }
}

/** What a channel of the configuration's [[channel]] is made with: secrets are read already, and are told to nobody else. */
export interface ChannelOptions {
  readonly name: string;
  /** http or https; undefined where the service has one address for all. */
  readonly url: string | undefined;
  readonly token: string | undefined;
  /** Which room, chat or topic. */
  readonly to: string | undefined;
  /** The user's own template, and where it stands. */
  readonly template: TemplateText | undefined;
  /** A page that messages lead to, where the service has a place for it. */
  readonly link?: string | undefined;
  /** That http may be used beyond this machine and private networks: whoever is on the way reads along. */
  readonly isPlainAllowed?: boolean;
  /** Of the words: a tag. English when not given. */
  readonly language?: string;
}

export interface TemplateText {
  readonly path: string;
  readonly text: string;
}

/** What the channel `mail` is made with. */
export interface MailOptions {
  readonly name: string;
  /** Exactly one of `server` and `sendmail` is there. */
  readonly server: { readonly protocol: 'smtp' | 'smtps'; readonly host: string; readonly port: number } | undefined;
  readonly sendmail: string | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly from: string;
  readonly to: readonly string[];
  /** Without it: English, times in UTC, kinds by their names, no maps. */
  readonly view?: MailView | undefined;
}

/** What makes mails say more than the ledger knows. */
export interface MailView {
  /** Of the words: a tag. */
  readonly language: string;
  readonly zone: Zone;
  /** What somebody does who does something of a kind; undefined for kinds that nobody described. */
  readonly sentenceOf: (kind: string) => string | undefined;
  readonly geography: Geography | undefined;
}

/** Land, for a small map. Lines are longitude and latitude in turn, in degrees, from -169 to 191. */
export interface Geography {
  /** Closed, to be filled by the even-odd rule. */
  readonly land: () => readonly Float64Array[];
  readonly borders: () => readonly Float64Array[];
  /** By ISO 3166-1 alpha-2. */
  readonly centerOf: (country: string) => { readonly latitude: number; readonly longitude: number } | undefined;
}

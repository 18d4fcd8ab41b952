/** The channel `mail`: from a notice to a letter, to bytes, to whoever takes mail. */
import { UTC } from '../../base/zone.ts';
import { type Channel, type Delivery, DeliveryError, type MailOptions } from '../channel.ts';
import { banLetter } from '../mail/ban-letter.ts';
import { digestLetter } from '../mail/digest-letter.ts';
import { english } from '../mail/english.ts';
import type { Letter } from '../mail/letter.ts';
import { messageOf } from '../mail/message.ts';
import { PartlyTaken, type Post } from '../mail/post.ts';
import { reportLetter, testLetter } from '../mail/report-letter.ts';
import { sendmailPost } from '../mail/sendmail.ts';
import { SmtpPost } from '../mail/smtp.ts';
import { type Writing, writingOf } from '../mail/writing.ts';
import type { Notice } from '../notice.ts';

/** Deliveries that are remembered because only some recipients took them: more than wait at a time. */
const PARTLY_MAX = 1_000;

export function openMail(options: MailOptions): Channel {
  return new MailChannel(options, openPost(options));
}

/** Who takes mails: a server, or a program of this machine. */
export function openPost({ server, sendmail, user, password }: MailOptions): Post {
  if (server) return new SmtpPost({ server, user, password });
  if (sendmail !== undefined) return sendmailPost(sendmail);
  throw new RangeError('mail needs a server or a program');
}

/** What a mail of a notice says. */
export function letterOf(notice: Notice, writing: Writing): Letter {
  switch (notice.sort) {
    case 'ban':
      return banLetter(notice, writing);
    case 'digest':
      return digestLetter(notice, writing);
    case 'report':
      return reportLetter(notice, writing);
    case 'test':
      return testLetter(notice, writing);
  }
}

class MailChannel implements Channel {
  readonly name: string;
  readonly #options: MailOptions;
  readonly #post: Post;
  readonly #writing: Writing;
  /** Who has a mail already that others have not, by the id of its delivery. */
  readonly #taken = new Map<string, ReadonlySet<string>>();

  constructor(options: MailOptions, post: Post) {
    this.name = options.name;
    this.#options = options;
    this.#post = post;
    this.#writing = writingOf(
      english,
      options.view ?? { zone: UTC, sentenceOf: () => undefined, geography: undefined },
    );
  }

  async send(notice: Notice, { id, signal }: Delivery): Promise<void> {
    const { from, to } = this.#options;
    const message = await messageOf(letterOf(notice, this.#writing), {
      ...{ from, to, id, made: notice.made, sort: notice.sort },
      ...{ language: this.#writing.phrases.language, newline: this.#post.newline },
    });
    const before = this.#taken.get(id) ?? new Set();
    try {
      await this.#post.deliver(message, { from, to: to.filter((address) => !before.has(address)) }, signal);
      this.#taken.delete(id);
    } catch (cause) {
      if (!(cause instanceof PartlyTaken)) throw cause;
      this.#remember(id, new Set([...before, ...cause.taken]));
      throw new DeliveryError(cause.message, { isFinal: cause.isFinal });
    }
  }

  close(): Promise<void> {
    return this.#post.close();
  }

  #remember(id: string, taken: ReadonlySet<string>): void {
    this.#taken.delete(id);
    this.#taken.set(id, taken);
    for (const oldest of this.#taken.keys()) {
      if (this.#taken.size <= PARTLY_MAX) break;
      this.#taken.delete(oldest);
    }
  }
}

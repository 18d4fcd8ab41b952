/** The channel `mail`: from a notice to a letter, to bytes, to whoever takes mail. */
import { UTC } from '../../base/zone.ts';
import { type Channel, type Delivery, DeliveryError, type MailOptions, type Progress } from '../channel.ts';
import { banLetter } from '../mail/ban-letter.ts';
import { digestLetter } from '../mail/digest-letter.ts';
import type { Letter } from '../mail/letter.ts';
import { messageOf } from '../mail/message.ts';
import type { Post } from '../mail/post.ts';
import { reportLetter, testLetter } from '../mail/report-letter.ts';
import { sendmailPost } from '../mail/sendmail.ts';
import { SmtpPost } from '../mail/smtp.ts';
import { notTaken } from '../mail/smtp-error.ts';
import { type Writing, writingOf } from '../mail/writing.ts';
import type { Notice } from '../notice.ts';
import { NOWHERE } from '../progress.ts';

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

  constructor(options: MailOptions, post: Post) {
    this.name = options.name;
    this.#options = options;
    this.#post = post;
    this.#writing = writingOf(
      options.view ?? { language: 'en', zone: UTC, sentenceOf: () => undefined, geography: undefined },
    );
  }

  async send(notice: Notice, { id, signal, progress = NOWHERE }: Delivery): Promise<void> {
    const { from, to } = this.#options;
    const done = new Set([...progress.taken, ...progress.refused.map(([address]) => address)]);
    const left = to.filter((address) => !done.has(address));
    if (left.length === 0) return settled(progress);
    const message = await messageOf(letterOf(notice, this.#writing), {
      ...{ from, to, id, made: notice.made, sort: notice.sort },
      ...{ language: this.#writing.phrases.language, newline: this.#post.newline },
    });
    try {
      await this.#post.deliver(message, { from, to: left }, signal);
    } catch (cause) {
      if (!(cause instanceof DeliveryError) || !cause.progress) throw cause;
      throw joined(progress, cause.progress, cause);
    }
    settled({ ...progress, taken: [...progress.taken, ...left] });
  }

  close(): Promise<void> {
    return this.#post.close();
  }
}

/** When nobody is left to be asked. @throws DeliveryError when somebody refused it for good */
function settled(progress: Progress): void {
  if (progress.refused.length > 0) throw new DeliveryError(notTaken(progress.refused), { isFinal: true, progress });
}

/** What a try said, with what those before reached. */
function joined(before: Progress, now: Progress, { message, isFinal }: DeliveryError): DeliveryError {
  const progress = { taken: [...before.taken, ...now.taken], refused: [...before.refused, ...now.refused] };
  const what = before.refused.length === 0 ? message : `${message}; before, ${notTaken(before.refused)}`;
  return new DeliveryError(what, { isFinal, progress });
}

/** Reports to abuse desks, as mails: the text, and the XARF documents beside it. The recipient is the report's. */
import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import { ellipsis, printable } from '../../base/text.ts';
import { type Channel, DeliveryError } from '../channel.ts';
import type { AbuseMail } from '../notice.ts';
import { notForIt } from './abuseipdb.ts';
import { isPlainMail } from './gather.ts';
import { channelOf } from './queue.ts';
import type { Reporter } from './xarf.ts';

/** Who takes mail: the same that takes alerts. */
export interface MailPost {
  readonly newline: '\r\n' | '\n';
  /** @throws DeliveryError */
  deliver(
    message: Buffer,
    envelope: { readonly from: string; readonly to: readonly string[] },
    signal: AbortSignal,
  ): Promise<void>;
  close(): Promise<void>;
}

export interface DeskMailOptions {
  readonly post: MailPost;
  readonly reporter: Reporter;
}

/** One a minute: whoever approves a hundred at once shall not look like a spammer. */
const PER_HOUR = 60;
const SUBJECT_MAX = 200;

export function deskMail({ post, reporter }: DeskMailOptions): Channel {
  return {
    name: channelOf('mail'),
    perHour: PER_HOUR,
    async send(notice, { id, signal }) {
      if (notice.sort !== 'abuse' || notice.told.way !== 'mail') throw notForIt();
      const { told: mail, made } = notice;
      if (!isPlainMail(mail.to)) throw new DeliveryError('the contact is no mail address', { isFinal: true });
      const message = await messageOf(mail, { reporter, id, made, newline: post.newline });
      await post.deliver(message, { from: reporter.contact, to: [mail.to] }, signal);
    },
    close: () => post.close(),
  };
}

interface Addressed {
  readonly reporter: Reporter;
  readonly id: string;
  readonly made: number;
  readonly newline: '\r\n' | '\n';
}

function messageOf(mail: AbuseMail, { reporter, id, made, newline }: Addressed): Promise<Buffer> {
  const { organization, contact } = reporter;
  const hash = createHash('sha256').update(`abuse ${id}`).digest('hex').slice(0, 32);
  const composer = new MailComposer({
    from: { name: oneLine(organization), address: contact },
    to: { name: '', address: mail.to },
    subject: oneLine(mail.subject),
    date: new Date(made),
    messageId: `<${hash}.rapsheet@${contact.slice(contact.indexOf('@') + 1)}>`,
    // Not "auto-generated": a person approved it, and wants an answer.
    headers: [{ key: 'X-Rapsheet-Sort', value: 'abuse' }],
    text: { content: mail.text, contentTransferEncoding: 'quoted-printable' },
    attachments: mail.files.map(({ name, content }) => ({
      ...{ filename: name, contentType: 'application/json; charset=utf-8', content: Buffer.from(content, 'utf8') },
      contentTransferEncoding: 'base64' as const,
    })),
    ...{ disableFileAccess: true, disableUrlAccess: true, newline },
  });
  return composer.compile().build();
}

function oneLine(text: string): string {
  return ellipsis(printable(ellipsis(text, SUBJECT_MAX)).replace(/\s+/g, ' ').trim(), SUBJECT_MAX);
}

/** Reports to abuse desks, as mails: the text, and the XARF documents beside it. The recipient is the report's. */
import { type Courier, DeliveryError } from '../channel.ts';
import { mailId } from '../mail/mail-id.ts';
import { headerText } from '../mail/message.ts';
import type { Post } from '../mail/post.ts';
import { unreadable } from './abuseipdb.ts';
import { isPlainMail } from './gather.ts';
import { channelOf } from './queue.ts';
import { type AbuseMail, mailFrom } from './told.ts';
import type { Reporter } from './xarf.ts';

export interface DeskMailOptions {
  /** The same that takes alerts. */
  readonly post: Post;
  readonly reporter: Reporter;
}

/** One a minute: whoever approves a hundred at once shall not look like a spammer. */
const PER_HOUR = 60;

export function deskMail({ post, reporter }: DeskMailOptions): Courier {
  return {
    name: channelOf('mail'),
    perHour: PER_HOUR,
    async deliver(content, { id, signal }) {
      const mail = mailFrom(content);
      if (!mail) throw unreadable();
      if (!isPlainMail(mail.to)) throw new DeliveryError('the contact is no mail address', { isFinal: true });
      const message = await messageOf(mail, { reporter, id, newline: post.newline });
      await post.deliver(message, { from: reporter.contact, to: [mail.to] }, signal);
    },
    close: () => post.close(),
  };
}

interface Addressed {
  readonly reporter: Reporter;
  readonly id: string;
  readonly newline: Post['newline'];
}

async function messageOf(mail: AbuseMail, { reporter, id, newline }: Addressed): Promise<Buffer> {
  const { organization, contact } = reporter;
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const composer = new MailComposer({
    from: { name: headerText(organization), address: contact },
    to: { name: '', address: mail.to },
    subject: headerText(mail.subject),
    date: new Date(mail.made),
    messageId: mailId(`abuse ${id}`, contact),
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

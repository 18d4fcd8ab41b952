/** From a letter to the bytes of a mail (RFC 5322, MIME). Addresses come from the configuration, and from nowhere else. */
import { printable } from '../../base/text.ts';
import { asHtml, PICTURE_ID } from './as-html.ts';
import { asText } from './as-text.ts';
import type { Letter } from './letter.ts';
import { domainOf, mailId } from './mail-id.ts';

export interface Addressed {
  readonly from: string;
  readonly to: readonly string[];
  /** The same each time that the same is sent. */
  readonly id: string;
  /** When what it tells happened. */
  readonly made: number;
  readonly sort: string;
  /** Of the letter: BCP 47. */
  readonly language: string;
  /** How lines end: as SMTP wants it, or as programs of this machine do. */
  readonly newline: '\r\n' | '\n';
}

/** With the spaces where it is folded a header has at most 200 characters; mail programs show fewer. */
const HEADER_MAX = 190;

export async function messageOf(letter: Letter, given: Addressed): Promise<Buffer> {
  const { from, to, id, made, language, newline } = given;
  const messageId = mailId(`message ${id}`, from);
  // A thread begins with a message that nobody ever sent: whichever is the first to arrive, all hang on the same.
  const thread = letter.thread === undefined ? undefined : mailId(`thread ${letter.thread}`, from);
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const composer = new MailComposer({
    from: { name: 'Rapsheet', address: from },
    to: to.map((address) => ({ name: '', address })),
    subject: headerText(letter.subject),
    date: new Date(made),
    messageId,
    ...(thread === undefined ? {} : { inReplyTo: thread, references: thread }),
    headers: headersOf(letter, given),
    text: { content: asText(letter), contentTransferEncoding: 'quoted-printable' },
    html: { content: asHtml(letter, language), contentTransferEncoding: 'quoted-printable' },
    attachments: attachmentsOf(letter),
    disableFileAccess: true,
    disableUrlAccess: true,
    newline,
  });
  return composer.compile().build();
}

function headersOf({ labels }: Letter, { sort, from }: Addressed): { key: string; value: string }[] {
  return [
    { key: 'Auto-Submitted', value: 'auto-generated' },
    { key: 'Precedence', value: 'bulk' },
    { key: 'X-Auto-Response-Suppress', value: 'All' },
    { key: 'List-Id', value: `Rapsheet <rapsheet.${domainOf(from)}>` },
    { key: 'X-Rapsheet-Sort', value: sort },
    ...Object.entries(labels).map(([name, value]) => ({ key: `X-Rapsheet-${name}`, value: asciiText(value) })),
  ];
}

/** One line, harmless, cut. */
export function headerText(text: string): string {
  // `=?` begins an encoded word: mail programs would decode what an attacker encoded.
  const cut = printable(text.slice(0, HEADER_MAX)).replaceAll('=?', '= ?').replace(/\s+/g, ' ').trim();
  // Half a character at the cut becomes the sign for what cannot be read.
  return Buffer.from(cut.slice(0, HEADER_MAX), 'utf8').toString('utf8');
}

/** Filters of mail programs read these: no encoding, no surprises. */
function asciiText(text: string): string {
  return headerText(text).replace(/[^\x20-\x7e]/gu, '?') || '-';
}

function attachmentsOf({ picture, files }: Letter): object[] {
  return [
    ...(picture ? [{ cid: PICTURE_ID, filename: 'map.png', contentType: 'image/png', content: picture.png }] : []),
    ...files.map(({ name, type, content }) => ({ filename: name, contentType: type, content })),
  ];
}

/** A line of mail.log, by Postfix or by Dovecot. */
import type { Logbook } from '../logbook.ts';
import { itemAt, type Random } from '../random.ts';
import { addMessage } from './syslog.ts';

export interface PostfixLine {
  readonly time: number;
  /** `postfix/smtpd[1234]` */
  readonly process: string;
  readonly text: string;
}

export function addPostfix(logbook: Logbook, line: PostfixLine): void {
  addMessage(logbook, { host: 'mail', file: 'mail.log', ...line });
}

/** The text begins with Dovecot's own name of the process: `imap-login: ...`. */
export function addDovecot(logbook: Logbook, time: number, text: string): void {
  addMessage(logbook, { host: 'mail', file: 'mail.log', time, process: 'dovecot', text });
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** As Dovecot names its sessions. */
export function sessionName(random: Random): string {
  return characters(BASE64, 16, random);
}

/** As Postfix names a message in its queue. */
export function queueName(random: Random): string {
  return characters('0123456789ABCDEF', 10, random);
}

function characters(alphabet: string, length: number, random: Random): string {
  const letters = [...alphabet];
  return Array.from({ length }, () => itemAt(letters, random.whole(0, letters.length - 1))).join('');
}

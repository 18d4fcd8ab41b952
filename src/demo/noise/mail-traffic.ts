/** The lines of mail.log that nobody minds: mail that comes and goes, the owner's mailbox, Postfix's statistics. */
import { mailerAddress, OWNER, OWNER_PHONE } from '../crowd.ts';
import { addDovecot, addPostfix, queueName, sessionName } from '../lines/mail.ts';
import type { Logbook } from '../logbook.ts';
import { HOST_ADDRESS, MINUTE, MONTH, SECOND } from '../month.ts';
import { itemAt, type Random } from '../random.ts';
import { busyTime } from './hours.ts';

const MAILERS = [
  'mail-out.google.example',
  'outbound.protection.example',
  'mx2.mailbox.example',
  'news.letter.example',
];
const USERS = ['dora@example.org', 'emil@example.org'];

export interface MailTraffic {
  readonly received: number;
  readonly sent: number;
  readonly logins: number;
}

export function addMailTraffic(logbook: Logbook, traffic: MailTraffic, random: Random): void {
  for (let i = 0; i < traffic.received; i++) addReceived(logbook, random);
  for (let i = 0; i < traffic.sent; i++) addSent(logbook, random);
  for (let i = 0; i < traffic.logins; i++) addLogin(logbook, random);
  for (let time = MONTH.from + 90 * SECOND; time < MONTH.until; time += 10 * MINUTE) {
    addStatistics(logbook, time, random);
  }
}

/** One message from the outside to a mailbox. */
function addReceived(logbook: Logbook, random: Random): void {
  const sender = random.whole(0, MAILERS.length - 1);
  const name = itemAt(MAILERS, sender);
  const client = `${name}[${mailerAddress(sender, random)}]`;
  const time = busyTime(random);
  const queue = queueName(random);
  const user = random.pick(USERS);
  const smtpd = `postfix/smtpd[${random.whole(900, 400_000)}]`;
  const say = (delay: number, process: string, text: string): void =>
    addPostfix(logbook, { time: time + delay, process, text });
  say(0, smtpd, `connect from ${client}`);
  say(310, smtpd, `${queue}: client=${client}`);
  say(420, 'postfix/cleanup[4121]', `${queue}: message-id=<${sessionName(random)}@${name}>`);
  const size = random.whole(2100, 180_000);
  say(460, 'postfix/qmgr[931]', `${queue}: from=<bounce@${name}>, size=${size}, nrcpt=1 (queue active)`);
  say(480, smtpd, `disconnect from ${client} ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7`);
  const saved = `msgid=<${queue.toLowerCase()}@${name}>: saved mail to INBOX`;
  addDovecot(logbook, time + 640, `lmtp(${user})<${random.whole(1000, 90_000)}><${sessionName(random)}>: ${saved}`);
  const status = 'dsn=2.0.0, status=sent (250 2.0.0 Saved)';
  say(660, 'postfix/lmtp[4125]', `${queue}: to=<${user}>, relay=dovecot-lmtp, delay=0.35, ${status}`);
  say(670, 'postfix/qmgr[931]', `${queue}: removed`);
}

/** One message of the owner's to the outside. */
function addSent(logbook: Logbook, random: Random): void {
  const client = `home.example.net[${OWNER}]`;
  const time = busyTime(random);
  const queue = queueName(random);
  const user = random.pick(USERS);
  const smtpd = `postfix/submission/smtpd[${random.whole(900, 400_000)}]`;
  const say = (delay: number, process: string, text: string): void =>
    addPostfix(logbook, { time: time + delay, process, text });
  say(0, smtpd, `connect from ${client}`);
  say(400, smtpd, `${queue}: client=${client}, sasl_method=PLAIN, sasl_username=${user}`);
  say(450, 'postfix/cleanup[4121]', `${queue}: message-id=<${sessionName(random)}@example.org>`);
  say(520, 'postfix/qmgr[931]', `${queue}: from=<${user}>, size=${random.whole(900, 50_000)}, nrcpt=1 (queue active)`);
  say(600, smtpd, `disconnect from ${client} ehlo=2 starttls=1 auth=1 mail=1 rcpt=1 data=1 quit=1 commands=8`);
  const relay = 'relay=mx.example.com[192.0.2.140]:25';
  say(
    1900,
    'postfix/smtp[4130]',
    `${queue}: to=<friend@example.com>, ${relay}, delay=1.4, dsn=2.0.0, status=sent (250 OK)`,
  );
  say(1920, 'postfix/qmgr[931]', `${queue}: removed`);
}

/** One session of the owner's mail program. */
function addLogin(logbook: Logbook, random: Random): void {
  const time = busyTime(random);
  const session = sessionName(random);
  const pid = random.whole(1000, 400_000);
  const user = random.pick(USERS);
  const where = `rip=${random.pick([OWNER, OWNER_PHONE])}, lip=${HOST_ADDRESS.mail}, mpid=${pid}, TLS`;
  addDovecot(logbook, time, `imap-login: Login: user=<${user}>, method=PLAIN, ${where}, session=<${session}>`);
  const traffic = `in=${random.whole(200, 9000)} out=${random.whole(900, 90_000)}`;
  const counts = 'deleted=0 expunged=0 trashed=0 hdr_count=3 hdr_bytes=1204 body_count=1 body_bytes=5120';
  const text = `imap(${user})<${pid}><${session}>: Disconnected: Logged out ${traffic} ${counts}`;
  addDovecot(logbook, time + random.whole(2 * SECOND, 20 * MINUTE), text);
}

function addStatistics(logbook: Logbook, time: number, random: Random): void {
  const who = `(smtp:198.19.80.${random.whole(40, 55)})`;
  const process = 'postfix/anvil[4140]';
  addPostfix(logbook, { time, process, text: `statistics: max connection rate 1/60s for ${who}` });
  addPostfix(logbook, { time, process, text: `statistics: max connection count 1 for ${who}` });
}

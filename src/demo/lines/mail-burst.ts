/** What a burst against the mail server leaves in mail.log: Dovecot's line of a failed login, or a session of Postfix. */
import type { Burst } from '../burst.ts';
import type { Logbook } from '../logbook.ts';
import { HOST_ADDRESS } from '../month.ts';
import { itemAt, type Random } from '../random.ts';
import { addDovecot, addPostfix, sessionName } from './mail.ts';
import { binary, type Exchange, handshake, helo, http, pipelining, recipient, relay } from './smtp-exchanges.ts';

const MAILBOXES = [
  'admin',
  'info',
  'test',
  'info@example.org',
  'admin@example.org',
  'postmaster@example.org',
  'sales',
  'office',
  'contact@example.org',
  'support',
  'scanner',
  'webmaster@example.org',
];

/** By manner, what is said to Postfix and what it answers. The rest are Dovecot's. */
const EXCHANGES: ReadonlyMap<string, (address: string, random: Random) => Exchange> = new Map([
  ['http', http],
  ['binary', binary],
  ['handshake', handshake],
  ['pipelining', pipelining],
  ['helo', helo],
  ['relay', relay],
  ['recipient', recipient],
  ['sasl', sasl],
  ['blocklist', blocklist],
]);

export function addMailBurst(logbook: Logbook, burst: Burst, random: Random): void {
  const exchange = EXCHANGES.get(burst.manner);
  // Most begin with the first names that come to mind, which the list has first.
  const begin = Math.floor(random.fraction() ** 2 * MAILBOXES.length);
  for (const [index, { time }] of burst.attempts.entries()) {
    const user = itemAt(MAILBOXES, (begin + index) % MAILBOXES.length);
    if (exchange) addSession(logbook, { burst, time, exchange: exchange(burst.address, random) }, random);
    else if (burst.manner === 'silent') addSilence(logbook, burst.address, { time, random });
    else addLogin(logbook, burst, { time, user, random });
  }
}

interface Login {
  readonly time: number;
  readonly user: string;
  readonly random: Random;
}

function addLogin(logbook: Logbook, burst: Burst, { time, user, random }: Login): void {
  const { manner, address } = burst;
  const who = `user=<${user}>, method=${random.chance(0.8) ? 'PLAIN' : 'LOGIN'}`;
  const where = `rip=${address}, lip=${HOST_ADDRESS.mail}${random.chance(0.7) ? ', TLS' : ''}`;
  const how = `(auth failed, 1 attempts in ${random.whole(1, 4)} secs)`;
  const why = random.chance(0.7) ? 'Connection closed' : 'Aborted login by logging out';
  const text = `${manner}-login: Disconnected: ${why} ${how}: ${who}, ${where}, session=<${sessionName(random)}>`;
  addDovecot(logbook, time, text);
}

/** Connects to a mailbox service and leaves again. */
function addSilence(logbook: Logbook, address: string, { time, random }: Omit<Login, 'user'>): void {
  const protocol = random.chance(0.7) ? 'imap' : 'pop3';
  const where = `rip=${address}, lip=${HOST_ADDRESS.mail}`;
  const how = `(no auth attempts in ${random.whole(0, 9)} secs)`;
  const text = `${protocol}-login: Disconnected: Connection closed ${how}: user=<>, ${where}, session=<${sessionName(random)}>`;
  addDovecot(logbook, time, text);
}

interface Session {
  readonly burst: Burst;
  readonly time: number;
  readonly exchange: Exchange;
}

function addSession(logbook: Logbook, { burst, time, exchange }: Session, random: Random): void {
  const client = `${exchange.name}[${burst.address}]`;
  const process = `postfix/${exchange.program}[${random.whole(900, 400_000)}]`;
  addPostfix(logbook, { time: time - random.whole(80, 700), process, text: `connect from ${client}` });
  addPostfix(logbook, { time, process, text: exchange.line.replace('CLIENT', () => client) });
  const text = `disconnect from ${client} ${exchange.commands}`;
  addPostfix(logbook, { time: time + random.whole(20, 900), process, text });
}

function sasl(_address: string, random: Random): Exchange {
  const method = random.chance(0.75) ? 'LOGIN' : 'PLAIN';
  const user = itemAt(MAILBOXES, Math.floor(random.fraction() ** 2 * MAILBOXES.length));
  return {
    name: 'unknown',
    program: random.chance(0.5) ? 'smtpd' : 'submission/smtpd',
    line: `warning: CLIENT: SASL ${method} authentication failed: (reason unavailable), sasl_username=${user}`,
    commands: 'ehlo=1 auth=0/1 quit=1 commands=2/3',
  };
}

function blocklist(address: string, random: Random): Exchange {
  const why = `Service unavailable; Client host [${address}] blocked using zen.dnsbl.example; https://dnsbl.example/query/${address}`;
  const envelope = `from=<offer${random.whole(1, 99)}@example.net> to=<info@example.org>`;
  return {
    name: 'unknown',
    program: 'smtpd',
    line: `NOQUEUE: reject: RCPT from CLIENT: 554 5.7.1 ${why}; ${envelope} proto=ESMTP helo=<mx${random.whole(1, 9)}.example.net>`,
    commands: 'ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4',
  };
}

/**
 * What a client and the mail server said to each other, as far as the lines of evidence of one session tell. Postfix names
 * the client's commands beside the refusal that it gave; its other answers are in no log.
 */
import { fromLog } from '../../base/text.ts';
import type { Evidence } from '../../model.ts';

export interface Turn {
  readonly side: 'client' | 'server';
  readonly said: string;
  /** The line that tells it. */
  readonly line: Evidence;
}

/** The longest session among the lines of one ban, of equals the newest; none where no line tells what was said. */
export function sessionIn(lines: readonly Evidence[]): readonly Turn[] {
  const sessions = new Map<string, Evidence[]>();
  for (const line of lines) {
    const key = sessionOf(line);
    if (key === undefined) continue;
    sessions.set(key, [...(sessions.get(key) ?? []), line]);
  }
  let longest: readonly Turn[] = [];
  for (const session of sessions.values()) {
    const turns = turnsOf(session);
    if (turns.length >= longest.length) longest = turns;
  }
  return longest;
}

/** One process of Postfix talks to one client at a time: `postfix/smtpd[4711]`, `postfix/submission/smtpd[4711]`. */
const PROCESS = /postfix[a-z0-9/_-]{0,40}\/smtpd\[(\d{1,10})\]: /;

function sessionOf({ line, address }: Evidence): string | undefined {
  const process = PROCESS.exec(line)?.[1];
  return process === undefined ? undefined : `${process} ${address.text}`;
}

/** In the order of the log. What a line says again is not repeated. */
function turnsOf(lines: readonly Evidence[]): readonly Turn[] {
  const turns: Turn[] = [];
  const told = new Set<string>();
  for (const line of lines) {
    for (const { side, said } of saidIn(line.line)) {
      if (side === 'client' && told.has(said)) continue;
      told.add(said);
      turns.push({ side, said: fromLog(said), line });
    }
  }
  return turns;
}

type Said = Pick<Turn, 'side' | 'said'>;

/** What a line of Postfix tells: of a refusal, or of commands that are none. */
function saidIn(line: string): readonly Said[] {
  const spoken = spokenIn(line);
  if (spoken !== undefined) return [{ side: 'client', said: spoken }];
  const message = messageOf(line);
  const reply = afterClient(message, ['reject: ']);
  return reply === undefined ? [] : refused(message, reply);
}

/** What a client sent that is no command of SMTP, or none at its time; undefined for lines that do not tell. As it stands in the log. */
export function spokenIn(line: string): string | undefined {
  return afterClient(messageOf(line), ['warning: non-SMTP command from ', 'improper command pipelining after ']);
}

/** Empty for what is not of Postfix. */
function messageOf(line: string): string {
  const start = PROCESS.exec(line);
  return start === null ? '' : line.slice(start.index + start[0].length);
}

/** What stands after the client: `warning: non-SMTP command from name[192.0.2.1]: GET / HTTP/1.1`. */
function afterClient(message: string, beginnings: readonly string[]): string | undefined {
  const found = beginnings.map((beginning) => message.indexOf(beginning)).filter((at) => at >= 0);
  if (found.length === 0) return undefined;
  const end = message.indexOf(']: ', Math.min(...found));
  return end < 0 ? undefined : message.slice(end + 3);
}

/** `454 4.7.1 <a@b>: Relay access denied; from=<a@b> to=<c@d> proto=ESMTP helo=<x>`, after `reject: RCPT from name[address]: `. */
function refused(message: string, reply: string): readonly Said[] {
  const verb = /reject: ([A-Z-]{4,15}) from /.exec(message)?.[1];
  // The envelope comes last; a recipient that looks like one stands before it.
  const end = Math.max(reply.lastIndexOf('; from=<'), reply.lastIndexOf('; proto='));
  if (verb === undefined || end < 0) return [];
  const envelope = reply.slice(end + 2);
  const [from, to, helo] = ['from', 'to', 'helo'].map((name) => fieldOf(envelope, name));
  const greeting = envelope.includes('proto=ESMTP') ? 'EHLO' : 'HELO';
  const commands = [
    ...(helo === undefined ? [] : [`${greeting} ${helo}`]),
    ...(from === undefined || !SENDING.has(verb) ? [] : [`MAIL FROM:<${from}>`]),
    ...(to === undefined || !RECEIVING.has(verb) ? [] : [`RCPT TO:<${to}>`]),
    ...(verb === 'DATA' ? ['DATA'] : []),
  ];
  return [...commands.map((said): Said => ({ side: 'client', said })), { side: 'server', said: reply.slice(0, end) }];
}

/** Commands before which there was a sender, and a recipient. */
const SENDING: ReadonlySet<string> = new Set(['MAIL', 'RCPT', 'DATA', 'END-OF-MESSAGE']);
const RECEIVING: ReadonlySet<string> = new Set(['RCPT', 'DATA', 'END-OF-MESSAGE']);

/** What is in the angle brackets of `name=<...>`; undefined where there is none. */
function fieldOf(envelope: string, name: string): string | undefined {
  const at = ` ${envelope}`.indexOf(` ${name}=<`);
  if (at < 0) return undefined;
  const begin = at + name.length + 2;
  const ends = ['> to=<', '> proto=', '> helo=<', '> sasl_', '>'].map((end) => envelope.indexOf(end, begin));
  const end = ends.find((found) => found >= 0);
  return end === undefined ? undefined : envelope.slice(begin, name === 'helo' ? envelope.lastIndexOf('>') : end);
}

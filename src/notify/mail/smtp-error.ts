/** What a mail server refused, and whether trying again may help. */
import { ellipsis, printable } from '../../base/text.ts';
import { DeliveryError } from '../channel.ts';
import { PartlyTaken } from './post.ts';

/** A server's answer is hostile, too, and is read in one line of a status. */
const ANSWER_MAX = 300;
/** To these a refusal is about us, the sender, a recipient or the message; before them, the server is merely not ready. */
const COMMANDS: ReadonlySet<string> = new Set(['MAIL FROM', 'RCPT TO', 'DATA']);

/** Who was asked, and as whom. */
interface Asked {
  readonly server: { readonly host: string; readonly port: number };
  readonly user: string | undefined;
}

/** From whatever a connection failed with. */
export function deliveryError(cause: unknown, { server, user }: Asked): DeliveryError {
  if (cause instanceof DeliveryError) return cause;
  const { code, command, status, message } = factsOf(cause);
  const where = `${server.host} port ${server.port}`;
  if (code === 'EAUTH') {
    // What a server says then may be what it was told, the password in it.
    const answer = status === undefined ? '' : ` (${status})`;
    return new DeliveryError(`${where}: the login of ${user} is refused${answer}`, { isFinal: isPermanent(status) });
  }
  const isAboutUs = command !== undefined && COMMANDS.has(command);
  // The size is known before anything is sent: there is no answer.
  const isTooLarge = code === 'EMESSAGE' && command === 'MAIL FROM' && status === undefined;
  return new DeliveryError(`${where}: ${message}`, { isFinal: isTooLarge || (isAboutUs && isPermanent(status)) });
}

/** Whether the server only said that it hangs up (421), when a mail was to begin. */
export function isFarewell(cause: unknown): boolean {
  const { command, status } = factsOf(cause);
  return command === 'MAIL FROM' && status === 421;
}

/** Of the recipients of a message that was taken, those that were refused. */
export function partlyTaken(
  to: readonly string[],
  { rejected, errors }: { readonly rejected: readonly string[]; readonly errors: readonly unknown[] },
): PartlyTaken {
  const facts = errors.map(factsOf);
  const answers = rejected.map((address, i) => `${address} (${facts[i]?.message ?? 'no reason given'})`);
  const what = `not taken for ${answers.join(', ')}`;
  return new PartlyTaken(ellipsis(what, 2 * ANSWER_MAX), {
    taken: to.filter((address) => !rejected.includes(address)),
    isFinal: facts.length > 0 && facts.every(({ status }) => isPermanent(status)),
  });
}

const isPermanent = (status: number | undefined): boolean => status !== undefined && status >= 500 && status <= 599;

interface Facts {
  readonly code: unknown;
  readonly command: string | undefined;
  /** Of the server's answer; undefined when it gave none. */
  readonly status: number | undefined;
  /** One line. */
  readonly message: string;
}

function factsOf(cause: unknown): Facts {
  const error = Object(cause);
  const [command, status]: unknown[] = [Reflect.get(error, 'command'), Reflect.get(error, 'responseCode')];
  const text = cause instanceof Error ? cause.message : String(cause);
  return {
    code: Reflect.get(error, 'code'),
    command: typeof command === 'string' ? command : undefined,
    status: typeof status === 'number' ? status : undefined,
    message: ellipsis(printable(text.slice(0, ANSWER_MAX).replace(/\s+/g, ' ')), ANSWER_MAX),
  };
}

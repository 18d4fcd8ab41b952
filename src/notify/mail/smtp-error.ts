/** What a mail server refused, and whether trying again may help. */
import { ellipsis, printable } from '../../base/text.ts';
import { DeliveryError, type Progress } from '../channel.ts';

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
  const all = allRefused(cause);
  if (all) return refused(all.rejected, all, { server });
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

interface Refusals {
  readonly rejected: readonly string[];
  /** One for each of them. */
  readonly errors: readonly unknown[];
}

/** Nobody took the message; undefined for what is no such error. */
function allRefused(cause: unknown): Refusals | undefined {
  const { rejected, rejectedErrors: errors } = Object(cause);
  if (!Array.isArray(rejected) || !Array.isArray(errors) || rejected.length === 0) return undefined;
  return { rejected: rejected.map(String), errors };
}

/** Some or all recipients of a message were refused; the others have it. */
export function refused(
  to: readonly string[],
  { rejected, errors }: Refusals,
  { server }: Pick<Asked, 'server'>,
): DeliveryError {
  const refusals = rejected.map((address, i) => {
    const { message, status } = factsOf(errors[i]);
    return { address, message, isForGood: isPermanent(status) };
  });
  const answers = refusals.map(({ address, message }): [string, string] => [address, message]);
  return new DeliveryError(ellipsis(`${server.host} port ${server.port}: ${notTaken(answers)}`, 2 * ANSWER_MAX), {
    isFinal: refusals.every(({ isForGood }) => isForGood),
    progress: {
      taken: to.filter((address) => !rejected.includes(address)),
      refused: answers.filter((_, i) => refusals[i]?.isForGood),
    },
  });
}

/** As a person reads it. */
export function notTaken(refusals: Progress['refused']): string {
  return `not taken for ${refusals.map(([address, why]) => `${address} (${why})`).join(', ')}`;
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

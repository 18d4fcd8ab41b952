/**
 * Mail by SMTP. Mails that follow each other share a connection. It is encrypted and the server is who it says that it is,
 * unless it is this machine: between its own processes there is nobody.
 */
import { connect, type Socket } from 'node:net';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SMTPConnectionOptions, SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';
import { DeliveryError, type MailOptions } from '../channel.ts';
import type { Envelope, Post } from './post.ts';
import { deliveryError, isFarewell, refused } from './smtp-error.ts';

/** Until the server is reached, and until it greets. */
const CONNECT_MS = 10_000;
/** RFC 5321 grants minutes; a mail that waits for its answer that long is better tried again. */
const SILENCE_MS = 60_000;
/** Mails of a connection: servers end it after a hundred or so, in the middle of the next. */
const MAILS_MAX = 50;
/** How long a connection waits for the next mail: servers have few to give away. */
const IDLE_MS = 2_000;
/** An answer is a line or some. */
const ANSWER_MAX = 65_536;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i;

type Server = NonNullable<MailOptions['server']>;

export interface SmtpOptions {
  readonly server: Server;
  readonly user: string | undefined;
  readonly password: string | undefined;
}

interface Mailing {
  readonly message: Buffer;
  readonly envelope: Envelope;
  readonly signal: AbortSignal;
}

interface Line {
  readonly connection: SMTPConnection;
  mails: number;
}

export class SmtpPost implements Post {
  readonly newline = '\r\n';
  readonly #options: SmtpOptions;
  #idle: Line | undefined;
  #hangUp: NodeJS.Timeout | undefined;

  constructor(options: SmtpOptions) {
    this.#options = options;
  }

  async deliver(message: Buffer, envelope: Envelope, signal: AbortSignal): Promise<void> {
    const idle = this.#taken();
    try {
      await this.#send(idle ?? (await open(this.#options, signal)), { message, envelope, signal });
    } catch (cause) {
      if (!idle || !isFarewell(cause)) throw deliveryError(cause, this.#options);
      // The server had hung up meanwhile, and has not heard of this mail: it is called again.
      try {
        await this.#send(await open(this.#options, signal), { message, envelope, signal });
      } catch (again) {
        throw deliveryError(again, this.#options);
      }
    }
  }

  async #send(line: Line, { message, envelope, signal }: Mailing): Promise<void> {
    const { rejected, rejectedErrors: errors = [] } = await this.#hand(line, { message, envelope, signal });
    line.mails++;
    this.#keep(line);
    if (rejected.length > 0) throw refused(envelope.to, { rejected, errors }, this.#options);
  }

  async #hand({ connection }: Line, { message, envelope, signal }: Mailing): Promise<SMTPConnectionSendInfo> {
    try {
      return await inTime<SMTPConnectionSendInfo>(signal, connection, (done) => {
        connection.send({ ...envelope, to: [...envelope.to], size: message.length }, message, done);
      });
    } catch (cause) {
      connection.close();
      throw cause;
    }
  }

  close(): Promise<void> {
    this.#taken()?.connection.quit();
    return Promise.resolve();
  }

  #taken(): Line | undefined {
    clearTimeout(this.#hangUp);
    const line = this.#idle;
    this.#idle = undefined;
    return line?.connection.destroyed ? undefined : line;
  }

  #keep(line: Line): void {
    if (line.mails >= MAILS_MAX || this.#idle || line.connection.destroyed) {
      line.connection.quit();
      return;
    }
    this.#idle = line;
    this.#hangUp = setTimeout(() => this.#taken()?.connection.quit(), IDLE_MS);
    this.#hangUp.unref();
  }
}

async function open(options: SmtpOptions, signal: AbortSignal): Promise<Line> {
  const { server, user, password } = options;
  // Loaded when a mail is sent: every command would take longer to start.
  const { default: Connection } = await import('nodemailer/lib/smtp-connection');
  const socket = await reach(server, signal);
  const connection = new Connection({ ...security(server), connection: socket, ...limits, host: server.host });
  // What fails is told to whoever waits for it; what fails later ends the connection, which is noticed by the next mail.
  connection.on('error', () => undefined);
  try {
    await inTime<void>(signal, connection, (done) => connection.connect((error) => done(error, undefined)));
    if (user !== undefined && password !== undefined) {
      await inTime<void>(signal, connection, (done) => {
        connection.login({ user, pass: password }, (error) => done(error, undefined));
      });
    }
  } catch (cause) {
    connection.close();
    throw deliveryError(cause, options);
  }
  return { connection, mails: 0 };
}

const limits: SMTPConnectionOptions = {
  connectionTimeout: 2 * CONNECT_MS,
  greetingTimeout: CONNECT_MS,
  socketTimeout: SILENCE_MS,
  socketCloseTimeout: 1_000,
  maxResponseSize: ANSWER_MAX,
};

function security({ protocol, host }: Server): SMTPConnectionOptions {
  const secure = protocol === 'smtps';
  // Said aloud, because an environment variable could say otherwise.
  const tls = { minVersion: 'TLSv1.2', rejectUnauthorized: true } as const;
  if (!LOOPBACK.test(host)) return { secure, requireTLS: !secure, tls };
  // Its certificate is most often one of its own making.
  return { secure, opportunisticTLS: !secure, tls: { ...tls, rejectUnauthorized: false } };
}

/** By the names that this machine knows, /etc/hosts among them: `localhost` is asked of no DNS server. */
function reach({ host, port }: Server, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const fail = (what: string): void => {
      socket.destroy();
      reject(new DeliveryError(`${host} port ${port}: ${what}`));
    };
    const late = (): void => fail('it cannot be reached in time');
    const socket = connect({ host, port, timeout: CONNECT_MS, autoSelectFamily: true });
    if (signal.aborted) return late();
    signal.addEventListener('abort', late, { once: true });
    socket.once('timeout', late);
    socket.once('error', (error) => fail(error.message || String(Reflect.get(error, 'code'))));
    socket.once('connect', () => {
      signal.removeEventListener('abort', late);
      socket.removeAllListeners();
      socket.setTimeout(0);
      resolve(socket);
    });
  });
}

type Done<T> = (error: Error | null | undefined, value: T) => void;

/** What a connection does, until it is done, fails, or the time is over. */
function inTime<T>(signal: AbortSignal, connection: SMTPConnection, act: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void): void => {
      signal.removeEventListener('abort', late);
      connection.removeListener('error', failed);
      connection.removeListener('end', ended);
      end();
    };
    const failed = (error: Error): void => settle(() => reject(error));
    const late = (): void => failed(new Error('the server takes too long'));
    const ended = (): void => failed(new Error('the server closed the connection'));
    if (signal.aborted) return late();
    signal.addEventListener('abort', late, { once: true });
    connection.once('error', failed);
    connection.once('end', ended);
    act((error, value) => {
      if (error) failed(error);
      else settle(() => resolve(value));
    });
  });
}

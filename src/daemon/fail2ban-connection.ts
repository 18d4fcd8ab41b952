/**
 * A client of fail2ban at our end of its socket: pickled commands with a mark behind each, answered one by one. It may send
 * rubbish, too much or nothing, and never read; that costs a buffer for a while, and nothing that it sends is run.
 */
import type { Socket } from 'node:net';
import type { Problem } from '../base/problem.ts';
import { answer } from '../fail2ban/client/answer.ts';
import { pickle } from '../fail2ban/client/pickle.ts';
import type { Served } from '../fail2ban/client/served.ts';
import { PickleError, unpickle } from '../fail2ban/client/unpickle.ts';
import type { Value } from '../fail2ban/client/value.ts';
import type { Client } from './unix-socket.ts';

const END = Buffer.from('<F2B_END_COMMAND>');
const CLOSE = Buffer.from('<F2B_CLOSE_COMMAND>');
/** The original's client sends its whole configuration when it reloads: a hundred jails are half a megabyte. */
const REQUEST_BYTES = 4_194_304;
/** Clients send at once; who is silent for longer is not waited for. */
const PATIENCE_MS = 30_000;

export interface Fail2banConnectionOptions {
  readonly served: () => Served;
  readonly warn: (message: string) => void;
}

export class Fail2banConnection implements Client {
  readonly #socket: Socket;
  readonly #options: Fail2banConnectionOptions;
  #pieces: Buffer[] = [];
  #length = 0;
  #busy = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, options: Fail2banConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on('data', (bytes) => this.#take(bytes));
    socket.on('end', () => {
      if (!this.#busy) socket.end();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => clearTimeout(this.#timer));
    this.#expectMore();
  }

  get isIdle(): boolean {
    return !this.#busy;
  }

  refuse({ what }: Problem): void {
    this.#busy = true;
    this.#socket.pause();
    this.#socket.end(framed(`ERROR: ${what}`), () => this.#socket.destroy());
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#pieces.push(bytes);
    this.#length += bytes.length;
    if (this.#length > REQUEST_BYTES) this.refuse({ what: `a command is at most ${REQUEST_BYTES} bytes long` });
    else if (this.#busy) this.#socket.pause();
    else this.#next();
  }

  /** Answers the next command, when there is a whole one. */
  #next(): void {
    if (this.#busy || this.#socket.destroyed) return;
    // The mark may come in pieces, but where none of its last byte is there is no end.
    if (this.#pieces.at(-1)?.includes('>') !== true) return;
    const bytes = Buffer.concat(this.#pieces);
    const end = bytes.indexOf(END);
    this.#keep(end < 0 ? bytes : bytes.subarray(end + END.length));
    if (end < 0) return;
    const message = bytes.subarray(0, end);
    if (message.equals(CLOSE)) {
      this.#socket.end();
      return;
    }
    this.#busy = true;
    clearTimeout(this.#timer);
    void this.#answer(message);
  }

  #keep(bytes: Buffer): void {
    this.#pieces = bytes.length === 0 ? [] : [bytes];
    this.#length = bytes.length;
  }

  async #answer(message: Buffer): Promise<void> {
    const value = await this.#valueOf(message);
    if (this.#socket.destroyed) return;
    this.#socket.write(framed(value), () => {
      this.#busy = false;
      if (this.#socket.readableEnded) this.#socket.end();
      this.#expectMore();
      this.#socket.resume();
      this.#next();
    });
    this.#expectMore();
  }

  async #valueOf(message: Buffer): Promise<Value> {
    try {
      return await answer(unpickle(message), this.#options.served());
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      if (!(error instanceof PickleError)) this.#options.warn(`a command of a client of fail2ban failed: ${what}`);
      return `ERROR: ${what}`;
    }
  }

  #expectMore(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#socket.destroy(), PATIENCE_MS);
    this.#timer.unref();
  }
}

function framed(value: Value): Buffer {
  return Buffer.concat([pickle(value), END]);
}

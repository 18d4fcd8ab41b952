/**
 * One client of the control socket. It may send rubbish, a byte a second, or nothing, and it may never read: nothing of
 * that costs the daemon more than one small buffer for a few seconds.
 */
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EXIT, type Problem, ProblemError } from '../base/problem.ts';
import { jsonPieces } from './json-pieces.ts';
import type { Answer, Request } from './protocol.ts';
import { readRequest } from './request.ts';

/** The longest request that makes sense is under a kilobyte; this leaves room for fields to come. */
export const REQUEST_BYTES = 65_536;

export interface ConnectionOptions {
  readonly handle: (request: Request) => Promise<unknown>;
  /** For a whole request to come in, and for the client to take each piece of the answer. */
  readonly patienceMs: number;
  /** What went wrong on our side. */
  readonly warn: (message: string) => void;
}

export class Connection {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  /** What came in and is not answered yet: at most one request more than the one in work. */
  #pending: Buffer = Buffer.alloc(0);
  #busy = false;
  #ended = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on('data', (bytes) => this.#take(bytes));
    socket.on('end', () => {
      this.#ended = true;
      this.#next();
    });
    // A client that is gone is no news.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => clearTimeout(this.#timer));
    this.#expectMore();
  }

  /** Whether it waits for a request and owes no answer. */
  get isIdle(): boolean {
    return !this.#busy;
  }

  /** Ends it with a sentence instead of an answer. */
  refuse(problem: Problem): void {
    this.#busy = true;
    this.#socket.pause();
    this.#socket.end(`${JSON.stringify(refusal(EXIT.unavailable, [problem]))}\n`, () => this.#socket.destroy());
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    // While an answer is made nothing more is read, so that a client cannot pile up requests.
    if (this.#busy) this.#socket.pause();
    else this.#next();
  }

  /** Answers the next request, when there is a whole one. */
  #next(): void {
    if (this.#busy || this.#socket.destroyed) return;
    const end = this.#pending.indexOf(10);
    const length = end < 0 ? this.#pending.length : end;
    if (length > REQUEST_BYTES) {
      this.refuse({ what: `a request is at most ${REQUEST_BYTES} bytes long` });
      return;
    }
    // What stands before the end of the stream is a line, newline or not.
    if (end < 0 && !(this.#ended && length > 0)) {
      if (this.#ended) this.#socket.end();
      return;
    }
    const line = this.#pending.toString('utf8', 0, length);
    this.#pending = Buffer.from(this.#pending.subarray(length + 1));
    if (line.trim() === '') {
      this.#next();
      return;
    }
    this.#busy = true;
    clearTimeout(this.#timer);
    void this.#answer(line);
  }

  async #answer(line: string): Promise<void> {
    const answer = await this.#answerTo(line);
    try {
      for (const piece of jsonPieces(answer)) await this.#write(piece);
      await this.#write('\n');
    } catch (error) {
      // Half an answer cannot be mended: the client sees that it ends too early.
      this.#options.warn(`an answer on the control socket was cut off: ${messageOf(error)}`);
      this.#socket.destroy();
    }
    this.#busy = false;
    if (this.#socket.destroyed) return;
    this.#expectMore();
    this.#socket.resume();
    this.#next();
  }

  async #answerTo(line: string): Promise<Answer> {
    try {
      return { ok: true, result: (await this.#options.handle(readRequest(line))) ?? null };
    } catch (error) {
      if (error instanceof ProblemError) return refusal(error.status, error.problems);
      this.#options.warn(`a request on the control socket failed: ${messageOf(error)}`);
      return refusal(EXIT.unavailable, [{ what: `the daemon could not do it: ${messageOf(error)}` }]);
    }
  }

  /** Hands a piece on, waits for a slow client up to the limit, and lets others have their turn. */
  async #write(piece: string): Promise<void> {
    const socket = this.#socket;
    if (socket.destroyed) return;
    if (socket.write(piece)) {
      await nextTurn();
      return;
    }
    this.#expectMore();
    await new Promise<void>((resolve) => {
      const go = (): void => {
        socket.off('drain', go);
        socket.off('close', go);
        resolve();
      };
      socket.on('drain', go);
      socket.on('close', go);
    });
    clearTimeout(this.#timer);
  }

  /** The next step must come in time. A byte now and then does not count as one. */
  #expectMore(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#busy || this.#pending.length === 0) this.#socket.destroy();
      else this.refuse({ what: 'the request did not end in time' });
    }, this.#options.patienceMs);
    this.#timer.unref();
  }
}

function refusal(status: ProblemError['status'], problems: readonly Problem[]): Answer {
  return { ok: false, status, problems };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

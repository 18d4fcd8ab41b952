/** A running `journalctl`: what it wrote and nobody has read yet, what it complained of, and its end. */
import type { RunningProgram } from '../base/program.ts';

/** It is not read on beyond this: it then waits, and the journal keeps what comes. */
const WAITING_MAX = 1_048_576;
/** It is read on again below this. */
const WAITING_LOW = WAITING_MAX / 2;
/** Of what it says on standard error: the last words tell why it ended. */
const COMPLAINT_MAX = 4_096;
/** It has nothing to save; when it does not end at once, it hangs. */
const PATIENCE_MS = 2_000;

export class JournalChild {
  readonly #program: RunningProgram;
  readonly #onWake: () => void;
  readonly #closed: Promise<void>;
  #waiting: Buffer[] = [];
  #bytes = 0;
  #complaint = '';
  #isClosed = false;

  constructor(program: RunningProgram, onWake: () => void) {
    this.#program = program;
    this.#onWake = onWake;
    program.stdin.on('error', () => undefined);
    program.stdin.end();
    program.stdout.on('data', (piece: Buffer) => this.#put(piece));
    program.stderr.setEncoding('latin1');
    program.stderr.on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-COMPLAINT_MAX);
      this.#onWake();
    });
    this.#closed = new Promise((resolve) => {
      const close = (): void => {
        this.#isClosed = true;
        resolve();
        this.#onWake();
      };
      program.on('close', close);
      program.on('error', ({ message }) => {
        this.#complaint += `cannot be started (${message})`;
        // A program that never ran does not always close.
        if (program.pid === undefined) close();
      });
    });
  }

  /** Bytes that wait to be read. */
  get waiting(): number {
    return this.#bytes;
  }

  get complaint(): string {
    return this.#complaint;
  }

  /** Whether it has ended and all that it wrote was read. */
  get isOver(): boolean {
    return this.#isClosed && this.#bytes === 0;
  }

  /** Moves what waits into the room, as far as it fits; returns how many bytes that were. */
  take(room: Buffer, at: number): number {
    let end = at;
    for (let piece = this.#waiting[0]; piece && end < room.length; piece = this.#waiting[0]) {
      const taken = piece.copy(room, end);
      end += taken;
      if (taken === piece.length) this.#waiting.shift();
      else this.#waiting[0] = piece.subarray(taken);
    }
    this.#bytes -= end - at;
    if (this.#bytes <= WAITING_LOW && this.#program.stdout.isPaused()) this.#program.stdout.resume();
    return end - at;
  }

  /** Ends it now; what waits is thrown away. */
  async stop(): Promise<void> {
    this.#waiting = [];
    this.#bytes = 0;
    this.#program.stdout.destroy();
    this.#program.stderr.destroy();
    if (this.#isClosed) return;
    this.#program.kill('SIGTERM');
    const timer = setTimeout(() => this.#program.kill('SIGKILL'), PATIENCE_MS);
    await this.#closed;
    clearTimeout(timer);
  }

  #put(piece: Buffer): void {
    this.#waiting.push(piece);
    this.#bytes += piece.length;
    if (this.#bytes >= WAITING_MAX) this.#program.stdout.pause();
    this.#onWake();
  }
}

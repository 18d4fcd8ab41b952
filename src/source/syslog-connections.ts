/** The senders that are connected to one address: not too many, and none for ever. */
import type { Socket } from 'node:net';
import { type FrameSink, Frames } from './syslog-frames.ts';

/** Each may hold 64 KiB of an unfinished message: 4 MiB. A relay needs one. */
const CONNECTIONS_MAX = 64;
/** When all places are taken, who has been silent for so long makes room; a sender that is pushed out connects again. */
const SILENT_MS = 60_000;
/** A host may have nothing to tell for hours; who is silent for longer is gone. */
const IDLE_MS = 6 * 3_600_000;
/** The kernel finds out by itself when the other host is dead. */
const PROBE_MS = 60_000;

export interface ConnectionSink extends FrameSink {
  /** A connection ended within a message, which is thrown away: what is cut off may be an address. */
  unfinished(): void;
  /** There was no room for a connection. */
  refused(): void;
}

export class Connections {
  readonly #sink: ConnectionSink;
  readonly #clock: () => number;
  /** When each was heard last, the one that has been silent longest first. */
  readonly #heard = new Map<Socket, number>();

  constructor(sink: ConnectionSink, clock: () => number) {
    this.#sink = sink;
    this.#clock = clock;
  }

  add(socket: Socket): void {
    socket.on('error', () => undefined);
    if (this.#heard.size >= CONNECTIONS_MAX && !this.#makeRoom()) {
      this.#sink.refused();
      socket.destroy();
      return;
    }
    const frames = new Frames(this.#sink);
    this.#heard.set(socket, this.#clock());
    socket.setKeepAlive(true, PROBE_MS);
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    socket.on('data', (piece: Buffer) => {
      this.#heard.delete(socket);
      this.#heard.set(socket, this.#clock());
      frames.push(piece);
    });
    socket.on('close', () => {
      this.#heard.delete(socket);
      if (frames.isUnfinished) this.#sink.unfinished();
    });
  }

  close(): void {
    for (const socket of this.#heard.keys()) socket.destroy();
    this.#heard.clear();
  }

  #makeRoom(): boolean {
    const [longest] = this.#heard;
    if (!longest) return false;
    const [socket, heard] = longest;
    if (Math.abs(this.#clock() - heard) < SILENT_MS) return false;
    this.#heard.delete(socket);
    socket.destroy();
    return true;
  }
}

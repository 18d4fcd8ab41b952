/** Where notices go: the seam of mail, webhooks and chats. Each is a file below channel/ and a line in its index. */
import type { Notice } from './notice.ts';

export interface Channel {
  /** As the configuration calls it; messages that wait are found again by it. */
  readonly name: string;
  /**
   * Sends a notice. `id` is the same each time that it is tried, for whoever can tell by it that it was sent before.
   * @throws DeliveryError
   */
  send(notice: Notice, delivery: Delivery): Promise<void>;
  close(): Promise<void>;
}

export interface Delivery {
  readonly id: string;
  /** When to give up: whoever takes longer is tried again later. */
  readonly signal: AbortSignal;
}

/** That a notice was not sent. */
export class DeliveryError extends Error {
  /** Trying again will not help: a wrong address, a password that is refused. */
  readonly isFinal: boolean;
  /** Milliseconds that the other end asked to be left alone. */
  readonly waitMs: number | undefined;

  constructor(what: string, { isFinal = false, waitMs }: { isFinal?: boolean; waitMs?: number } = {}) {
    super(what);
    this.isFinal = isFinal;
    this.waitMs = waitMs;
  }
}

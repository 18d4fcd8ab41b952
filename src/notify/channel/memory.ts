/** A channel that keeps what it is given, for tests and for looking at what would be told. */
import type { Channel, Delivery } from '../channel.ts';
import type { Notice } from '../notice.ts';

export interface Kept {
  readonly notice: Notice;
  readonly id: string;
}

export class MemoryChannel implements Channel {
  readonly name: string;
  readonly kept: Kept[] = [];
  readonly #before: (notice: Notice, delivery: Delivery) => Promise<void> | void;

  /** `before` is asked first, and may fail or take its time. */
  constructor(name: string, before: (notice: Notice, delivery: Delivery) => Promise<void> | void = () => undefined) {
    this.name = name;
    this.#before = before;
  }

  async send(notice: Notice, delivery: Delivery): Promise<void> {
    await this.#before(notice, delivery);
    this.kept.push({ notice, id: delivery.id });
  }

  async close(): Promise<void> {}
}

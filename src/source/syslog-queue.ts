/**
 * Lines that came over the network and wait to be read, packed into blocks: a line of ten bytes must not cost an object of
 * a hundred. What does not fit any more is dropped; it cannot be asked to wait.
 */

/** The longest line with its newline; a datagram has at most 65,507 bytes. */
export const BLOCK_BYTES = 65_536;
/** For all addresses together, 4 MiB: a second of a flood. Beyond it nobody reads, and the oldest lines are worth most. */
const BLOCKS_MAX = 64;

const NEWLINE = 10;
const NUL = 0;

/** How many blocks may still be filled, over all queues. */
export class BlockBudget {
  #left = BLOCKS_MAX;

  take(): boolean {
    if (this.#left === 0) return false;
    this.#left--;
    return true;
  }

  give(): void {
    this.#left++;
  }
}

interface Block {
  readonly bytes: Buffer;
  used: number;
  readonly isOnBudget: boolean;
}

export class LineQueue {
  readonly #budget: BlockBudget;
  #blocks: Block[] = [];
  /** What was handed over last; its bytes are used again behind the next. */
  #lent: Buffer | undefined;
  #spare: Buffer | undefined;
  #waiting = 0;

  constructor(budget: BlockBudget) {
    this.#budget = budget;
  }

  /** Bytes that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Adds a line of less than `BLOCK_BYTES`; false when it was dropped. A newline in it is the client's: what follows must
   * not become a line of its own, so it is a NUL from here on.
   */
  put(line: Uint8Array): boolean {
    const size = line.length + 1;
    const block = this.#blockFor(size);
    if (!block) return false;
    const { bytes, used } = block;
    const end = used + line.length;
    bytes.set(line, used);
    for (let at = bytes.indexOf(NEWLINE, used); at >= 0 && at < end; at = bytes.indexOf(NEWLINE, at + 1))
      bytes[at] = NUL;
    bytes[end] = NEWLINE;
    block.used = end + 1;
    this.#waiting += size;
    return true;
  }

  /** The oldest lines; valid until the next call. */
  next(): Buffer | undefined {
    this.#spare = this.#lent ?? this.#spare;
    this.#lent = undefined;
    const block = this.#blocks.shift();
    if (!block) return undefined;
    if (block.isOnBudget) this.#budget.give();
    this.#waiting -= block.used;
    this.#lent = block.bytes;
    return block.bytes.subarray(0, block.used);
  }

  /** The block that the line goes to. The first one is always there: a flood at one address must not silence another. */
  #blockFor(size: number): Block | undefined {
    const last = this.#blocks.at(-1);
    if (last && last.used + size <= BLOCK_BYTES) return last;
    const isOnBudget = last !== undefined;
    if (isOnBudget && !this.#budget.take()) return undefined;
    const block = { bytes: this.#spare ?? Buffer.allocUnsafeSlow(BLOCK_BYTES), used: 0, isOnBudget };
    this.#spare = undefined;
    this.#blocks.push(block);
    return block;
  }
}

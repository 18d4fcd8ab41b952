/**
 * Pages of rows on their way from the thread that reads them to the one that folds them: rooms that are filled and emptied
 * in turns, in memory that both see. Either side waits for the other without an event loop, as reports are made in one go.
 */
import { ROOM_BYTES, Room } from './room.ts';

/** 3 MB: enough that neither side waits while the other collects garbage. */
const SLOTS = 16;
/** A page takes some milliseconds, a disk that sleeps some seconds. */
const PATIENCE_MS = 10_000;

const AT = { written: 0, taken: 1, state: 2, sizes: 3, series: 3 + SLOTS } as const;
/** Divisible by 8, where the first room begins. */
const HEAD_BYTES = 256;

const STATES = ['starting', 'reading', 'failed', 'stopped'] as const;
type State = (typeof STATES)[number];

/** A page: where it is, its rows, and for tallies the number of their series. */
export interface RingPage {
  readonly slot: number;
  /** 0 where the bans, or the tallies, are at their end. */
  readonly size: number;
  readonly series: number;
}

export class Ring {
  readonly memory: SharedArrayBuffer;
  readonly #head: Int32Array;

  constructor(memory = new SharedArrayBuffer(HEAD_BYTES + SLOTS * ROOM_BYTES)) {
    this.memory = memory;
    this.#head = new Int32Array(memory, 0, HEAD_BYTES / 4);
  }

  /** By slot, what `make` makes of its room. */
  rooms<Lists>(make: (room: Room) => Lists): Lists[] {
    return Array.from({ length: SLOTS }, (_, slot) => make(new Room(this.memory, HEAD_BYTES + slot * ROOM_BYTES)));
  }

  /** Tells the other side. */
  enter(state: State): void {
    Atomics.store(this.#head, AT.state, STATES.indexOf(state));
    for (const at of [AT.state, AT.written, AT.taken]) Atomics.notify(this.#head, at);
  }

  /** Waits until the other side reads; false when it does not. */
  isReading(): boolean {
    Atomics.wait(this.#head, AT.state, STATES.indexOf('starting'), PATIENCE_MS);
    return this.#state === 'reading';
  }

  /** The slot to fill, as soon as one is free; undefined when nobody wants any more. */
  free(): number | undefined {
    const written = Atomics.load(this.#head, AT.written);
    for (;;) {
      const taken = Atomics.load(this.#head, AT.taken);
      if (this.#state === 'stopped') return undefined;
      if (written - taken < SLOTS) return written % SLOTS;
      Atomics.wait(this.#head, AT.taken, taken, PATIENCE_MS);
    }
  }

  /** The free slot is filled. */
  put({ size, series }: Omit<RingPage, 'slot'>): void {
    const written = Atomics.load(this.#head, AT.written);
    this.#head[AT.sizes + (written % SLOTS)] = size;
    this.#head[AT.series + (written % SLOTS)] = series;
    Atomics.store(this.#head, AT.written, written + 1);
    Atomics.notify(this.#head, AT.written);
  }

  /** The next page, as soon as it is there; undefined when there comes none. */
  page(): RingPage | undefined {
    const taken = Atomics.load(this.#head, AT.taken);
    // Whoever enters a state wakes who waits, too: again, then.
    while (Atomics.load(this.#head, AT.written) === taken) {
      if (this.#state !== 'reading') return undefined;
      if (Atomics.wait(this.#head, AT.written, taken, PATIENCE_MS) === 'timed-out') return undefined;
    }
    const slot = taken % SLOTS;
    return { slot, size: this.#head[AT.sizes + slot] ?? 0, series: this.#head[AT.series + slot] ?? 0 };
  }

  /** The page is no longer needed. */
  release(): void {
    const taken = Atomics.add(this.#head, AT.taken, 1) + 1;
    // Not for each page: a thread that is woken takes the processor from whoever woke it.
    if (Atomics.load(this.#head, AT.written) - taken <= SLOTS / 2) Atomics.notify(this.#head, AT.taken);
  }

  get #state(): State {
    return STATES[Atomics.load(this.#head, AT.state)] ?? 'failed';
  }
}

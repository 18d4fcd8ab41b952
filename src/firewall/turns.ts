/** One after the other: a firewall's changes must reach the kernel in the order in which they were asked for. */

export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs when everything that was asked for before has ended, well or badly. */
  take<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

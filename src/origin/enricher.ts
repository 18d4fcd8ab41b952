/**
 * Asks others about banned addresses, after the fact: a desk for each who is asked, so that a slow one holds up nobody
 * else. Nothing here knows what a ban is; `Asker` is what the answer is for.
 */
import type { Address } from '../base/address.ts';
import type { Answer } from '../model.ts';
import { Desk, type DeskFacts, type DeskOptions } from './desk.ts';
import type { Informant } from './informant.ts';

export type { DeskFacts } from './desk.ts';
export { QUEUE_MAX } from './desk.ts';
export type { Informant } from './informant.ts';

export class Enricher<Asker> {
  readonly #options: DeskOptions<Asker>;
  #desks: readonly Desk<Asker>[] = [];

  constructor(informants: readonly Informant[], options: DeskOptions<Asker>) {
    this.#options = options;
    this.#desks = informants.map((informant) => new Desk(informant, options));
  }

  /** Others are asked from now on; what waits is forgotten. */
  use(informants: readonly Informant[]): void {
    this.close();
    this.#desks = informants.map((informant) => new Desk(informant, this.#options));
  }

  /** What is asked, and for how many more questions there is room. */
  get room(): ReadonlyArray<{ readonly about: Answer['about']; readonly taken: number; readonly left: number }> {
    return this.#desks.map(({ informant, room }) => ({ about: informant.about, ...room }));
  }

  get facts(): readonly DeskFacts[] {
    return this.#desks.map((desk) => desk.facts);
  }

  /** All desks, or the one for a question. */
  add(asker: Asker, address: Address, about?: Answer['about']): void {
    for (const desk of this.#desks) if (about === undefined || desk.informant.about === about) desk.add(asker, address);
  }

  turn(): void {
    for (const desk of this.#desks) desk.turn();
  }

  clear(): void {
    for (const desk of this.#desks) desk.clear();
  }

  close(): void {
    for (const desk of this.#desks) desk.close();
    this.#desks = [];
  }
}

/**
 * Whether nearly all requests of a log come from one peer, and have for long: then it is not one client but all of them,
 * behind a proxy, a NAT or the bridge of a container, and to ban it is to take the site down.
 *
 * It is told of samples: the peers of lines at fixed places of the log. An attacker can be nearly alone on a quiet site,
 * but not before his attack: a day of his requests would have to be honest ones, a hundred for each of anybody else's, by
 * clients of many names. From an address that is not of the internet no attacker comes; there less will do.
 */

import { parseAddress } from '../../base/address.ts';
import { isSheltered } from '../../base/sheltered.ts';

const HOUR_MS = 3_600_000;

/** How many samples, over how long, of which one in so many may be of others. */
interface Demand {
  readonly samples: number;
  readonly spanMs: number;
  readonly othersPart: number;
  /** User-Agents that must be seen among the samples: one client has one or two, visitors have many. */
  readonly agents: number;
}

const INTERNET: Demand = { samples: 100, spanMs: 24 * HOUR_MS, othersPart: 100, agents: 8 };
const SHELTERED: Demand = { samples: 16, spanMs: HOUR_MS, othersPart: 10, agents: 0 };

/** Beyond it the samples are halved, so that a site that is reached otherwise by now is another one soon. */
const SAMPLES_MAX = 512;
/** Agents are asked for only then: where peers take turns, it is seldom reached. */
const AGENTS_FROM = 8;
/** Of an agent; it is kept to tell it from others. */
const AGENT_MAX = 64;
/** It is told again after so long, for whoever forgot. */
const AGAIN_MS = HOUR_MS;
/** A clock that was set back by more begins anew. */
const BACK_MS = HOUR_MS;

/** JSON of it. */
export interface SolePeerState {
  readonly key: string;
  readonly since: number;
  readonly same: number;
  readonly others: number;
  readonly agents: readonly string[];
}

export class SolePeer {
  #key: string | undefined;
  /** Found out when the second sample is the peer's: where peers take turns, none ever is. */
  #demand = INTERNET;
  #since = Number.NaN;
  #same = 0;
  #others = 0;
  #agents = new Set<string>();
  #told = Number.NEGATIVE_INFINITY;
  /** Whether the last sample was the peer's. */
  #isSame = false;

  /** A sample: who (undefined: somebody behind a proxy that is known), and when. */
  see(key: string | undefined, time: number): void {
    this.#isSame = key !== undefined && key === this.#key;
    if (key === undefined || this.#key === undefined || time < this.#since - BACK_MS) {
      this.#begin(key, time);
      return;
    }
    if (!this.#isSame) {
      this.#others++;
      if (this.#others * this.#demand.othersPart > this.#same + this.#others) this.#begin(key, time);
      return;
    }
    this.#same++;
    if (this.#same === 2) this.#demand = demandOf(key);
    if (this.#same + this.#others > SAMPLES_MAX) {
      this.#same >>= 1;
      this.#others >>= 1;
    }
  }

  /** Whether the User-Agent of the sample that was seen last matters. */
  get wantsAgent(): boolean {
    return this.#isSame && this.#same >= AGENTS_FROM && this.#agents.size < this.#demand.agents;
  }

  addAgent(agent: string): void {
    this.#agents.add(agent.slice(0, AGENT_MAX));
  }

  /** Whether it is to be told now, with the sample that was seen last, that nearly all requests are its peer's. */
  isDue(time: number): boolean {
    if (!this.#isSame) return false;
    const { samples, spanMs, agents } = this.#demand;
    const isSole = this.#same + this.#others >= samples && time - this.#since >= spanMs && this.#agents.size >= agents;
    if (!isSole || time - this.#told < AGAIN_MS) return false;
    this.#told = time;
    return true;
  }

  save(): SolePeerState | undefined {
    if (this.#key === undefined) return undefined;
    const [key, since, same, others] = [this.#key, this.#since, this.#same, this.#others];
    return { key, since, same, others, agents: [...this.#agents] };
  }

  restore({ key, since, same, others, agents }: SolePeerState): void {
    this.#begin(key, since);
    this.#demand = demandOf(key);
    this.#same = same;
    this.#others = others;
    this.#agents = new Set(agents);
  }

  #begin(key: string | undefined, time: number): void {
    this.#key = key;
    this.#since = time;
    this.#same = key === undefined ? 0 : 1;
    this.#others = 0;
    if (this.#agents.size > 0) this.#agents.clear();
    this.#told = Number.NEGATIVE_INFINITY;
  }
}

function demandOf(key: string): Demand {
  const address = parseAddress(key.replace(/\/.*$/, ''));
  return address && isSheltered(address) ? SHELTERED : INTERNET;
}

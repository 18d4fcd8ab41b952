/**
 * Peers from which nearly all requests of a log come (filter/traffic/): all visitors of a site, behind one address. The
 * logs tell of them now and then, in the order of time; here it is remembered for a while.
 */
import { type Network, parseNetwork } from '../base/address.ts';
import type { Attempt } from '../model.ts';
import { keyOf, type MemoryRow, partsOf, Remembered } from './memory.ts';
import type { Protection } from './options.ts';
import { overlap } from './protection.ts';

/**
 * It is told again every hour while it is so. When it is not so any more, one of the reasons is a scanner that came past
 * the proxy, and then the proxy must not be banned either.
 */
const KEPT_MS = 7 * 86_400_000;
/** A host has a few logs of which it is so; beyond this the one that was told longest ago is forgotten. */
const PEERS_MAX = 256;

interface Told {
  readonly network: Network;
  readonly host: string;
  /** The log. */
  readonly path: string;
  readonly time: number;
}

export class SolePeers {
  readonly #told = new Remembered<Told>(({ time, path }) => ({ until: time + KEPT_MS, content: path }));

  note({ time, file: { host, path } }: Attempt, network: Network): void {
    const key = keyOf(['sole', host, network.text]);
    const known = this.#told.get(key);
    if (!known || known.time < time) this.#put(key, { network, host, path, time });
  }

  /** Of a subject, or of any address in it. */
  protectionOf(subject: Network, { host, time }: { host: string; time: number }): Protection | undefined {
    for (const told of this.#told.values()) {
      if (told.host !== host || Math.abs(time - told.time) > KEPT_MS || !overlap(told.network, subject)) continue;
      const why =
        `nearly all requests in ${told.path} come from it, so it stands for all visitors: name it in ` +
        'general.trusted_proxies, and log the address that it passes on';
      return { why, strength: 'always', proxy: told.network.text, log: told.path };
    }
    return undefined;
  }

  take(): MemoryRow[] {
    return this.#told.take();
  }

  rows(): MemoryRow[] {
    return this.#told.rows();
  }

  recall({ key, until, content }: MemoryRow): void {
    const [, host, text] = partsOf(key);
    const network = parseNetwork(String(text));
    if (content === undefined || !network) return;
    this.#put(key, { network, host: String(host), path: content, time: until - KEPT_MS });
  }

  #put(key: string, told: Told): void {
    this.#told.put(key, told);
    this.#told.limit(PEERS_MAX);
  }
}

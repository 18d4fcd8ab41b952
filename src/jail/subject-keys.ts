/**
 * Keys of maps by host and subject. A single IPv4 address has a number, which costs a tenth of a text that has to be put together
 * and hashed for each failure; all else has a text.
 */
import { fromWords, isIPv4, type Network, parseNetwork, single } from '../base/address.ts';
import type { HostNumbers } from './hosts.ts';

export type SubjectKey = number | string;

/** Addresses of IPv4; those of the first host are small integers to V8. */
const ADDRESSES = 2 ** 32;

export class SubjectKeys {
  readonly #hosts: HostNumbers;

  constructor(hosts: HostNumbers) {
    this.#hosts = hosts;
  }

  of(host: string, { base, bits, text }: Network): SubjectKey {
    const number = this.#hosts.of(host);
    return bits === 128 && isIPv4(base) ? number * ADDRESSES + base.w3 : `${number} ${text}`;
  }

  /** Of a key that was made here. */
  partsOf(key: SubjectKey): { readonly host: string; readonly subject: Network | undefined } {
    if (typeof key === 'number') {
      const number = Math.round(key / ADDRESSES);
      const subject = single(fromWords(0, 0, 0xffff, key - number * ADDRESSES));
      return { host: this.#hosts.name(number), subject };
    }
    const blank = key.indexOf(' ');
    return { host: this.#hosts.name(Number(key.slice(0, blank))), subject: parseNetwork(key.slice(blank + 1)) };
  }
}

/** What a report says of itself, when nothing that a stranger or a log wrote is in it. */
import type { Address } from '../../base/address.ts';
import type { Words } from './hidden-networks.ts';
import { type Mask, PublicMask } from './mask.ts';
import { type Privacy, tellingNetworks } from './privacy.ts';
import { SecretWords } from './secret-words.ts';
import { Secrets } from './secrets.ts';

/** All that a log says is left out, and so is every host's name. Addresses are hidden as they are from readers. */
export class BlankMask implements Mask {
  readonly #mask: PublicMask;

  constructor(privacy: Privacy) {
    this.#mask = new PublicMask(privacy, new Secrets(new SecretWords([]), tellingNetworks(privacy.networks)));
  }

  /** Those of the addresses that are hidden, for another mask that is to give them the same. */
  get numbers(): Map<string, number> {
    return this.#mask.numbers;
  }

  host(name: string): string {
    return this.#mask.host(name);
  }

  user(): string {
    return '';
  }

  subject(text: string): string {
    return this.#mask.subject(text);
  }

  hides(words: Words, at: number, bits: number): boolean {
    return this.#mask.hides(words, at, bits);
  }

  address(address: Address): Address {
    return this.#mask.address(address);
  }

  text(): string {
    return '';
  }

  words(): string {
    return '';
  }
}

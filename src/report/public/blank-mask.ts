/** What a report says of itself, when nothing that a stranger or a log wrote is in it. */
import { type Mask, PublicMask } from './mask.ts';
import type { Privacy } from './privacy.ts';
import { SecretWords } from './secret-words.ts';
import { Secrets } from './secrets.ts';

/** All that a log says is left out, and so is every host's name. */
export class BlankMask implements Mask {
  readonly #mask: Mask;

  constructor(privacy: Privacy) {
    this.#mask = new PublicMask(privacy, new Secrets(new SecretWords([]), []));
  }

  host(name: string): string {
    return this.#mask.host(name);
  }

  user(): string {
    return '';
  }

  subject(text: string): string {
    return text;
  }

  hides(): boolean {
    return false;
  }

  address<Address>(address: Address): Address {
    return address;
  }

  text(): string {
    return '';
  }

  words(): string {
    return '';
  }
}

/** All that must not be read in a text, and what stands there instead: names, addresses, mail addresses. */
import type { Network } from '../../base/address.ts';
import { printable } from '../../base/text.ts';
import { HiddenNetworks, wordsOf } from './hidden-networks.ts';
import { mailsOf, withoutMails } from './mail-addresses.ts';
import { HIDDEN, SHOWN, type Sort } from './privacy.ts';
import type { SecretWords } from './secret-words.ts';
import { spellingsOf } from './spellings.ts';
import { holdsAddress, withoutAddresses } from './written-addresses.ts';

export class Secrets {
  readonly words: SecretWords;
  readonly networks: HiddenNetworks;
  readonly #openMails: ReadonlySet<string>;

  /** `openMails`: those that stand in the report for other reasons, such as in the credits of data. */
  constructor(words: SecretWords, networks: readonly Network[], openMails: ReadonlySet<string> = new Set()) {
    this.words = words;
    this.networks = new HiddenNetworks(networks);
    this.#openMails = openMails;
  }

  /** Whether an address or network is one of ours, or lies in one. */
  holds(network: Network | undefined): boolean {
    return network !== undefined && this.networks.holds(wordsOf(network), 0, network.bits);
  }

  /** The text without them. */
  hide(text: string): string {
    const rest = withoutMails(text, SHOWN.mail);
    const plain = this.words.replace(withoutAddresses(rest, SHOWN.address, (network) => this.holds(network)));
    // As renderers will write it, too: an escape may end a word that goes on.
    return this.sortIn(plain) === undefined && this.sortIn(printable(plain)) === undefined ? plain : HIDDEN;
  }

  /** The sort of the first secret in a text, in whatever spelling; undefined when there is none. */
  sortIn(text: string): Sort | undefined {
    for (const spelled of spellingsOf(text)) {
      for (const mail of mailsOf(spelled)) if (!this.#openMails.has(mail)) return 'mail';
      if (holdsAddress(spelled, (network) => this.holds(network))) return 'address';
      for (const { secret } of this.words.find(spelled)) return secret.sort;
    }
    return undefined;
  }
}

/** The mail addresses of a text. */
export function mailsIn(text: string): Set<string> {
  return new Set([...spellingsOf(text)].flatMap((spelled) => [...mailsOf(spelled)]));
}

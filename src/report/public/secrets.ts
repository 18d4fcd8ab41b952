/** All that must not be read in a text, and what stands there instead: names, addresses, mail addresses. */
import type { Network } from '../../base/address.ts';
import { printable } from '../../base/text.ts';
import { HiddenNetworks, wordsOf } from './hidden-networks.ts';
import { HIDDEN, SHOWN, type Sort } from './privacy.ts';
import type { SecretWords } from './secret-words.ts';
import { spellingsOf } from './spellings.ts';
import { holdsAddress, withoutAddresses } from './written-addresses.ts';

/** The end of a mail address; also of `root@192.0.2.1`. The lengths are those that mail allows, so that no text takes long. */
const LOCAL = String.raw`[^\s<>()[\]{}"'\x60“”„‟«»‘’…,;:=&?/|\\@]{1,64}`;
/** Not within what stands for one character (`\\x0d@`): that is read again without its escapes. */
const BEGIN = String.raw`(?<!\\(?=[xu][0-9a-f]{2}))(?<!\\x[0-9a-f]?)(?<!\\u[0-9a-f]{0,3})`;
const DOMAIN = String.raw`(?=[\p{L}\p{N}])[\p{L}\p{N}.-]{1,255}`;
/** Where the local part is quoted, or a stranger's joke, at least the domain is known by its dot. */
const mailPattern = (at: string): RegExp =>
  new RegExp(String.raw`${BEGIN}${LOCAL}${at}${DOMAIN}|${at}(?=[\p{L}\p{N}])[\p{L}\p{N}-]{1,63}\.${DOMAIN}`, 'giu');
/** As addresses of pages write it, too. */
const MAIL_WRITTEN = mailPattern('(?:@|%40)');
/** From the sign, backwards: in a page of a megabyte there are few of them. */
const MAIL = new RegExp(
  String.raw`(?<=(${BEGIN}${LOCAL}))@${DOMAIN}|@(?=[\p{L}\p{N}])[\p{L}\p{N}-]{1,63}\.${DOMAIN}`,
  'giu',
);

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
    const withoutMail = /@|%40/.test(text) ? text.replace(MAIL_WRITTEN, SHOWN.mail) : text;
    const plain = this.words.replace(withoutAddresses(withoutMail, SHOWN.address, (network) => this.holds(network)));
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

function* mailsOf(text: string): Generator<string> {
  for (const [domain, local = ''] of text.matchAll(MAIL)) yield `${local}${domain}`;
}

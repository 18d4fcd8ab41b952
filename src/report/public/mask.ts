/** What stands in a record to be published instead of a secret: for hosts, users, addresses, and the lines of logs. */
import type { Address } from '../../base/address.ts';
import { parseNetwork } from '../../base/address.ts';
import { fromLog, toLog } from '../../base/text.ts';
import type { Evidence } from '../../model.ts';
import { type Words, wordsOf } from './hidden-networks.ts';
import { type Privacy, SHOWN } from './privacy.ts';
import { lowered, SecretWords } from './secret-words.ts';
import type { Secrets } from './secrets.ts';

/** What records are seen through. */
export interface Mask {
  host(name: string): string;
  /** Of a log (latin1), as is what comes out. */
  user(name: string): string;
  subject(text: string): string;
  /** Whether `subject` gives another text for an address or network, by its words from a position on. */
  hides(words: Words, at: number, bits: number): boolean;
  address(address: Address): Address;
  /** A line or a target (latin1), of an attempt with this user name. */
  text(text: string, user: string | undefined): string;
  /** What somebody else says, as readable text: a name in the DNS, an error of a firewall. */
  words(text: string): string;
}

/** The name of a host at the beginning of a line of syslog, of an access log, and in lines of nginx. */
const LINE_HOST =
  /^((?:<\d{1,3}>(?:\d )?)?(?:\d{4}-\d\d-\d\dT\S{8,26}|[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d)\s+)\S+/;
const VIRTUAL_HOST = /^[\w.-]+:\d{1,5} (?=[\da-fA-F:.]+ )/;
const SERVER = /(, server: )[^,]+|(, host: ")[^"]*/g;
/** Where daemons log to which of our addresses somebody came. */
const LOCAL_ADDRESS = /\b(lip=|laddr=|DST=)[\da-fA-F:.]+/g;

export class PublicMask implements Mask {
  readonly #secrets: Secrets;
  readonly #hosts: ReadonlyMap<string, string>;
  readonly #users: ReadonlySet<string>;
  /** Numbers of private subjects, in the order in which they are first met. */
  readonly numbers: Map<string, number>;

  /** `numbers`: those that another mask has given. */
  constructor(
    { hosts, users }: Pick<Privacy, 'hosts' | 'users'>,
    secrets: Secrets,
    numbers = new Map<string, number>(),
  ) {
    this.#secrets = secrets;
    this.numbers = numbers;
    this.#hosts = hosts;
    this.#users = new Set(users.map(lowered));
  }

  host(name: string): string {
    return this.#hosts.get(name) ?? SHOWN.host;
  }

  user(name: string): string {
    const text = fromLog(name);
    if (this.#users.has(lowered(text.trim()))) return SHOWN.user;
    return toLog(this.#secrets.hide(text));
  }

  /** Counted apart from each other, and never told: `[address 3]`. */
  subject(text: string): string {
    const network = parseNetwork(text);
    if (network === undefined || !this.hides(wordsOf(network), 0, network.bits)) return text;
    const number = this.numbers.get(text) ?? this.numbers.size + 1;
    this.numbers.set(text, number);
    return SHOWN.address.replace(']', ` ${number}]`);
  }

  hides(words: Words, at: number, bits: number): boolean {
    const { networks } = this.#secrets;
    return networks.holds(words, at, bits) || networks.areHeldBy(words, at, bits);
  }

  address(address: Address): Address {
    const shown = this.subject(address.text);
    return shown === address.text ? address : { w0: 0, w1: 0, w2: 0, w3: 0, text: shown };
  }

  text(text: string, user: string | undefined): string {
    const plain = fromLog(text)
      .replace(LINE_HOST, `$1${SHOWN.host}`)
      .replace(VIRTUAL_HOST, `${SHOWN.host} `)
      .replace(SERVER, (_, server?: string, host?: string) => `${server ?? host ?? ''}${SHOWN.host}`)
      .replace(LOCAL_ADDRESS, `$1${SHOWN.address}`);
    return toLog(this.#secrets.hide(this.#withoutUser(plain, user)));
  }

  words(text: string): string {
    return this.#secrets.hide(text);
  }

  /** A user who exists is hidden in the lines about him, even where his name is a common word. */
  #withoutUser(text: string, user: string | undefined): string {
    const name = user === undefined ? '' : fromLog(user).trim();
    if (name === '' || !this.#users.has(lowered(name))) return text;
    return new SecretWords([{ sort: 'user', text: name, shown: SHOWN.user }]).replace(text);
  }
}

/** The line of evidence as readers may see it. */
export function maskedEvidence(evidence: Evidence, mask: Mask): Evidence {
  const { address, user, target, line } = evidence;
  return {
    ...evidence,
    address: mask.address(address),
    user: user === undefined ? undefined : mask.user(user),
    target: target === undefined ? undefined : mask.text(target, user),
    path: SHOWN.path,
    line: mask.text(line, user),
  };
}

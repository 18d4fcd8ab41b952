/**
 * The kinds of attempts whose address was found on a DNS blocklist: `mail.relay.listed` is what `mail.relay` becomes then. They
 * come from no log line of their own, and what an address did once is recorded once, under the one kind or the other.
 */

const SUFFIX = '.listed';

/** What an attempt of a kind becomes when its address is found on a blocklist. */
export function listedKind(kind: string): string {
  return kind + SUFFIX;
}

export function isListedKind(kind: string): boolean {
  return kind.endsWith(SUFFIX);
}

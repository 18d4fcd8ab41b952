/** Words about kinds of attempts: what their names say. */

/**
 * `mail.relay.listed` is what `mail.relay` becomes when its address is found on a DNS blocklist. Such kinds come from no log
 * line of their own, and what an address did once is recorded once, under the one kind or the other.
 */
const LISTED = '.listed';

/** The service that a kind is of: `ssh` of `ssh.login`. A login and its failures share it, whatever their daemons are. */
export function serviceOf(kind: string): string {
  const dot = kind.indexOf('.');
  return dot < 0 ? kind : kind.slice(0, dot);
}

/** What an attempt of a kind becomes when its address is found on a blocklist. */
export function listedKind(kind: string): string {
  return kind + LISTED;
}

export function isListedKind(kind: string): boolean {
  return kind.endsWith(LISTED);
}

/**
 * What a log line itself tells about the way it took: the host that wrote it, the program, the addresses in it. A hint and
 * never a proof, because clients write parts of their lines; whoever uses it holds it against the kernel.
 */
import { type Address, parseAddress } from '../base/address.ts';

/** Filters see no more of a line either. */
const LINE_MAX = 8_192;
/** The address itself, a proxy, and the few that a chain of proxies adds. */
const ADDRESSES_MAX = 8;
/** `Oct  3 12:00:01 web2 sshd[7]:`, and with a time in ISO 8601; with a process id, so that no other format is taken for it. */
const SYSLOG =
  /^(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.,+Z-]{8,32}) (\S{1,255}) ([^\s:[\]]{1,64})\[\d{1,10}\]:/;

/** The host that a syslog line names. */
export function hostOf(line: string): string | undefined {
  return SYSLOG.exec(line)?.[1];
}

/** The program that a syslog line names, as the one that listens for it is called. */
export function programOf(line: string): string | undefined {
  const tag = SYSLOG.exec(line)?.[2];
  if (tag === undefined) return undefined;
  if (tag.startsWith('sshd')) return 'sshd';
  return tag.startsWith('postfix/') ? 'master' : tag;
}

/** The addresses in a line, in their order. */
export function addressesIn(line: string): Address[] {
  const found: Address[] = [];
  for (const [token] of line.slice(0, LINE_MAX).matchAll(/[0-9a-fA-F:.]{3,45}/g)) {
    const address = parseAddress(token) ?? parseAddress(token.replace(/[.:]+$/, ''));
    if (!address) continue;
    found.push(address);
    if (found.length === ADDRESSES_MAX) break;
  }
  return found;
}

/** Whether two names mean one host: `web1` and `web1.example.org` do. */
export function isSameHost(a: string, b: string): boolean {
  const [one, other] = [a.toLowerCase(), b.toLowerCase()];
  if (one === other) return true;
  if (one.includes('.') && other.includes('.')) return false;
  return one.split('.')[0] === other.split('.')[0];
}

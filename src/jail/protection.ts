/** Who must not be banned: the allowlist, and whatever the caller protects. A network is protected by any address in it. */
import { type Address, contains, type Network } from '../base/address.ts';
import type { AllowEntry, JailsOptions, Protection } from './options.ts';

/** Whether two networks have an address in common: then one holds the other. */
export function overlap(a: Network, b: Network): boolean {
  return a.bits <= b.bits ? contains(a, b.base) : contains(b, a.base);
}

/** A proxy's address stands for all visitors of a web site; for other services it is one like any other. */
export function proxyProtection({ proxyOf }: JailsOptions, subject: Network, service: string): Protection | undefined {
  const proxy = service === 'web' ? proxyOf?.(subject.base) : undefined;
  if (proxy === undefined) return undefined;
  const why = `it is a proxy (${proxy}): name it in general.trusted_proxies, and log the address that it passes on`;
  return { why, strength: 'always', proxy };
}

/** Whether an address is on the allowlist. */
export function isAllowed(allow: readonly AllowEntry[], address: Address, now: number): boolean {
  return allow.some(({ network, until }) => (until === undefined || now < until) && contains(network, address));
}

/**
 * What protects a subject. Its attempts are of addresses that are not on the allowlist, but an IPv6 network may hold
 * another one that is, and a ban would cut that one off too.
 */
export function protectionOf(options: JailsOptions, subject: Network, now: number): Protection | undefined {
  const allowed = options.allow.find(
    ({ network, until }) => (until === undefined || now < until) && overlap(network, subject),
  );
  if (allowed) {
    return { why: `${allowed.network.text} is on the allowlist (${allowed.reason})`, strength: 'always' };
  }
  return options.protection?.(subject, now);
}

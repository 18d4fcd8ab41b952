/**
 * What sort of network an address is in, as far as somebody says so: of servers for rent, of people at home and on their
 * phones, of a company, a school, an authority; exits of a VPN or a proxy; a research scanner's own.
 */
export const NETWORK_TYPES = ['hosting', 'access', 'business', 'education', 'government', 'vpn', 'scanner'] as const;

export type NetworkType = (typeof NETWORK_TYPES)[number];

/** Undefined for any other text. */
export function networkTypeOf(value: unknown): NetworkType | undefined {
  return NETWORK_TYPES.find((type) => type === value);
}

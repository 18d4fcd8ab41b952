/**
 * What the makers of MMDBs call the sorts of network: MaxMind (user types, and the flags of Anonymous IP), IPinfo (the type
 * of an ASN, and the flags of its privacy data). What none of ours fits is unknown.
 */
import { type NetworkType, networkTypeOf } from '../base/network-type.ts';
import type { Value } from './mmdb-value.ts';

const WORDS: ReadonlyMap<string, NetworkType> = new Map([
  ['content_delivery_network', 'hosting'],
  ['isp', 'access'],
  ['residential', 'access'],
  ['cellular', 'access'],
  ['cafe', 'access'],
  ['traveler', 'access'],
  ['consumer_privacy_network', 'vpn'],
  ['college', 'education'],
  ['school', 'education'],
  ['library', 'education'],
  ['military', 'government'],
]);

/** In this order: a VPN's exit stands on a host. IPinfo writes its flags as text, and nothing for no. */
const FLAGS: ReadonlyArray<readonly [NetworkType, readonly string[]]> = [
  ['vpn', ['is_anonymous_vpn', 'is_public_proxy', 'is_residential_proxy', 'vpn', 'proxy', 'relay']],
  ['hosting', ['is_hosting_provider', 'hosting']],
];

export function mmdbNetworkType(record: ReadonlyMap<string, Value>): NetworkType | undefined {
  const traits = record.get('traits');
  const places = traits instanceof Map ? [record, traits] : [record];
  for (const [type, flags] of FLAGS) {
    if (places.some((place) => flags.some((flag) => isTrue(place.get(flag))))) return type;
  }
  for (const place of places) {
    for (const key of ['user_type', 'as_type', 'type']) {
      const word = place.get(key);
      if (typeof word !== 'string') continue;
      const type = networkTypeOf(word) ?? WORDS.get(word);
      if (type !== undefined) return type;
    }
  }
  return undefined;
}

function isTrue(value: Value | undefined): boolean {
  return value === true || value === 'true';
}

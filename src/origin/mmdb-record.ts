/**
 * What the makers of MMDBs call things: MaxMind and DB-IP (nested), IPinfo and ip-location-db (flat), CIRCL's Geo Open
 * (all inside the country).
 * One record in, the fields that we know out.
 */

import { asNumber, coordinates, countryCode, organizationName } from './field.ts';
import { mmdbNetworkType } from './mmdb-network-type.ts';
import type { Value } from './mmdb-value.ts';
import type { PartialOrigin } from './origin-source.ts';

/** Without the network: that is in the tree, not in the record. */
export function readRecord(record: Value): PartialOrigin {
  if (!(record instanceof Map)) return {};
  const country = record.get('country');
  const traits = record.get('traits');
  const location = record.get('location');
  return {
    country: countryCode(inside(country, 'iso_code') ?? record.get('country_code') ?? country),
    asn: asNumber(
      record.get('autonomous_system_number') ??
        record.get('asn') ??
        inside(traits, 'autonomous_system_number') ??
        inside(country, 'AutonomousSystemNumber'),
    ),
    organization: organizationName(
      record.get('autonomous_system_organization') ??
        record.get('as_name') ??
        inside(traits, 'autonomous_system_organization') ??
        inside(country, 'AutonomousSystemOrganization'),
    ),
    type: mmdbNetworkType(record),
    ...coordinates(
      inside(location, 'latitude') ?? record.get('latitude') ?? record.get('lat'),
      inside(location, 'longitude') ?? record.get('longitude') ?? record.get('lng'),
    ),
  };
}

function inside(value: Value, key: string): Value {
  return value instanceof Map ? value.get(key) : undefined;
}

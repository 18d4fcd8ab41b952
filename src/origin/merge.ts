/**
 * One answer from several sources. The first that knows a field gives it, with one care: what belongs together comes
 * from sources that agree. A name is not taken from a source that sees the address in another network than the ASN
 * that we already have, and an ASN does not rename what a more trusted source has named.
 */
import type { Address } from '../base/address.ts';
import type { NetworkType } from '../base/network-type.ts';
import type { Origin } from '../model.ts';
import type { Organizations } from './organizations.ts';
import type { Field, OriginSource, PartialOrigin } from './origin-source.ts';
import type { Scanners } from './scanners.ts';

type Draft = { -readonly [Key in keyof PartialOrigin]: PartialOrigin[Key] };

/** Asks the sources in their order until every field is known or none is left. */
export function originOf(
  address: Address,
  sources: readonly OriginSource[],
  data: { readonly organizations: Organizations; readonly scanners: Scanners },
): Origin {
  const draft: Draft = {};
  const said: string[] = [];
  let isNamedFirst = false;
  for (const source of sources) {
    const part = source.lookup(address);
    const taken = part ? take(draft, part) : [];
    if (taken.length > 0) said.push(`${taken.join(', ')}: ${source.name} ${source.date}`);
    if (draft.organization !== undefined && draft.asn === undefined) isNamedFirst = true;
  }
  const asGiven = draft.organization;
  const { organizations, scanners } = data;
  const organization = organizations.nameOf(isNamedFirst ? undefined : draft.asn, asGiven);
  const names = organization === asGiven ? [asGiven] : [organization, asGiven];
  const scanner = scanners.scannerOf(address, { asn: draft.asn, names });
  const { type, by } = typeOf({ scanner, said: draft.type, organization }, data);
  if (by !== undefined) said.push(`type: ${by}`);
  return Object.freeze({
    country: draft.country,
    asn: draft.asn,
    organization,
    organizationAsGiven: asGiven,
    network: draft.network,
    scanner,
    type,
    latitude: draft.latitude,
    longitude: draft.longitude,
    sources: Object.freeze(said),
  });
}

/**
 * A scanner's own network is one whatever else is said of it; what a source says of the address goes before what is known
 * of all of a company. `by`: who said so, where no source did.
 */
function typeOf(
  known: { scanner: string | undefined; said: NetworkType | undefined; organization: string | undefined },
  { organizations, scanners }: { organizations: Organizations; scanners: Scanners },
): { readonly type: NetworkType | undefined; readonly by: string | undefined } {
  if (known.scanner !== undefined) return { type: 'scanner', by: scanners.source };
  if (known.said !== undefined) return { type: known.said, by: undefined };
  const type = known.organization === undefined ? undefined : organizations.typeOf(known.organization);
  return { type, by: type === undefined ? undefined : organizations.source };
}

/** Fills in what is still unknown; gives the fields that were. */
function take(draft: Draft, part: PartialOrigin): Field[] {
  const taken: Field[] = [];
  const agrees = draft.asn === undefined || part.asn === undefined || draft.asn === part.asn;
  if (draft.country === undefined && part.country !== undefined) {
    draft.country = part.country;
    taken.push('country');
  }
  if (draft.asn === undefined && part.asn !== undefined) {
    draft.asn = part.asn;
    taken.push('asn');
  }
  if (agrees && draft.organization === undefined && part.organization !== undefined) {
    draft.organization = part.organization;
    taken.push('organization');
  }
  if (agrees && draft.network === undefined && part.network !== undefined) {
    draft.network = part.network;
    taken.push('network');
  }
  if (draft.type === undefined && part.type !== undefined) {
    draft.type = part.type;
    taken.push('type');
  }
  if (draft.latitude === undefined && part.latitude !== undefined) {
    draft.latitude = part.latitude;
    draft.longitude = part.longitude;
    taken.push('coordinates');
  }
  return taken;
}

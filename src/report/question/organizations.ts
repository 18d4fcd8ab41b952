/** Who runs the networks, by unique addresses; an organization with several ASNs is one. */
import { text } from '../column.ts';
import type { Numbers } from '../facts/numbers.ts';
import type { Table } from '../table.ts';
import { traitTables } from './origins.ts';
import type { Inquiry } from './question.ts';

export function organizations(inquiry: Inquiry): readonly Table[] {
  const { bans } = inquiry.facts;
  return traitTables(inquiry, {
    name: 'organizations',
    title: 'Organizations',
    key: 'organization',
    heading: 'Organization',
    plural: 'organizations',
    ids: bans.organization,
    names: bans.organizations,
    columns: [text('asn', 'ASN', { show: 'wide', absent: 'unknown' })],
    label: (id) => bans.organizations.text(id),
    extra: (_, addresses) => ({ asn: asnsOf(bans.asn, addresses) }),
  });
}

/** `AS64496`, `3 ASNs`, or nothing when none is known. */
function asnsOf(asns: Numbers, addresses: readonly number[]): string | null {
  const known = new Set<number>();
  for (const address of addresses) if (asns.at(address) !== 0) known.add(asns.at(address));
  const [first] = known;
  if (first === undefined) return null;
  return known.size === 1 ? `AS${first}` : `${known.size} ASNs`;
}

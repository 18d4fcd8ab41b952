/** Who runs the networks, by unique addresses; an organization with several ASNs is one. */
import { text } from '../column.ts';
import type { BanFacts } from '../facts/ban-facts.ts';
import { WORD } from '../facts/profiles.ts';
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
    trait: 'organization',
    columns: [text('asn', 'ASN', { show: 'wide', absent: 'unknown' })],
    label: (id) => bans.origins.names.organization.text(id),
    details: (listed, addresses) => {
      const asns = asnsOf(bans, listed, addresses);
      return (id) => ({ asn: asnText(asns.get(id) ?? []) });
    },
  });
}

/** The ASNs of each listed organization. */
function asnsOf(bans: BanFacts, listed: ReadonlySet<number>, addresses: Int32Array): Map<number, Set<number>> {
  const found = new Map<number, Set<number>>();
  for (const address of addresses) {
    const id = bans.of(address, WORD.organization) - 1;
    const asn = bans.of(address, WORD.asn);
    if (asn === 0 || !listed.has(id)) continue;
    const asns = found.get(id) ?? new Set();
    found.set(id, asns.add(asn));
  }
  return found;
}

/** `AS64496`, `3 ASNs`, or nothing when none is known. */
function asnText(asns: Iterable<number>): string | null {
  const known = [...asns];
  if (known.length > 1) return `${known.length} ASNs`;
  return known[0] === undefined ? null : `AS${known[0]}`;
}

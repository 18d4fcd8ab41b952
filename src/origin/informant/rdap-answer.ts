/**
 * What is taken from an answer about a network in RDAP (RFC 9083): its range, its name, who holds it, and where complaints
 * go. The registries fill in the same format in five ways, and in each of them strangers wrote the texts.
 */
import {
  type Address,
  compareAddresses,
  contains,
  isIPv4,
  type Network,
  networkOf,
  parseAddress,
} from '../../base/address.ts';
import type { Registration } from '../../model.ts';
import { countryCode, mailAddress, organizationName } from '../field.ts';
import { entriesIn, fieldOf } from './json.ts';

/** Entities of an answer, over all levels; the longest answers have some twenty. */
const ENTITIES_MAX = 100;
/** Contacts are entities of an organization, which is an entity of the network. */
const LEVELS_MAX = 4;
/** Roles of an entity, properties of its card, lines of a remark. */
const PARTS_MAX = 64;
/** Complaints go to one or two. */
const ABUSE_MAX = 4;

interface Entity {
  readonly roles: readonly unknown[];
  /** The properties of its card, each `[name, parameters, type, value]`. */
  readonly card: readonly unknown[];
}

/** `what` for an answer that is not about the address. */
export function registrationFrom(value: unknown, address: Address): Registration | { readonly what: string } {
  if (fieldOf(value, 'objectClassName') !== 'ip network') return { what: 'is not about a network' };
  const first = addressIn(fieldOf(value, 'startAddress'));
  const last = addressIn(fieldOf(value, 'endAddress'));
  if (!first || !last) return { what: 'does not say which network it is about' };
  if (compareAddresses(first, address) > 0 || compareAddresses(address, last) > 0) {
    return { what: `is about another network, ${first.text} - ${last.text}` };
  }
  const entities = entitiesIn(value, LEVELS_MAX, []);
  return {
    about: 'registration',
    network: networkBetween(first, last)?.text ?? `${first.text} - ${last.text}`,
    name: organizationName(fieldOf(value, 'name')),
    holder: holderIn(entities) ?? descriptionIn(value),
    country: countryCode(fieldOf(value, 'country')),
    abuse: abuseIn(entities),
  };
}

function addressIn(value: unknown): Address | undefined {
  // LACNIC has been seen to write a prefix behind it.
  return typeof value === 'string' ? parseAddress(value.replace(/\/\d{1,3}$/, '')) : undefined;
}

/** The network that begins and ends so; undefined for a range that is none. */
export function networkBetween(first: Address, last: Address): Network | undefined {
  // The longest that holds both is the only one that may be it.
  for (let prefix = isIPv4(first) ? 32 : 128; prefix >= 0; prefix--) {
    const network = networkOf(first, prefix);
    if (!contains(network, last)) continue;
    return network.base.text === first.text && isLastOf(network, last) ? network : undefined;
  }
  return undefined;
}

/** Whether all bits of the address behind the prefix are set. */
function isLastOf({ bits }: Network, { w0, w1, w2, w3 }: Address): boolean {
  return [w0, w1, w2, w3].every((word, i) => {
    const fixed = Math.min(32, Math.max(0, bits - i * 32));
    const rest = fixed === 32 ? 0 : -1 >>> fixed;
    return (word & rest) === (rest | 0);
  });
}

function entitiesIn(value: unknown, levels: number, found: Entity[]): readonly Entity[] {
  for (const entity of entriesIn(fieldOf(value, 'entities'), ENTITIES_MAX)) {
    if (found.length >= ENTITIES_MAX) return found;
    const [, card] = entriesIn(fieldOf(entity, 'vcardArray'), 2);
    found.push({ roles: entriesIn(fieldOf(entity, 'roles'), PARTS_MAX), card: entriesIn(card, PARTS_MAX) });
    if (levels > 1) entitiesIn(entity, levels - 1, found);
  }
  return found;
}

/** Organizations before others: RIPE calls whoever maintains the entry a registrant as well. */
function holderIn(entities: readonly Entity[]): string | undefined {
  const registrants = entities.filter(({ roles }) => roles.includes('registrant'));
  const ranked = [...registrants.filter(isOrganization), ...registrants];
  return ranked.flatMap(({ card }) => organizationName(valuesOf(card, 'fn')[0]) ?? []).at(0);
}

function isOrganization({ card }: Entity): boolean {
  return valuesOf(card, 'kind').includes('org');
}

/** APNIC has no registrant; who it is stands in the first line of a remark. */
function descriptionIn(value: unknown): string | undefined {
  for (const remark of entriesIn(fieldOf(value, 'remarks'), PARTS_MAX)) {
    if (fieldOf(remark, 'title') !== 'description') continue;
    const [first] = entriesIn(fieldOf(remark, 'description'), 1);
    return organizationName(first);
  }
  return undefined;
}

function abuseIn(entities: readonly Entity[]): string[] {
  const addresses = entities
    .filter(({ roles }) => roles.includes('abuse'))
    .flatMap(({ card }) => valuesOf(card, 'email'))
    .flatMap((value) => mailAddress(value) ?? []);
  return [...new Set(addresses)].slice(0, ABUSE_MAX);
}

/** The values of a property of a card (RFC 7095). */
function valuesOf(card: readonly unknown[], name: string): unknown[] {
  return card
    .filter((property) => Array.isArray(property) && property[0] === name)
    .map((property) => fieldOf(property, '3'));
}

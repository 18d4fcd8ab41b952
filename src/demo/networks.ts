/**
 * Which address belongs to whom. Everybody lives in 198.18.0.0/15, the benchmarking range that no provider routes, so
 * that no real network is accused; attackers in its lower half, everybody else in the upper one.
 */
import type { Part } from './cast.ts';
import { itemAt, type Random, shuffled } from './random.ts';

/** A network of the story: a /24 and whose it is. */
export interface Holding {
  readonly network: string;
  readonly part: Part;
}

/** An attacker with its roles: on which services it gets banned. */
export interface Member {
  readonly address: string;
  readonly part: Part;
  readonly web: boolean;
  readonly mail: boolean;
  readonly ssh: boolean;
}

export interface Settlement {
  readonly holdings: readonly Holding[];
  readonly members: readonly Member[];
}

/** Few enough that no network looks hostile as a whole, many enough that all of them fit into the lower half. */
const MEMBERS_PER_NETWORK = 6;
/** The /24s of 198.18.0.0/16 below those that stories.ts takes for itself. */
const MOST_NETWORKS = 250;

/** Gives every attacker of the cast an address. */
export function settle(cast: readonly Part[], random: Random): Settlement {
  const holdings: Holding[] = [];
  const members: Member[] = [];
  for (const part of cast) {
    const roles = rolesOf(part);
    for (let start = 0; start < roles.length; start += MEMBERS_PER_NETWORK) {
      if (holdings.length === MOST_NETWORKS) throw new RangeError('the cast needs more networks than there are');
      const base = `198.18.${holdings.length}`;
      holdings.push({ network: `${base}.0/24`, part });
      const lastOctets = octets(MEMBERS_PER_NETWORK, random);
      for (const [index, role] of roles.slice(start, start + MEMBERS_PER_NETWORK).entries()) {
        members.push({ address: `${base}.${itemAt(lastOctets, index)}`, part, ...role });
      }
    }
  }
  return { holdings, members };
}

type Roles = Pick<Member, 'web' | 'mail' | 'ssh'>;

function rolesOf(part: Part): Roles[] {
  return [
    ...Array.from({ length: part.both }, () => ({ web: true, mail: true, ssh: false })),
    ...Array.from({ length: part.web }, () => ({ web: true, mail: false, ssh: false })),
    ...Array.from({ length: part.mail }, () => ({ web: false, mail: true, ssh: false })),
    ...Array.from({ length: part.ssh }, () => ({ web: false, mail: false, ssh: true })),
  ];
}

const LAST_OCTETS = Array.from({ length: 253 }, (_, index) => index + 2);

function octets(count: number, random: Random): number[] {
  return shuffled(LAST_OCTETS, random)
    .slice(0, count)
    .sort((a, b) => a - b);
}

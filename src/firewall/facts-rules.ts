/**
 * Rules of a firewall in the order in which a packet meets them: whether one address is dropped, and what accepts it
 * before. nft's and iptables' listings are read into this form (facts-nft.ts, facts-iptables.ts).
 */
import type { Hook, PortGroup } from './firewall.ts';

export type Ports = PortGroup['ports'];

/** One rule, as far as it concerns the packets of one address. */
export interface PacketRule {
  /** `never`: it cannot match a packet of the address to this host; `perhaps`: on conditions that are not understood. */
  readonly matches: 'yes' | 'perhaps' | 'never';
  readonly verdict: Verdict;
  /** Only packets of connections that are open already. */
  readonly established: boolean;
  /** All when undefined. */
  readonly ports: Ports | undefined;
  /** The rule as its tool writes it. */
  readonly text: string;
  /** The command that removes it. */
  readonly removal: string;
  readonly packets: number | undefined;
}

export type Verdict =
  | { readonly kind: 'accept' | 'return' | 'none' }
  /** `sets`: the sets that the source must be in; empty when it drops for other reasons. */
  | { readonly kind: 'drop'; readonly sets: readonly string[] }
  | { readonly kind: 'jump'; readonly chain: string };

/** A rule that accepts packets of the address before ours can drop them. */
export interface RuleAhead {
  readonly hook: Hook;
  readonly text: string;
  readonly removal: string;
  readonly established: boolean;
  readonly ports: Ports | undefined;
  /** Whether all its conditions are understood. */
  readonly certain: boolean;
}

export interface Passage {
  /** Whether a rule drops by one of the sets. */
  readonly dropped: boolean;
  /** Packets that the rules counted which drop by these sets; an upper bound, because they count for all addresses. */
  readonly packets: number | undefined;
  readonly ahead: readonly RuleAhead[];
}

/** A host with Kubernetes has 50,000 rules, a packet of one address meets a few hundred of them. */
const STEPS_MAX = 20_000;
/** The kernel refuses more jumps within jumps. */
const DEPTH_MAX = 16;
/** The first is the one to mend. */
const AHEAD_MAX = 8;

/** What the rules that led into a chain asked for already. */
type Conditions = Pick<PacketRule, 'established' | 'ports' | 'matches'>;
const NO_CONDITIONS: Conditions = { established: false, ports: undefined, matches: 'yes' };

/** Follows the packets of an address through a chain, and tells which of its rules drop it because of one of the sets. */
export function follow(
  chains: ReadonlyMap<string, readonly PacketRule[]>,
  hook: Hook,
  start: string,
  sets: ReadonlySet<string>,
): Passage {
  const ahead: RuleAhead[] = [];
  let steps = 0;
  let packets: number | undefined;
  let dropped = false;
  const visit = (chain: string, outer: Conditions, depth: number): void => {
    for (const rule of chains.get(chain) ?? []) {
      if (++steps > STEPS_MAX) return;
      const { verdict } = rule;
      const all = joined(outer, rule);
      if (verdict.kind === 'drop') {
        if (!verdict.sets.some((set) => sets.has(set))) continue;
        dropped = true;
        if (rule.packets !== undefined) packets = (packets ?? 0) + rule.packets;
      } else if (rule.matches === 'never') {
      } else if (verdict.kind === 'accept') {
        if (dropped || ahead.length === AHEAD_MAX) continue;
        const { established, ports, matches } = all;
        ahead.push({ hook, text: rule.text, removal: rule.removal, established, ports, certain: matches === 'yes' });
      } else if (verdict.kind === 'jump' && depth < DEPTH_MAX) {
        visit(verdict.chain, all, depth + 1);
      } else if (verdict.kind === 'return' && isUnconditional(rule)) {
        return;
      }
    }
  };
  visit(start, NO_CONDITIONS, 0);
  return { dropped, packets, ahead };
}

function joined(outer: Conditions, rule: PacketRule): Conditions {
  return {
    established: outer.established || rule.established,
    ports: rule.ports ?? outer.ports,
    matches: outer.matches === 'yes' ? rule.matches : outer.matches,
  };
}

function isUnconditional({ matches, established, ports }: PacketRule): boolean {
  return matches === 'yes' && !established && ports === undefined;
}

export function isPortIn(port: number, ports: Ports): boolean {
  return ports.some(([from, to]) => port >= from && port <= to);
}

/** What the kernel holds of a block: whether it is there, on which hooks, how many packets it stopped, what stands before. */
import { type Address, isIPv4 } from '../base/address.ts';
import type { Asking } from './facts-asking.ts';
import { readIptables, setsNamed } from './facts-iptables.ts';
import { countedPackets, followNft, HOOKS, readNftTable } from './facts-nft.ts';
import { follow, type Passage, type RuleAhead } from './facts-rules.ts';
import type { Hook } from './firewall.ts';
import { isMissing } from './nft-errors.ts';

export interface KernelFacts {
  /** `other-family`: it blocks addresses of the other family only. */
  readonly state: 'there' | 'gone' | 'other-family';
  /** What is there or is not: `the table inet rapsheet`. */
  readonly place: string;
  /** Whether a set of ours holds the address. */
  readonly element: boolean;
  /** Stopped since the block; undefined when not known. */
  readonly packets: number | undefined;
  /** Where a rule of ours drops packets of the address. */
  readonly hooks: readonly Hook[];
  /** What accepts packets before ours, in the order in which they meet it. */
  readonly ahead: readonly RuleAhead[];
}

/** Sets that are looked into; each is a question of its own. Our own come first. */
const SETS_MAX = 48;
const BUILT_IN: Readonly<Record<Hook, string>> = { input: 'INPUT', forward: 'FORWARD' };

export async function nftFacts(asking: Asking, table: string, address: Address): Promise<KernelFacts | undefined> {
  const place = `the table inet ${table}`;
  const what = 'our table in nftables';
  const listed = await asking.ask(what, 'nft', ['-j', '-t', 'list', 'table', 'inet', table]);
  if (!listed) return undefined;
  if (listed.status !== 0) {
    return isMissing(listed.err) ? without('gone', place) : asking.fail(what, listed.err.trim().split('\n')[0] ?? '');
  }
  const read = asking.read(what, listed.out, (out) => readNftTable(out, table, address));
  if (!read) return undefined;
  if (!read.own) return without(read.other ? 'other-family' : 'gone', place);
  const sets = new Set<string>();
  const counted: (number | undefined)[] = [];
  for (const { set, element } of read.places) {
    const found = await asking.ask('its element', 'nft', ['get', 'element', 'inet', table, set, `{ ${element} }`]);
    if (!found) return undefined;
    if (found.status === 0) {
      sets.add(set);
      counted.push(countedPackets(found.out));
    } else if (!isMissing(found.err)) {
      return asking.fail('its element', found.err.trim().split('\n')[0] ?? '');
    }
  }
  const passages = HOOKS.map((hook) => [hook, followNft(read, hook, sets)] as const);
  return { ...summary(place, sets.size > 0, passages), packets: sumOf(counted) };
}

export async function ipsetFacts(asking: Asking, prefix: string, address: Address): Promise<KernelFacts | undefined> {
  const tool = isIPv4(address) ? 'iptables' : 'ip6tables';
  const place = `the chains of Rapsheet in ${tool}`;
  const saved = await asking.answer(`the rules of ${tool}`, `${tool}-save`, ['-c', '-t', 'filter']);
  const isOwn = (set: string): boolean => set.startsWith(`${prefix}_`);
  const named = setsNamed(saved ?? '').sort((a, b) => Number(isOwn(b)) - Number(isOwn(a)));
  const own = named.filter(isOwn);
  if (own.length === 0) {
    // The sets outlive the rules: where there are sets for this family, its rules were removed.
    const sets = await asking.answer('the sets of ipset', 'ipset', ['list', '-n']);
    const made = (sets ?? '').split('\n').filter(isOwn);
    const family = isIPv4(address) ? /_4[an]$/ : /_6[an]$/;
    if (made.length > 0 && !made.some((set) => family.test(set))) return without('other-family', place);
    return saved === undefined ? undefined : without('gone', place);
  }
  const inside = new Set<string>();
  const outside = new Set<string>();
  for (const set of named.slice(0, SETS_MAX)) {
    const tested = await asking.ask('the sets of ipset', 'ipset', ['test', set, address.text]);
    if (tested?.status === 0) inside.add(set);
    else if (tested && /is NOT in set/.test(tested.err)) outside.add(set);
  }
  if (!own.some((set) => inside.has(set)) && !own.some((set) => outside.has(set))) return undefined;
  const chains = readIptables(saved ?? '', { tool, address, inside, outside });
  const sets = new Set(own.filter((set) => inside.has(set)));
  const passages = HOOKS.map((hook) => [hook, follow(chains, hook, BUILT_IN[hook], sets)] as const);
  const counted = passages.flatMap(([, { packets }]) => packets ?? []);
  // The rules count for all addresses: only nothing is certain.
  const packets = sets.size > 0 && counted.length > 0 && sumOf(counted) === 0 ? 0 : undefined;
  return { ...summary(place, sets.size > 0, passages), packets };
}

function without(state: 'gone' | 'other-family', place: string): KernelFacts {
  return { state, place, element: false, packets: undefined, hooks: [], ahead: [] };
}

function summary(
  place: string,
  element: boolean,
  passages: readonly (readonly [Hook, Passage])[],
): Omit<KernelFacts, 'packets'> {
  return {
    ...{ state: 'there', place, element },
    hooks: passages.flatMap(([hook, { dropped }]) => (dropped ? [hook] : [])),
    ahead: passages.flatMap(([, passage]) => (passage.dropped ? passage.ahead : [])),
  };
}

/** Undefined when one of them is not known, or there is none. */
function sumOf(counts: readonly (number | undefined)[]): number | undefined {
  let sum = 0;
  for (const count of counts) {
    if (count === undefined) return undefined;
    sum += count;
  }
  return counts.length > 0 ? sum : undefined;
}

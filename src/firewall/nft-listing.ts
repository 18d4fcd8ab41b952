/** Reads what `nft -j list table` says: which blocks there are, and what is missing or altered of our table. */
import { parseAddress, parseNetwork } from '../base/address.ts';
import { ALL_PORTS, type BlockOrder, type Hook } from './firewall.ts';
import { chainOf, type Lane, laneNamed, PRIORITY, setOf, type TableShape } from './nft-script.ts';
import { mergePorts, type PortRange } from './ports.ts';

export interface NftListing {
  readonly lanes: readonly Lane[];
  /** Ends are to the second, rounded down. */
  readonly orders: readonly BlockOrder[];
  /** What is missing or altered, each in words; empty when all is as it was made. */
  readonly faults: readonly string[];
}

type Entry = Readonly<Record<string, unknown>>;

/** @throws SyntaxError when it is not JSON. */
export function readListing(json: string, shape: TableShape, now: number): NftListing {
  const root = field(JSON.parse(json), 'nftables');
  const entries = Array.isArray(root) ? root : [];
  const kinds = (kind: string): Entry[] =>
    entries.map((entry: unknown) => field(entry, kind)).filter((entry) => isEntry(entry));
  const sets = kinds('set').flatMap((set) => {
    const lane = laneNamed(textOf(set, 'name'));
    return lane ? [{ lane, elements: field(set, 'elem') }] : [];
  });
  const lanes = sets.map(({ lane }) => lane);
  const structure = { tables: kinds('table'), chains: kinds('chain'), rules: kinds('rule') };
  return {
    lanes,
    orders: sets.flatMap(({ lane, elements }) => ordersOf(lane, elements, now)),
    faults: faultsOf(structure, lanes, shape),
  };
}

function ordersOf(lane: Lane, elements: unknown, now: number): BlockOrder[] {
  if (!Array.isArray(elements)) return [];
  return elements.flatMap((element: unknown): BlockOrder[] => {
    const parts = field(element, 'elem');
    const text = typeof element === 'string' ? element : field(parts, 'val');
    const subject = typeof text === 'string' ? subjectOf(text, lane) : undefined;
    if (!subject) return [];
    const expires = field(parts, 'expires');
    const until = typeof expires === 'number' ? now + expires * 1000 : Number.POSITIVE_INFINITY;
    return [{ subject, until, group: lane.group }];
  });
}

function subjectOf(text: string, { prefix }: Lane): BlockOrder['subject'] | undefined {
  const address = parseAddress(text);
  return address ? parseNetwork(`${address.text}/${prefix}`) : undefined;
}

interface Structure {
  readonly tables: readonly Entry[];
  readonly chains: readonly Entry[];
  readonly rules: readonly Entry[];
}

function faultsOf({ tables, chains, rules }: Structure, lanes: readonly Lane[], shape: TableShape): string[] {
  const faults: string[] = [];
  // Ours has no flags. That which does harm is `dormant`; what nft 1.0.6 writes in its place is not even a flag.
  if (!/^(?:\[\]|"")$/.test(JSON.stringify(tables[0]?.flags ?? '')))
    faults.push('the table was altered: it is dormant');
  const chainNames = new Set(chains.map((chain) => textOf(chain, 'name')));
  const rulesOf = (chain: string): unknown[][] => rules.filter((rule) => rule.chain === chain).map(statementsOf);
  for (const hook of shape.hooks) {
    const chain = chains.find((candidate) => candidate.name === hook);
    if (!chain) faults.push(`the chain ${hook} is missing`);
    else if (!isHooked(chain, hook)) faults.push(`the chain ${hook} was altered`);
    else if (!areJumps(rulesOf(hook), shape)) faults.push(`the rules of the chain ${hook} were altered`);
  }
  for (const group of [ALL_PORTS, ...shape.groups.map(({ name }) => name)]) {
    const chain = chainOf(group);
    const own = lanes.filter((lane) => lane.group === group);
    if (!chainNames.has(chain)) faults.push(`the chain ${chain} is missing`);
    else if (own.length === 0) faults.push(`the sets of ${group} are missing`);
    else if (!areDrops(rulesOf(chain), own)) faults.push(`the rules of the chain ${chain} were altered`);
  }
  return faults;
}

function isHooked(chain: Entry, hook: Hook): boolean {
  return chain.type === 'filter' && chain.hook === hook && chain.prio === PRIORITY && chain.policy === 'accept';
}

/** Whether these are the rules that lead to the groups, in their order. */
function areJumps(rules: readonly unknown[][], { groups }: TableShape): boolean {
  const expected = [{ name: ALL_PORTS, ports: [] }, ...groups];
  return (
    rules.length === expected.length &&
    expected.every(({ name, ports }, index) => {
      const rule = rules[index] ?? [];
      if (field(field(rule.at(-1), 'jump'), 'target') !== chainOf(name)) return false;
      return name === ALL_PORTS ? rule.length === 1 : matchesPorts(rule.slice(0, -1), mergePorts(ports));
    })
  );
}

function matchesPorts(matches: readonly unknown[], ports: readonly PortRange[]): boolean {
  const match = matches
    .map((one) => field(one, 'match'))
    .find((one) => /"(?:dport|proto-dst)"/.test(textIn(one, 'left')));
  if (match === undefined) return false;
  const found = portsIn(field(match, 'right'));
  // nft 1.0.6 prints the ports of connection tracking in a way of its own; what is not understood is not called altered.
  return found === undefined || JSON.stringify(mergePorts(found)) === JSON.stringify(ports);
}

/** Whether each set has its rule, and nothing else is there. The mask is not compared: versions of nft print it differently. */
function areDrops(rules: readonly unknown[][], lanes: readonly Lane[]): boolean {
  const dropped = new Set(
    rules.map((rule) => {
      const match = field(rule[0], 'match');
      const [drop] = rule.slice(1);
      const right = field(match, 'right');
      const isDrop = rule.length === 2 && isEntry(drop) && 'drop' in drop && /"saddr"/.test(textIn(match, 'left'));
      return isDrop && typeof right === 'string' ? right : '';
    }),
  );
  return rules.length === lanes.length && lanes.every((lane) => dropped.has(`@${setOf(lane)}`));
}

/** Undefined when a port is written in an unknown way. */
function portsIn(right: unknown): PortRange[] | undefined {
  const single = portOf(right);
  if (single !== undefined) return [[single, single]];
  const range = field(right, 'range');
  if (Array.isArray(range)) {
    const [from, to] = [portOf(range[0]), portOf(range[1])];
    return from === undefined || to === undefined ? undefined : [[from, to]];
  }
  const list = field(right, 'set');
  if (!Array.isArray(list)) return undefined;
  const ranges = list.map((one: unknown) => portsIn(one));
  return ranges.some((one) => one === undefined) ? undefined : ranges.flatMap((one) => one ?? []);
}

/** 22, or `0x16 [invalid type]`. */
function portOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const match = typeof value === 'string' ? /^0x([0-9a-f]{1,4})\b/.exec(value) : null;
  return match?.[1] === undefined ? undefined : Number.parseInt(match[1], 16);
}

/** Without counters, which change nothing. */
function statementsOf(rule: Entry): unknown[] {
  const { expr } = rule;
  return Array.isArray(expr) ? expr.filter((one: unknown) => !(isEntry(one) && 'counter' in one)) : [];
}

function field(value: unknown, key: string): unknown {
  return isEntry(value) ? value[key] : undefined;
}

function textOf(entry: Entry, key: string): string {
  const value = entry[key];
  return typeof value === 'string' ? value : '';
}

function textIn(value: unknown, key: string): string {
  return JSON.stringify(field(value, key) ?? '');
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null;
}

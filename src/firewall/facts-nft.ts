/** What is in force of our table in nftables for one address, and what else of the ruleset concerns it. */
import { type Address, contains, isIPv4, networkOf, parseNetwork } from '../base/address.ts';
import { follow, type PacketRule, type Passage, type Ports, type Verdict } from './facts-rules.ts';
import type { Hook } from './firewall.ts';
import { laneNamed } from './nft-script.ts';

export const HOOKS = ['input', 'forward'] as const satisfies readonly Hook[];

type Entry = Readonly<Record<string, unknown>>;

export interface NftTable {
  readonly chains: ReadonlyMap<string, readonly PacketRule[]>;
  readonly hooks: ReadonlyMap<Hook, string>;
  /** Where the address, or a network that holds it, stands if it is blocked. */
  readonly places: readonly { readonly set: string; readonly element: string }[];
  /** Whether there are sets for the family of the address; for the other one. */
  readonly own: boolean;
  readonly other: boolean;
}

/** More lengths of prefix than anybody bans by, times a few groups; each is one question to nft. */
const PLACES_MAX = 48;

/** Of `nft -j -t list table`. @throws SyntaxError when it is not JSON. */
export function readNftTable(json: string, table: string, address: Address): NftTable {
  const entries = entriesOf(json);
  const chains = new Map<string, PacketRule[]>();
  const hooks = new Map<Hook, string>();
  const dormant = entries.some(({ table: one }) => JSON.stringify(field(one, 'flags') ?? '').includes('dormant'));
  for (const { chain } of entries) {
    const name = textOf(chain, 'name');
    if (name === '') continue;
    chains.set(name, []);
    const hook = HOOKS.find((one) => one === textOf(chain, 'hook'));
    if (hook && !dormant) hooks.set(hook, name);
  }
  for (const { rule } of entries) {
    const chain = textOf(rule, 'chain');
    if (isEntry(rule)) chains.get(chain)?.push(ruleOf(rule, `inet ${table} ${chain}`, address));
  }
  const lanes = entries.flatMap(({ set }) => laneNamed(textOf(set, 'name')) ?? []);
  const family = isIPv4(address) ? 4 : 6;
  const own = lanes.filter((lane) => lane.family === family);
  return {
    ...{ chains, hooks, own: own.length > 0, other: own.length < lanes.length },
    places: own.slice(0, PLACES_MAX).map(({ group, prefix }) => ({
      set: `${group}_${family}_${prefix}`,
      element: networkOf(address, prefix).base.text,
    })),
  };
}

/** The way of the address over one hook. */
export function followNft({ chains, hooks }: NftTable, hook: Hook, sets: ReadonlySet<string>): Passage {
  const start = hooks.get(hook);
  return start === undefined ? { dropped: false, packets: undefined, ahead: [] } : follow(chains, hook, start, sets);
}

/** Of `nft get element`: undefined where elements do not count. */
export function countedPackets(text: string): number | undefined {
  const count = /counter packets (\d{1,15})/.exec(text)?.[1] ?? /"packets": ?(\d{1,15})/.exec(text)?.[1];
  return count === undefined ? undefined : Number(count);
}

export interface Ruleset {
  /** Chains that send packets on to another address, `ip nat PREROUTING`. */
  readonly translations: readonly string[];
  /** Flow tables: what they have taken over passes no rule of the forward hook. */
  readonly flowtables: readonly string[];
}

/** Of `nft -j -t list ruleset`. @throws SyntaxError when it is not JSON. */
export function readRuleset(json: string): Ruleset {
  const translations = new Set<string>();
  const flowtables: string[] = [];
  const place = (entry: unknown): string => ['family', 'table'].map((key) => textOf(entry, key)).join(' ');
  for (const { rule, flowtable } of entriesOf(json)) {
    if (isEntry(flowtable)) flowtables.push(`${place(flowtable)} ${textOf(flowtable, 'name')}`);
    if (!isEntry(rule) || !/"dnat":|"name":"DNAT"/.test(JSON.stringify(rule))) continue;
    translations.add(`${place(rule)} ${textOf(rule, 'chain')}`);
  }
  return { translations: [...translations], flowtables };
}

function ruleOf(rule: Entry, chain: string, address: Address): PacketRule {
  const statements = Array.isArray(rule.expr) ? rule.expr.filter(isEntry) : [];
  const verdict = verdictOf(statements);
  let matches: PacketRule['matches'] = 'yes';
  let established = false;
  let ports: Ports | undefined;
  for (const { match } of statements) {
    if (match === undefined) continue;
    const meaning = meaningOf(match, address);
    if (meaning === 'established') established = true;
    else if (meaning === 'never') matches = 'never';
    else if (meaning === 'perhaps') matches = matches === 'never' ? 'never' : 'perhaps';
    else if (meaning !== 'any') ports = meaning;
  }
  const handle = typeof rule.handle === 'number' ? rule.handle : 0;
  const text = `rule ${handle} (${verdict.kind}) of the chain ${chain}`;
  return {
    matches,
    verdict,
    established,
    ports,
    text,
    removal: `nft delete rule ${chain} handle ${handle}`,
    packets: undefined,
  };
}

function verdictOf(statements: readonly Entry[]): Verdict {
  for (const statement of statements) {
    if ('accept' in statement) return { kind: 'accept' };
    if ('return' in statement) return { kind: 'return' };
    if ('drop' in statement) {
      const sets = [...JSON.stringify(statements).matchAll(/"@(\w{1,64})"/g)].map(([, set = '']) => set);
      return { kind: 'drop', sets };
    }
    const target = textOf(statement.jump ?? statement.goto, 'target');
    if (target !== '') return { kind: 'jump', chain: target };
  }
  return { kind: 'none' };
}

/** What one condition means for packets of the address. */
function meaningOf(match: unknown, address: Address): 'any' | 'never' | 'perhaps' | 'established' | Ports {
  const left = field(match, 'left');
  const right = field(match, 'right');
  const isEqual = ['==', 'in'].includes(textOf(match, 'op'));
  const name = textOf(field(left, 'payload'), 'field') || textOf(field(left, 'meta') ?? field(left, 'ct'), 'key');
  if (!isEqual) return 'perhaps';
  if (name === 'state') return JSON.stringify(right).includes('"new"') ? 'any' : 'established';
  if (name === 'iifname' || name === 'iif') return right === 'lo' ? 'never' : 'perhaps';
  if (name === 'l4proto') return /"(?:tcp|udp)"/.test(JSON.stringify(right)) ? 'any' : 'never';
  if (name === 'dport') return portsOf(right) ?? 'perhaps';
  if (name !== 'saddr') return 'perhaps';
  const prefix = field(right, 'prefix');
  const network = parseNetwork(
    typeof right === 'string' ? right : `${textOf(prefix, 'addr')}/${String(field(prefix, 'len'))}`,
  );
  if (!network) return 'perhaps';
  return contains(network, address) ? 'any' : 'never';
}

function portsOf(right: unknown): Ports | undefined {
  const set = field(right, 'set');
  const list: unknown[] = Array.isArray(set) ? set : [right];
  const ports = list.flatMap((one): Ports => {
    const range = field(one, 'range');
    const [from, to]: unknown[] = Array.isArray(range) ? range : [one, one];
    return typeof from === 'number' && typeof to === 'number' ? [[from, to]] : [];
  });
  return ports.length === list.length ? ports : undefined;
}

function entriesOf(json: string): Entry[] {
  const root = field(JSON.parse(json), 'nftables');
  return Array.isArray(root) ? root.filter(isEntry) : [];
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function field(value: unknown, key: string): unknown {
  return isEntry(value) ? value[key] : undefined;
}

function textOf(value: unknown, key: string): string {
  const text = field(value, key);
  return typeof text === 'string' ? text : '';
}

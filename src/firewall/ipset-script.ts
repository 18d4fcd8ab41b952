/** What is written to ipset and iptables: sets and their elements, chains and their rules, as text. */
import { ALL_PORTS, type Hook, type PortGroup } from './firewall.ts';
import { formatPorts, mergePorts } from './ports.ts';
import { familyOf, isSingle, type Wanted } from './screening.ts';

/** ipset counts a timeout in milliseconds in 32 bits: 24 days, 20 hours. What lasts longer is put in again by a comparison. */
export const TIMEOUT_MAX_S = 2_147_483;

export interface IpsetShape {
  /** Begins the names of all sets and chains; at most 8 characters, because a set's name has at most 31. */
  readonly prefix: string;
  /** Beside ALL_PORTS. */
  readonly groups: readonly PortGroup[];
  readonly hooks: readonly Hook[];
  /** The most elements of one set. */
  readonly capacity: number;
}

/** A set: the single addresses or the networks of a family, for a group of ports. */
export interface IpsetSet {
  readonly name: string;
  readonly group: string;
  readonly family: 4 | 6;
  readonly kind: 'ip' | 'net';
}

const BUILT_IN: Readonly<Record<Hook, string>> = { input: 'INPUT', forward: 'FORWARD' };

export function groupNames({ groups }: IpsetShape): string[] {
  return [ALL_PORTS, ...groups.map(({ name }) => name)];
}

export function allSets(shape: IpsetShape, families: readonly (4 | 6)[]): IpsetSet[] {
  return groupNames(shape).flatMap((group) =>
    families.flatMap((family) =>
      (['ip', 'net'] as const).map((kind) => ({
        ...{ group, family, kind },
        name: `${shape.prefix}_${group}_${family}${kind === 'ip' ? 'a' : 'n'}`,
      })),
    ),
  );
}

/** Where a set is filled before it takes the place of the one in force. */
export function spareOf(set: string): string {
  return `${set}t`;
}

export function createLine(shape: IpsetShape, set: IpsetSet, name = set.name): string {
  const family = set.family === 4 ? 'inet' : 'inet6';
  return `create ${name} hash:${set.kind} family ${family} timeout 0 maxelem ${shape.capacity}`;
}

/** Added again, an element gets the new timeout (`-exist`). 0 is for good. */
export function addLine(set: string, { subject, seconds }: Wanted): string {
  return `add ${set} ${subject.text} timeout ${seconds === undefined ? 0 : Math.min(seconds, TIMEOUT_MAX_S)}`;
}

export function holds(set: IpsetSet, subject: Wanted['subject']): boolean {
  return set.family === familyOf(subject) && (set.kind === 'ip') === isSingle(subject);
}

/** The chain that a hook leads to. No group is named so: a group's name has no hyphen. */
export function hookChain({ prefix }: IpsetShape, hook: Hook): string {
  return `${prefix}-${hook}`;
}

export function groupChain({ prefix }: IpsetShape, group: string): string {
  return `${prefix}_${group}`;
}

/** The rules of our chains, as `iptables -S` lists them, without the `-A CHAIN`. */
export function expectedRules(shape: IpsetShape, family: 4 | 6): Map<string, string[]> {
  const chains = new Map<string, string[]>();
  for (const hook of shape.hooks) {
    const jumps = shape.groups.flatMap(({ name, ports }) => portRules(hook, ports, groupChain(shape, name)));
    chains.set(hookChain(shape, hook), [`-j ${groupChain(shape, ALL_PORTS)}`, ...jumps]);
  }
  for (const group of groupNames(shape)) {
    const sets = allSets(shape, [family]).filter((set) => set.group === group);
    const drops = sets.map(({ name }) => `-m set --match-set ${name} src -j DROP`);
    chains.set(groupChain(shape, group), drops);
  }
  return chains;
}

/** For iptables-restore: all chains anew, ours first in the chains of the system, in one commit. `listed`: `iptables -S`. */
export function rulesText(shape: IpsetShape, family: 4 | 6, listed: readonly string[]): string {
  const chains = expectedRules(shape, family);
  const stale = ownChains(shape, listed).filter((chain) => !chains.has(chain));
  return lines([
    '*filter',
    ...[...chains.keys(), ...stale].map((chain) => `:${chain} - [0:0]`),
    ...unhookLines(shape, listed),
    ...[...chains].flatMap(([chain, rules]) => rules.map((rule) => `-A ${chain} ${rule}`)),
    ...shape.hooks.map((hook) => `-I ${BUILT_IN[hook]} 1 -j ${hookChain(shape, hook)}`),
    ...stale.map((chain) => `-X ${chain}`),
    'COMMIT',
  ]);
}

/** For iptables-restore: nothing of ours. */
export function removalText(shape: IpsetShape, listed: readonly string[]): string {
  const chains = ownChains(shape, listed);
  return lines([
    '*filter',
    // Declared, a chain is emptied, and can be removed though others refer to it.
    ...chains.map((chain) => `:${chain} - [0:0]`),
    ...unhookLines(shape, listed),
    ...chains.map((chain) => `-X ${chain}`),
    'COMMIT',
  ]);
}

/** What is missing or altered in what `iptables -S` lists. */
export function faultsOf(shape: IpsetShape, family: 4 | 6, listed: readonly string[]): string[] {
  const tool = family === 4 ? 'iptables' : 'ip6tables';
  const faults: string[] = [];
  for (const hook of shape.hooks) {
    const first = listed.find((line) => line.startsWith(`-A ${BUILT_IN[hook]} `));
    if (first !== `-A ${BUILT_IN[hook]} -j ${hookChain(shape, hook)}`) {
      faults.push(`the first rule of ${BUILT_IN[hook]} in ${tool} is not ours`);
    }
  }
  for (const [chain, rules] of expectedRules(shape, family)) {
    const found = listed.filter((line) => line.startsWith(`-A ${chain} `));
    const same = found.length === rules.length && rules.every((rule, index) => isSameRule(rule, found[index] ?? ''));
    if (!same) faults.push(`the chain ${chain} in ${tool} is missing or was altered`);
  }
  return faults;
}

export function ownChains({ prefix }: IpsetShape, listed: readonly string[]): string[] {
  return listed.flatMap((line) => {
    const [, name] = /^-N (\S+)$/.exec(line) ?? [];
    return name !== undefined && (name.startsWith(`${prefix}-`) || name.startsWith(`${prefix}_`)) ? [name] : [];
  });
}

/** A container's port was rewritten before it is forwarded: what the client asked for is what connection tracking keeps. */
function portRules(hook: Hook, ports: PortGroup['ports'], chain: string): string[] {
  return (['tcp', 'udp'] as const).flatMap((protocol) =>
    mergePorts(ports).map((range) => {
      const port = formatPorts(range, ':');
      if (hook === 'input') return `-p ${protocol} -m ${protocol} --dport ${port} -j ${chain}`;
      return `-p ${protocol} -m conntrack --ctorigdstport ${port} --ctdir ORIGINAL -j ${chain}`;
    }),
  );
}

function unhookLines(shape: IpsetShape, listed: readonly string[]): string[] {
  return listed
    .filter((line) => /^-A (?:INPUT|FORWARD) /.test(line))
    .filter((line) => (['input', 'forward'] as const).some((hook) => line.endsWith(` -j ${hookChain(shape, hook)}`)))
    .map((line) => line.replace('-A', '-D'));
}

/** Versions list the parts of a rule in different orders. */
function isSameRule(rule: string, listed: string): boolean {
  const words = listed.split(' ').slice(2);
  return rule.split(' ').every((word) => words.includes(word));
}

function lines(list: readonly string[]): string {
  return `${list.join('\n')}\n`;
}

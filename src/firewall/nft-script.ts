/**
 * What is written to nft: the table and its elements, as text.
 *
 * Each length of prefix has a hash set of its own, which the packet's masked source is looked up in:
 * `ip saddr & 255.255.255.0 @all_4_24`. An interval set would hold them all, but nft reads it back whole before every
 * change: with 100,000 networks in it one more took 1.4 s here, in a hash set 0.5 ms, and every IPv6 ban is a network.
 * Networks that overlap need no care either; each has its own end.
 */
import { type Network, networkOf, parseAddress } from '../base/address.ts';
import { ALL_PORTS, type Hook, type PortGroup } from './firewall.ts';
import { formatPorts, mergePorts } from './ports.ts';
import { familyOf, prefixOf, type Wanted } from './screening.ts';

/** Before the tables of others (0), behind connection tracking and destination NAT. */
export const PRIORITY = -10;
/** Elements in one command: an error names the command, and 1,000 are as fast as all in one. */
const SLICE = 1_000;

/** All subjects of one group with one length of prefix: a set and the rule that looks into it. */
export interface Lane {
  readonly group: string;
  readonly family: 4 | 6;
  readonly prefix: number;
}

export interface TableShape {
  readonly table: string;
  /** Beside ALL_PORTS. */
  readonly groups: readonly PortGroup[];
  readonly hooks: readonly Hook[];
  /** The most elements of one set. */
  readonly capacity: number;
  /** Whether elements count the packets that they stopped: since Linux 5.7 and nft 0.9.5. */
  readonly counters: boolean;
}

/** There from the start: single addresses, and the network that an IPv6 ban is. */
export function usualLanes(group: string): Lane[] {
  return [
    { group, family: 4, prefix: 32 },
    { group, family: 6, prefix: 128 },
    { group, family: 6, prefix: 64 },
  ];
}

export function laneOf(subject: Network, group: string): Lane {
  return { group, family: familyOf(subject), prefix: prefixOf(subject) };
}

export function setOf({ group, family, prefix }: Lane): string {
  return `${group}_${family}_${prefix}`;
}

/** What `setOf` named; undefined for any other name. */
export function laneNamed(set: string): Lane | undefined {
  const match = /^(\w+)_([46])_(\d{1,3})$/.exec(set);
  if (!match?.[1]) return undefined;
  return { group: match[1], family: match[2] === '4' ? 4 : 6, prefix: Number(match[3]) };
}

/** With a prefix of its own, because `all` is a word of nft's. */
export function chainOf(group: string): string {
  return `group_${group}`;
}

/** The table anew, without elements; what was there is deleted in the same transaction. */
export function tableCommands(shape: TableShape, lanes: Iterable<Lane>): string[] {
  const { table, groups, hooks } = shape;
  const names = [ALL_PORTS, ...groups.map(({ name }) => name)];
  return [
    ...removalCommands(table),
    `add table inet ${table}`,
    ...names.map((name) => `add chain inet ${table} ${chainOf(name)}`),
    ...[...lanes].flatMap((lane) => laneCommands(shape, lane)),
    ...hooks.flatMap((hook) => hookCommands(shape, hook)),
  ];
}

/** Added first, because nft 1.0.6 has no `destroy`, and to delete what is missing is an error. */
export function removalCommands(table: string): string[] {
  return [`add table inet ${table}`, `delete table inet ${table}`];
}

/** The set and the rule of a lane. */
export function laneCommands({ table, capacity, counters }: TableShape, lane: Lane): string[] {
  const { family, prefix } = lane;
  const set = setOf(lane);
  const source = family === 4 ? 'ip saddr' : 'ip6 saddr';
  const masked = prefix === (family === 4 ? 32 : 128) ? source : `${source} & ${maskOf(family, prefix)}`;
  const counter = counters ? ' counter;' : '';
  return [
    `add set inet ${table} ${set} { type ipv${family}_addr; flags timeout; size ${capacity};${counter} }`,
    `add rule inet ${table} ${chainOf(lane.group)} ${masked} @${set} drop`,
  ];
}

/** Releases, then blocks. An element gets a new end only when it is deleted and added; older kernels keep the old one. */
export function changeCommands(table: string, releases: readonly Lane[][], change: ChangeParts): string[] {
  const commands: string[] = [];
  for (const [index, subject] of change.release.entries()) {
    const element = `{ ${subject.base.text} }`;
    for (const lane of releases[index] ?? []) {
      const set = `element inet ${table} ${setOf(lane)}`;
      commands.push(`add ${set} ${element}`, `delete ${set} ${element}`);
    }
  }
  for (const [set, wanted] of bySet(change.block)) {
    for (const slice of slices(wanted)) {
      const bare = slice.map(({ subject }) => subject.base.text).join(', ');
      const target = `element inet ${table} ${set}`;
      commands.push(`add ${target} { ${bare} }`, `delete ${target} { ${bare} }`, `add ${target} ${elements(slice)}`);
    }
  }
  return commands;
}

export interface ChangeParts {
  readonly block: readonly Wanted[];
  readonly release: readonly Network[];
}

/** For sets that are empty. */
export function fillCommands(table: string, block: readonly Wanted[]): string[] {
  return [...bySet(block)].flatMap(([set, wanted]) =>
    slices(wanted).map((slice) => `add element inet ${table} ${set} ${elements(slice)}`),
  );
}

function hookCommands({ table, groups }: TableShape, hook: Hook): string[] {
  const rule = `add rule inet ${table} ${hook}`;
  return [
    `add chain inet ${table} ${hook} { type filter hook ${hook} priority ${PRIORITY}; policy accept; }`,
    `${rule} jump ${chainOf(ALL_PORTS)}`,
    ...groups.map(({ name, ports }) => `${rule} ${portMatch(hook, ports)} jump ${chainOf(name)}`),
  ];
}

/** A container's port was rewritten before it is forwarded: what the client asked for is what connection tracking keeps. */
function portMatch(hook: Hook, ports: PortGroup['ports']): string {
  const list = `{ ${mergePorts(ports)
    .map((range) => formatPorts(range, '-'))
    .join(', ')} }`;
  const protocols = 'meta l4proto { tcp, udp }';
  if (hook === 'input') return `${protocols} th dport ${list}`;
  return `ct direction original ${protocols} ct original proto-dst ${list}`;
}

function maskOf(family: 4 | 6, prefix: number): string {
  const ones = parseAddress(family === 4 ? '255.255.255.255' : 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff');
  return ones === undefined ? '' : networkOf(ones, prefix).base.text;
}

function elements(wanted: readonly Wanted[]): string {
  return `{ ${wanted.map(({ subject, seconds }) => `${subject.base.text}${timeout(seconds)}`).join(', ')} }`;
}

/** In days and seconds, because nft refuses a number of more than eight digits. */
function timeout(seconds: number | undefined): string {
  if (seconds === undefined) return '';
  const days = Math.floor(seconds / 86_400);
  return ` timeout ${days > 0 ? `${days}d` : ''}${days > 0 && seconds % 86_400 === 0 ? '' : `${seconds % 86_400}s`}`;
}

function bySet(block: readonly Wanted[]): Map<string, Wanted[]> {
  const sets = new Map<string, Wanted[]>();
  for (const wanted of block) {
    const set = setOf(laneOf(wanted.subject, wanted.group));
    const list = sets.get(set);
    if (list) list.push(wanted);
    else sets.set(set, [wanted]);
  }
  return sets;
}

function slices(wanted: readonly Wanted[]): Wanted[][] {
  const pieces: Wanted[][] = [];
  for (let from = 0; from < wanted.length; from += SLICE) pieces.push(wanted.slice(from, from + SLICE));
  return pieces;
}

/**
 * Looks at the machine when a blocked address goes on: what the kernel holds of its block, what stands before it, and who
 * is connected. Only asks, never changes; each question has a limit on time, and what cannot be asked is said.
 *
 * One gathering starts about ten programs, and one for each set of ours: not more often than once a minute and address.
 */
import { hostname } from 'node:os';
import { type Address, isIPv4, type Network, parseAddress } from '../base/address.ts';
import { Asking, type AskingOptions } from './facts-asking.ts';
import {
  FLOWS_MAX,
  type Flow,
  type Listener,
  type Peer,
  readFlows,
  readListeners,
  readPeers,
  readSockets,
  type Socket,
} from './facts-flows.ts';
import { ipsetFacts, type KernelFacts, nftFacts } from './facts-kernel.ts';
import { readRuleset } from './facts-nft.ts';
import type { Ports } from './facts-rules.ts';
import { servicePorts } from './facts-service.ts';
import type { Hook } from './firewall.ts';

export { hostOf } from './facts-line.ts';

/** A line that was logged after its address was blocked. */
export interface LoggedLine {
  readonly time: number;
  /** latin1, without its newline. */
  readonly line: string;
  readonly path: string;
  /** The host that the line names. */
  readonly host?: string | undefined;
}

export interface Question {
  /** What is blocked. */
  readonly subject: Network;
  /** Whose lines go on. */
  readonly address: Address;
  /** The ports that are blocked; undefined: all. */
  readonly ports: Ports | undefined;
  /** The hooks that are configured. */
  readonly hooks: readonly Hook[];
  /** `Firewall.name`, or `auto` when it is not known which it became. */
  readonly firewallName: string;
  /** Epoch milliseconds. */
  readonly blockedSince: number;
  readonly service: string;
  readonly lines: readonly LoggedLine[];
  /** As the configuration calls this host. */
  readonly thisHost: string;
  /** Who changed our part of the firewall, as `Firewall.watch` told it. */
  readonly changedBy?: string | undefined;
}

/** Undefined is what could not be looked at. */
export interface Facts {
  /** When it was looked at. */
  readonly at: number;
  /** As the system calls this host. */
  readonly hostName?: string | undefined;
  readonly kernel?: KernelFacts | undefined;
  /** TCP connections of the address with this host. */
  readonly sockets?: readonly Socket[] | undefined;
  /** What connection tracking knows of the address. */
  readonly flows?: readonly Flow[] | undefined;
  readonly listeners?: readonly Listener[] | undefined;
  /** Others with open connections to the ports of the service. */
  readonly peers?: readonly Peer[] | undefined;
  /** The addresses of this host. */
  readonly own?: readonly Address[] | undefined;
  /** Whether this host passes packets on, for the family of the address. */
  readonly forwards?: boolean | undefined;
  /** Where destinations are translated. */
  readonly translations?: readonly string[] | undefined;
  readonly flowtables?: readonly string[] | undefined;
  /** What was looked at; what could not be, and why. */
  readonly checked: readonly string[];
  readonly failed: readonly string[];
}

export interface Surroundings extends AskingOptions {
  /** Of our table in nftables, and before the names of our chains and sets in iptables. */
  readonly name?: string;
  /** Who reads the connections where there is no ss. */
  readonly connections?: () => Promise<readonly KnownConnection[]>;
}

/** An established TCP connection of this host. */
export interface KnownConnection {
  readonly localPort: number;
  readonly remote: Address;
  readonly remotePort: number;
}

/** Ports that are asked for at once: an argument list, and no service has so many. */
const PORTS_MAX = 64;

export async function gatherFacts(question: Question, around: Surroundings): Promise<Facts> {
  const { address } = question;
  const asking = new Asking(around);
  const [kernel, sockets, flows, listeners, own, forwards, ruleset] = await Promise.all([
    kernelFacts(asking, question, around.name ?? 'rapsheet'),
    socketsOf(asking, address, around),
    flowsOf(asking, address),
    listenersHere(asking),
    ownAddresses(asking),
    isForwarding(asking, address),
    rulesetHere(asking, address),
  ]);
  const peers = await peersOf(asking, question, listeners);
  return {
    ...{
      at: around.clock(),
      hostName: hostname(),
      kernel,
      sockets,
      flows,
      listeners,
      own,
      forwards,
      ...ruleset,
      peers,
    },
    checked: asking.checked,
    failed: asking.failed,
  };
}

/** Of a firewall that cannot be looked into, nothing. */
async function kernelFacts(asking: Asking, question: Question, name: string): Promise<KernelFacts | undefined> {
  const { firewallName, address } = question;
  if (firewallName === 'nftables') return nftFacts(asking, name, address);
  if (firewallName === 'ipset') return ipsetFacts(asking, name, address);
  if (firewallName !== 'auto') return undefined;
  const table = await nftFacts(asking, name, address);
  if (table && table.state !== 'gone') return table;
  const chains = await ipsetFacts(asking, name, address);
  return chains && chains.state !== 'gone' ? chains : (table ?? chains);
}

async function socketsOf(asking: Asking, address: Address, around: Surroundings): Promise<Socket[] | undefined> {
  const target = isIPv4(address) ? address.text : `[${address.text}]`;
  const said = await asking.answer('its connections', 'ss', ['-Htni', 'dst', target]);
  if (said !== undefined) return readSockets(said);
  const known = await around.connections?.();
  return known
    ?.filter(({ remote }) => remote.text === address.text)
    .slice(0, FLOWS_MAX)
    .map(({ localPort, remote, remotePort }) => ({
      ...{ state: 'ESTAB', localPort, remote, remotePort },
      silentMs: undefined,
    }));
}

async function flowsOf(asking: Asking, address: Address): Promise<Flow[] | undefined> {
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  const what = 'connection tracking';
  const said = await asking.ask(what, 'conntrack', ['-L', '-f', family, '-s', address.text]);
  if (said?.status === 0) return readFlows(said.out);
  // Without conntrack, the kernel's own listing, where it has one: thinned out by grep, because it may be 20 MB.
  const wanted = ['-F', '-m', `${FLOWS_MAX}`, '-e', `src=${procText(address)} `];
  const listed = await asking.ask('the list of connection tracking', 'grep', [...wanted, '/proc/net/nf_conntrack']);
  if (listed && (listed.status === 0 || listed.status === 1)) {
    return readFlows(listed.out).filter((flow) => flow.answers.text !== address.text);
  }
  return asking.fail(
    what,
    said ? `conntrack: ${said.err.trim().split('\n')[0] ?? ''}` : 'install the package conntrack',
  );
}

/** As /proc/net/nf_conntrack writes addresses: IPv6 in full. */
function procText(address: Address): string {
  if (isIPv4(address)) return address.text;
  const words = [address.w0, address.w1, address.w2, address.w3];
  return words.map((word) => (word >>> 0).toString(16).padStart(8, '0').replace(/^..../, '$&:')).join(':');
}

async function listenersHere(asking: Asking): Promise<Listener[] | undefined> {
  const said = await asking.answer('who listens', 'ss', ['-Htlnp']);
  return said === undefined ? undefined : readListeners(said);
}

async function ownAddresses(asking: Asking): Promise<Address[] | undefined> {
  const said = await asking.answer('the addresses of this host', 'ip', ['-o', 'address', 'show']);
  if (said === undefined) return undefined;
  return [...said.matchAll(/ inet6? ([0-9a-f:.]{2,45})\//g)].flatMap(([, text = '']) => parseAddress(text) ?? []);
}

async function isForwarding(asking: Asking, address: Address): Promise<boolean | undefined> {
  const key = isIPv4(address) ? 'ipv4/ip_forward' : 'ipv6/conf/all/forwarding';
  const said = await asking.answer('forwarding', 'cat', [`/proc/sys/net/${key}`]);
  return said === undefined ? undefined : said.trim() === '1';
}

/** What sends packets on, or past the rules. nft knows of iptables' rules too, where both are one. */
async function rulesetHere(asking: Asking, address: Address): Promise<Pick<Facts, 'translations' | 'flowtables'>> {
  const tool = isIPv4(address) ? 'iptables' : 'ip6tables';
  const what = 'the rules of nftables';
  const ruleset = asking.read(what, await asking.answer(what, 'nft', ['-j', '-t', 'list', 'ruleset']), readRuleset);
  const nat = await asking.answer(`the translations of ${tool}`, `${tool}-save`, ['-t', 'nat']);
  if (!ruleset && nat === undefined) return {};
  const isTranslating = /^-A .* -j DNAT /m.test(nat ?? '');
  const translations = [...(ruleset?.translations ?? []), ...(isTranslating ? [`${tool} -t nat`] : [])];
  return { translations, flowtables: ruleset?.flowtables };
}

/** Who else is connected with the service: a proxy would be. */
async function peersOf(
  asking: Asking,
  { service, lines, address }: Question,
  listeners: readonly Listener[] | undefined,
): Promise<Peer[] | undefined> {
  if (!listeners) return undefined;
  const known = servicePorts(service, lines, listeners).ports;
  const ports = known.length > 0 ? known : listeners.map(({ port }) => port);
  if (ports.length === 0) return [];
  const filter = ports.slice(0, PORTS_MAX).flatMap((port) => ['or', 'sport', '=', `:${port}`]);
  const args = ['-Htn', 'state', 'established', '(', ...filter.slice(1), ')'];
  const said = await asking.answer('who else is connected', 'ss', args);
  return said === undefined ? undefined : readPeers(said, address);
}

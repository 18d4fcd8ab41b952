/** Connections as the kernel tells of them: conntrack's entries, the sockets of this host, who listens. Parsers only. */
import { type Address, parseAddress } from '../base/address.ts';

/** One entry of connection tracking, opened by the address in question. */
export interface Flow {
  readonly protocol: string;
  /** `ESTABLISHED`; undefined for protocols without, and for what a flow table has taken over. */
  readonly state: string | undefined;
  /** The client's port. */
  readonly sourcePort: number;
  /** What the client asked for. */
  readonly target: Address;
  readonly port: number;
  /** Who answers: another than the target after destination NAT. */
  readonly answers: Address;
  readonly answerPort: number;
  /** Whether its packets take the short way of a flow table, past the rules of the forward hook. */
  readonly offloaded: boolean;
}

/** A TCP socket of this host that is connected with the address in question. */
export interface Socket {
  /** `ESTAB`. */
  readonly state: string;
  readonly localPort: number;
  readonly remote: Address;
  readonly remotePort: number;
  /** How long ago the last data came in; undefined when not told. */
  readonly silentMs: number | undefined;
}

export interface Listener {
  readonly port: number;
  /** Undefined where we may not see other users' processes. */
  readonly program: string | undefined;
}

/** Somebody else with open connections to a port of this host. */
export interface Peer {
  readonly address: Address;
  readonly port: number;
  readonly connections: number;
}

/** Entries and sockets of one address. An attacker may open thousands; these tell as much. */
export const FLOWS_MAX = 1_000;
/** Sockets of all others that are counted. */
const PEERS_READ_MAX = 50_000;
/** Who is named at most. */
const PEERS_MAX = 16;
const LISTENERS_MAX = 1_000;

/** Of `conntrack -L` and of /proc/net/nf_conntrack. */
export function readFlows(text: string): Flow[] {
  const flows: Flow[] = [];
  for (const line of text.split('\n')) {
    const flow = flowIn(line);
    if (flow) flows.push(flow);
    if (flows.length === FLOWS_MAX) break;
  }
  return flows;
}

function flowIn(line: string): Flow | undefined {
  const all = (key: string): string[] =>
    [...line.matchAll(new RegExp(`(?:^| )${key}=(\\S{1,64})`, 'g'))].map(([, value = '']) => value);
  const target = parseAddress(all('dst')[0] ?? '');
  const answers = parseAddress(all('src')[1] ?? '');
  const protocol = /(?:^|\s)(tcp|udp|sctp|dccp|udplite|icmp|icmpv6)\s/.exec(line)?.[1];
  if (!target || !answers || protocol === undefined) return undefined;
  return {
    protocol,
    state: /\s([A-Z][A-Z_0-9]+) src=/.exec(line)?.[1],
    sourcePort: Number(all('sport')[0] ?? 0),
    target,
    port: Number(all('dport')[0] ?? 0),
    answers,
    answerPort: Number(all('sport')[1] ?? 0),
    offloaded: /\[(?:HW_)?OFFLOAD\]/.test(line),
  };
}

/** Of `ss -Htni`: a line a socket, with its details on the next where the terminal's width wants it so. */
export function readSockets(text: string): Socket[] {
  const sockets: Socket[] = [];
  for (const entry of text.replace(/\n[ \t]+/g, ' ').split('\n')) {
    const [state, , , local, remote] = entry.trim().split(/\s+/, 5);
    const [ours, theirs] = [endOf(local), endOf(remote)];
    if (state === undefined || !ours || !theirs) continue;
    const last = /\blastrcv:(\d{1,15})/.exec(entry)?.[1];
    // ss leaves a zero out.
    const silentMs = last === undefined && /\brto:/.test(entry) ? 0 : last && Number(last);
    sockets.push({
      ...{ state, localPort: ours.port, remote: theirs.address, remotePort: theirs.port },
      silentMs: typeof silentMs === 'number' ? silentMs : undefined,
    });
    if (sockets.length === FLOWS_MAX) break;
  }
  return sockets;
}

/** Of `ss -Htlnp`. */
export function readListeners(text: string): Listener[] {
  const listeners = new Map<string, Listener>();
  for (const line of text.split('\n').slice(0, LISTENERS_MAX)) {
    const port = Number(/:(\d{1,5})$/.exec(line.trim().split(/\s+/, 4)[3] ?? '')?.[1] ?? 0);
    const program = /users:\(\("([^"]{1,64})"/.exec(line)?.[1];
    if (port > 0) listeners.set(`${port} ${program}`, { port, program });
  }
  return [...listeners.values()];
}

/** Of `ss -Htn state established`, which has no column for the state. The busiest first. */
export function readPeers(text: string, except: Address): Peer[] {
  const peers = new Map<string, { address: Address; port: number; connections: number }>();
  let from = 0;
  for (let count = 0; from < text.length && count < PEERS_READ_MAX; count++) {
    const end = text.indexOf('\n', from);
    const [, , local, remote] = text
      .slice(from, end < 0 ? text.length : end)
      .trim()
      .split(/\s+/, 4);
    from = end < 0 ? text.length : end + 1;
    const [ours, theirs] = [endOf(local), endOf(remote)];
    if (!ours || !theirs || theirs.address.text === except.text) continue;
    const key = `${ours.port} ${theirs.address.text}`;
    const known = peers.get(key);
    if (known) known.connections++;
    else peers.set(key, { address: theirs.address, port: ours.port, connections: 1 });
  }
  return [...peers.values()].sort((a, b) => b.connections - a.connections).slice(0, PEERS_MAX);
}

/** `192.0.2.1:22`, `[2001:db8::1]:22`, with the zone of a link-local address or the name of a device behind `%`. */
function endOf(text: string | undefined): { address: Address; port: number } | undefined {
  const match = /^\[?([0-9a-fA-F:.]{2,45})(?:%[^\]:]{1,16})?\]?:(\d{1,5})$/.exec(text ?? '');
  const address = parseAddress(match?.[1] ?? '');
  return address && { address, port: Number(match?.[2]) };
}

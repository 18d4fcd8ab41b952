/** What the facts mean for one question: which connections can be those of the lines, which of them are alive. Pure. */
import { type Address, compareAddresses } from '../base/address.ts';
import type { Facts, Question } from './facts.ts';
import type { Flow, Peer, Socket } from './facts-flows.ts';
import { addressesIn, hostOf } from './facts-line.ts';
import { isPortIn, type RuleAhead } from './facts-rules.ts';
import { isOfAnother, type ServicePorts, servicePorts } from './facts-service.ts';
import type { Hook } from './firewall.ts';

export interface View {
  readonly question: Question;
  readonly facts: Facts;
  /** The host that each line names. */
  readonly lineHosts: readonly (string | undefined)[];
  /** Entries of connection tracking that lead to another machine. */
  readonly forwardedFlows: readonly Flow[];
  readonly service: ServicePorts;
  /** Ports that the address is connected with, and that can be those of the service. */
  readonly reached: readonly number[];
  /** The port of a connection that is open; of one that brought data since the block; of one that brought none since. */
  readonly open: number | undefined;
  readonly passing: number | undefined;
  readonly silent: number | undefined;
  /** A connection that a flow table has taken over. */
  readonly offloaded: Flow | undefined;
  /** The rules before ours that concern these ports. */
  readonly ahead: readonly RuleAhead[];
  /** Whether the address has no connection here but dead ones, as far as could be seen; false when nothing could be. */
  readonly isAbsent: boolean;
  /** Others at the ports of the service: those that are not this host itself first. */
  readonly peers: readonly Peer[];
  /** Addresses that stand in the lines beside the one in question. */
  readonly named: ReadonlySet<string>;
  /** How long after the block the last line was written, in milliseconds. */
  readonly lateness: number;
  covers(hook: Hook): boolean;
}

/** States in which a connection can bring anything; others are remembered for a minute or two only. */
const ALIVE: ReadonlySet<string> = new Set(['ESTAB', 'ESTABLISHED', 'SYN-RECV', 'SYN_RECV']);
/** The kernel acts a moment before the firewall's answer is noted, or after. */
const BLOCKING_MS = 1_000;

export function viewOf(question: Question, facts: Facts): View {
  const service = servicePorts(question.service, question.lines, facts.listeners ?? []);
  const isOurs = (port: number): boolean => isOfService(port, question, service);
  const sockets = socketsToUs(facts).filter(({ localPort }) => isOurs(localPort));
  const flows = (facts.flows ?? []).filter(({ port, answerPort }) => isOurs(port) || isOurs(answerPort));
  const [forwardedFlows, localFlows] = apart(flows, (flow) => isForwarded(flow, facts.own));
  const isOpen = ({ state }: Socket): boolean => ALIVE.has(state);
  const alive = sockets.filter(isOpen);
  const since = facts.at - question.blockedSince - BLOCKING_MS;
  const isSilent = ({ silentMs }: Socket): boolean => silentMs !== undefined && silentMs >= since;
  const passing = alive.find((socket) => socket.silentMs !== undefined && !isSilent(socket));
  const silent = alive.find(isSilent);
  const unheard = alive.find(({ silentMs }) => silentMs === undefined);
  // What has a socket here is judged by its socket, which knows more.
  const known = new Set(sockets.map(({ remotePort }) => remotePort));
  const unknownFlows = localFlows.filter(({ sourcePort }) => !known.has(sourcePort));
  const openFlow = [...forwardedFlows, ...unknownFlows].find(isAlive);
  const heard = sockets.filter((socket) => !isSilent(socket));
  const reached = new Set([
    ...heard.map(({ localPort }) => localPort),
    ...unknownFlows.map(({ answerPort }) => answerPort),
    ...forwardedFlows.map(({ port }) => port),
  ]);
  return {
    ...{ question, facts, service, forwardedFlows, reached: [...reached] },
    lineHosts: question.lines.map(({ host, line }) => host ?? hostOf(line)),
    open: passing?.localPort ?? unheard?.localPort ?? openFlow?.port,
    passing: passing?.localPort,
    silent: passing ? undefined : silent?.localPort,
    offloaded: flows.find(({ offloaded }) => offloaded),
    ahead: aheadOf(facts, service, { heard, flows: [...forwardedFlows, ...unknownFlows], forwardedFlows }),
    isAbsent: (facts.sockets ?? facts.flows) !== undefined && !heard.some(isOpen) && !openFlow,
    peers: peersOf(facts),
    named: new Set(question.lines.flatMap(({ line }) => othersIn(line, question.address))),
    lateness: question.lines.reduce((latest, { time }) => Math.max(latest, time - question.blockedSince), 0),
    covers: (hook) => (facts.kernel?.hooks ?? question.hooks).includes(hook),
  };
}

/** A port that the program of the lines listens on, or that no other service is known at. */
function isOfService(port: number, { service: name }: Question, service: ServicePorts): boolean {
  return service.ports.includes(port) || !isOfAnother(port, name);
}

/** Without those that this host opened itself. */
function socketsToUs({ sockets = [], listeners }: Facts): Socket[] {
  if (!listeners) return [...sockets];
  const ports = new Set(listeners.map(({ port }) => port));
  return sockets.filter(({ localPort }) => ports.has(localPort));
}

function isForwarded({ target, answers }: Flow, own: readonly Address[] | undefined): boolean {
  if (!own) return compareAddresses(target, answers) !== 0;
  return !own.some(({ text }) => text === answers.text) && !answers.text.startsWith('127.');
}

function isAlive({ protocol, state, offloaded }: Flow): boolean {
  return offloaded || protocol !== 'tcp' || (state !== undefined && ALIVE.has(state));
}

function aheadOf(
  { kernel, translations = [] }: Facts,
  service: ServicePorts,
  seen: { heard: readonly Socket[]; flows: readonly Flow[]; forwardedFlows: readonly Flow[] },
): RuleAhead[] {
  const isForwarding = seen.forwardedFlows.length > 0 && seen.heard.length === 0;
  const unseen = seen.flows.length === 0 && seen.heard.length === 0 && translations.length > 0;
  const connected = [
    ...seen.heard.map(({ localPort }) => localPort),
    ...seen.flows.flatMap(({ port, answerPort }) => [port, answerPort]),
  ];
  const ports = connected.length > 0 ? connected : service.ports;
  return (kernel?.ahead ?? []).filter((rule) => {
    if (!unseen && rule.hook !== (isForwarding ? 'forward' : 'input')) return false;
    const limit = rule.ports;
    return limit === undefined || ports.length === 0 || ports.some((port) => isPortIn(port, limit));
  });
}

function peersOf({ peers = [], own = [] }: Facts): Peer[] {
  const [near, far] = apart(peers, ({ address }) => own.some(({ text }) => text === address.text));
  return [...far, ...near];
}

function othersIn(line: string, address: Address): string[] {
  return addressesIn(line).flatMap(({ text }) => (text === address.text ? [] : [text]));
}

function apart<T>(list: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  const [first, second]: [T[], T[]] = [[], []];
  for (const one of list) (isFirst(one) ? first : second).push(one);
  return [first, second];
}

/**
 * "Banned, but it still gets through": from facts about the machine to the one cause and the way out. Facts are gathered
 * in facts.ts; the reasoning is here and pure.
 *
 * The order is from what is certain to what is inferred. Another host's log and another family need no look at packets. A
 * block that is not in the kernel explains everything, so it comes before all that asks how packets pass it. Then the ways
 * past a block that is there, as a packet meets them: another hook, another port, a rule before ours, a connection from
 * before. What is left when nothing can pass: packets of somebody else (a proxy), or lines that are merely late.
 */
import { contains, isIPv4 } from '../base/address.ts';
import { formatDuration } from '../base/duration.ts';
import { ellipsis, printable } from '../base/text.ts';
import type { Facts, Question } from './facts.ts';
import type { Peer } from './facts-flows.ts';
import { isSameHost } from './facts-line.ts';
import { isPortIn, type RuleAhead } from './facts-rules.ts';
import { type View, viewOf } from './facts-view.ts';
import { formatPorts } from './ports.ts';

export const CAUSES = [
  'forwarded',
  'proxy',
  'established',
  'port-or-family',
  'flushed',
  'rule-order',
  'other-host',
  'late-lines',
  'unknown',
] as const;
export type Cause = (typeof CAUSES)[number];

export interface Diagnosis {
  readonly cause: Cause;
  /** What is the matter, in a sentence with the facts that show it. */
  readonly what: string;
  /** What to do about it: a command or a line of configuration where there is one. */
  readonly remedy: string;
}

/** Logs have seconds, and what was received a moment before the block is written a moment after it. */
const SETTLE_MS = 2_000;
/** The longest that a mail server waits for a client that has fallen silent; others wait less, and log its end then. */
const PATIENCE_OF_SERVICES_MS = 300_000;
/** Rules, names of hosts and programs are others' words; the beginning is enough to find them by. */
const QUOTED_MAX = 200;

/** The first that has an answer names the cause. */
const STEPS: ReadonlyArray<(view: View) => Diagnosis | undefined> = [
  otherHost,
  otherFamily,
  flushed,
  forwarded,
  otherPort,
  ruleOrder,
  established,
  namedProxy,
  probablyForwarded,
  late,
  proxy,
];

export function diagnose(question: Question, facts: Facts): Diagnosis {
  const view = viewOf(question, facts);
  for (const step of STEPS) {
    const diagnosis = step(view);
    if (diagnosis) return diagnosis;
  }
  return unknown(view);
}

/** A host that forwards for the other one sees the connection: then it can block it, and the cause is another. */
function otherHost({ question, facts, forwardedFlows, lineHosts }: View): Diagnosis | undefined {
  const [host] = lineHosts;
  if (host === undefined || forwardedFlows.length > 0) return undefined;
  const names = [question.thisHost, facts.hostName ?? question.thisHost];
  if (lineHosts.some((one) => one === undefined || names.some((name) => isSameHost(one, name)))) return undefined;
  const [named, here] = [quoted(host), quoted(question.thisHost)];
  return {
    cause: 'other-host',
    what: `The lines were written by ${named}, and the block is on ${here}: packets to ${named} do not pass here.`,
    remedy: `Run Rapsheet on ${named}, where the log is written. If ${named} is this machine, give it one name: hostnamectl set-hostname ${here}`,
  };
}

function otherFamily({ question, facts }: View): Diagnosis | undefined {
  const { subject, address } = question;
  const family = isIPv4(address) ? 'IPv4' : 'IPv6';
  if (!contains(subject, address)) {
    return {
      cause: 'port-or-family',
      what: `${subject.text} is blocked, and the lines are of ${address.text}, which is another address.`,
      remedy: `rapsheet ban ${address.text}`,
    };
  }
  if (facts.kernel?.state !== 'other-family') return undefined;
  return {
    cause: 'port-or-family',
    what: `${address.text} is ${family}, and only the other family is blocked here: ${facts.kernel.place} has no rule for ${family}.`,
    remedy: `Set type = "nftables" under [firewall], which blocks both, or install what ${family} needs (package iptables), then: systemctl reload rapsheet`,
  };
}

/** What is gone from the kernel, all of it or one hook. */
function flushed({ question, facts: { kernel } }: View): Diagnosis | undefined {
  if (!kernel || kernel.state === 'other-family') return undefined;
  const missing = question.hooks.filter((hook) => !kernel.hooks.includes(hook));
  if (kernel.state === 'there' && kernel.element && missing.length === 0) return undefined;
  const by = question.changedBy === undefined ? '' : `, by ${quoted(question.changedBy)}`;
  let what = `${capital(kernel.place)} is gone${by}: another program flushed or removed it.`;
  if (kernel.state === 'there') {
    what = kernel.element
      ? `${capital(kernel.place)} does not drop on ${missing.join(' and ')} any more: its rules were removed${by}.`
      : `${question.subject.text} is not in the sets of ${kernel.place} any more: somebody removed it${by}.`;
  }
  return {
    cause: 'flushed',
    what,
    remedy:
      'Rapsheet puts it back (at once: systemctl reload rapsheet). Have the other program leave it alone: in /etc/nftables.conf write "flush table inet filter" instead of "flush ruleset", and no "iptables -F" in scripts.',
  };
}

function forwarded({ question, forwardedFlows, covers }: View): Diagnosis | undefined {
  const [flow] = forwardedFlows;
  if (!flow || covers('forward')) return undefined;
  const to = `${flow.answers.text} port ${flow.answerPort}`;
  return {
    cause: 'forwarded',
    what: `The packets are not for this host: it passes them on, from port ${flow.port} to ${to} (a container or a machine behind it), and the block is on ${hookNames(question)} only.`,
    remedy: HOOKS_REMEDY,
  };
}

const HOOKS_REMEDY = 'Under [firewall] set hooks = ["input", "forward"], then: systemctl reload rapsheet';

function otherPort({ question, reached, service }: View): Diagnosis | undefined {
  const { ports, address } = question;
  if (ports === undefined) return undefined;
  const known = service.certain ? service.ports : [];
  const tried = reached.length > 0 ? reached : known;
  const port = tried.find((one) => !isPortIn(one, ports));
  if (port === undefined) return undefined;
  // It may be meant so: a web server at another port than the SSH that is blocked. Not where the program itself listens.
  if (!known.includes(port) && tried.some((one) => isPortIn(one, ports))) return undefined;
  const blocked = ports.map((range) => formatPorts(range, '-')).join(', ');
  const at = reached.length > 0 ? `${address.text} is connected with port ${port}` : `it listens on port ${port}`;
  return {
    cause: 'port-or-family',
    what: `Only port ${blocked} is blocked, and ${quoted(question.service)} is attacked on another: ${at}.`,
    remedy: `In the jail of ${quoted(question.service)} add ${port} to ports, or set ports = "all", then: systemctl reload rapsheet`,
  };
}

function ruleOrder(view: View): Diagnosis | undefined {
  const rule = view.ahead.find(({ established, certain }) => !established && (certain || view.passing !== undefined));
  if (!rule) return undefined;
  return {
    cause: 'rule-order',
    what: `A rule before ours accepts the packets, so that the block is never asked: ${quoted(rule.text)}`,
    remedy: behindOurs(rule),
  };
}

function established(view: View): Diagnosis | undefined {
  const { question, open, passing, offloaded, ahead, facts } = view;
  const address = question.address.text;
  const cut = `Cut it: conntrack -D -s ${address}; ss -K dst ${address}. Under [firewall] set cut = true, so that a ban does it.`;
  const since = formatDuration(facts.at - question.blockedSince);
  if (offloaded) {
    const tables = facts.flowtables?.map(quoted).join(', ') ?? '';
    return {
      cause: 'established',
      what: `A connection of ${address} to port ${offloaded.port} was handed to a flow table${tables === '' ? '' : ` (${tables})`} before the block; its packets pass no rule any more.`,
      remedy: cut,
    };
  }
  const rule = ahead.find((one) => one.established);
  const port = passing ?? (rule ? open : undefined);
  if (port === undefined) return undefined;
  const why = rule ? `, because a rule before ours accepts open connections: ${quoted(rule.text)}` : '.';
  return {
    cause: 'established',
    what: `A connection of ${address} to port ${port} from before the block (${since} ago) still goes on${why}`,
    remedy: rule ? `${cut} For good: ${behindOurs(rule)}` : cut,
  };
}

/** Somebody whom the line names beside the address is connected. */
function namedProxy(view: View): Diagnosis | undefined {
  const peer = view.peers.find(({ address }) => view.named.has(address.text));
  return peer && view.isAbsent ? proxyAt(view, peer) : undefined;
}

/** Without connection tracking to show it. */
function probablyForwarded({ question, facts, covers, isAbsent }: View): Diagnosis | undefined {
  const { flows, forwards, translations = [], kernel } = facts;
  if (flows !== undefined || forwards === false || translations.length === 0) return undefined;
  if (covers('forward') || !isAbsent || (kernel?.packets ?? 0) > 0) return undefined;
  return {
    cause: 'forwarded',
    what: `Nothing of ${question.address.text} arrives at this host itself, which passes packets on to others (${translations.map(quoted).join(', ')}), and the block is on ${hookNames(question)} only.`,
    remedy: HOOKS_REMEDY,
  };
}

function late({ question, facts, lateness, silent }: View): Diagnosis | undefined {
  const packets = facts.kernel?.packets ?? 0;
  const isStopped = packets > 0 && lateness <= PATIENCE_OF_SERVICES_MS;
  if (lateness > SETTLE_MS && !isStopped && silent === undefined) return undefined;
  const stopped = packets > 0 ? `; ${packets} packets were stopped since` : '';
  const held =
    silent === undefined
      ? 'the service logs what it received before'
      : `the service still holds a dead connection (port ${silent}) and logs its end`;
  return {
    cause: 'late-lines',
    what: `Nothing of ${question.address.text} gets through${stopped}: ${held}.`,
    remedy: 'Nothing to do. With cut = true under [firewall], such connections end with the ban.',
  };
}

function proxy(view: View): Diagnosis | undefined {
  const { isAbsent, peers, lateness, facts } = view;
  const packets = facts.kernel?.packets;
  if (!isAbsent || lateness <= SETTLE_MS) return undefined;
  const [peer] = peers;
  if (packets === 0 || (packets !== undefined && lateness > PATIENCE_OF_SERVICES_MS && peer))
    return proxyAt(view, peer);
  return packets === undefined && peer ? proxyAt(view, peer) : undefined;
}

function proxyAt({ question, facts }: View, peer: Peer | undefined): Diagnosis {
  const { address } = question;
  const stopped = facts.kernel?.packets === 0 ? 'not one packet of it was stopped' : 'it has no connection here';
  const who = peer
    ? `${peer.address.text}, which has ${peer.connections} open to port ${peer.port}`
    : 'somebody else, who has none open at the moment';
  return {
    cause: 'proxy',
    what: `${address.text} does not come here itself (${stopped}): the connections are those of ${who}, a proxy or CDN that names the client in a header.`,
    remedy: `Block it at the proxy: its deny list (nginx: deny ${address.text};) or the CDN's firewall, by type = "command" under [firewall]; or run Rapsheet on the proxy. Never ban the proxy: add it as [[allow]].`,
  };
}

function unknown({ question, facts }: View): Diagnosis {
  const firewall = question.firewallName;
  const checked = facts.checked.length > 0 ? facts.checked.join(', ') : 'nothing';
  const failed = facts.failed.length > 0 ? ` Could not look at: ${facts.failed.join('; ')}.` : '';
  const isBlocking = facts.kernel?.element === true ? `The block is in ${facts.kernel.place}. ` : '';
  return {
    cause: 'unknown',
    what: `Why ${question.address.text} gets through is not clear. ${isBlocking}Looked at: ${checked}.${failed}`,
    remedy:
      firewall === 'memory'
        ? 'The firewall "memory" blocks nobody: under [firewall] set type = "auto".'
        : `See whether its packets arrive: tcpdump -ni any host ${question.address.text}`,
  };
}

/** The rule is put behind ours: removed, and added at the end. */
function behindOurs({ removal }: RuleAhead): string {
  const command = printable(removal);
  const isIptables = /^ip6?tables -D /.test(command);
  return isIptables
    ? `${command} && ${command.replace(' -D ', ' -A ')}; or set type = "nftables" under [firewall], whose drop is final.`
    : `${command}; or have Rapsheet make its table anew: systemctl reload rapsheet`;
}

function hookNames({ hooks }: Question): string {
  return hooks.length > 0 ? hooks.join(' and ') : 'no hook';
}

function quoted(text: string): string {
  return ellipsis(printable(text), QUOTED_MAX);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

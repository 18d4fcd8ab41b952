/**
 * What becomes of each action of a jail: our own firewall takes over those that only block at a firewall, the others are
 * run, and what we cannot run is named. An action is taken over for its name and for what its commands do: a file that
 * was changed to do more is run as it is.
 */

import type { ActionFile } from '../config/action-file.ts';
import { splitWords } from '../config/call.ts';
import { ActionCommands, type Operation } from './action-commands.ts';
import { doingsOf } from './shell-programs.ts';

/** `firewall`: ours instead of theirs, the others run. `all`: everything runs, and ours does nothing. `none`: nothing is done. */
export type ActionMode = 'firewall' | 'all' | 'none';

export type Fate = 'taken over' | 'run' | 'not supported' | 'left out';

export interface ActionFate {
  readonly action: ActionFile;
  readonly fate: Fate;
  /** For a person. */
  readonly why: string;
  /** What our firewall blocks in its place; there when it is taken over. */
  readonly ports?: Ports;
}

/** Services, numbers and ranges (`8000-8100`) as they are written, or all. */
export type Ports = 'all' | readonly string[];

/** The shipped files that block at a firewall of Linux which ours can stand in for. */
const FIREWALLS = /^(?:iptables|nftables|firewallcmd)(?:-.+)?$|^ufw$|^shorewall(?:-ipset-proto6)?$/;
/** What they run. */
const PROGRAMS: ReadonlySet<string> = new Set([
  ...['iptables', 'ip6tables', 'nft', 'ipset', 'ufw', 'firewall-cmd', 'shorewall', 'shorewall6'],
  // Ends the connections of who is blocked, as ours does.
  ...['ss', 'conntrack'],
  ...['[', 'test', 'echo', 'printf', 'sed', 'grep', 'tr', 'cut', 'expr', 'read', 'id', 'true', ':', 'exit'],
]);
/** Where a module of iptables takes addresses. */
const WRITES = /^\/proc\/net\/xt_recent\//;
const OPERATIONS: readonly Operation[] = [
  ...(['actionstart', 'actionstop', 'actionflush', 'actioncheck', 'actionrepair', 'actionban', 'actionunban'] as const),
  ...(['actionprolong', 'actionreban', 'actionreload'] as const),
];

export function fateOf(action: ActionFile, mode: ActionMode): ActionFate {
  if (mode === 'none') return { action, fate: 'left out', why: 'fail2ban.actions is "none"' };
  if (action.file.endsWith('.py')) return { action, fate: 'not supported', why: pythonWords(action.file) };
  if (mode === 'all') return { action, fate: 'run', why: 'fail2ban.actions is "all"' };
  const objection = FIREWALLS.test(action.file) ? objectionTo(action) : 'it is no firewall';
  if (objection === undefined) {
    const ports = portsOf(action);
    const what = ports === 'all' ? 'every port' : `port ${ports.join(', ')}`;
    return { action, fate: 'taken over', why: `our firewall blocks ${what}, whatever the protocol`, ports };
  }
  return { action, fate: 'run', why: objection };
}

function pythonWords(file: string): string {
  const why = 'it is a program for the inside of fail2ban, in Python, and is not run';
  return file === 'smtp.py' ? `${why}; sendmail-whois.conf and its like are, and send the same mail` : why;
}

/** Why our firewall cannot stand in for it; undefined when it can. */
function objectionTo(action: ActionFile): string | undefined {
  const commands = new ActionCommands(action, { hasIPv6: true });
  for (const family of ['inet4', 'inet6'] as const) {
    for (const operation of OPERATIONS) {
      const { programs, writes } = doingsOf(withoutTags(commands.text(operation, family)));
      const program = [...programs].find((name) => !PROGRAMS.has(name));
      if (program !== undefined) return `${operation} does more than to block: it runs ${program}`;
      const path = [...writes].find((target) => !WRITES.test(target));
      if (path !== undefined) return `${operation} does more than to block: it writes ${path}`;
    }
  }
  return letsIn(action);
}

/** A shell would take a tag for a redirection. */
function withoutTags(text: string): string {
  return text.replace(/<[^ <>]+>/g, 'TAG');
}

/** Actions can be turned round: who is "banned" is let in, and the others are not. */
function letsIn({ properties }: ActionFile): string | undefined {
  for (const [name, text] of properties) {
    const option = name.replace(/\?.*/, '');
    const value = text.trim();
    if (option === 'returntype' && !/^return\b/i.test(value))
      return `its returntype is "${value}": it does not block whom it bans`;
    if (/^(?:rich-)?blocktype$/.test(option) && !/^(?:reject|drop|deny|tarpit)\b/i.test(value)) {
      return `its ${option} is "${value}": it does not block whom it bans`;
    }
  }
  return undefined;
}

function portsOf(action: ActionFile): Ports {
  const commands = new ActionCommands(action, { hasIPv6: true });
  const text = OPERATIONS.map((operation) => commands.text(operation, 'inet4')).join('\n');
  if (!/\bdports?\b|\bport port=/.test(text)) return 'all';
  const words = splitWords(action.properties.get('port') ?? '').map((word) => word.replace(':', '-'));
  const isAll = words.length === 0 || words.some((word) => word === '0-65535' || word === '1-65535');
  return isAll ? 'all' : words;
}

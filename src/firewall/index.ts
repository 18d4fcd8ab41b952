/** The firewalls that there are, and the first of them that works on this system. */
import { type CommandLines, commandFirewall } from './command.ts';
import { ALL_PORTS, type Firewall, FirewallError, type FirewallOptions } from './firewall.ts';
import { ipsetFirewall, probeIpset } from './ipset.ts';
import { memoryFirewall } from './memory.ts';
import { nftablesFirewall, probeNftables } from './nftables.ts';
import type { Runner } from './runner.ts';

export interface OpenOptions extends FirewallOptions {
  /** For `command`. */
  readonly command?: CommandLines | undefined;
  /** Starts its programs; the system when it is not given. */
  readonly runner?: Runner;
}

export type FirewallType = 'nftables' | 'ipset' | 'command' | 'memory';

/** By name. Opening one starts nothing and changes nothing. */
export const FIREWALLS: Readonly<Record<FirewallType, (options: OpenOptions) => Firewall>> = {
  nftables: nftablesFirewall,
  ipset: ipsetFirewall,
  command: openCommand,
  memory: memoryFirewall,
};

/**
 * The firewall of that name; `auto` is nftables where it works, else ipset. Nothing is changed before its first order.
 * @throws FirewallError when there is none.
 */
export async function openFirewall(type: FirewallType | 'auto', options: OpenOptions): Promise<Firewall> {
  checkGroups(options);
  if (type !== 'auto') return FIREWALLS[type](options);
  const objections: FirewallError[] = [];
  for (const { probe, open } of [
    { probe: probeNftables, open: nftablesFirewall },
    { probe: probeIpset, open: ipsetFirewall },
  ]) {
    try {
      await probe(options);
      return open(options);
    } catch (error) {
      if (!(error instanceof FirewallError)) throw error;
      objections.push(error);
    }
  }
  const hint = objections.find((one) => one.hint !== undefined)?.hint;
  throw new FirewallError(
    `no firewall works here: ${objections.map(({ message }) => message).join('; ')}`,
    hint === undefined ? {} : { hint },
  );
}

function openCommand(options: OpenOptions): Firewall {
  const { command } = options;
  if (command) return commandFirewall({ ...options, command });
  throw new FirewallError('no command is given for the firewall', {
    hint: 'add [firewall.command] to the configuration',
  });
}

/** The names become part of a firewall's own; the configuration has checked them before. */
function checkGroups({ groups }: FirewallOptions): void {
  for (const { name, ports } of groups) {
    const wellNamed = /^\w{1,16}$/.test(name) && name !== ALL_PORTS;
    const wellMade = ports.length > 0 && ports.every(([from, to]) => isPort(from) && isPort(to) && from <= to);
    if (!wellNamed || !wellMade) throw new RangeError(`not a group of ports: ${JSON.stringify({ name, ports })}`);
  }
  if (new Set(groups.map(({ name }) => name)).size !== groups.length) throw new RangeError('two groups have one name');
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 65_535;
}

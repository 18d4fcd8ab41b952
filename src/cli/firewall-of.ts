/** The firewall that the configuration asks for. Nothing in the kernel changes by opening it. */
import { systemClock } from '../base/clock.ts';
import type { Config } from '../config/config.ts';
import type { Firewall } from '../firewall/firewall.ts';
import { openFirewall } from '../firewall/index.ts';

/** @throws FirewallError when this machine has none that works. */
export function firewallOf(config: Config): Promise<Firewall> {
  const { type, hooks, command } = config.firewall;
  return openFirewall(type, {
    ...{ groups: config.portGroups, hooks, clock: systemClock },
    ...(command === undefined ? {} : { command }),
  });
}

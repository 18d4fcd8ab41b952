/** What actions of an existing fail2ban want to know of the world: the names of this host, and of addresses. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Address } from '../base/address.ts';
import type { Config } from '../config/config.ts';
import type { World } from '../daemon/world.ts';
import { informants } from '../origin/informant/index.ts';
import { isAdopted } from './adopted.ts';

/** A name server that takes longer has no answer; the command waits for it. */
const PATIENCE_MS = 5_000;

export function actionWorld(
  config: Config,
  clock: () => number,
): Required<Pick<World, 'actions' | 'hostNames' | 'hostName'>> {
  return {
    actions: (current) => (isAdopted(current) ? current.actions : undefined),
    hostNames: () => ({ full: fullName(hostname()), short: hostname() }),
    hostName: (address) => nameOf(address, config, clock),
  };
}

/** Asked of DNS only for an action that has the tag: whoever wrote it wants the name. */
async function nameOf(address: Address, { origin }: Config, clock: () => number): Promise<string | undefined> {
  const reverse = informants.reverse_dns({ clock, servers: origin.nameServers });
  try {
    const reply = await reverse.ask(address, AbortSignal.timeout(PATIENCE_MS));
    if (reply.state !== 'answered' || reply.finding.answer.about !== 'reverse-name') return undefined;
    return reply.finding.answer.names[0]?.name;
  } catch {
    return undefined; // An action that cannot have a name is run without it.
  } finally {
    reverse.close();
  }
}

/** With its domain, as far as this host's own files know it. */
function fullName(short: string): string {
  if (short.includes('.')) return short;
  for (const line of hostsLines()) {
    const [, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    const full = names.includes(short) ? names.find((name) => name.includes('.')) : undefined;
    if (full !== undefined) return full;
  }
  return short;
}

function hostsLines(): string[] {
  try {
    return readFileSync('/etc/hosts', 'utf8').split('\n');
  } catch {
    return []; // Then the short name is all there is.
  }
}

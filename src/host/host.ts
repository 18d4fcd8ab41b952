/**
 * What this machine is: its addresses, the way out, who is logged in, who is connected. Read from the system's files,
 * never changed, and no program is run; what is not there is empty, and what cannot be read is said.
 */
import { networkInterfaces } from 'node:os';
import { type Interfaces, interfaceAddresses, SPECIAL } from './addresses.ts';
import { readConnections } from './connections.ts';
import type { HostFacts, OwnAddress } from './facts.ts';
import { readResolvers } from './resolvers.ts';
import { readGateways } from './routes.ts';
import { readSessions } from './sessions.ts';
import { SystemFiles } from './system-files.ts';

export type { Connection, HostFacts, OwnAddress, Session } from './facts.ts';

export interface HostOptions {
  /** Where /proc, /etc and /run are. */
  readonly root?: string;
  readonly interfaces?: () => Interfaces;
}

/**
 * More are no host's own: the largest have a few thousand addresses (a container's bridge each). Whoever has more names
 * them as networks in the allowlist.
 */
const OWN_MAX = 10_000;

/** Reads everything anew: 5 ms on a quiet host; 150 ms with 50,000 connections, but never more than a few at once. */
export async function readHost(options: HostOptions = {}): Promise<HostFacts> {
  const files = new SystemFiles(options.root ?? '/');
  const own = [
    ...SPECIAL,
    ...addressesOf(options.interfaces ?? networkInterfaces, files),
    ...(await readGateways(files)),
    ...(await readResolvers(files)),
  ];
  const connections = await readConnections(files);
  const sessions = await readSessions(files, connections);
  const distinct = [...new Map(own.reverse().map((each) => [each.network.text, each])).values()].reverse();
  if (distinct.length > OWN_MAX) {
    const what = `this host has ${distinct.length} addresses of its own; only ${OWN_MAX} are protected`;
    files.problems.push({ what, hint: 'name their networks in the allowlist' });
  }
  return { own: distinct.slice(0, OWN_MAX), sessions, connections, problems: files.problems };
}

function addressesOf(interfaces: () => Interfaces, files: SystemFiles): OwnAddress[] {
  try {
    return interfaceAddresses(interfaces());
  } catch (error) {
    // A unit that is not allowed netlink cannot ask.
    const reason = error instanceof Error ? error.message : String(error);
    const hint = 'the unit must allow AF_NETLINK (RestrictAddressFamilies); until then name them in the allowlist';
    files.problems.push({ what: `the addresses of this host cannot be read: ${reason}`, hint });
    return [];
  }
}

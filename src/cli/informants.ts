/** Who is asked about banned addresses, as the configuration wants it: nobody, unless it says so. */
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { type Blocklists, openBlocklists } from '../origin/blocklist.ts';
import type { Informant } from '../origin/enricher.ts';
import { informants, rdapServers } from '../origin/informant/index.ts';
import { isPublic } from '../origin/origin.ts';
import { programFolder, programVersion } from './program.ts';

/** Who is asked beside blocklists. @throws ProblemError for a file of RDAP servers that cannot be used */
export function informantsOf({ origin }: Config, clock: () => number): Informant[] {
  const { nameServers, torExits } = origin;
  const found: Informant[] = [];
  if (origin.reverseDns) found.push(informants.reverse_dns({ clock, servers: nameServers }));
  if (origin.rdap) {
    const { rdapServers: files } = origin;
    const bundled = join(programFolder(), 'data', 'registries.toml');
    const servers = files.length > 0 ? rdapServers.iana(files) : rdapServers.bundled(bundled);
    const agent = `rapsheet/${programVersion()}`;
    found.push(informants.rdap({ clock, servers, nameServers, agent, mayReach: isPublic() }));
  }
  if (torExits !== undefined) found.push(informants.tor_exits({ clock, path: torExits }));
  return found;
}

/** The blocklists among them, where the configuration wants it and names any: asked by `check`, which knows whom to leave alone. */
export function listingsOf(
  { origin, blocklists }: Config,
  clock: () => number,
  check: Pick<Blocklists, 'check'>,
): Informant[] {
  const isAsked = origin.blocklists && blocklists.zones.length > 0;
  return isAsked ? [informants.blocklists({ clock, blocklists: check })] : [];
}

/** Undefined where the configuration names none: then nobody is asked. */
export function blocklistsOf({ blocklists }: Config, clock: () => number): Blocklists | undefined {
  const { zones, resolver, timeout: timeoutMs, cache: cacheMs } = blocklists;
  return zones.length === 0 ? undefined : openBlocklists({ zones, resolver, timeoutMs, cacheMs, clock });
}

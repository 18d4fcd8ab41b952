/** Who can be asked about an address, by what the configuration calls it. */
import { listings } from './listings.ts';
import { rdap } from './rdap.ts';
import { bundledServers, ianaServers } from './rdap-servers.ts';
import { reverseDns } from './reverse-dns.ts';
import { torExits } from './tor-exits.ts';

export const informants = {
  reverse_dns: reverseDns,
  rdap,
  tor_exits: torExits,
  blocklists: listings,
} as const;

/** Where RDAP is asked: by our own table, or by IANA's files. */
export const rdapServers = { bundled: bundledServers, iana: ianaServers } as const;

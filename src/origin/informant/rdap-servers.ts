/**
 * Which registry is asked about which network: by the table that comes with Rapsheet (data/registries.toml), or by IANA's
 * own files (RFC 9224: ipv4.json, ipv6.json) where the user has them.
 */
import * as v from 'valibot';
import { type Address, parseNetwork } from '../../base/address.ts';
import { EXIT, ProblemError } from '../../base/problem.ts';
import { entriesOf, readDataFile } from '../data-file.ts';
import { NetworkMap } from '../network-map.ts';
import { specialAddresses } from '../special.ts';
import { entriesIn, fieldOf, strangersJson } from './json.ts';

/** IANA's two files have some 250 networks together. */
const NETWORKS_MAX = 10_000;
/** They have some 10 KB. */
const BYTES_MAX = 1_048_576;

export interface RdapServers {
  /** Below which `ip/ADDRESS` is asked for; ends in a slash. Undefined: nobody is responsible. */
  baseOf(address: Address): URL | undefined;
}

const RegistrySchema = v.strictObject({
  name: v.pipe(v.string(), v.nonEmpty('must not be empty')),
  url: v.pipe(
    v.string(),
    v.check((text) => baseUrl(text) !== undefined, 'must be an https URL'),
  ),
  networks: v.array(
    v.pipe(
      v.string(),
      v.check((text) => parseNetwork(text) !== undefined, 'is not a network'),
    ),
  ),
});

/** The table of our own. Addresses that are nobody's (private, for documentation) have no server. @throws ProblemError */
export function bundledServers(path: string): RdapServers {
  const networks = new NetworkMap<URL>(NETWORKS_MAX);
  for (const { value } of entriesOf(readDataFile(path), 'registry', RegistrySchema)) {
    const url = baseUrl(value.url);
    for (const text of value.networks) {
      const network = parseNetwork(text);
      if (network && url) networks.add(network, url);
    }
  }
  const isSpecial = specialAddresses();
  return { baseOf: (address) => (isSpecial(address) ? undefined : networks.find(address)) };
}

/** IANA's files; what they say of special addresses counts, for the user named them. @throws ProblemError */
export function ianaServers(paths: readonly string[]): RdapServers {
  const networks = new NetworkMap<URL>(NETWORKS_MAX);
  for (const path of paths) {
    const { text } = readDataFile(path);
    const json =
      text.length > BYTES_MAX ? { what: `is larger than ${BYTES_MAX} bytes` } : strangersJson(Buffer.from(text));
    if ('what' in json) throw refused(path, json.what);
    const services = fieldOf(json.value, 'services');
    if (!Array.isArray(services)) throw refused(path, 'has no list of services');
    const before = networks.size;
    for (const service of services) addService(networks, service);
    if (networks.size === before) throw refused(path, 'names no network with a server that can be asked');
  }
  return { baseOf: (address) => networks.find(address) };
}

/** A service is a list of networks and a list of URLs. */
function addService(networks: NetworkMap<URL>, service: unknown): void {
  const [prefixes, urls] = entriesIn(service, 2);
  const bases = entriesIn(urls, 8).flatMap((url) => baseUrl(url, 'http') ?? []);
  const base = bases.find(({ protocol }) => protocol === 'https:') ?? bases[0];
  for (const prefix of entriesIn(prefixes, NETWORKS_MAX)) {
    const network = typeof prefix === 'string' ? parseNetwork(prefix) : undefined;
    if (network && base) networks.add(network, base);
  }
}

/** Undefined for what is no such URL. `allowed`: also without TLS, which a server of one's own may do. */
function baseUrl(text: unknown, allowed: 'https' | 'http' = 'https'): URL | undefined {
  if (typeof text !== 'string' || !URL.canParse(text)) return undefined;
  const url = new URL(text.endsWith('/') ? text : `${text}/`);
  const isAllowed = url.protocol === 'https:' || (allowed === 'http' && url.protocol === 'http:');
  return isAllowed && url.username === '' && url.password === '' ? url : undefined;
}

function refused(path: string, what: string): ProblemError {
  const hint = "IANA's files are https://data.iana.org/rdap/ipv4.json and ipv6.json";
  return new ProblemError(EXIT.badData, { where: path, what, hint });
}

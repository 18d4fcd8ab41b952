/**
 * Research scanners (data/scanners.toml): who looks at the whole internet and says so. They are counted apart, because
 * their visits are no attacks. Decided offline, by network, ASN or organization; never by a reverse name, which
 * anybody can set.
 */
import * as v from 'valibot';
import { type Address, parseNetwork } from '../base/address.ts';
import { EXIT, type Problem, ProblemError } from '../base/problem.ts';
import { comparableName } from './company-name.ts';
import { type DataFile, entriesOf, readDataFile, sourceOf } from './data-file.ts';
import { NetworkMap } from './network-map.ts';

/** Of all scanners together; the best known ones publish some dozens each. */
const MOST_NETWORKS = 50_000;

export interface Scanners {
  /** The scanner that the address belongs to: by its network first, then its ASN, then any of the names. */
  scannerOf(address: Address, known: ScannerClues): string | undefined;
  /** The files that say so, with their dates. */
  readonly source: string;
}

export interface ScannerClues {
  readonly asn: number | undefined;
  /** The organization, merged and as given. */
  readonly names: ReadonlyArray<string | undefined>;
}

const ScannerSchema = v.strictObject({
  name: v.pipe(v.string(), v.nonEmpty('must not be empty')),
  /** What it scans for, in a sentence. */
  about: v.pipe(v.string(), v.regex(/\.$/, 'is a sentence that ends with a period')),
  asns: v.optional(v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0xffff_ffff))), []),
  organizations: v.optional(v.array(v.pipe(v.string(), v.nonEmpty('must not be empty'))), []),
  networks: v.optional(
    v.array(
      v.pipe(
        v.string(),
        v.check((text) => parseNetwork(text) !== undefined, 'is not a network'),
      ),
    ),
    [],
  ),
  /** Where that is said, in a sentence. */
  source: v.pipe(v.string(), v.regex(/\.$/, 'is a sentence that ends with a period')),
});

/** Reads files in order; what a later one says replaces the earlier. Throws a ProblemError. */
export function readScanners(paths: readonly string[]): Scanners {
  return parseScanners(paths.map(readDataFile));
}

/** As readScanners, from texts. Within one file a network, an ASN or a name of two scanners is an error. */
export function parseScanners(files: readonly DataFile[]): Scanners {
  const claims = new Map<string, string>();
  for (const file of files) {
    for (const [claim, name] of claimsIn(file)) claims.set(claim, name);
  }
  const networks = new NetworkMap<string>(MOST_NETWORKS);
  for (const [claim, name] of claims) {
    const network = parseNetwork(claim);
    if (network) networks.add(network, name);
  }
  return {
    source: sourceOf(files),
    scannerOf: (address, { asn, names }) =>
      networks.find(address) ??
      (asn === undefined ? undefined : claims.get(`AS${asn}`)) ??
      names.flatMap((name) => (name === undefined ? [] : (claims.get(nameClaim(name)) ?? []))).at(0),
  };
}

/** Networks by their text, ASNs as `AS64500`, names as `name:...`: three sorts of key that cannot meet. */
function claimsIn(file: DataFile): ReadonlyMap<string, string> {
  const claims = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { value, where } of entriesOf(file, 'scanner', ScannerSchema)) {
    const own = [
      ...value.networks.map((text) => ['networks', parseNetwork(text)?.text ?? text] as const),
      ...value.asns.map((asn) => ['asns', `AS${asn}`] as const),
      ...[value.name, ...value.organizations].map((name) => ['organizations', nameClaim(name)] as const),
    ];
    for (const [key, claim] of own) {
      const owner = claims.get(claim) ?? value.name;
      if (owner !== value.name)
        problems.push({
          where: where(key),
          what: `${claim.replace(/^name:/, 'the name ')} belongs to ${owner} already`,
        });
      claims.set(claim, value.name);
    }
  }
  if (problems.length > 0) throw new ProblemError(EXIT.badConfig, problems);
  return claims;
}

function nameClaim(name: string): string {
  return `name:${comparableName(name)}`;
}

/**
 * Several names and ASNs, one company (data/organizations.toml). A report that counts "CENSYS-ARIN-01" and
 * "CENSYS-ARIN-02" apart hides that they are one. Every merge says why; nothing is merged by likeness.
 */
import * as v from 'valibot';
import { NETWORK_TYPES, type NetworkType } from '../base/network-type.ts';
import { EXIT, type Problem, ProblemError } from '../base/problem.ts';
import { comparableName } from './company-name.ts';
import { type DataEntry, type DataFile, entriesOf, readDataFile, sourceOf } from './data-file.ts';

export interface Organizations {
  /** The company's one name: by its ASN, else by the name that a source gives it, else that name itself. */
  nameOf(asn: number | undefined, asGiven: string | undefined): string | undefined;
  /** What sort of network a company has, by its one name. */
  typeOf(name: string): NetworkType | undefined;
  /** The files that say so, with their dates. */
  readonly source: string;
}

const OrganizationSchema = v.strictObject({
  /** As it is printed. Matches as a name too. */
  name: v.pipe(v.string(), v.nonEmpty('must not be empty')),
  asns: v.optional(v.array(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0xffff_ffff))), []),
  names: v.optional(v.array(v.pipe(v.string(), v.nonEmpty('must not be empty'))), []),
  /** What nearly all of its addresses are for. */
  type: v.optional(v.picklist(NETWORK_TYPES, `must be one of ${NETWORK_TYPES.join(', ')}`)),
  /** Why these are one, in a sentence. */
  reason: v.pipe(v.string(), v.regex(/\.$/, 'is a sentence that ends with a period')),
});

type Organization = v.InferOutput<typeof OrganizationSchema>;

/** Reads files in order; what a later one says of an ASN or a name replaces the earlier. Throws a ProblemError. */
export function readOrganizations(paths: readonly string[]): Organizations {
  return parseOrganizations(paths.map(readDataFile));
}

/** As readOrganizations, from texts. Within one file an ASN or a name in two organizations is an error. */
export function parseOrganizations(files: readonly DataFile[]): Organizations {
  const byAsn = new Map<number, string>();
  const byName = new Map<string, string>();
  const types = new Map<string, NetworkType>();
  for (const file of files) {
    const entries = entriesOf(file, 'organization', OrganizationSchema);
    refuseConflicts(entries);
    for (const { value } of entries) {
      for (const asn of value.asns) byAsn.set(asn, value.name);
      for (const name of namesOf(value)) byName.set(name, value.name);
      if (value.type) types.set(value.name, value.type);
    }
  }
  return {
    nameOf: (asn, asGiven) => {
      const known = asn === undefined ? undefined : byAsn.get(asn);
      if (known !== undefined || asGiven === undefined) return known;
      return byName.get(comparableName(asGiven)) ?? asGiven;
    },
    typeOf: (name) => types.get(name),
    source: sourceOf(files),
  };
}

function namesOf(organization: Organization): Set<string> {
  return new Set([organization.name, ...organization.names].map(comparableName));
}

function refuseConflicts(entries: ReadonlyArray<DataEntry<Organization>>): void {
  const owners = new Map<number | string, string>();
  const problems: Problem[] = [];
  for (const { value, where } of entries) {
    const claims: Array<[key: string, claim: number | string]> = [
      ...value.asns.map((asn): [string, number] => ['asns', asn]),
      ...[...namesOf(value)].map((name): [string, string] => ['names', name]),
    ];
    for (const [key, claim] of claims) {
      const owner = owners.get(claim);
      const what = typeof claim === 'number' ? `AS${claim}` : `the name ${JSON.stringify(claim)}`;
      if (owner !== undefined) problems.push({ where: where(key), what: `${what} belongs to ${owner} already` });
      else owners.set(claim, value.name);
    }
  }
  if (problems.length > 0) throw new ProblemError(EXIT.badConfig, problems);
}

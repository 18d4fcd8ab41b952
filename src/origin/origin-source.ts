/**
 * What a source of origin data is: a table, an MMDB, a location.db, or the fake for tests. Two verbs. Every source
 * passes the same conformance test (conformance.test.ts); index.ts lists the kinds.
 */
import type { Address } from '../base/address.ts';
import type { NetworkType } from '../base/network-type.ts';

/** What can be known of an address. Latitude and longitude come as one. */
export const FIELDS = ['country', 'asn', 'organization', 'network', 'type', 'coordinates'] as const;
export type Field = (typeof FIELDS)[number];

/** What one source knows of an address; `undefined` is "does not know". */
export interface PartialOrigin {
  /** ISO 3166-1 alpha-2. */
  readonly country?: string | undefined;
  readonly asn?: number | undefined;
  /** As the source calls it. */
  readonly organization?: string | undefined;
  /** The announced network that holds the address, canonical text; only from a source that knows announcements. */
  readonly network?: string | undefined;
  readonly type?: NetworkType | undefined;
  readonly latitude?: number | undefined;
  readonly longitude?: number | undefined;
}

export interface OriginSource {
  /** As it stands in `Origin.sources`: `location.db`, `GeoLite2-ASN`, `networks.csv`. */
  readonly name: string;
  /** When the data were made, `2026-06-17`; for a table the day of its last change. */
  readonly date: string;
  readonly path: string;
  /** What it has been seen to know. */
  readonly gives: readonly Field[];
  /** What its license wants said wherever its data are shown. */
  readonly credit: string | undefined;
  /** How many look-ups met damaged data and were answered "unknown". */
  readonly faults: number;
  /** Never throws: what cannot be read is unknown. */
  lookup(address: Address): PartialOrigin | undefined;
  /** Afterwards every look-up is unknown. */
  close(): void;
}

/** Of what the source for one kind of file is made. */
export interface SourceKind {
  readonly name: string;
  /** By the first bytes of the file, the last bytes and the path. */
  recognizes(file: { readonly head: Buffer; readonly tail: Buffer; readonly path: string }): boolean;
  /** Throws a ProblemError when the file is not what it seemed. */
  open(path: string): OriginSource;
}

/** `2026-06-17` for milliseconds since 1970; `undated` for what is no date. */
export function dateName(epoch: number): string {
  // Year 1 to 9999: outside of it ISO dates change their form, and a database that claims such a year is damaged.
  if (!(epoch > -62_135_596_800_000 && epoch < 253_402_300_800_000)) return 'undated';
  return new Date(epoch).toISOString().slice(0, 10);
}

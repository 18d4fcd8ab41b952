/** What is told of origins: the files that are asked, and who is asked beside them. Defaults filled in; all others are off. */
import * as v from 'valibot';
import { parseAddress } from '../base/address.ts';
import { formatPlace, parsePlace } from './listen.ts';
import { absolutePath, text, texts, truth } from './values.ts';

/** A name server: an address, and a port where it is not 53. */
const nameServer = v.pipe(
  text,
  v.rawTransform<string, string>(({ dataset, addIssue, NEVER }) => {
    const place = parsePlace(dataset.value);
    if (place) return formatPlace(place);
    const address = parseAddress(dataset.value);
    if (address) return address.text;
    const examples = '"192.0.2.53", "127.0.0.1:5353" or "[2001:db8::53]:5353"';
    addIssue({ message: `must be the address of a name server like ${examples} (got "${dataset.value}")` });
    return NEVER;
  }),
);

/** More are not asked by any resolver. */
const NAME_SERVERS_MAX = 8;

export const originSchema = v.optional(
  v.strictObject({
    discover: v.optional(truth),
    sources: v.optional(texts),
    reverse_dns: v.optional(truth),
    name_servers: v.optional(
      v.pipe(
        v.array(nameServer, 'must be a list of addresses like "192.0.2.53"'),
        v.maxLength(NAME_SERVERS_MAX, `has at most ${NAME_SERVERS_MAX} entries`),
      ),
    ),
    rdap: v.optional(truth),
    rdap_servers: v.optional(v.array(absolutePath, 'must be a list of files')),
    tor_exits: v.optional(absolutePath),
    blocklists: v.optional(truth),
  }),
);
export type OriginInput = NonNullable<v.InferOutput<typeof originSchema>>;

export interface OriginSettings {
  readonly discover: boolean;
  readonly sources: readonly string[];
  readonly reverseDns: boolean;
  /** None: those of the system. */
  readonly nameServers: readonly string[];
  readonly rdap: boolean;
  /** IANA's files; none: the table that comes with the program. */
  readonly rdapServers: readonly string[];
  readonly torExits: string | undefined;
  /** Whether the lists of [blocklists] are asked about every ban. */
  readonly blocklists: boolean;
}

export function originSettings(origin: OriginInput = {}): OriginSettings {
  return {
    discover: origin.discover ?? true,
    sources: origin.sources ?? [],
    reverseDns: origin.reverse_dns ?? false,
    nameServers: origin.name_servers ?? [],
    rdap: origin.rdap ?? false,
    blocklists: origin.blocklists ?? false,
    rdapServers: origin.rdap_servers ?? [],
    torExits: origin.tor_exits,
  };
}

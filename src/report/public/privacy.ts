/** What a report to publish must not tell. Gathered by whoever makes the report; nothing of it is in what is published. */
import type { Network } from '../../base/address.ts';
import { parseNetwork } from '../../base/address.ts';

export interface Privacy {
  /** Own hosts by the name that logs know them by, and what readers are told instead. */
  readonly hosts: ReadonlyMap<string, string>;
  /** Further names of this machine that no record may have: `mx1.example.org`. */
  readonly machines: readonly string[];
  /** User names that exist here, as readable text. */
  readonly users: readonly string[];
  /** Own domains; names in them are hidden, too. */
  readonly domains: readonly string[];
  /** Own logs. */
  readonly paths: readonly string[];
  /** Own addresses, customers' networks, and addresses that somebody logged in from. */
  readonly networks: readonly Network[];
}

/** What a secret is of. */
export type Sort = 'host' | 'user' | 'domain' | 'path' | 'address' | 'mail';

/** What readers see instead. */
export const SHOWN: Readonly<Record<Sort, string>> = {
  host: '[host]',
  user: '[user]',
  domain: '[domain]',
  path: '[path]',
  address: '[address]',
  mail: '[mail]',
};

/** A text that hides a secret in a spelling of its own (`%61nna`) is not shown at all. */
export const HIDDEN = '[hidden]';

/** As the end of a sentence: "holds ...". */
export const SORTS: Readonly<Record<Sort, string>> = {
  host: 'the name of a host',
  user: 'the name of a user',
  domain: 'a domain of your own',
  path: 'the path of a log',
  address: 'an address of your own or of a customer',
  mail: 'a mail address',
};

/** Addresses that every machine has tell of none, and strangers write them into their requests. */
const EVERYBODYS: ReadonlySet<string> = new Set([
  '127.0.0.0/8',
  '::1',
  '169.254.0.0/16',
  'fe80::/10',
  '224.0.0.0/4',
  'ff00::/8',
  '0.0.0.0/8',
  '::',
  '255.255.255.255',
]);

/** The networks that tell of somebody, without those that lie in another one. */
export function tellingNetworks(networks: readonly Network[]): readonly Network[] {
  const distinct = new Map(networks.map((network) => [network.text, network]));
  return [...distinct.values()].filter(({ text }) => !EVERYBODYS.has(text) && !text.startsWith('127.'));
}

/** A network for each that is well written; the others are of no use in a comparison. */
export function networksOf(texts: readonly string[]): readonly Network[] {
  return texts.flatMap((text) => parseNetwork(text) ?? []);
}

/** The fake: a source from a list of networks, for tests of what uses origins. It reads no file. */
import { type Address, parseNetwork } from '../base/address.ts';
import { fieldsOf } from './field.ts';
import { NetworkMap } from './network-map.ts';
import { FIELDS, type OriginSource, type PartialOrigin } from './origin-source.ts';

/** `entries`: what is known of each network, by its text. Throws a plain Error when one is not a network. */
export function memorySource(
  entries: Readonly<Record<string, PartialOrigin>>,
  about: { readonly name?: string; readonly date?: string; readonly credit?: string } = {},
): OriginSource {
  const list = Object.entries(entries);
  const networks = new NetworkMap<PartialOrigin>(list.length);
  for (const [text, part] of list) {
    const network = parseNetwork(text);
    if (!network) throw new Error(`${text} is not a network`);
    networks.add(network, part);
  }
  const given = new Set(list.flatMap(([, part]) => fieldsOf(part)));
  let open = true;
  return {
    name: about.name ?? 'memory',
    date: about.date ?? 'undated',
    path: 'memory',
    gives: FIELDS.filter((field) => given.has(field)),
    credit: about.credit,
    faults: 0,
    lookup: (address: Address) => (open ? networks.find(address) : undefined),
    close: () => {
      open = false;
    },
  };
}

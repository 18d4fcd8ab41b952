/** The resolvers: without them no name is found any more, and UDP answers that look like an attack come from them. */
import { parseAddress, single } from '../base/address.ts';
import { withoutZone } from './addresses.ts';
import type { OwnAddress } from './facts.ts';
import type { SystemFiles } from './system-files.ts';

/** The second and third: whom a resolver on this host asks in turn. */
const PATHS = [
  '/etc/resolv.conf',
  '/run/systemd/resolve/resolv.conf',
  '/run/NetworkManager/no-stub-resolv.conf',
] as const;
/** The C library reads three resolvers; a page of them is not a configuration. */
const FILE_MAX = 65_536;

export async function readResolvers(files: SystemFiles): Promise<OwnAddress[]> {
  const own: OwnAddress[] = [];
  for (const path of PATHS) own.push(...resolversOf((await files.read(path, FILE_MAX)).toString('latin1')));
  return own;
}

function resolversOf(text: string): OwnAddress[] {
  return text.split('\n').flatMap((line) => {
    const [keyword, name = ''] = line.trim().split(/\s+/);
    const address = keyword === 'nameserver' ? parseAddress(withoutZone(name)) : undefined;
    return address ? [{ network: single(address), why: 'a resolver of this host' }] : [];
  });
}

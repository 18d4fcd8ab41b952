/** The gateways: who bans the way out has banned everybody. */
import { type Address, single } from '../base/address.ts';
import { printable } from '../base/text.ts';
import type { OwnAddress } from './facts.ts';
import { fromMachineHex, fromNetworkHex } from './kernel-address.ts';
import type { SystemFiles } from './system-files.ts';

/** 30,000 routes, at 130 bytes. A router with the whole internet in its table has the default route first. */
const ROUTES_MAX = 4_194_304;
/** Flags of a route: it is up, and goes by a gateway. */
const UP_BY_GATEWAY = 0x3;

export async function readGateways(files: SystemFiles): Promise<OwnAddress[]> {
  const v4 = await files.read('/proc/net/route', ROUTES_MAX);
  const v6 = await files.read('/proc/net/ipv6_route', ROUTES_MAX);
  return [...gatewaysOf(v4.toString('latin1')), ...gatewaysOf6(v6.toString('latin1'))];
}

/** `Iface Destination Gateway Flags ...`, numbers in hexadecimal. */
function gatewaysOf(table: string): OwnAddress[] {
  return distinct(table, (columns) => {
    const [name = '', destination = '', gateway = '', flags = ''] = columns;
    return { name, gateway: fromMachineHex(gateway), flags, isDefault: /^0{8}$/.test(destination) };
  });
}

/** `destination length source length gateway metric references uses flags iface`. */
function gatewaysOf6(table: string): OwnAddress[] {
  return distinct(table, (columns) => {
    const [destination = '', length = '', , , gateway = '', , , , flags = '', name = ''] = columns;
    return { name, gateway: fromNetworkHex(gateway), flags, isDefault: /^0{32}$/.test(destination) && length === '00' };
  });
}

interface Route {
  readonly name: string;
  readonly gateway: Address | undefined;
  readonly flags: string;
  readonly isDefault: boolean;
}

/** Many routes go by one gateway; that it is the default one says most. */
function distinct(table: string, read: (columns: readonly string[]) => Route): OwnAddress[] {
  const found = new Map<string, OwnAddress>();
  for (const line of table.split('\n')) {
    const { name, gateway, flags, isDefault } = read(line.trim().split(/\s+/));
    if (!gateway || (Number.parseInt(flags, 16) & UP_BY_GATEWAY) !== UP_BY_GATEWAY) continue;
    if (found.has(gateway.text) && !isDefault) continue;
    const why = `${isDefault ? 'the gateway' : 'a gateway'} (${printable(name)})`;
    found.set(gateway.text, { network: single(gateway), why });
  }
  return [...found.values()];
}

/** Which ports of this host a service is reached at, as far as sockets, lines and custom tell. */
import type { Listener } from './facts-flows.ts';
import { programOf } from './facts-line.ts';
import { isPortIn, type Ports } from './facts-rules.ts';

/** Where services listen by custom; web applications behind a proxy, too. */
const CUSTOMARY: Readonly<Record<string, Ports>> = {
  ssh: [[22, 22]],
  mail: [
    [25, 25],
    [110, 110],
    [143, 143],
    [465, 465],
    [587, 587],
    [993, 993],
    [995, 995],
    [4190, 4190],
  ],
  web: [
    [80, 80],
    [443, 443],
    [3000, 3000],
    [5000, 5000],
    [8000, 8999],
  ],
  ftp: [[21, 21]],
  database: [
    [3306, 3306],
    [5432, 5432],
  ],
  voip: [[5060, 5061]],
};

export interface ServicePorts {
  readonly ports: readonly number[];
  /** Whether a socket of the very program that wrote the lines tells it, and not custom. */
  readonly certain: boolean;
}

/** Of which lines are given. Nothing where nobody listens: a container does, or the ports could not be read. */
export function servicePorts(
  service: string,
  lines: readonly { readonly line: string }[],
  listeners: readonly Listener[],
): ServicePorts {
  const programs = new Set(lines.flatMap(({ line }) => programOf(line) ?? []));
  const own = listeners.filter(({ program }) => program !== undefined && programs.has(program));
  if (own.length > 0) return { ports: [...new Set(own.map(({ port }) => port))], certain: true };
  const customary = CUSTOMARY[service] ?? [];
  const ports = listeners.map(({ port }) => port).filter((port) => isPortIn(port, customary));
  return { ports: [...new Set(ports)], certain: false };
}

/** Whether another service is customary at a port. */
export function isOfAnother(port: number, service: string): boolean {
  if (isPortIn(port, CUSTOMARY[service] ?? [])) return false;
  return Object.values(CUSTOMARY).some((ports) => isPortIn(port, ports));
}

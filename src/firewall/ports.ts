/** Ranges of ports in their simplest form, as firewalls take them and give them back. */
import type { PortGroup } from './firewall.ts';

export type PortRange = readonly [from: number, to: number];

/** Sorted, and joined where they touch: an interval that overlaps another is refused by nft. */
export function mergePorts(ports: PortGroup['ports']): PortRange[] {
  const sorted = [...ports].sort(([a], [b]) => a - b);
  const merged: PortRange[] = [];
  for (const [from, to] of sorted) {
    const last = merged.at(-1);
    if (last && from <= last[1] + 1) merged[merged.length - 1] = [last[0], Math.max(last[1], to)];
    else merged.push([from, to]);
  }
  return merged;
}

export function formatPorts([from, to]: PortRange, between: '-' | ':'): string {
  return from === to ? `${from}` : `${from}${between}${to}`;
}

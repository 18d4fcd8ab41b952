/** The ports that a jail blocks: names and ranges as people write them, merged, equal ones in one group. */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { likeliest } from '../base/problem.ts';
import { ALL_PORTS, type PortGroup } from '../firewall/firewall.ts';
import type { PortSettings } from './settings.ts';

export type PortRange = readonly [from: number, to: number];

/** Ours, not the system's: a configuration means the same on every host. The names are IANA's and the usual ones. */
const SERVICES: Readonly<Record<string, number>> = {
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  dns: 53,
  http: 80,
  pop3: 110,
  nntp: 119,
  imap: 143,
  imap2: 143,
  ldap: 389,
  https: 443,
  smb: 445,
  smtps: 465,
  submissions: 465,
  nntps: 563,
  submission: 587,
  ldaps: 636,
  rsync: 873,
  ftps: 990,
  imaps: 993,
  pop3s: 995,
  openvpn: 1194,
  mssql: 1433,
  mqtt: 1883,
  mysql: 3306,
  rdp: 3389,
  sieve: 4190,
  sip: 5060,
  sips: 5061,
  'xmpp-client': 5222,
  'xmpp-server': 5269,
  postgresql: 5432,
  vnc: 5900,
  redis: 6379,
  irc: 6667,
  ircs: 6697,
  'http-alt': 8080,
  mqtts: 8883,
  git: 9418,
  mongodb: 27_017,
};

/** Longer lists are better written as ranges; each entry is a comparison for every packet. */
const ENTRIES_MAX = 64;
/** Each group is a look-up for every packet, and four sets in the kernel. */
const GROUPS_MAX = 32;
/** As firewall.ts says: it becomes part of the names of sets. */
const NAME_MAX = 16;

const port = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, PortRange>(({ dataset, addIssue, NEVER }) => {
    const parsed = parsePort(dataset.value);
    if ('range' in parsed) return parsed.range;
    addIssue({ message: parsed.problem });
    return NEVER;
  }),
);

/** `"all"`, or a list of names, numbers and ranges. */
export const ports = v.lazy((input): v.GenericSchema<unknown, 'all' | PortRange[]> => {
  const sentence = 'must be "all" or a list like ["ssh", 2222, "8000-8100"]';
  if (typeof input === 'string') return v.literal('all', sentence);
  return v.pipe(
    v.array(port, sentence),
    v.nonEmpty('must have a port; "all" is every port'),
    v.maxLength(ENTRIES_MAX, `has more than ${ENTRIES_MAX} entries; write ranges`),
  );
});

function parsePort(value: unknown): { readonly range: PortRange } | { readonly problem: string } {
  const problem = `must be a port from 1 to 65535, a range like "8000-8100" or a service like "ssh" (got ${JSON.stringify(value)})`;
  if (typeof value === 'number') return isPort(value) ? { range: [value, value] } : { problem };
  if (typeof value !== 'string') return { problem };
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(value);
  if (match) {
    const from = Number(match[1]);
    const to = Number(match[2] ?? match[1]);
    if (!isPort(from) || !isPort(to)) return { problem };
    return from <= to ? { range: [from, to] } : { problem: `the range "${value}" ends before it begins` };
  }
  const known = servicePort(value);
  if (known !== undefined) return { range: [known, known] };
  const near = likeliest(value, Object.keys(SERVICES));
  const hint = near === undefined ? 'write its number' : `did you mean "${near}"?`;
  return { problem: `unknown service "${value}" (${hint})` };
}

/** The port of a service by its name. */
export function servicePort(name: string): number | undefined {
  return Object.hasOwn(SERVICES, name) ? SERVICES[name] : undefined;
}

function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 65_535;
}

/**
 * The groups of the jails' ports, in the order of their first ports, and which jail has which.
 * Undefined when there are more groups than a firewall should look up.
 */
export function portSettings(
  jails: ReadonlyMap<string, 'all' | readonly PortRange[]>,
): PortSettings | { readonly problem: string } {
  const groups = new Map<string, PortGroup>();
  const groupOf = new Map<string, string>();
  for (const [jail, chosen] of jails) {
    if (chosen === 'all') {
      groupOf.set(jail, ALL_PORTS);
      continue;
    }
    const merged = mergeRanges(chosen);
    const name = groupName(merged);
    groups.set(name, { name, ports: merged });
    groupOf.set(jail, name);
  }
  if (groups.size > GROUPS_MAX) {
    return {
      problem: `the jails have ${groups.size} different lists of ports; at most ${GROUPS_MAX} can be told apart`,
    };
  }
  return { portGroups: [...groups.values()].sort(byName), groupOf };
}

function byName(a: PortGroup, b: PortGroup): number {
  return a.name < b.name ? -1 : 1;
}

/** Sorted, without overlaps; neighbors become one range, because interval sets do not take them otherwise. */
function mergeRanges(ranges: readonly PortRange[]): PortRange[] {
  const merged: PortRange[] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = merged.at(-1);
    if (last && from <= last[1] + 1) merged[merged.length - 1] = [last[0], Math.max(last[1], to)];
    else merged.push([from, to]);
  }
  return merged;
}

/**
 * From the ports alone, so that another jail's change does not rename it: `p22p2222`, `p8000to8100`, and a hash where that
 * is too long.
 */
function groupName(ranges: readonly PortRange[]): string {
  const name = ranges.map(([from, to]) => (from === to ? `p${from}` : `p${from}to${to}`)).join('');
  if (name.length <= NAME_MAX) return name;
  return `p${createHash('sha256')
    .update(name)
    .digest('hex')
    .slice(0, NAME_MAX - 1)}`;
}

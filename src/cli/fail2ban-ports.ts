/** The ports that the jails of fail2ban block, as groups for the firewall. */
import { readFileSync } from 'node:fs';
import type { Problem } from '../base/problem.ts';
import { type PortRange, portSettings, servicePort } from '../config/ports.ts';
import type { PortSettings } from '../config/settings.ts';
import { ALL_PORTS } from '../firewall/firewall.ts';

/** More entries are a comparison each for every packet; then all ports are blocked. */
const ENTRIES_MAX = 64;

/** Ports that cannot be told are all ports: nobody is less blocked for it. `problems` is added to. */
export function jailPorts(ports: ReadonlyMap<string, 'all' | readonly string[]>, problems: Problem[]): PortSettings {
  const services = systemServices();
  const chosen = new Map(
    [...ports].map(([jail, words]) => [jail, words === 'all' ? 'all' : rangesOf(jail, words, { services, problems })]),
  );
  const settings = portSettings(chosen);
  if ('portGroups' in settings) return settings;
  problems.push({ what: settings.problem, hint: 'all their bans block all ports' });
  return { portGroups: [], groupOf: new Map([...ports.keys()].map((jail) => [jail, ALL_PORTS])) };
}

function rangesOf(
  jail: string,
  words: readonly string[],
  { services, problems }: { services: ReadonlyMap<string, number>; problems: Problem[] },
): 'all' | PortRange[] {
  const ranges = words.map((word) => rangeOf(word, services));
  const unknown = words.filter((_, index) => ranges[index] === undefined);
  if (unknown.length > 0) {
    const what = `jail [${jail}]: ${unknown.join(', ')}: no port is known by this name`;
    problems.push({ what, hint: 'its bans block all ports' });
    return 'all';
  }
  const known = ranges.flatMap((range) => (range ? [range] : []));
  const isAll = known.some(([from, to]) => from <= 1 && to >= 65_535) || known.length > ENTRIES_MAX;
  return isAll ? 'all' : known;
}

/** `ssh`, `22`, `1024:65535`. */
function rangeOf(word: string, services: ReadonlyMap<string, number>): PortRange | undefined {
  const [, first = '', last] = /^(\d{1,5})(?:[:-](\d{1,5}))?$/.exec(word) ?? [];
  const named = servicePort(word) ?? services.get(word);
  const [from, to] = first === '' ? [named ?? -1, named ?? -1] : [Number(first), Number(last ?? first)];
  return from >= 0 && from <= to && to <= 65_535 && to >= 1 ? [Math.max(1, from), to] : undefined;
}

/** /etc/services: what iptables asks. */
function systemServices(): ReadonlyMap<string, number> {
  const services = new Map<string, number>();
  for (const line of readServices().split('\n')) {
    const [name, port, ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/);
    const [, number] = /^(\d{1,5})\//.exec(port ?? '') ?? [];
    if (name === undefined || number === undefined) continue;
    for (const each of [name, ...aliases]) if (!services.has(each)) services.set(each, Number(number));
  }
  return services;
}

function readServices(): string {
  try {
    return readFileSync('/etc/services', 'utf8');
  } catch {
    return ''; // A small system has none, and our own names are the usual ones.
  }
}

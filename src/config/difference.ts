/** What a reload changes, in lines that a person reads before saying yes. The same two configurations give the same lines. */
import { formatDuration, parseDuration } from '../base/duration.ts';
import { printable } from '../base/text.ts';
import { isoTime } from '../base/zone.ts';
import type { JailOptions } from '../jail/jail.ts';
import { zoneText } from './blocklists.ts';
import type { Config } from './config.ts';
import { formatPlace } from './listen.ts';

/** More is not read; the rest is counted. */
const LINES_MAX = 1_000;

/** An option's value as text, or the members of a list, which are added and removed one by one. */
type Value = string | readonly string[];

/** `jail.ssh.maxretry: 5 → 3`, `allow: 192.0.2.0/24 (the office) removed`; empty when nothing changes. */
export function diffConfig(before: Config, after: Config): string[] {
  const lines = [
    ...differences(settingsOf(before), settingsOf(after)),
    ...jailDifferences(before, after),
    ...filterDifferences(before, after),
  ].map(printable);
  if (lines.length <= LINES_MAX) return lines;
  return [...lines.slice(0, LINES_MAX), `and ${lines.length - LINES_MAX} more changes`];
}

function differences(before: ReadonlyMap<string, Value>, after: ReadonlyMap<string, Value>): string[] {
  return [...after].flatMap(([key, value]) => {
    const earlier = before.get(key);
    if (typeof value !== 'string') return listDifferences(key, typeof earlier === 'object' ? earlier : [], value);
    return earlier === value ? [] : [`${key}: ${typeof earlier === 'string' ? earlier : 'none'} → ${value}`];
  });
}

function listDifferences(key: string, before: readonly string[], after: readonly string[]): string[] {
  const [had, has] = [new Set(before), new Set(after)];
  return [
    ...[...had].filter((each) => !has.has(each)).map((each) => `${key}: ${each} removed`),
    ...[...has].filter((each) => !had.has(each)).map((each) => `${key}: ${each} added`),
  ];
}

function settingsOf(config: Config): Map<string, Value> {
  const { watch, firewall, protect, daemon, origin, report, flood, wide, blocklists, fail2ban } = config;
  return new Map<string, Value>([
    ['general.zone', config.zone.name],
    ['general.ledger', config.ledger ?? 'the usual place'],
    ['general.trusted_proxies', config.trustedProxies.map(({ text }) => text)],
    ['general.ipv6_prefix', `${config.ipv6Prefix}`],
    ['allow', config.allow.map(allowText)],
    ['flood', flood ? `${flood.requests} requests in ${durationText(flood.withinMs)}` : 'off'],
    ['wide', wide ? `${wide.ipv4} (IPv4), ${wide.ipv6} (IPv6) in ${durationText(wide.findTime)}` : 'off'],
    ['campaign', campaignText(config.campaign)],
    ['origin.blocklists', origin.blocklists ? 'on' : 'off'],
    ['blocklists.zones', blocklists.zones.map(zoneText)],
    ['blocklists.kinds', blocklists.kinds],
    ['blocklists.resolver', blocklists.resolver ? formatPlace(blocklists.resolver) : "the system's"],
    ['blocklists.timeout', durationText(blocklists.timeout)],
    ['blocklists.cache', durationText(blocklists.cache)],
    ['fail2ban.directory', fail2ban?.directory ?? 'none'],
    ['fail2ban.counting', fail2ban?.counting ?? 'none'],
    ['fail2ban.actions', fail2ban?.actions ?? 'none'],
    ['watch.logs', watch.logs === 'auto' ? ['auto'] : watch.logs],
    ['watch.journal', watch.journal],
    ['watch.syslog', watch.syslog],
    ['firewall.type', firewall.type],
    ['firewall.hooks', [...firewall.hooks].sort()],
    ['firewall.cut', `${firewall.cut}`],
    ['firewall.command.block', listText(firewall.command?.block)],
    ['firewall.command.release', listText(firewall.command?.release)],
    ['firewall.command.list', listText(firewall.command?.list)],
    ['protect.logins', durationText(protect.logins)],
    ['protect.allow_file', protect.allowFile],
    ['daemon.socket', daemon.socket ?? 'the usual place'],
    ['daemon.group', daemon.group ?? 'the usual one'],
    ['daemon.metrics', daemon.metrics ? formatPlace(daemon.metrics) : 'none'],
    ['origin.discover', `${origin.discover}`],
    // The first that knows an address is believed, so their order counts.
    ['origin.sources', listText(origin.sources)],
    ['origin.reverse_dns', `${origin.reverseDns}`],
    ['origin.name_servers', listText(origin.nameServers)],
    ['origin.rdap', `${origin.rdap}`],
    ['origin.rdap_servers', listText(origin.rdapServers)],
    ['origin.tor_exits', origin.torExits ?? 'none'],
    ['report.top', `${report.top}`],
    ['report.top_by_service', `${report.topByService}`],
    ['report.language', report.language],
    ['report.host_names', [...report.hostNames].map(([host, shown]) => `${host} = ${shown}`)],
    ['report.private_users', report.privateUsers],
    ['report.private_domains', report.privateDomains],
  ]);
}

function jailDifferences(before: Config, after: Config): string[] {
  const [had, has] = [jailsOf(before), jailsOf(after)];
  const [kept, keptNow] = [
    [...had.keys()].filter((name) => has.has(name)),
    [...has.keys()].filter((name) => had.has(name)),
  ];
  return [
    // An attempt goes to the first jail that counts its kind.
    ...differences(
      new Map([['order of the jails', kept.join(', ')]]),
      new Map([['order of the jails', keptNow.join(', ')]]),
    ),
    ...[...had.keys()].filter((name) => !has.has(name)).map((name) => `jail.${name} removed`),
    ...[...has].flatMap(([name, options]) => {
      const earlier = had.get(name);
      return earlier ? differences(earlier, options) : [`jail.${name} added`];
    }),
    ...differences(weightsOf(before), weightsOf(after)),
  ];
}

function jailsOf(config: Config): Map<string, Map<string, Value>> {
  return new Map(config.jails.map((jail) => [jail.name, jailOptions(jail, config)]));
}

function jailOptions(jail: JailOptions, config: Config): Map<string, Value> {
  const group = config.portGroups.find(({ name }) => name === config.groupOf.get(jail.name));
  const ports = group?.ports.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  const options: ReadonlyArray<readonly [key: string, value: Value]> = [
    ['kinds', jail.kinds],
    ['maxretry', `${jail.maxRetry}`],
    ['findtime', durationText(jail.findTime)],
    ['bantime', durationText(jail.banTime)],
    ['growth', `${jail.growth}`],
    ['maxbantime', durationText(jail.maxBanTime)],
    ['weights', [...jail.weights].map(([kind, weight]) => `${kind} = ${weight}`)],
    ['ports', ports?.join(', ') ?? 'all'],
    ['slow', jail.slow ? `${jail.slow.maxRetry} in ${durationText(jail.slow.findTime)}` : 'off'],
  ];
  return new Map(options.map(([key, value]) => [`jail.${jail.name}.${key}`, value]));
}

/** Of the kinds, which come with the program: an update may change them. */
function weightsOf(config: Config): Map<string, Value> {
  return new Map([...config.kinds].map(([name, { weight }]) => [`kind ${name}: weight`, `${weight}`]));
}

function filterDifferences(before: Config, after: Config): string[] {
  const [had, has] = [filterTexts(before), filterTexts(after)];
  return [...new Set([...had.keys(), ...has.keys()])].flatMap((name) => {
    if (!has.has(name)) return [`filter ${name} removed`];
    if (!had.has(name)) return [`filter ${name} added`];
    return had.get(name) === has.get(name) ? [] : [`filter ${name} changed`];
  });
}

function filterTexts({ filters }: Config): Map<string, string> {
  return new Map(filters.map((filter) => [filter.name, filter.file?.text ?? JSON.stringify(filter)]));
}

function campaignText(campaign: Config['campaign']): string {
  if (!campaign) return 'off';
  const { addresses, tries, findTime } = campaign;
  return `${addresses} addresses, ${tries} tries each, in ${durationText(findTime)}`;
}

function allowText({ network, reason, until }: Config['allow'][number]): string {
  const end = until === undefined ? '' : `, until ${isoTime(until)}`;
  return `${network.text} (${reason}${end})`;
}

function listText(list: readonly string[] | undefined): string {
  return list && list.length > 0 ? JSON.stringify(list) : 'none';
}

/** Exact, where `formatDuration` leaves out what is small: two durations that differ shall look different. */
function durationText(ms: number): string {
  const text = formatDuration(ms);
  return parseDuration(text) === ms ? text : `${ms / 1_000}s`;
}

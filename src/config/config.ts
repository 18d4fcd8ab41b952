/** The configuration: the default file, then the user's, then conf.d; every problem with its place. */
import { dirname, join } from 'node:path';
import type { Network } from '../base/address.ts';
import { EXIT, likeliest, type Problem, ProblemError } from '../base/problem.ts';
import { lineOf, readToml, type TomlFile } from '../base/toml.ts';
import { type Zone, zoneOf } from '../base/zone.ts';
import type { FilterDefinition } from '../filter/definition.ts';
import type { AllowEntry, JailOptions } from '../jail/jail.ts';
import { type AlertSettings, alertSettings, mergeAlerts } from './alerts.ts';
import { type BehaviorSettings, behaviorSettings, slowOptions } from './behavior.ts';
import { type BlocklistSettings, blocklistSettings, unknownKind, withListedKinds } from './blocklists.ts';
import { NOTHING_BUILT, readBuilt, withDocument } from './built.ts';
import { type Fail2banSettings, fail2banSettings } from './fail2ban.ts';
import { readFile, SYSTEM_FOLDER, systemFiles } from './files.ts';
import { loadFilters } from './filters.ts';
import { type OriginSettings, originSettings } from './origin.ts';
import { portSettings } from './ports.ts';
import { type ConfigInput, configSchema, type JailInput, kindsSchema } from './schema.ts';
import { type LiveSettings, liveSettings, type PortSettings } from './settings.ts';

export type { Fail2banSettings } from './fail2ban.ts';
export { readFilter } from './filters.ts';

/** A sort of attempt; docs/kinds.md lists them. */
export interface Kind {
  readonly sentence: string;
  readonly weight: number;
  /** The technique of MITRE ATT&CK. */
  readonly attack?: string | undefined;
  /** The categories of AbuseIPDB. */
  readonly abuseipdb: readonly number[];
  /** Class and type of XARF v4, `connection/login_attack`. */
  readonly xarf?: string | undefined;
  /** Whether the source address can be forged: UDP, the first packet of TCP. */
  readonly forgeable: boolean;
}

export interface ReportSettings {
  readonly top: number;
  readonly topByService: number;
  readonly language: string;
  /** For reports to publish: what readers are told instead of the names of hosts, and what else is hidden from them. */
  readonly hostNames: ReadonlyMap<string, string>;
  readonly privateUsers: readonly string[];
  readonly privateDomains: readonly string[];
}

export interface Config extends LiveSettings, PortSettings, BehaviorSettings {
  readonly zone: Zone;
  readonly ledger: string | undefined;
  readonly trustedProxies: readonly Network[];
  readonly ipv6Prefix: number;
  readonly allow: readonly AllowEntry[];
  readonly origin: OriginSettings;
  readonly blocklists: BlocklistSettings;
  readonly jails: readonly JailOptions[];
  /** Undefined: jails and filters are our own. */
  readonly fail2ban: Fail2banSettings | undefined;
  readonly report: ReportSettings;
  readonly alerts: AlertSettings;
  readonly kinds: ReadonlyMap<string, Kind>;
  readonly filters: readonly FilterDefinition[];
  /** The files that were read, in order. */
  readonly files: readonly string[];
}

export interface ConfigPlaces {
  /** The folder of the program's own `config/`, `data/` and `filters/`. */
  readonly program: string;
  /**
   * The user's file, which must exist, with a folder `filters` beside it, which need not; undefined for
   * /etc/rapsheet/rapsheet.toml, which need not either.
   */
  readonly file: string | undefined;
  /** The folder of an installation of fail2ban, over what the files say. */
  readonly fail2ban?: string | undefined;
  /** All is made of the files, whatever was made of them when the program was built: to prove them. */
  readonly fromSources?: boolean;
}

/** @throws ProblemError with every problem of every file: 78, or 66 when a named file is missing. */
export function loadConfig(places: ConfigPlaces): Config {
  const built = places.fromSources ? NOTHING_BUILT : readBuilt(places.program);
  const ours = (...path: string[]): TomlFile => withDocument(readFile(join(places.program, ...path)), built);
  const defaults = ours('config', 'rapsheet.toml');
  const user = places.file === undefined ? systemFiles() : [readFile(places.file)];
  const files = [defaults, ...user];
  const merged = files.map((file) => readToml(file, configSchema)).reduce(merge);
  const { blocklists } = blocklistSettings(merged);
  const kinds = kindsOf(ours('data', 'kinds.toml'), { blocklists, files });
  const jails = Object.entries(merged.jail ?? {}).filter(([, jail]) => jail.enabled !== false);
  const folder = join(places.file === undefined ? SYSTEM_FOLDER : dirname(places.file), 'filters');
  return {
    ...settings(merged, files),
    ...liveOf(merged, files),
    ...behaviorSettings(merged),
    blocklists,
    fail2ban: fail2banSettings(merged.fail2ban, places.fail2ban),
    ...portsOf(jails, files),
    jails: jails.map(([name, jail]) => jailOf(name, jail, { kinds, files })),
    kinds,
    alerts: alertSettings(merged, (keys) => placeIn(files, keys)),
    filters: loadFilters([join(places.program, 'filters'), folder], built),
    files: user.map((file) => file.path),
  };
}

function kindsOf(
  file: TomlFile,
  { blocklists, files }: { blocklists: BlocklistSettings; files: readonly TomlFile[] },
): ReadonlyMap<string, Kind> {
  const kinds = new Map(Object.entries(readToml(file, kindsSchema).kind));
  const unknown = unknownKind(blocklists, kinds);
  if (!unknown) return withListedKinds(kinds, blocklists);
  const { kind, near } = unknown;
  throw new ProblemError(EXIT.badConfig, {
    where: placeIn(files, ['blocklists', 'kinds']),
    what: `blocklists.kinds: there is no kind "${kind}" of attack`,
    hint: near === undefined ? 'docs/kinds.md lists them' : `did you mean "${near}"?`,
  });
}

/** The kinds whose source address can be forged: they lead to no ban of a network, and to none for long. */
export function forgeableKinds(kinds: ReadonlyMap<string, Kind>): ReadonlySet<string> {
  return new Set([...kinds].filter(([, kind]) => kind.forgeable).map(([name]) => name));
}

function settings(
  input: ConfigInput,
  files: readonly TomlFile[],
): Omit<
  Config,
  | 'blocklists'
  | 'fail2ban'
  | 'jails'
  | 'alerts'
  | 'kinds'
  | 'filters'
  | 'files'
  | keyof LiveSettings
  | keyof PortSettings
  | keyof BehaviorSettings
> {
  const { general = {}, report = {} } = input;
  const zone = zoneOf(general.zone ?? 'local');
  if (!zone) {
    const hint = 'write an area name like "Europe/Zurich", or "UTC", or "local"';
    throw new ProblemError(EXIT.badConfig, {
      where: placeIn(files, ['general', 'zone']),
      what: `general.zone: there is no time zone "${general.zone}"`,
      hint,
    });
  }
  return {
    zone,
    ledger: general.ledger,
    trustedProxies: general.trusted_proxies ?? [],
    ipv6Prefix: general.ipv6_prefix ?? 64,
    allow: (input.allow ?? []).map(({ address, reason, until }) => ({ network: address, reason, until })),
    origin: originSettings(input.origin),
    report: {
      top: report.top ?? 10,
      topByService: report.top_by_service ?? 5,
      language: report.language ?? 'en',
      hostNames: hostNamesOf(report.host_names ?? {}, files),
      privateUsers: report.private_users ?? [],
      privateDomains: report.private_domains ?? [],
    },
  };
}

/** Two hosts of one name would be counted as one in a report to publish. */
function hostNamesOf(names: Readonly<Record<string, string>>, files: readonly TomlFile[]): Map<string, string> {
  const hosts = new Map<string, string>();
  for (const [host, name] of Object.entries(names)) {
    const other = hosts.get(name);
    if (other !== undefined) {
      throw new ProblemError(EXIT.badConfig, {
        where: placeIn(files, ['report', 'host_names']),
        what: `report.host_names: "${other}" and "${host}" are both called "${name}"`,
        hint: 'give each host a name of its own; reports would count them as one',
      });
    }
    hosts.set(name, host);
  }
  return new Map(Object.entries(names));
}

function liveOf(input: ConfigInput, files: readonly TomlFile[]): LiveSettings {
  const live = liveSettings(input);
  if (live.firewall.type !== 'command' || live.firewall.command) return live;
  throw new ProblemError(EXIT.badConfig, {
    where: placeIn(files, ['firewall', 'type']),
    what: 'firewall.type: "command" needs the table [firewall.command]',
    hint: 'with "block" and "release", each a list: a program and its arguments',
  });
}

function portsOf(jails: ReadonlyArray<readonly [string, JailInput]>, files: readonly TomlFile[]): PortSettings {
  const settings = portSettings(new Map(jails.map(([name, jail]) => [name, jail.ports ?? 'all'])));
  if ('portGroups' in settings) return settings;
  throw new ProblemError(EXIT.badConfig, { where: placeIn(files, ['jail']), what: settings.problem });
}

function jailOf(
  name: string,
  jail: JailInput,
  { kinds, files }: { kinds: ReadonlyMap<string, Kind>; files: readonly TomlFile[] },
): JailOptions {
  const problems: Problem[] = [];
  for (const kind of [
    ...(jail.kinds ?? []).filter((each) => !each.endsWith('*')),
    ...Object.keys(jail.weights ?? {}),
  ]) {
    if (kinds.has(kind)) continue;
    const near = likeliest(kind, kinds.keys());
    const hint = near === undefined ? {} : { hint: `did you mean "${near}"?` };
    const key = kind in (jail.weights ?? {}) ? 'weights' : 'kinds';
    problems.push({
      where: placeIn(files, ['jail', name, key]),
      what: `jail.${name}: unknown kind "${kind}"`,
      ...hint,
    });
  }
  if (jail.kinds === undefined)
    problems.push({
      where: placeIn(files, ['jail', name]),
      what: `jail.${name}.kinds is missing`,
      hint: 'what shall it count?',
    });
  if (problems.length > 0) throw new ProblemError(EXIT.badConfig, problems);
  return {
    name,
    kinds: jail.kinds ?? [],
    maxRetry: jail.maxretry ?? 5,
    findTime: jail.findtime ?? 600_000,
    banTime: jail.bantime ?? 3_600_000,
    growth: jail.growth ?? 2,
    maxBanTime: jail.maxbantime ?? 604_800_000,
    weights: new Map(Object.entries(jail.weights ?? {})),
    slow: slowOptions(jail.slow),
  };
}

/** `file:line` of a key in the last file that has it. */
function placeIn(files: readonly TomlFile[], keys: readonly string[]): string {
  for (const { path, text } of [...files].reverse()) {
    const line = lineOf(text, keys);
    if (line !== undefined) return `${path}:${line}`;
  }
  return files.at(-1)?.path ?? '';
}

/** Later files win key by key; allowlists add up. */
function merge(earlier: ConfigInput, later: ConfigInput): ConfigInput {
  const jails: Record<string, JailInput> = { ...earlier.jail };
  for (const [name, jail] of Object.entries(later.jail ?? {})) {
    const before = jails[name];
    jails[name] = { ...before, ...jail, slow: { ...before?.slow, ...jail.slow } };
  }
  return {
    general: { ...earlier.general, ...later.general },
    allow: [...(earlier.allow ?? []), ...(later.allow ?? [])],
    origin: { ...earlier.origin, ...later.origin },
    fail2ban: { ...earlier.fail2ban, ...later.fail2ban },
    jail: jails,
    flood: { ...earlier.flood, ...later.flood },
    wide: { ...earlier.wide, ...later.wide },
    campaign: { ...earlier.campaign, ...later.campaign },
    blocklists: { ...earlier.blocklists, ...later.blocklists },
    watch: { ...earlier.watch, ...later.watch },
    firewall: { ...earlier.firewall, ...later.firewall },
    protect: { ...earlier.protect, ...later.protect },
    daemon: { ...earlier.daemon, ...later.daemon },
    report: { ...earlier.report, ...later.report },
    ...mergeAlerts(earlier, later),
  };
}

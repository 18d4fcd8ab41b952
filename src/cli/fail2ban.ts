/** A configuration that an existing fail2ban is adopted into: its jails and filters take the place of ours. */
import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { type Network, parseAddress, single } from '../base/address.ts';
import { systemClock } from '../base/clock.ts';
import type { Config } from '../config/config.ts';
import { type ActionPlan, planActions } from '../fail2ban/action/plan.ts';
import { systemTrust } from '../fail2ban/action/trust.ts';
import { type Adoption, adopt, type Route, type WatchedJail } from '../fail2ban/adopt.ts';
import { parseBoolean } from '../fail2ban/boolean.ts';
import { diskTree } from '../fail2ban/config/file-tree.ts';
import type { JailFile } from '../fail2ban/config/jail-file.ts';
import { DateForms } from '../fail2ban/dates/choose.ts';
import { type Fail2ban, readFail2ban } from '../fail2ban/fail2ban.ts';
import { gathered, type JailProblem, type LeftOut } from '../fail2ban/jail-problem.ts';
import type { FilterDefinition } from '../filter/definition.ts';
import { JailKinds } from '../history/jail-kinds.ts';
import type { AdoptedConfig } from './adopted.ts';
import { jailPorts } from './fail2ban-ports.ts';
import { programFolder } from './program.ts';

export interface AdoptionRequest {
  /** `live`: of this host as it is; `replay`: of logs that may lie anywhere. */
  readonly logs: 'live' | 'replay';
  /** Whether fail2ban itself runs beside us. */
  readonly server?: 'running';
  /** Jails that read a log whatever their `logpath` says. */
  readonly chosen?: readonly { readonly jail: string; readonly log: string }[];
  readonly onRoute?: (route: Route) => void;
}

/** For a daemon. */
export const LIVE: AdoptionRequest = { logs: 'live' };

/**
 * The configuration with the jails of the installation that it names; without one, itself. Where all of them are wanted, they
 * take the place of ours, and what ours know beyond fail2ban is off: it bans whom fail2ban would ban. Where some are named,
 * ours go on beside them. @throws ProblemError when the installation cannot be read at all
 */
export function withFail2ban(config: Config, request: AdoptionRequest): Config {
  if (!config.fail2ban) return config;
  const { directory, counting, jails: wanted } = config.fail2ban;
  const kinds = new JailKinds(join(programFolder(), 'data', 'jails.toml'), new Map(), new Set(config.kinds.keys()));
  const installation = { tree: diskTree, root: directory };
  const fail2ban = onlyWanted(readFail2ban(installation), wanted);
  const dates = new DateForms(new Date(systemClock()).getUTCFullYear());
  const adoption = adopt(fail2ban, {
    ...{ tree: diskTree, zone: config.zone, counting, logs: request.logs, own: ownAddresses(), dates },
    ...{ chosen: request.chosen ?? [], server: request.server },
    kindOf: (jail, filter) => kindOf(kinds, jail, filter),
    ...(request.logs === 'live' ? { clock: systemClock } : {}),
    now: request.logs === 'live' ? () => systemClock() : ({ modified }) => modified,
    ...(request.onRoute ? { onRoute: request.onRoute } : {}),
  });
  const inUse = fail2ban.jails.filter(({ name }) => adoption.jails.some((jail) => jail.name === name));
  const actions = planActions(installation, inUse, {
    ...{
      mode: config.fail2ban.actions,
      hasIPv6: hasIPv6(fail2ban.server.get('allowipv6') ?? 'auto'),
      trust: systemTrust,
    },
    watch: { zone: config.zone, dates, mode: 'replay' },
  });
  const ofActions = request.logs === 'live' ? actions.problems : gathered(inUse.flatMap(unasked));
  const problems: JailProblem[] = [
    ...adoption.problems,
    ...(wanted ? [] : noneInUse(directory, adoption)),
    ...ofActions,
  ];
  const ports = jailPorts(new Map([...adoption.ports, ...blockedPorts(actions)]), problems);
  const theirs = { ...ports, jails: adoption.jails, filters: adoption.watched.map(watchedFilter) };
  const own = wanted && withoutNamesakes(config, theirs.jails, problems);
  const adopted: AdoptedConfig = {
    ...config,
    // It counts and bans single addresses, of IPv6 too.
    ...(own
      ? beside(own, theirs)
      : { ...theirs, ipv6Prefix: 128, flood: undefined, wide: undefined, campaign: undefined }),
    adoption: { ...adoption, problems, leftOut: wantedOf(adoption.leftOut, wanted) },
    actions,
    ours: own,
  };
  return adopted;
}

function noneInUse(directory: string, { jails, problems }: Adoption): JailProblem[] {
  if (jails.length > 0) return [];
  const isSkipped = problems.some(({ effect }) => effect === 'skipped');
  const isUnread = problems.some(({ effect }) => effect === 'unread');
  const otherwise = isUnread ? 'none is enabled in what could be read' : 'none has enabled = true';
  return [
    { what: `no jail of ${directory} is in use`, hint: isSkipped ? 'all that are enabled are skipped' : otherwise },
  ];
}

type Jailed = Pick<Config, 'jails' | 'filters' | 'portGroups' | 'groupOf'>;

/** Groups of ports are named by what is in them, so equal names are equal groups. */
function beside(ours: Jailed, theirs: Jailed): Jailed {
  const groups = new Map([...ours.portGroups, ...theirs.portGroups].map((group) => [group.name, group]));
  return {
    jails: [...ours.jails, ...theirs.jails],
    filters: [...ours.filters, ...theirs.filters],
    portGroups: [...groups.values()],
    groupOf: new Map([...ours.groupOf, ...theirs.groupOf]),
  };
}

/** A name in reports and commands is one jail's. `problems` is added to. */
function withoutNamesakes(config: Config, theirs: Config['jails'], problems: JailProblem[]): Config {
  const names = new Set(theirs.map(({ name }) => name));
  const taken = config.jails.filter(({ name }) => names.has(name));
  for (const { name } of taken) {
    const hint = `leave it out of fail2ban.jails, or set enabled = false in [jail.${name}]`;
    problems.push({ what: `there are two jails "${name}": fail2ban's is used`, hint });
  }
  return taken.length === 0 ? config : { ...config, jails: config.jails.filter((jail) => !taken.includes(jail)) };
}

function onlyWanted(fail2ban: Fail2ban, wanted: readonly string[] | undefined): Fail2ban {
  if (!wanted) return fail2ban;
  const missing = wanted.filter((name) => !fail2ban.jails.some((jail) => jail.name === name));
  const hint = 'it must be enabled there, and without a mistake';
  const problems = missing.map(
    (name): JailProblem => ({ what: `fail2ban.jails: there is no jail "${name}" in use`, hint }),
  );
  const jails = fail2ban.jails.filter(({ name }) => wanted.includes(name));
  return { ...fail2ban, jails, problems: [...fail2ban.problems, ...problems] };
}

function wantedOf(leftOut: LeftOut, wanted: readonly string[] | undefined): LeftOut {
  const jails = [...leftOut.jails].filter(([name]) => !wanted || wanted.includes(name));
  return { ...leftOut, jails: new Map(jails) };
}

/** Old logs tell nothing of what a command would have said then. */
function unasked({ name, options, placeOf }: JailFile): JailProblem[] {
  if (!options.get('ignorecommand')) return [];
  const what = 'it is not asked in a replay: whom it spares may be banned';
  return [{ where: placeOf('ignorecommand'), what, jails: [name] }];
}

function blockedPorts({ jails }: ActionPlan): Array<[string, 'all' | readonly string[]]> {
  return jails.flatMap(({ jail, blocks }): Array<[string, 'all' | readonly string[]]> => {
    return blocks === undefined ? [] : [[jail, blocks]];
  });
}

/** `auto`: whether this host speaks it. */
function hasIPv6(allowed: string): boolean {
  return allowed === 'auto' ? existsSync('/proc/net/if_inet6') : parseBoolean(allowed);
}

function kindOf(kinds: JailKinds, jail: string, filter: string): ReturnType<JailKinds['of']> {
  const byJail = kinds.of(jail, 'fail2ban-db');
  if (byJail === 'skip' || byJail.known) return byJail;
  const byFilter = kinds.of(filter, 'fail2ban-db');
  return byFilter === 'skip' || byFilter.known ? byFilter : byJail;
}

/** What is watched for a jail, as for a filter of ours; its patterns are not ours. */
function watchedFilter({ name, service, logs, journal }: WatchedJail): FilterDefinition {
  const format = journal.length > 0 ? 'syslog' : 'text';
  return { name, about: `fail2ban's jail ${name}`, service, format, journal, logs, patterns: [], hits: [], misses: [] };
}

function ownAddresses(): Network[] {
  try {
    const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    return all.flatMap(({ address }) => {
      const parsed = parseAddress(address.replace(/%.*$/, ''));
      return parsed ? [single(parsed)] : [];
    });
  } catch {
    return []; // Without netlink nobody can ask; the daemon says so (host/host.ts).
  }
}

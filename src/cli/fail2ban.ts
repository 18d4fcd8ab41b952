/** A configuration that an existing fail2ban is adopted into: its jails and filters take the place of ours. */
import { networkInterfaces } from 'node:os';
import { join, resolve } from 'node:path';
import { type Network, parseAddress, single } from '../base/address.ts';
import { systemClock } from '../base/clock.ts';
import type { Problem } from '../base/problem.ts';
import type { Config, Fail2banSettings } from '../config/config.ts';
import { type Adoption, adopt, type Route, type WatchedJail } from '../fail2ban/adopt.ts';
import { diskTree } from '../fail2ban/config/file-tree.ts';
import { DateForms } from '../fail2ban/dates/choose.ts';
import { readFail2ban } from '../fail2ban/fail2ban.ts';
import type { FilterDefinition } from '../filter/definition.ts';
import { JailKinds } from '../history/jail-kinds.ts';
import { jailPorts } from './fail2ban-ports.ts';
import { programFolder } from './program.ts';

export interface AdoptedConfig extends Config {
  readonly adoption: Adoption;
}

export interface AdoptionRequest {
  /** `live`: of this host as it is; `replay`: of logs that may lie anywhere. */
  readonly logs: 'live' | 'replay';
  /** Jails that read a log whatever their `logpath` says. */
  readonly chosen?: readonly { readonly jail: string; readonly log: string }[];
  readonly onRoute?: (route: Route) => void;
}

export function isAdopted(config: Config): config is AdoptedConfig {
  return 'adoption' in config;
}

/** For a daemon. */
export const LIVE: AdoptionRequest = { logs: 'live' };

/** What of an installation cannot be used, and what of it means something else here. */
export function adoptionProblems(config: Config): readonly Problem[] {
  return isAdopted(config) ? config.adoption.problems : [];
}

/** The folder of `--fail2ban`, whole. */
export function fail2banFolder(given: string | undefined): string | undefined {
  return given === undefined ? undefined : resolve(given);
}

/**
 * The configuration with the jails of the installation that it names; without one, itself. What ours know beyond fail2ban is
 * off: it bans whom fail2ban would ban. @throws ProblemError when the installation cannot be read at all
 */
export function withFail2ban(config: Config, request: AdoptionRequest): Config {
  if (!config.fail2ban) return config;
  const { directory, counting } = config.fail2ban;
  const kinds = new JailKinds(join(programFolder(), 'data', 'jails.toml'), new Map(), new Set(config.kinds.keys()));
  const adoption = adopt(readFail2ban({ tree: diskTree, root: directory }), {
    ...{ tree: diskTree, zone: config.zone, counting, logs: request.logs, own: ownAddresses() },
    dates: new DateForms(new Date(systemClock()).getUTCFullYear()),
    chosen: request.chosen ?? [],
    kindOf: (jail, filter) => kindOf(kinds, jail, filter),
    now: request.logs === 'live' ? () => systemClock() : ({ modified }) => modified,
    ...(request.onRoute ? { onRoute: request.onRoute } : {}),
  });
  const problems: Problem[] = [...adoption.problems, ...unfinished(config.fail2ban)];
  const adopted: AdoptedConfig = {
    ...config,
    ...jailPorts(adoption.ports, problems),
    jails: adoption.jails,
    filters: adoption.watched.map(watchedFilter),
    // It counts and bans single addresses, of IPv6 too.
    ipv6Prefix: 128,
    ...{ flood: undefined, wide: undefined, campaign: undefined },
    adoption: { ...adoption, problems },
  };
  return adopted;
}

function unfinished({ actions }: Fail2banSettings): Problem[] {
  if (actions !== 'all') return [];
  const hint = 'its bans are blocked by our firewall';
  return [{ what: 'fail2ban.actions: "all": the actions of its jails are not run', hint }];
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

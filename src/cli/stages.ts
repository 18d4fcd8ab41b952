/** Builds the stages of the path from the configuration; each command that runs lines or looks origins up begins here. */
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { EXIT, ProblemError } from '../base/problem.ts';
import { recordedKinds } from '../config/blocklists.ts';
import { type Config, forgeableKinds } from '../config/config.ts';
import type { JailHooks, Stages } from '../daemon/live.ts';
import { type CompiledPattern, compileFilter } from '../filter/compile.ts';
import { createFilter, type FilterOptions, type FilterSet } from '../filter/filter.ts';
import { JoinedFilters } from '../filter/joined-filters.ts';
import { type JailSet, Jails, type JailsOptions, JoinedJails, TicketJails } from '../jail/jail.ts';
import type { Origins } from '../origin/origin.ts';
import { readScanners } from '../origin/scanners.ts';
import { type AdoptedConfig, isAdopted } from './adopted.ts';
import { programFolder } from './program.ts';

/**
 * Lines that may become evidence: at 200 bytes each, the last 160,000 attempts. More would be held for windows that are
 * long over; a ban whose first lines are no longer here is made all the same.
 */
const EVIDENCE_BYTES = 33_554_432;
/** Of chance in a ban time: finer than a millisecond of a year. */
const RANDOM_STEPS = 2 ** 40;

/** With the logins that went well: they take back the failures before them. @throws ProblemError (78) with every mistake */
export function filterOf(config: Config): FilterSet {
  return recognition(config).filter;
}

function filterOptions(config: Config, patterns: readonly CompiledPattern[]): FilterOptions {
  const { zone, trustedProxies, flood, ipv6Prefix } = config;
  return { patterns, zone, trustedProxies, flood, ipv6Prefix };
}

function patternsOf(config: Config): readonly CompiledPattern[] {
  const kinds = new Set(config.kinds.keys());
  const compilations = config.filters.map((filter) => compileFilter(filter, kinds));
  const problems = compilations.flatMap((compilation) => compilation.problems);
  if (problems.length > 0) throw new ProblemError(EXIT.badConfig, problems);
  return compilations.flatMap((compilation) => compilation.patterns);
}

/** What a configuration makes of the path, for the daemon. @throws ProblemError (78) with every mistake in every filter */
export function liveStagesOf(config: Config, origins: Pick<Origins, 'lookup'>): Stages {
  return {
    ...recognition(config),
    kinds: recordedKinds(config.kinds, config.blocklists),
    jails: (hooks) => jailsOf(config, hooks),
    longestWindowMs: Math.max(0, ...config.jails.map(({ findTime }) => findTime)),
    origins,
  };
}

function recognition(config: Config): Pick<Stages, 'filter' | 'patterns' | 'facts' | 'server'> {
  if (isAdopted(config)) return adoptedRecognition(config);
  const patterns = patternsOf(config);
  return { filter: createFilter(filterOptions(config, patterns)), patterns: patterns.map(({ pattern }) => pattern) };
}

function adoptedRecognition(config: AdoptedConfig): ReturnType<typeof recognition> {
  const { adoption, ours } = config;
  if (!ours) return adoption;
  const { filter, patterns } = recognition(ours);
  return {
    ...adoption,
    filter: new JoinedFilters(filter, adoption.filter),
    patterns: [...patterns, ...adoption.patterns],
  };
}

export function jailsOf(config: Config, hooks: JailHooks): JailSet {
  const proxies = readScanners([join(programFolder(), 'data', 'proxies.toml')]);
  const options: JailsOptions = {
    ...hooks,
    jails: config.jails,
    weights: new Map([...config.kinds].map(([kind, { weight }]) => [kind, weight])),
    allow: config.allow,
    ipv6Prefix: config.ipv6Prefix,
    wide: config.wide,
    campaign: config.campaign,
    forgeable: forgeableKinds(config.kinds),
    proxyOf: (address) => proxies.scannerOf(address, { asn: undefined, names: [] }),
    evidenceBytes: EVIDENCE_BYTES,
    random: () => randomInt(RANDOM_STEPS) / RANDOM_STEPS,
  };
  if (!isAdopted(config)) return new Jails(options);
  const theirs = new TicketJails(options);
  if (!config.ours) return theirs;
  const names = new Set(config.adoption.jails.map(({ name }) => name));
  return new JoinedJails(new Jails({ ...options, jails: config.ours.jails }), theirs, names);
}

/** A configuration that a fail2ban was adopted into, and how it is told from one of ours alone; `fail2ban.ts` makes it. */
import { resolve } from 'node:path';
import type { Problem } from '../base/problem.ts';
import type { Config } from '../config/config.ts';
import type { ActionPlan } from '../fail2ban/action/plan.ts';
import type { Adoption } from '../fail2ban/adopt.ts';
import { plainProblem } from '../fail2ban/jail-problem.ts';

export interface AdoptedConfig extends Config {
  readonly adoption: Adoption;
  /** What is run for bans, and which jails our firewall blocks for. */
  readonly actions: ActionPlan;
  /** The configuration without the installation, where our own jails go on beside those of it that are wanted. */
  readonly ours: Config | undefined;
}

export function isAdopted(config: Config): config is AdoptedConfig {
  return 'adoption' in config;
}

/** What of an installation cannot be used, and what of it means something else here; a daemon tells of its actions itself. */
export function adoptionProblems(config: Config): readonly Problem[] {
  if (!isAdopted(config)) return [];
  const { adoption, actions } = config;
  const standing = adoption.problems.filter((problem) => !actions.problems.includes(problem)).map(plainProblem);
  return [...standing, ...adoption.ignoreFiles.problems()];
}

/** What is said where the jails of an installation have nothing to read; undefined where jails of ours read as well. */
export function nothingToWatch(config: Config): readonly Problem[] | undefined {
  if (!isAdopted(config) || config.ours) return undefined;
  if (config.adoption.jails.length === 0) return []; // That is a problem of its own, and told.
  const { directory = '' } = config.fail2ban ?? {};
  return [{ what: `no log of the jails of ${directory} was found`, hint: 'their logpath names them' }];
}

/** The folder of `--fail2ban`, whole. */
export function fail2banFolder(given: string | undefined): string | undefined {
  return given === undefined ? undefined : resolve(given);
}

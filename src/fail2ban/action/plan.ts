/** What is to be run for the jails of an installation, and which of them our own firewall blocks for. */
import type { Problem } from '../../base/problem.ts';
import { ProblemError } from '../../base/problem.ts';
import type { Installation } from '../config/definition.ts';
import type { JailFile } from '../config/jail-file.ts';
import { readLayers } from '../config/layers.ts';
import type { Watch } from '../fail2ban.ts';
import { gathered, type JailProblem, plainProblem } from '../jail-problem.ts';
import { ActionCommands } from './action-commands.ts';
import { type Captures, capturesOf } from './captures.ts';
import { type IgnoreCommand, readIgnoreCommand } from './ignore-command.ts';
import { type ActionFate, type ActionMode, fateOf, type Ports } from './takeover.ts';
import { distrust, type Trust } from './trust.ts';

export interface JailPlan {
  readonly jail: string;
  readonly fates: readonly ActionFate[];
  /** Those that are run, in their order. */
  readonly actions: readonly ActionCommands[];
  /** Asked before a ban takes effect. */
  readonly ignoreCommand: IgnoreCommand | undefined;
  /** What our firewall blocks for it; undefined: nothing, its actions do, or nobody. */
  readonly blocks: Ports | undefined;
  /** Seconds. */
  readonly banTime: number;
  /** Lines of an attacker that its actions are told. */
  readonly maxMatches: number;
  readonly captures: Captures;
  /** Changes when anything changes that is run. */
  readonly stamp: string;
}

export interface ActionPlan {
  readonly jails: readonly JailPlan[];
  readonly problems: readonly Problem[];
}

export interface PlanOptions {
  readonly mode: ActionMode;
  readonly hasIPv6: boolean;
  readonly trust: Trust;
  /** How lines are looked at again for what a filter captures in them. */
  readonly watch: Watch;
}

export function planActions(installation: Installation, jails: readonly JailFile[], options: PlanOptions): ActionPlan {
  const problems: JailProblem[] = [];
  const files = readLayers(installation.tree, installation.root, 'jail')?.files ?? [];
  const ofJails = distrust(files, options.trust);
  const plans = jails.map((jail) => {
    const planned = planJail(jail, options, ofJails);
    problems.push(...planned.problems);
    return planned.plan;
  });
  return { jails: plans, problems: gathered(problems).map(plainProblem) };
}

function planJail(
  jail: JailFile,
  { mode, hasIPv6, trust, watch }: PlanOptions,
  ofJails: readonly Problem[],
): { readonly plan: JailPlan; readonly problems: readonly JailProblem[] } {
  const problems: JailProblem[] = [];
  const actions: ActionCommands[] = [];
  const fates = jail.actions.map((action): ActionFate => {
    const fate = fateSafely(action, mode);
    const doubts = fate.fate === 'run' ? [...ofJails, ...distrust(action.files, trust)] : [];
    problems.push(...doubts);
    if (fate.fate === 'not supported') {
      problems.push({ where: jail.placeOf('action'), what: `${action.name}: ${fate.why}`, jails: [jail.name] });
    }
    const [doubt] = doubts;
    if (doubt) return { action, fate: 'not supported', why: `${doubt.where}: ${doubt.what}` };
    if (fate.fate === 'run') actions.push(new ActionCommands(action, { hasIPv6 }));
    return fate;
  });
  const ignoreCommand = mode === 'none' ? undefined : ignoreSafely(jail, problems);
  const doubts = ignoreCommand
    ? [...ofJails, ...(ignoreCommand.file === undefined ? [] : distrust([ignoreCommand.file], trust))]
    : [];
  problems.push(...doubts);
  const { banTime, maxMatches } = jail.limits;
  const given = jail.actions.map(({ name, properties }) => [name, [...properties]]);
  const plan = {
    ...{ jail: jail.name, fates, actions, banTime, maxMatches, blocks: blocksOf(fates, mode) },
    captures: capturesOf(jail, watch),
    ignoreCommand: doubts.length > 0 ? undefined : ignoreCommand,
    stamp: JSON.stringify([fates.map(({ fate }) => fate), given, jail.options.get('ignorecommand'), banTime]),
  };
  return { plan, problems };
}

function ignoreSafely(jail: JailFile, problems: JailProblem[]): IgnoreCommand | undefined {
  try {
    return readIgnoreCommand(jail);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

/** An action with a mistake is named and not run; our firewall blocks nothing in its place. */
/** What becomes of an action; one that cannot be read is not supported. */
export function fateSafely(action: JailFile['actions'][number], mode: ActionMode): ActionFate {
  try {
    if (!action.file.endsWith('.py')) new ActionCommands(action, { hasIPv6: true });
    return fateOf(action, mode);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { action, fate: 'not supported', why: error.message };
  }
}

/** All that the actions together blocked. Where there is none, nobody can have wanted bans without effect. */
function blocksOf(fates: readonly ActionFate[], mode: ActionMode): Ports | undefined {
  if (fates.length === 0) return mode === 'firewall' ? 'all' : undefined;
  const ports = fates.flatMap((fate) => (fate.ports === undefined ? [] : [fate.ports]));
  if (ports.length === 0) return undefined;
  return ports.includes('all') ? 'all' : [...new Set(ports.flatMap((each) => (each === 'all' ? [] : each)))];
}

/** `rapsheet check` of an installation of fail2ban: its jails in use, and every problem with its place. */
import { formatDuration } from '../base/duration.ts';
import { formatProblem, ProblemError } from '../base/problem.ts';
import { printable, printableJson } from '../base/text.ts';
import { configWarnings } from '../config/warnings.ts';
import type { WatchedJail } from '../fail2ban/adopt.ts';
import { gathered, type JailProblem } from '../fail2ban/jail-problem.ts';
import type { JailOptions } from '../jail/jail.ts';
import { Walk } from '../source/walk.ts';
import type { AdoptedConfig } from './adopted.ts';

/** Prints all of it; how many problems there are. */
export function checkFail2ban(config: AdoptedConfig, form: 'text' | 'json'): number {
  const { adoption } = config;
  for (const jail of adoption.jails) printJail(config, jail, form);
  const tell = (problem: JailProblem): void => {
    const level = problem.effect === 'warning' ? 'warning: ' : '';
    process.stderr.write(`${level}${printable(formatProblem(problem))}\n`);
  };
  for (const warning of configWarnings(config)) tell({ ...warning, effect: 'warning' });
  const problems: JailProblem[] = [...adoption.problems, ...adoption.ignoreFiles.problems()];
  for (const problem of [...problems, ...gathered(adoption.watched.flatMap(missingLogs))]) tell(problem);
  const { directory = '' } = config.fail2ban ?? {};
  const { length } = problems.filter(({ effect }) => effect !== 'warning');
  const verdict = length === 0 ? 'no problems' : `${length} problem${length === 1 ? '' : 's'}`;
  const { length: jails } = adoption.jails;
  process.stderr.write(`${jails} jail${jails === 1 ? '' : 's'} of ${directory}: ${verdict}\n`);
  return length;
}

function printJail(
  { adoption, groupOf, actions: plan }: AdoptedConfig,
  jail: JailOptions,
  form: 'text' | 'json',
): void {
  const { logs = [], journal = [] } = adoption.watched.find(({ name }) => name === jail.name) ?? {};
  const expressions = adoption.patterns.filter((pattern) => pattern.jail === jail.name).length;
  const ports = groupOf.get(jail.name) ?? 'all';
  const planned = plan.jails.find((each) => each.jail === jail.name);
  const actions = (planned?.fates ?? []).map(({ action, fate, why }) => ({ action: action.name, fate, why }));
  const idle = adoption.problems.some(({ effect, jails }) => effect === 'idle' && jails?.includes(jail.name));
  const about = { expressions, logs, journal, ports, blocks: planned?.blocks !== undefined, idle, actions };
  const row = { ...rowOf(jail), ...about };
  if (form === 'json') {
    process.stdout.write(`${printableJson(row)}\n`);
    return;
  }
  const state = idle ? 'IDLE' : 'ok  ';
  const line = `${state} ${row.jail.padEnd(20)} ${row.limit.padEnd(14)} ban ${row.ban.padEnd(6)} ${readsText(logs, journal)}`;
  process.stdout.write(`${printable(line)}\n`);
  for (const { action, fate, why } of actions) {
    process.stdout.write(`${printable(`     ${action.padEnd(20)} ${fate.padEnd(14)} ${why}`)}\n`);
  }
}

function readsText(logs: readonly string[], journal: readonly string[]): string {
  if (logs.length > 0) return logs.join(' ');
  return journal.length > 0 ? `journal: ${journal.join(' ')}` : 'reads nothing';
}

/** A jail of files of which there is none now. */
function missingLogs({ name, logs, place }: WatchedJail): JailProblem[] {
  const walk = new Walk();
  try {
    for (const glob of logs) walk.glob(glob);
  } catch (error) {
    if (error instanceof ProblemError) return [];
    throw error;
  }
  if (logs.length === 0 || walk.files.size > 0) return [];
  const common = { where: place, jails: [name], effect: 'warning' } as const;
  const [passed] = walk.passed.filter(({ hint }) => hint !== undefined);
  if (passed) return [{ ...common, what: `no log can be seen: ${passed.path}: ${passed.reason}` }];
  const what = `there is no file ${logs.join(' ')} yet, and it is waited for`;
  return [{ ...common, what, hint: 'fail2ban would not start' }];
}

function rowOf({ name, maxRetry, findTime, banTime, ticket, kinds }: JailOptions) {
  return {
    jail: name,
    kind: kinds[0] ?? '',
    limit: `${maxRetry} in ${formatDuration(findTime)}`,
    ban: Number.isFinite(banTime) ? formatDuration(banTime) : 'for good',
    increment: ticket?.increment ?? 'none',
  };
}

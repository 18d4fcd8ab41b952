/** `rapsheet check` of an installation of fail2ban: its jails in use, and every problem with its place. */
import { formatDuration } from '../base/duration.ts';
import { formatProblem } from '../base/problem.ts';
import { printable, printableJson } from '../base/text.ts';
import { configWarnings } from '../config/warnings.ts';
import type { JailOptions } from '../jail/jail.ts';
import type { AdoptedConfig } from './adopted.ts';

/** Prints all of it; how many problems there are. */
export function checkFail2ban(config: AdoptedConfig, form: 'text' | 'json'): number {
  const { adoption, groupOf } = config;
  for (const jail of adoption.jails) {
    const { logs = [], journal = [] } = adoption.watched.find(({ name }) => name === jail.name) ?? {};
    const expressions = adoption.patterns.filter((pattern) => pattern.jail === jail.name).length;
    const ports = groupOf.get(jail.name) ?? 'all';
    const planned = config.actions.jails.find((plan) => plan.jail === jail.name);
    const actions = (planned?.fates ?? []).map(({ action, fate, why }) => ({ action: action.name, fate, why }));
    const row = { ...rowOf(jail), expressions, logs, journal, ports, blocks: planned?.blocks !== undefined, actions };
    const reads = logs.length > 0 ? logs.join(' ') : `journal: ${journal.join(' ')}`;
    const line = `ok   ${row.jail.padEnd(20)} ${row.limit.padEnd(14)} ban ${row.ban.padEnd(6)} ${reads}`;
    process.stdout.write(form === 'json' ? `${printableJson(row)}\n` : `${printable(line)}\n`);
    if (form === 'json') continue;
    for (const { action, fate, why } of actions) {
      process.stdout.write(`${printable(`     ${action.padEnd(20)} ${fate.padEnd(14)} ${why}`)}\n`);
    }
  }
  for (const warning of configWarnings(config)) process.stderr.write(`warning: ${printable(formatProblem(warning))}\n`);
  for (const problem of adoption.problems) process.stderr.write(`${printable(formatProblem(problem))}\n`);
  const { directory = '' } = config.fail2ban ?? {};
  const { length } = adoption.problems;
  const verdict = length === 0 ? 'no problems' : `${length} problem${length === 1 ? '' : 's'}`;
  const { length: jails } = adoption.jails;
  process.stderr.write(`${jails} jail${jails === 1 ? '' : 's'} of ${directory}: ${verdict}\n`);
  return length;
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

/** `rapsheet status`: how the daemon is, what is wrong first. */
import { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { EXIT, formatProblem, likeliest, ProblemError } from '../base/problem.ts';
import { printable, printableJson } from '../base/text.ts';
import { readAnswer } from '../daemon/answers.ts';
import { DaemonSilent } from '../daemon/client.ts';
import type { JailStatus, Status } from '../daemon/protocol.ts';
import { openLedger } from '../ledger/ledger.ts';
import { type AlertStatus, alertLine, alertStatus } from './alert-status.ts';
import { banLines, bansOfLedger } from './bans-in-force.ts';
import { type Ask, askOf, configOrDefault, type DaemonOptions, print, say, withDaemonOptions } from './daemon-call.ts';
import { ledgerPath } from './ledger-path.ts';
import { jailLines, type StatusShape, statusLines } from './status-text.ts';
import { outputShape } from './terminal.ts';

interface StatusOptions extends DaemonOptions {
  readonly ledger?: string;
}

/** It is known at once, or the daemon hangs. */
const PATIENCE_MS = 5_000;

export function statusCommand(): Command {
  const command = new Command('status')
    .description('how the daemon is: what is wrong, what it watches, what it blocks')
    .argument('[jail]', 'one jail, with its bans in force')
    .addHelpText(
      'after',
      `
Exit status 0 when all is well or needs no haste, 1 when attackers may get through or nothing is recorded (ERROR),
69 when the daemon is not running or does not answer.

Examples:
  rapsheet status
  rapsheet status ssh
  rapsheet status --json | jq '.problems'`,
    )
    .action(status);
  return withDaemonOptions(command, 'print one JSON object').option(
    '--ledger <file>',
    'ledger to ask without a daemon',
  );
}

async function status(jail: string | undefined, options: StatusOptions): Promise<void> {
  const config = configOrDefault(options.config);
  const path = ledgerPath(options.ledger ?? config.ledger);
  const ask = askOf(options, config, PATIENCE_MS);
  try {
    const answer = await ask({ verb: 'status' });
    const now = systemClock();
    const known = readAnswer.status(answer);
    if (jail !== undefined) return await oneJail(jailNamed(jail, known.jails), ask, options);
    const alerts = await alertStatus(config, known.ledger.path);
    if (options.json) process.stdout.write(`${printableJson(withAlerts(answer, alerts))}\n`);
    else print(statusLines(withProblems(known, alerts), { now, ...shapeOf(alerts, now) }));
    if (known.problems.some(({ severity }) => severity === 'error')) process.exitCode = EXIT.no;
  } catch (error) {
    if (!(error instanceof DaemonSilent) || error.silence === 'denied') throw error;
    await withoutDaemon(error, { path, options, alerts: await alertStatus(config, path) });
  }
}

/** The daemon knows nothing of mail: what is wrong with it comes from the ledger, and stands with the rest. */
function withProblems(status: Status, alerts: AlertStatus | undefined): Status {
  return { ...status, problems: [...status.problems, ...(alerts?.problems ?? [])] };
}

function withAlerts(answer: unknown, alerts: AlertStatus | undefined): unknown {
  return alerts ? { ...Object(answer), alerts } : answer;
}

function shapeOf(alerts: AlertStatus | undefined, now: number): Omit<StatusShape, 'now'> {
  return { color: outputShape().color, alerts: alerts && alertLine(alerts, now) };
}

function jailNamed(name: string, jails: readonly JailStatus[]): JailStatus {
  const found = jails.find((jail) => jail.name === name);
  if (found) return found;
  const names = jails.map((jail) => jail.name);
  const near = likeliest(name, names);
  throw new ProblemError(EXIT.usage, {
    what: `there is no jail "${printable(name)}"`,
    hint: near === undefined ? `there are ${names.join(', ')}` : `did you mean "${near}"?`,
  });
}

async function oneJail(jail: JailStatus, ask: Ask, options: StatusOptions): Promise<void> {
  const bans = readAnswer.list(await ask({ verb: 'list', jail: jail.name }));
  if (options.json) {
    process.stdout.write(`${printableJson({ ...jail, list: bans })}\n`);
    return;
  }
  print(jailLines([jail]));
  print(bans.length === 0 ? ['', 'No ban of it is in force.'] : ['', ...banLines(bans, systemClock())]);
}

/** What can be said without the daemon: that it is away, and what it left. */
async function withoutDaemon(
  { silence, problems }: DaemonSilent,
  {
    path,
    options,
    alerts,
  }: { readonly path: string; readonly options: StatusOptions; readonly alerts: AlertStatus | undefined },
): Promise<void> {
  const bans = await bansInForce(path);
  process.exitCode = EXIT.unavailable;
  const hint = problems[0]?.hint ?? '';
  if (options.json) {
    const answer = { running: false, silence, problems, ledger: path, inForce: bans };
    process.stdout.write(`${printableJson(withAlerts(answer, alerts))}\n`);
    return;
  }
  const sentence = silence === 'down' ? 'rapsheet is not running' : 'rapsheet is there, and does not answer';
  say(`${sentence} (${hint})`);
  const blocks = 'what the kernel blocks ends by its own timeouts';
  if (bans === null) say(`There is no ledger that could be read at ${path}; ${blocks}.`);
  else say(`By the ledger ${bans.toLocaleString('en')} bans are in force; ${blocks}.`);
  for (const problem of alerts?.problems ?? []) say(`warning: ${formatProblem(problem)}`);
}

async function bansInForce(path: string): Promise<number | null> {
  try {
    const ledger = await openLedger({ path, mode: 'read', clock: systemClock });
    try {
      return [...bansOfLedger(ledger, path, systemClock())].length;
    } finally {
      ledger.close();
    }
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}

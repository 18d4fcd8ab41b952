/** What `rapsheet status` says to people: what is wrong first, and what to do about it. */
import { formatProblem } from '../base/problem.ts';
import { printable } from '../base/text.ts';
import type { JailStatus, LogStatus, Status } from '../daemon/protocol.ts';
import { type Cell, inColumns } from './columns.ts';
import { ago, still } from './elapsed.ts';

export interface StatusShape {
  readonly now: number;
  readonly color: boolean;
  /** How the telling of people is, where anybody is to be told. */
  readonly alerts?: string | undefined;
}

/** More fill the screen and hide the rest; --json has them all. */
const LISTED = 20;
const NAMED = 4;

/** The whole page. */
export function statusLines(status: Status, shape: StatusShape): string[] {
  const sections = [
    alarms(status, shape),
    ineffective(status, shape),
    waiting(status, shape),
    [...state(status, shape), ...(shape.alerts === undefined ? [] : [shape.alerts])],
    jailLines(status.jails),
    actionLines(status),
    logLines(status.logs, shape),
    protection(status),
  ];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function alarms({ problems }: Status, { now, color }: StatusShape): string[] {
  return [
    ...limited(problems, ({ severity, since, ...problem }) => {
      const word = severity === 'error' ? 'ERROR  ' : 'warning';
      return `${loud(word, severity === 'error', color)}  ${printable(formatProblem(problem))}, since ${ago(since, now)}`;
    }),
  ];
}

function loud(word: string, isLoud: boolean, color: boolean): string {
  return isLoud && color ? `\u001b[1;31m${word}\u001b[0m` : word;
}

function ineffective(status: Status, { now, color }: StatusShape): string[] {
  const bans = status.ineffective;
  if (bans.length === 0) return [];
  return [
    loud('Banned, and still getting through:', true, color),
    ...bans
      .slice(0, LISTED)
      .flatMap(({ subject, attempts, since, cause, what, remedy }) => [
        printable(`  ${subject}: ${attempts} attempts since ${ago(since, now)} (${cause}): ${what}`),
        printable(`    do: ${remedy}`),
      ]),
    ...further(bans.length),
  ];
}

/** What waits for a person. */
function waiting({ reload, mode, trialUntil }: Status, { now }: StatusShape): string[] {
  const trial =
    mode === 'trial'
      ? [`This is a trial: all blocks end in ${still(trialUntil, now)}, unless you say "rapsheet confirm".`]
      : [];
  if (!reload) return trial;
  return [
    ...trial,
    `A reload waits since ${ago(reload.since, now)} for "rapsheet reload --confirm", because:`,
    ...reload.risks.map((risk) => `  ${printable(risk)}`),
  ];
}

function state(status: Status, { now }: StatusShape): string[] {
  const { firewall, ledger, counts } = status;
  const number = (value: number): string => value.toLocaleString('en');
  const queued = firewall.queued === 0 ? '' : `, ${number(firewall.queued)} waiting to be blocked`;
  const pending = ledger.pending === 0 ? '' : `, ${number(ledger.pending)} records not on the disk yet`;
  const facts: ReadonlyArray<readonly [string, string]> = [
    ['rapsheet', `${status.version} on ${status.host}, process ${status.pid}, started ${ago(status.since, now)}`],
    ['mode', `${status.mode}, ${status.phase === 'reading' ? 'still reading what was logged before' : status.phase}`],
    [
      'firewall',
      `${firewall.name}: ${number(firewall.blocked)} blocked${queued}; compared with the ledger ${ago(firewall.lastReconciled, now)}`,
    ],
    ['ledger', `${ledger.path}, last written ${ago(ledger.lastCommit, now)}${pending}`],
    ['lines', `${number(counts.lines)}: ${number(counts.attempts)} attempts, ${number(counts.bans)} bans`],
    ...leftOut(counts, number),
    ...lists(status, number),
    ...asked(status, number),
    ['memory', `${Math.round(status.memoryBytes / 1_048_576)} MB`],
  ];
  return facts.map(([name, value]) => printable(`${name.padEnd(10)}${value}`));
}

/** The blocklists that are asked, where there are any. */
function lists({ blocklists }: Status, number: (value: number) => string): Array<readonly [string, string]> {
  if (blocklists.length === 0) return [];
  const zones = blocklists.map(({ zone, state: kept, listed, unlisted }) => {
    const isAsked = kept === 'good' || kept === 'untried';
    return `${zone} ${number(listed)} of ${number(listed + unlisted)} listed${isAsked ? '' : ` (${kept})`}`;
  });
  return [['lists', zones.join('; ')]];
}

/** What did not lead to a ban, where there was any. */
function leftOut(counts: Status['counts'], number: (value: number) => string): Array<readonly [string, string]> {
  const parts = [
    counts.spared === 0 ? '' : `${number(counts.spared)} attempts of protected addresses`,
    counts.whileBanned === 0 ? '' : `${number(counts.whileBanned)} of banned ones`,
    counts.setAside === 0 ? '' : `${number(counts.setAside)} lines set aside`,
    counts.dropped === 0 ? '' : `${number(counts.dropped)} dropped at a limit`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? [] : [['left out', parts.join(', ')]];
}

/** What others were asked about banned addresses, where anybody was. */
function asked({ findings = [] }: Status, number: (value: number) => string): Array<readonly [string, string]> {
  return findings.map(({ about, answered, waiting, unanswered, dropped }, index) => {
    const parts = [
      `${number(answered)} answered`,
      waiting === 0 ? '' : `${number(waiting)} waiting`,
      unanswered === 0 ? '' : `${number(unanswered)} without an answer`,
      dropped === 0 ? '' : `${number(dropped)} left out`,
    ];
    return [index === 0 ? 'asked' : '', `${about}: ${parts.filter((part) => part !== '').join(', ')}`];
  });
}

const EXTRA_TITLES = { leftToActions: 'LEFT TO ACTIONS', givenUp: 'LINES GIVEN UP' } as const;

export function jailLines(jails: readonly JailStatus[]): string[] {
  // Only the jails of an existing fail2ban have any of these.
  const extra = (['leftToActions', 'givenUp'] as const).filter((key) => jails.some((jail) => jail[key] !== undefined));
  const rows = jails.map(({ name, watched, attempts, bans, inForce, ...jail }): Cell[] => [
    ...[printable(name), watched, attempts, bans, inForce, ...extra.map((key) => jail[key] ?? 0)],
  ]);
  const titles = ['JAIL', 'WATCHED', 'ATTEMPTS', 'BANS', 'IN FORCE', ...extra.map((key) => EXTRA_TITLES[key])];
  return inColumns(titles, rows);
}

/** What becomes of the actions of an existing fail2ban. */
function actionLines({ actions = [] }: Status): string[] {
  if (actions.length === 0) return [];
  const rows = actions
    .slice(0, LISTED)
    .map(({ jail, action, fate, state: kept, waiting, failures }): Cell[] => [
      ...[printable(jail), printable(action), fate, kept ?? '-', waiting, failures],
    ]);
  return [
    ...inColumns(['JAIL', 'ACTION', 'WHAT BECOMES OF IT', 'STATE', 'WAITING', 'FAILED'], rows),
    ...further(actions.length),
  ];
}

/** Logs that are not there are the usual case: every place where some distribution writes one. */
function logLines(all: readonly LogStatus[], { now }: StatusShape): string[] {
  const logs = all.filter(({ state: kept }) => kept !== 'waiting');
  const waiting = all.filter(({ state: kept }) => kept === 'waiting').map(({ name }) => printable(name));
  const rows = logs
    .slice(0, LISTED)
    .map(({ name, state: kept, format, lines, attempts, behind, lastLine }): Cell[] => [
      ...[printable(name), kept, printable(format ?? '-'), lines, attempts],
      ...[behind === 0 ? 'up to date' : `${behind.toLocaleString('en')} bytes behind`, ago(lastLine, now)],
    ]);
  return [
    ...inColumns(['LOG', 'STATE', 'FORMAT', 'LINES', 'ATTEMPTS', 'READ', 'LAST LINE'], rows),
    ...further(logs.length),
    ...(waiting.length === 0 ? [] : [`Not there yet, and waited for: ${named(waiting)}`]),
  ];
}

function named(names: readonly string[]): string {
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `${names.slice(0, NAMED).join(', ')}${more}`;
}

function protection(status: Status): string[] {
  if (status.protected.length === 0) return [];
  return [
    'Never banned:',
    ...limited(status.protected, ({ subject, why }) => printable(`  ${subject.padEnd(24)}  ${why}`)),
  ];
}

function limited<Item>(items: readonly Item[], line: (item: Item) => string): string[] {
  return [...items.slice(0, LISTED).map(line), ...further(items.length)];
}

function further(count: number): string[] {
  return count > LISTED ? [`  and ${(count - LISTED).toLocaleString('en')} more: rapsheet status --json`] : [];
}

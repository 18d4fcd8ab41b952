/** What `rapsheet import fail2ban` says of a plan: what takes over, what changes, what is lost. */
import { formatProblem } from '../base/problem.ts';
import type { OurLimits } from '../fail2ban/import/limits.ts';
import type { ImportPlan, OurJail, PlannedJail } from '../fail2ban/import/plan.ts';
import { durationText } from '../fail2ban/import/toml-text.ts';
import { plainProblem } from '../fail2ban/jail-problem.ts';

interface Said {
  readonly output: string | undefined;
  readonly isDryRun: boolean;
}

/** Problems that are told; a folder may have any number. */
const PROBLEMS = 20;

/** For people; most important what is not as it was. */
export function planSentences(plan: ImportPlan, said: Said): string[] {
  const [ours, kept, dropped] = (['ours', 'kept', 'dropped'] as const).map(
    (fate) => plan.jails.filter((jail) => jail.fate === fate).length,
  );
  return [
    `${plan.root}: ${counted(plan.jails.length, 'jail')} in use: ${ours} of them Rapsheet's own from now on, ${kept} as they are in the folder, ${dropped} not taken over${plan.lost.length > 0 ? `, and ${plan.lost.length} not understood` : ''}.`,
    '',
    ...jailTable(plan),
    ...changes(plan),
    ...problems(plan),
    ...next(plan, said),
    '',
  ];
}

/** Of each jail in two lines where limits change: before and after. */
function jailTable({ jails, ours }: ImportPlan): string[] {
  const rows = [
    ['jail', 'from now on', 'maxretry', 'findtime', 'bantime', 'growth', 'actions'],
    ...jails.flatMap((jail) =>
      jailRows(
        jail,
        ours.find(({ name }) => name === jail.counterpart?.jail),
      ),
    ),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd());
}

function jailRows(jail: PlannedJail, our: OurJail | undefined): string[][] {
  const before = limitCells(jail.translated.limits, jail.translated.isForGood);
  const actions = jail.actions.map(({ file, fate }) => `${file}${fateMark(fate, jail.fate)}`).join(', ');
  if (jail.fate === 'dropped') return [[jail.name, 'not taken over', ...before, actions]];
  if (!our || jail.fate === 'kept') return [[jail.name, '[fail2ban], as it is', ...before, actions]];
  const after = limitCells(our.limits);
  const cells = before.map((cell, i) => (cell === after[i] ? cell : `${cell} → ${after[i] ?? ''}`));
  return [[jail.name, `[jail.${our.name}]`, ...cells, actions]];
}

function limitCells(limits: OurLimits, isForGood = false): string[] {
  const { maxRetry, findTime, banTime, growth, maxBanTime } = limits;
  const most = maxBanTime > banTime ? `, to ${durationText(maxBanTime)}` : '';
  const length = isForGood ? 'for good' : durationText(banTime);
  return [String(maxRetry), durationText(findTime), length, growth > 1 ? `×${growth}${most}` : '-'];
}

function fateMark(fate: PlannedJail['actions'][number]['fate'], jail: PlannedJail['fate']): string {
  if (fate === 'taken over') return '';
  if (fate === 'not supported') return ' (cannot be run)';
  return jail === 'kept' ? ' (run)' : ' (not run)';
}

function changes(plan: ImportPlan): string[] {
  const { jails, allowed, unused, logs } = plan;
  const sentences = [
    ...allowed.unknown.map(
      ({ word, whose, mistake }) =>
        `NOT PROTECTED any more: ${word} (${whose}): ${mistake ?? 'a name in ignoreip. Write its address into [[allow]]'}.`,
    ),
    ...allowed.files.map(({ path, entries, fault }) =>
      fault === undefined
        ? `${path}: ${counted(entries, 'entry', 'entries')} of it taken, as it is now.`
        : `NOT PROTECTED any more: who stands in ${path} (${fault}).`,
    ),
    ...jails.flatMap(jailChanges),
    ...plan.lost.map(
      ({ name, ours }) => `[${name}] is not taken over, as it was not understood${lostNote(plan, ours)}.`,
    ),
    ...noteSentences(jails),
    ...growthSentence(plan),
    ...(logs.length > 0 ? ['[watch] logs is a list: what stands in no line of it is not read. Look through it.'] : []),
    ...(unused.length > 0
      ? [
          `Turned off, as fail2ban had nothing of the kind or goes on with it: ${unused.map((name) => `[jail.${name}]`).join(', ')}.`,
        ]
      : []),
  ];
  return sentences.length > 0 ? ['', 'What is not as it was:', ...sentences.map((each) => `  ${each}`)] : [];
}

function growthSentence({ ours }: ImportPlan): string[] {
  const grown = ours.filter(({ insteadOf }) => insteadOf !== undefined);
  if (grown.length === 0) return [];
  const names = grown.map(({ name }) => `[jail.${name}]`).join(', ');
  return [`${names} growth: who comes back is banned twice as long, instead of by [${grown[0]?.insteadOf ?? ''}].`];
}

function jailChanges({ name, fate, why, counterpart, actions, unknownPorts }: PlannedJail): string[] {
  if (fate === 'dropped') return [`[${name}] is not taken over: ${why ?? ''}.`];
  if (fate === 'kept') {
    const python = actions.filter((action) => action.fate === 'not supported').map(({ file }) => file);
    return python.length > 0 ? [`[${name}]: ${python.join(', ')} cannot be run.`] : [];
  }
  const lost = [...new Set(actions.filter((action) => action.fate !== 'taken over').map(({ file }) => file))];
  return [
    ...(lost.length > 0 ? [`[${name}]: ${lost.join(', ')} is not run for its bans any more.`] : []),
    ...(counterpart?.differs === undefined ? [] : [`[${name}]: ${counterpart.differs}.`]),
    ...(unknownPorts.length > 0
      ? [`[${name}]: all ports are blocked, as we do not know ${unknownPorts.join(', ')}.`]
      : []),
  ];
}

function lostNote({ ours: taken }: ImportPlan, ours: string | undefined): string {
  if (ours === undefined) return '';
  const isTaken = taken.some(({ name }) => name === ours);
  return isTaken ? `; see [jail.${ours}]` : `; [jail.${ours}] is on, as in the default configuration`;
}

/** What is so of several jails is said once. */
function noteSentences(jails: readonly PlannedJail[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { name, fate, translated } of jails) {
    if (fate !== 'ours') continue;
    for (const [key, note] of translated.notes) {
      const sentence = `${KEYS[key]}: ${note}.`;
      groups.set(sentence, [...(groups.get(sentence) ?? []), name]);
    }
  }
  return [...groups].map(([sentence, names]) => `${names.map((name) => `[${name}]`).join(', ')} ${sentence}`);
}

const KEYS: Readonly<Record<keyof OurLimits, string>> = {
  maxRetry: 'maxretry',
  findTime: 'findtime',
  banTime: 'bantime',
  growth: 'growth',
  maxBanTime: 'maxbantime',
};

function problems({ problems: all }: ImportPlan): string[] {
  if (all.length === 0) return [];
  const more = all.length > PROBLEMS ? [`  and ${all.length - PROBLEMS} more`] : [];
  return ['', 'Not understood:', ...all.slice(0, PROBLEMS).map((problem) => `  ${formatProblem(problem)}`), ...more];
}

function next({ jails }: ImportPlan, { output, isDryRun }: Said): string[] {
  if (isDryRun) return ['', 'Nothing was written.'];
  if (output === undefined) return [];
  const both = jails.length > 0 ? '; then stop fail2ban, and start Rapsheet' : '';
  return ['', `Written: ${output}. Next: rapsheet check -c ${output}, rapsheet run --dry-run -c ${output}${both}.`];
}

/** For programs. */
export function planObject(plan: ImportPlan): object {
  return {
    directory: plan.root,
    jails: plan.jails.map((jail) => {
      const our = plan.ours.find(({ name }) => name === jail.counterpart?.jail && jail.fate === 'ours');
      return {
        ...{ name: jail.name, filter: jail.filter, fate: jail.fate, why: jail.why ?? null },
        jail: our?.name ?? null,
        filters: jail.counterpart?.filters ?? [],
        before: limitsObject(jail.translated.limits),
        after: our ? limitsObject(our.limits) : null,
        notes: Object.fromEntries([...jail.translated.notes].map(([key, note]) => [KEYS[key], note])),
        differs: jail.counterpart?.differs ?? null,
        kinds: our?.kinds ?? null,
        ports: jail.ports ?? 'all',
        actions: jail.actions,
      };
    }),
    off: plan.unused,
    notUnderstood: plan.lost,
    allow: plan.allowed.entries.map(({ network, reason }) => ({ address: network.text, reason })),
    unprotected: [
      ...plan.allowed.unknown.map(({ word, whose, mistake }) => ({
        word,
        why: mistake ?? `a name in ignoreip of ${whose}`,
      })),
      ...plan.allowed.files.flatMap(({ path, fault }) => (fault === undefined ? [] : [{ word: path, why: fault }])),
    ],
    logs: plan.logs.map(({ path }) => path),
    database: plan.database ?? null,
    problems: plan.problems.map(plainProblem),
  };
}

function limitsObject({ maxRetry, findTime, banTime, growth, maxBanTime }: OurLimits): object {
  return {
    maxretry: maxRetry,
    ...{ findtime: durationText(findTime), bantime: durationText(banTime), growth },
    maxbantime: durationText(maxBanTime),
  };
}

function counted(value: number, one: string, many = `${one}s`): string {
  return `${value.toLocaleString('en')} ${value === 1 ? one : many}`;
}

/** A plan as a configuration file: what differs from fail2ban stands in a comment beside the line that it is about. */
import { formatDuration } from '../../base/duration.ts';
import { printable } from '../../base/text.ts';
import type { Allowed } from './allowed.ts';
import type { OurLimits } from './limits.ts';
import type { ImportPlan, OurJail, PlannedJail } from './plan.ts';

/** Comments are wrapped here, where an editor shows them whole. */
const WIDTH = 110;
/** Lines of the settings of a jail, name and value, so that comments stand in one column. */
const VALUE_WIDTH = 24;

/** `version`: of the program that writes it. */
export function tomlOf(plan: ImportPlan, version: string): string {
  const parts = [
    head(plan, version),
    allowText(plan.allowed),
    watchText(plan),
    ...plan.ours.map((jail) => jailText(jail)),
    unusedText(plan),
    lostText(plan),
    BEYOND,
    keptText(plan),
    droppedText(plan),
  ];
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`;
}

function head({ root }: ImportPlan, version: string): string[] {
  return [
    ...comment(`Rapsheet's configuration, made of ${root} by rapsheet import fail2ban (${version}).`),
    ...comment('What is not the same as in fail2ban says so. What is not written is as in the default configuration.'),
    ...comment('rapsheet check -c FILE reads this file; rapsheet run --dry-run -c FILE shows what it would do.'),
  ];
}

function allowText({ entries, unknown, files }: Allowed): string[] {
  const lines = [
    ...(entries.length > 0
      ? comment(
          'ignoreip. An entry holds for all jails here; 127.0.0.0/8, ::1 and the addresses of this host always do.',
        )
      : []),
    ...unknown.flatMap(({ word, whose, mistake }) =>
      comment(
        mistake === undefined
          ? `NOT PROTECTED: ${word} (${whose}) is no address, and names are not resolved. Write its address.`
          : `NOT PROTECTED: ${word} (${whose}): ${mistake}.`,
      ),
    ),
    ...files.flatMap(({ path, entries: count, fault }) =>
      comment(
        fault === undefined
          ? `${path} was read once (${count} entries); later changes of it are not followed: use [protect] allow_file for that.`
          : `NOT PROTECTED: ${path} could not be read (${fault}).`,
      ),
    ),
  ];
  const tables = entries.flatMap(({ network, reason, whose }) => [
    '[[allow]]',
    `address = ${quoted(network.text)}${whose === undefined ? '' : `   # in fail2ban of ${whose}`}`,
    ...[`reason  = ${quoted(reason)}`, ''],
  ]);
  return [...lines, ...tables.slice(0, -1)];
}

function watchText({ logs, journal, ours }: ImportPlan): string[] {
  if (ours.length === 0 || (logs.length === 0 && journal === 'auto')) return [];
  return [
    '[watch]',
    ...(logs.length > 0
      ? [
          ...comment(
            'Not all of these are where Rapsheet looks by itself ("auto"). With a list, it reads the list only.',
          ),
          'logs = [',
          ...logs.map(({ path, note }) => `  ${quoted(path)},${note === undefined ? '' : `  # ${note}`}`),
          ']',
        ]
      : []),
    ...(journal === 'yes'
      ? ['journal = "yes"   # as backend = systemd: all services from the journal, none from files']
      : []),
  ];
}

function jailText(jail: OurJail): string[] {
  const { name, from, limits, ports, kinds } = jail;
  const several = from.length > 1;
  const remarks = from.flatMap((each) => jailRemarks(each, several ? `[${each.name}] ` : ''));
  return [
    ...comment(`[${from.map((each) => each.name).join('], [')}] of fail2ban${several ? ', counted together' : ''}.`),
    ...remarks.flatMap((remark) => comment(remark)),
    `[jail.${name}]`,
    setting('enabled', 'true', ''),
    ...(kinds ? [setting('kinds', `[${kinds.map(quoted).join(', ')}]`, `"${name}.*" is all that it can count`)] : []),
    ...LIMITS.map(([key, label]) => setting(label, writtenValue(limits, key), limitNote(jail, key))),
    setting('ports', ports ? `[${ports.map(portText).join(', ')}]` : '"all"', portNote(from)),
  ];
}

const LIMITS = [
  ['maxRetry', 'maxretry'],
  ['findTime', 'findtime'],
  ['banTime', 'bantime'],
  ['growth', 'growth'],
  ['maxBanTime', 'maxbantime'],
] as const;

function writtenValue(limits: OurLimits, key: keyof OurLimits): string {
  return key === 'maxRetry' || key === 'growth' ? String(limits[key]) : quoted(durationText(limits[key]));
}

/** Exact, where the two largest units would not be. */
export function durationText(ms: number): string {
  const [short, days] = [formatDuration(ms), ms / 86_400_000];
  if (Number.isInteger(days)) return `${days}d`;
  const rest = ms % 60_000 === 0 ? ms % 3_600_000 : 1;
  return rest === 0 || ms < 86_400_000 ? short : `${Math.round(ms / 1_000)}s`;
}

function limitNote({ from, limits, insteadOf }: OurJail, key: keyof OurLimits): string {
  if (insteadOf !== undefined && key === 'growth')
    return `instead of [${insteadOf}]: each ban twice as long as the one before`;
  if (insteadOf !== undefined && key === 'maxBanTime') return `as [${insteadOf}] bans`;
  if (key === 'growth' && limits.growth === 1)
    return 'as in fail2ban, each ban lasts as long as the first; 2 doubles it';
  const own = [...new Set(from.flatMap(({ translated }) => translated.notes.get(key) ?? []))];
  const others = from.filter(({ translated }) => translated.limits[key] !== limits[key]);
  const shown = others.map(
    ({ name, translated }) => `${writtenValue(translated.limits, key).replaceAll('"', '')} in [${name}]`,
  );
  return [...own, ...(shown.length > 0 ? [`${shown.join(', ')}: the stricter holds for all`] : [])].join('; ');
}

function portNote(from: readonly PlannedJail[]): string {
  const unknown = from.flatMap((jail) => jail.unknownPorts);
  if (unknown.length > 0) return `not a port that we know: ${unknown.join(', ')}`;
  return from.some(({ ports }) => ports === undefined) && from.some(({ ports }) => ports !== undefined)
    ? `all in ${from
        .filter(({ ports }) => ports === undefined)
        .map(({ name }) => `[${name}]`)
        .join(', ')}`
    : '';
}

function jailRemarks({ counterpart, actions }: PlannedJail, prefix: string): string[] {
  const lost = actions.filter(({ fate }) => fate !== 'taken over').map(({ file }) => file);
  return [
    ...(counterpart?.differs === undefined ? [] : [`${prefix}${counterpart.differs}.`]),
    ...(lost.length > 0 ? [`${prefix}NOT RUN for its bans any more: ${[...new Set(lost)].join(', ')}.`] : []),
  ];
}

function portText(port: string): string {
  return /^\d+$/.test(port) ? port : quoted(port);
}

function unusedText({ unused, unread }: ImportPlan): string[] {
  if (unused.length === 0) return [];
  const found = unread.length > 0 ? ' as far as its files could be read' : '';
  return [
    ...comment(
      `On by default, and fail2ban had nothing of the kind in use${found}, or goes on with it below. true turns one on.`,
    ),
    ...unused.map((name) => `[jail.${name}]\nenabled = false`),
  ];
}

function lostText({ lost, ours, unread }: ImportPlan): string[] {
  return [
    ...unread.flatMap((reason) => comment(`NOT READ: ${reason}. What it says is missing here.`)),
    ...lost.flatMap(({ name, reasons, ours: our }) => {
      const now = our === undefined ? '' : ` ${stateOf(our, ours)}`;
      return comment(`NOT UNDERSTOOD: [${name}], which is not taken over: ${reasons.join('; ')}.${now}`);
    }),
  ];
}

function stateOf(name: string, ours: readonly OurJail[]): string {
  return ours.some((jail) => jail.name === name)
    ? `What it counted may be counted by [jail.${name}] above, with the limits there.`
    : `[jail.${name}] counts it, with its own limits, as in the default configuration.`;
}

/** What only we do: off, so that whoever moves gets what he had. */
const BEYOND = [
  '# What fail2ban does not do is off; true turns it on (docs/behavior.md).',
  '[flood]',
  'enabled = false   # floods of requests',
  '[wide]',
  'enabled = false   # networks of which enough was banned',
  '[campaign]',
  'enabled = false   # many addresses that try one account',
];

function keptText({ root, jails }: ImportPlan): string[] {
  const kept = jails.filter(({ fate }) => fate === 'kept');
  if (kept.length === 0) return [];
  const width = Math.max(...kept.map(({ name }) => name.length)) + 3;
  return [
    ...comment(
      `These go on as fail2ban had them, with its filters and limits, from the files in ${root}: change them there.`,
    ),
    '[fail2ban]',
    `directory = ${quoted(root)}`,
    `counting  = "fail2ban"   # as it counts; "window" counts in true sliding windows`,
    `actions   = "firewall"   # ours blocks; their other actions are run`,
    'jails = [',
    ...kept.map(({ name, why }) => `  ${`${quoted(name)},`.padEnd(width)}  # ${printable(why ?? '')}`),
    ']',
  ];
}

function droppedText({ jails }: ImportPlan): string[] {
  const dropped = jails.filter(({ fate }) => fate === 'dropped');
  if (dropped.length === 0) return [];
  return ['# Not taken over:', ...dropped.flatMap(({ name, why }) => comment(`  [${name}] ${why}`))];
}

function setting(name: string, value: string, note: string): string {
  const line = `${name.padEnd(10)} = ${value}`;
  return note === '' ? line : `${line.padEnd(VALUE_WIDTH)}  # ${printable(note)}`;
}

function comment(text: string): string[] {
  const lines: string[] = [];
  let line = '#';
  for (const word of printable(text).split(' ')) {
    if (line.length + word.length + 1 > WIDTH && line !== '#') {
      lines.push(line);
      line = '#  ';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

/** A basic string of TOML; nothing that a name holds can end it. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/\u007f/g, '\\u007f');
}

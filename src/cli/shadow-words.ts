/** What a shadow prints: differences as they become certain, and the sums at its end; for people and as JSON Lines. */
import { formatDuration } from '../base/duration.ts';
import { ellipsis, printable, printableJson } from '../base/text.ts';
import { isoTime } from '../base/zone.ts';
import type { Tally } from '../shadow/shadow.ts';
import { inColumns } from './columns.ts';
import type { Reason } from './shadow-reasons.ts';
import type { Found, Shadow as ShadowRun } from './shadow-run.ts';

/** What is told of a run. */
export type Shadow = Pick<ShadowRun, 'comparison' | 'since'>;

/** Of a line of a log. */
const LINE_CHARACTERS = 400;

export function differenceText(found: Found, reason: Reason): string {
  const { jail, subject, at } = found.what === 'only ours' ? found.ours : found.theirs;
  const who = `[${jail}] ${subject} at ${isoTime(at)}`;
  return [
    `${headOf(found, who)}${reason.why.length > 0 ? `: ${reason.why.join('; ')}` : ''}`,
    ...reason.lines.map(indented),
  ]
    .map(printable)
    .map((line) => `${line}\n`)
    .join('');
}

function headOf(found: Found, who: string): string {
  switch (found.what) {
    case 'only theirs':
      return `only fail2ban: ${who}`;
    case 'only ours':
      return `only Rapsheet: ${who}, ${lengthText(found.ours.shortest)}`;
    case 'length': {
      const { ban, shortest } = found.ours;
      const earlier = ban.prior > 0 ? ` (earlier bans: ${ban.prior})` : '';
      return `length differs: ${who}, fail2ban ${lengthText(found.length)}, Rapsheet ${lengthText(shortest)}${earlier}`;
    }
  }
}

function lengthText(ms: number): string {
  return Number.isFinite(ms) ? `for ${formatDuration(ms)}` : 'for good';
}

function indented(line: string): string {
  return `  ${ellipsis(line, LINE_CHARACTERS)}`;
}

export function differenceJson(found: Found, { why, lines }: Reason): string {
  const { jail, subject, at } = found.what === 'only ours' ? found.ours : found.theirs;
  return printableJson({
    ...{ what: WHAT[found.what], jail, subject, time: isoTime(at), why },
    ...(found.what === 'only theirs'
      ? {}
      : { rapsheetMs: milliseconds(found.ours.shortest), prior: found.ours.ban.prior }),
    ...(found.what === 'length' ? { fail2banMs: milliseconds(found.length) } : {}),
    lines: lines.map((line) => ellipsis(line, LINE_CHARACTERS)),
  });
}

const WHAT = { 'only theirs': 'only fail2ban', 'only ours': 'only Rapsheet', length: 'length' } as const;

/** Null for good. */
function milliseconds(ms: number): number | null {
  return Number.isFinite(ms) ? ms : null;
}

/** Why a run tells nothing of whether both agree; undefined when it does. `absence`: that there was no other side. */
export function nothingCompared({ since }: Shadow, absence: string | undefined): string | undefined {
  return since === undefined ? 'old logs were not read to their end' : absence;
}

/** Whether all bans that were compared agree, and none was left out. */
export function agrees({ comparison }: Shadow): boolean {
  const { onlyTheirs, onlyOurs, lengthDiffers } = sumOf(comparison.tallies.values());
  return onlyTheirs + onlyOurs + lengthDiffers + comparison.dropped === 0;
}

export function summaryJson(shadow: Shadow, now: number, nothing: string | undefined): string {
  const { comparison, since } = shadow;
  const { waiting, dropped, doubtful, unmeasured } = comparison;
  return printableJson({
    what: 'summary',
    since: since === undefined ? null : isoTime(since),
    until: isoTime(now),
    agrees: nothing === undefined && agrees(shadow),
    nothingCompared: nothing ?? null,
    jails: rowsOf(shadow).map(([jail, tally]) => ({ jail, ...tally })),
    ...{ undecided: waiting, dropped, notCompared: doubtful, unmeasured },
  });
}

export function summaryText(shadow: Shadow, now: number, nothing: string | undefined): string {
  const { comparison, since } = shadow;
  const { waiting, dropped, doubtful, unmeasured } = comparison;
  const rows = rowsOf(shadow);
  const total = sumOf(comparison.tallies.values());
  const cells = ([jail, tally]: readonly [string, Tally]) =>
    [printable(jail), tally.same, tally.onlyTheirs, tally.onlyOurs, tally.lengthDiffers] as const;
  const table = inColumns(
    ['jail', 'same', 'only fail2ban', 'only Rapsheet', 'length differs'],
    [...rows.map(cells), ...(rows.length > 1 ? [cells(['all', total])] : [])],
  );
  const said = (count: number, what: string): string[] => (count > 0 ? [`${count} ${what}`] : []);
  return [
    nothing === undefined && since !== undefined
      ? verdict(shadow, since, now)
      : `Nothing was compared: ${nothing}. That both agree is not said by this.`,
    ...table,
    ...said(doubtful, 'not compared: of lines from before the start, or banned there before.'),
    ...said(waiting, 'not decided: the other side had not had its time.'),
    ...said(unmeasured, 'of the same, without comparing how long they last: fail2ban does not say.'),
    ...said(dropped, 'not compared: too many waited for the other side at once.'),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function verdict(shadow: Shadow, since: number, now: number): string {
  const { same, onlyTheirs, onlyOurs, lengthDiffers } = sumOf(shadow.comparison.tallies.values());
  const time = `in ${formatDuration(now - since)}`;
  if (same + onlyTheirs + onlyOurs + lengthDiffers === 0) return `No ban on either side ${time}.`;
  const differing = onlyTheirs + onlyOurs + lengthDiffers;
  return differing === 0 ? `The same ${same} bans ${time}.` : `${same} same bans ${time}, ${differing} differences.`;
}

/** One line for a terminal. */
export function progressText({ comparison, since }: Shadow, now: number): string {
  if (since === undefined) return 'reading old logs';
  const { same, onlyTheirs, onlyOurs, lengthDiffers } = sumOf(comparison.tallies.values());
  const words = [
    `${formatDuration(now - since)}`,
    `same ${same}`,
    `only fail2ban ${onlyTheirs}`,
    `only Rapsheet ${onlyOurs}`,
  ];
  return [...words, `length ${lengthDiffers}`, `waiting ${comparison.waiting}`].join('  ');
}

function rowsOf({ comparison }: Shadow): Array<[string, Tally]> {
  return [...comparison.tallies].sort(([a], [b]) => (a < b ? -1 : 1));
}

function sumOf(tallies: Iterable<Tally>): Tally {
  const sum = { same: 0, onlyTheirs: 0, onlyOurs: 0, lengthDiffers: 0 };
  for (const tally of tallies) {
    sum.same += tally.same;
    sum.onlyTheirs += tally.onlyTheirs;
    sum.onlyOurs += tally.onlyOurs;
    sum.lengthDiffers += tally.lengthDiffers;
  }
  return sum;
}

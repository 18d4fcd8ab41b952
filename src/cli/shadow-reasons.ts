/** Why only one of two banned: what is known here of the subject, and what the other said of it. */
import { contains, type Network, parseNetwork } from '../base/address.ts';
import { formatDuration } from '../base/duration.ts';
import { formatProblem } from '../base/problem.ts';
import { ellipsis, fromLog } from '../base/text.ts';
import { isoTime } from '../base/zone.ts';
import type { Route } from '../fail2ban/adopt.ts';
import { givenUpByJail } from '../filter/filter.ts';
import type { MeasuredBan } from '../history/fail2ban-bans.ts';
import type { AllowEntry } from '../jail/jail.ts';
import type { AdoptedConfig } from './adopted.ts';
import type { OwnPath } from './shadow-path.ts';
import type { OurBan, Shadow, TheirBan } from './shadow-run.ts';
import type { ServerView } from './shadow-server.ts';

/** Everything that can be asked. */
export interface Witnesses {
  readonly config: AdoptedConfig;
  readonly path: OwnPath;
  readonly server: ServerView;
  readonly shadow: Pick<Shadow, 'heard'>;
  /** Which jails read which log. */
  readonly routes: ReadonlyMap<string, Route>;
}

/** What is told of a difference: sentences' ends, and lines of logs (readable, not yet printable). */
export interface Reason {
  readonly why: readonly string[];
  readonly lines: readonly string[];
}

/** Of one ban: when it was decided by the database, and by the log, which may not tell when the failure was. */
const SAME_MS = 5_000;
/** The last lines are the most telling. */
const LINES = 3;
/** Expressions with their tags replaced may be very long. */
const EXPRESSION_MAX = 200;

/** Why we did not ban whom fail2ban banned. */
export function whyNotOurs(ban: TheirBan, witnesses: Witnesses): Reason {
  const { server } = witnesses;
  const recorded = server.newest(ban.jail, ban.subject);
  const lines = (recorded?.matches ?? []).slice(-LINES).map(fromLog);
  const outside = outsideWhy(ban, witnesses);
  if (outside !== undefined) return { why: [outside], lines };
  const subject = parseNetwork(ban.subject);
  if (subject?.bits !== 128) {
    const what = subject ? 'a network' : 'no address';
    return { why: [`it is ${what}, and only addresses are banned here`], lines };
  }
  return { why: [...insideWhy(ban, subject, witnesses), ...theirCount(ban, recorded)], lines };
}

/** The jail is not in use here. */
function outsideWhy({ jail }: TheirBan, { config, path }: Witnesses): string | undefined {
  if (path.jail(jail)) return undefined;
  const problem = config.adoption.problems.find((each) => each.effect === 'skipped' && each.jails?.includes(jail));
  if (problem) return `the jail was left out: ${problem.reason ?? problem.what}`;
  const { directory = '' } = config.fail2ban ?? {};
  return `there is no jail [${jail}] in use in ${directory} (was it changed since fail2ban was started?)`;
}

function insideWhy(ban: TheirBan, subject: Network, witnesses: Witnesses): string[] {
  const { path } = witnesses;
  const { jail, at } = ban;
  const allowed = allowedBy(jail, subject, at, witnesses);
  if (allowed !== undefined) return [`never banned here: ${allowed}`];
  const held = path.held(jail, ban.subject);
  if (held) return [`banned here since ${isoTime(held.from)}, ${endText(held.until)}`];
  const spared = path.spared(jail, subject, at);
  if (spared !== undefined) return [`protected: ${spared}`];
  const standing = path.standing(jail, subject, at);
  if (standing) {
    const { score, limit, findTime, oldest } = standing;
    return [
      `${score} of ${limit} failures in view within ${formatDuration(findTime)}, the oldest at ${isoTime(oldest)}`,
      ...logTroubles(jail, witnesses),
    ];
  }
  return ['no failure of it in view', ...logTroubles(jail, witnesses)];
}

function allowedBy(jail: string, { base }: Network, time: number, { config, path }: Witnesses): string | undefined {
  const names = ({ network, until }: AllowEntry): boolean => contains(network, base) && (until ?? time + 1) > time;
  const entry = config.allow.find(names);
  if (entry) return `[[allow]] ${entry.reason}`;
  return path.jail(jail)?.ticket?.allow().find(names)?.reason;
}

/** What kept us from seeing what it saw: logs that cannot be read, failures that name no address. */
function logTroubles(jail: string, { path, routes }: Witnesses): string[] {
  const logs = path.live.intake.logs();
  const read = logs.filter(({ state: { name } }) => routes.get(name)?.jails.includes(jail));
  const unread = logs.flatMap(({ state }) => (state.state === 'unreadable' ? state.problems : []));
  const nameless = read.reduce((sum, { counts }) => sum + (counts?.nameless ?? 0), 0);
  const names = read.map(({ state: { name } }) => name).join(', ');
  return [
    ...(read.length === 0 ? ['none of its logs is read here'] : []),
    ...(nameless > 0
      ? [`${counted(nameless, 'failure')} in ${names} name no address, and names are not looked up`]
      : []),
    ...givenUpByJail(read.map(({ counts }) => counts?.givenUp))
      .filter((each) => each.jail === jail)
      .map(
        ({ times, expression }) =>
          `its filter gave up ${counted(times, 'line')}, on ${ellipsis(expression, EXPRESSION_MAX)}`,
      ),
    ...unread.slice(0, LINES).map(formatProblem),
  ];
}

/** Its database knows what a ban is for; its log may tell of failures since then, too. */
function theirCount(ban: TheirBan, recorded: MeasuredBan | undefined): string[] {
  const isIt = recorded !== undefined && Math.abs(recorded.from - ban.at) <= SAME_MS;
  const failures = isIt ? recorded.failures : ban.failures;
  if (failures === undefined) return [];
  if (failures > 0) return [`fail2ban counted ${counted(failures, 'failure')}`];
  return [`fail2ban counted none: banned by hand (fail2ban-client set ${ban.jail} banip)?`];
}

/** Why fail2ban did not ban whom we banned, and our lines. */
export function whyNotTheirs({ ban }: OurBan, witnesses: Witnesses): Reason {
  const { shadow, path } = witnesses;
  const { heard } = shadow;
  const { jail, subject, reason, evidence } = ban;
  const said = heard.of(jail, subject.text);
  const ours = reason.rule === 'threshold' ? [`${reason.score} of ${reason.limit} failures here`] : [];
  const ignored =
    said && said.ignored > 0 ? [`fail2ban ignored ${counted(said.ignored, 'failure')} ${byWhat(said.ignoredBy)}`] : [];
  const found =
    heard.tellsFailures && !said?.ignored ? [`fail2ban tells of ${counted(said?.failures ?? 0, 'failure')}`] : [];
  const lines = evidence.slice(-LINES).map(({ path: log, line }) => `${log}: ${fromLog(line)}`);
  const limit = path.jail(jail)?.maxRetry;
  const enough =
    limit !== undefined && (said?.failures ?? 0) >= limit ? ['enough for its ban, which did not come in time'] : [];
  const unheard = said ? [] : unheardWhy(ban, witnesses);
  return { why: [...ours, ...ignored, ...found, ...unheard, ...enough], lines };
}

/** Why fail2ban may not have seen what we counted, as far as the logs tell. */
function unheardWhy({ jail, evidence }: OurBan['ban'], { path, server }: Witnesses): string[] {
  const logs = new Set(evidence.map((each) => each.path));
  const unread = [...logs].filter((log) => server.reads(jail, log) === false);
  const clocks = path.live.intake.logs().flatMap(({ state: { name }, time }) => {
    return time !== undefined && logs.has(name)
      ? [`${name}: ${time}, while fail2ban may leave them out as too old`]
      : [];
  });
  return [
    ...unread.map((log) => `it seems not to read ${log}: it looks for logs only when it starts or reloads`),
    ...clocks,
  ].slice(0, LINES);
}

function byWhat(by: string): string {
  switch (by) {
    case 'dns':
      return '(a name in ignoreip, which is not looked up here)';
    case 'command':
      return '(its ignorecommand, which a shadow does not run)';
    default:
      return `(by ${by})`;
  }
}

function endText(until: number): string {
  const end = isoTime(until);
  return end === null ? 'for good' : `until ${end}`;
}

function counted(value: number, one: string): string {
  return `${value} ${value === 1 ? one : `${one}s`}`;
}

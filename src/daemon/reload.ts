/**
 * A new configuration, looked at before it is used: what it changes, and whether it could lock somebody out. A reload
 * with such a risk waits until a person confirms it.
 */
import { formatProblem, type Problem } from '../base/problem.ts';
import type { Config } from '../config/config.ts';
import { diffConfig } from '../config/difference.ts';
import type { LeftOut } from '../fail2ban/adopt.ts';
import type { JailSet } from '../jail/jail.ts';
import type { NeverBan, Trust } from './never-ban.ts';

export interface Reload {
  readonly config: Config;
  readonly changes: readonly string[];
  /** What could go wrong with it, a sentence each. */
  readonly risks: readonly string[];
}

/** Named in the risks; a configuration that would ban more at once is wrong altogether. */
const NAMED_MAX = 20;

export function trustOf(config: Config): Trust {
  return { allow: config.allow, loginsMs: config.protect.logins };
}

/** `tried`: jails of the new configuration with what is counted now. */
export function examine(
  { before, after }: { before: Config; after: Config },
  { neverBan, tried, now }: { neverBan: NeverBan; tried: JailSet; now: number },
): Reload {
  const lost = neverBan.lost(trustOf(after), now).map(({ subject, why }) => `${subject} loses its protection: ${why}`);
  const banned = tried.overLimit(now).flatMap(({ subject, jail, score, limit }) => {
    const protection = neverBan.of(subject, now);
    const reached = `has reached ${score} of ${limit} in ${jail}`;
    return protection
      ? [`${subject.text} would be banned, and is protected now (${protection.why}): it ${reached}`]
      : [];
  });
  const shorter = after.protect.logins < before.protect.logins ? lostLogins(neverBan, after, now) : [];
  const risks = [...new Set([...lost, ...banned, ...shorter])];
  const more = risks.length > NAMED_MAX ? [`and ${risks.length - NAMED_MAX} more`] : [];
  return { config: after, changes: diffConfig(before, after), risks: [...risks.slice(0, NAMED_MAX), ...more] };
}

function lostLogins(neverBan: NeverBan, after: Config, now: number): string[] {
  return neverBan
    .forgotten(after.protect.logins, now)
    .map(({ subject, why }) => `${subject} loses its protection: ${why}, which would no longer count`);
}

/**
 * What of an existing fail2ban was in use and cannot be used any more: its jails would end without a word. What was left out
 * before may stay so.
 */
export function mistakes(
  { before, after }: { before: Pick<Config, 'jails'>; after: Pick<Config, 'jails'> },
  { had, has }: { had: LeftOut | undefined; has: LeftOut | undefined },
): readonly Problem[] {
  const known = new Set(had?.files.map(formatProblem));
  const inUse = new Set(after.jails.map(({ name }) => name));
  return [
    ...(has?.files ?? []).filter((problem) => !known.has(formatProblem(problem))),
    ...before.jails.flatMap(({ name }) => (inUse.has(name) ? [] : (has?.jails.get(name) ?? []))),
  ];
}

/** Why there is no jail of this name; in the words of fail2ban, whose clients name one. */
export function missing(
  name: string | undefined,
  { before, after }: { before: Pick<Config, 'jails'>; after: Pick<Config, 'jails'> },
  has: LeftOut | undefined,
): readonly Problem[] {
  if (name === undefined || [...before.jails, ...after.jails].some((jail) => jail.name === name)) return [];
  return has?.jails.get(name) ?? [{ what: `No section: '${name}'` }];
}

/** What decides which logs are opened. */
export function watchedBy({ watch, filters }: Config): string {
  return JSON.stringify([watch, filters.map(({ logs, journal }) => [logs, journal])]);
}

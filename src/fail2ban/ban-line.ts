/**
 * Jails that watch the server's own log: whoever is banned again and again, they ban for long (recidive). There is no such
 * log here, so each ban is told to their filters as the line that the original would write of it.
 */
import type { Zone } from '../base/zone.ts';
import type { Attempt, Ban } from '../model.ts';
import type { AdoptedJail } from './adopted-jail.ts';
import type { FailureFilter } from './filter/filter.ts';

export interface BanLines {
  /** The log that the server writes to, by its configuration; undefined when it is no file. */
  readonly path: string | undefined;
  readonly zone: Zone;
  filterOf(jail: AdoptedJail): FailureFilter;
  /** Whether the jail reads a real log of that sort: then nothing is told to it. */
  isReading(jail: string): boolean;
}

/** What the jail makes of the bans of others; undefined when it does not watch them. */
export function hearing(
  jail: AdoptedJail,
  { path, zone, filterOf, isReading }: BanLines,
): ((ban: Told) => Attempt | undefined) | undefined {
  if (path === undefined || !jail.globs.some((glob) => glob.agreement(path).isWhole)) return undefined;
  const filter = filterOf(jail);
  const file = { host: '', path, modified: 0 };
  const { name } = jail.options;
  return (ban) => {
    if (ban.jail === name || isReading(name)) return undefined;
    const line = lineOf(ban, zone);
    const [failure] = filter.line(line, ban.from).failures;
    const pattern = failure && jail.patterns[failure.index];
    const subject = failure?.subject;
    const isNamed = subject !== undefined && subject.type !== 'name' && subject.text === ban.subject.text;
    if (!pattern || !isNamed || ban.subject.bits !== 128) return undefined;
    const of = { time: ban.from, address: ban.subject.base, pattern, user: undefined, target: undefined };
    return { ...of, file: { ...file, host: ban.host }, offset: 0, count: 1, session: '', line };
  };
}

export type Told = Pick<Ban, 'jail' | 'subject' | 'host' | 'from'>;

/** `2024-10-03 12:00:01,123 fail2ban.actions        [1]: NOTICE  [sshd] Ban 203.0.113.7` */
function lineOf({ jail, subject, from }: Told, zone: Zone): string {
  const local = new Date(from + zone.offsetAt(from)).toISOString();
  const stamp = local.slice(0, 23).replace('T', ' ').replace('.', ',');
  return `${stamp} fail2ban.actions        [1]: NOTICE  [${jail}] Ban ${subject.text}`;
}

/** The file of `logtarget`, which may have options in brackets behind it. */
export function logTarget(text: string | undefined): string | undefined {
  const path = text?.replace(/\[.*$/, '').trim();
  return path?.startsWith('/') ? path : undefined;
}

/**
 * What is read out of other programs' records: bans of the past and attempts of the past, and what is left out, by why.
 * Types and the checks that all sources share; nothing here reads anything.
 */
import { contains, isIPv4, type Network, networkOf, parseAddress, parseNetwork } from '../base/address.ts';
import { ellipsis, printable } from '../base/text.ts';
import { LAST_DATE } from '../base/zone.ts';

/** A ban as another program recorded it. */
export interface PastBan {
  readonly subject: Network;
  /** Jail or scenario, in that program's words. */
  readonly jail: string;
  readonly from: number;
  /** The end that was decided, `Infinity` for good; undefined where the record does not say. */
  readonly until: number | undefined;
  /** When it was seen to end, where the record says. */
  readonly ended: number | undefined;
  /** Attempts that led to it, 0 where the record does not say. */
  readonly failures: number;
  /** What the record says of its reason. */
  readonly text: string;
  /** Row, line or byte in the source: where its evidence is. */
  readonly place: number;
  /** A line that stands for it, latin1; undefined where the evidence is fetched by `place`. */
  readonly line?: string;
  /** Instead of the one that goes with the jail. */
  readonly kind?: string | undefined;
}

/** An attempt of which the record keeps only that it was. */
export interface PastAttempt {
  readonly subject: Network;
  readonly jail: string;
  readonly time: number;
}

/** Why something that looked like a ban is not imported; the words are for people. */
export const LEFT_OUT = {
  address: 'without an address that can be banned',
  time: 'without a time, or from before there was such a program',
  future: 'in the future',
  origin: 'from lists of others, not decided here (--origins)',
  remedy: 'no bans (captcha, throttle)',
  scope: 'of countries, networks by number or users',
  simulated: 'simulated',
  skipped: 'of jails that are left out',
  span: 'outside of --since and --until',
  line: 'lines that cannot be read',
} as const;
export type LeftOut = keyof typeof LEFT_OUT;

/** How many of each sort are shown by name. */
const SHOWN = 5;
/** Of what is shown; an attacker may have chosen it. */
const SHOWN_CHARACTERS = 80;

/** What was left out, counted, with the first few of each sort. */
export class Leavings {
  readonly #counts = new Map<LeftOut, { count: number; readonly examples: string[] }>();

  add(why: LeftOut, example: string): void {
    const entry = this.#counts.get(why) ?? { count: 0, examples: [] };
    this.#counts.set(why, entry);
    entry.count++;
    if (entry.examples.length < SHOWN) entry.examples.push(ellipsis(printable(example), SHOWN_CHARACTERS));
  }

  count(why: LeftOut): number {
    return this.#counts.get(why)?.count ?? 0;
  }

  list(): Array<{ readonly why: LeftOut; readonly count: number; readonly examples: readonly string[] }> {
    return [...this.#counts].map(([why, { count, examples }]) => ({ why, count, examples: [...examples] }));
  }
}

/** No such program is older: what says so has a broken clock. */
export const FIRST_TIME = Date.UTC(2000, 0, 1);
/** Clocks of two machines differ by that much without anybody's fault. */
const CLOCK_SLACK_MS = 60_000;

/** What is wrong with the time at which something is said to have begun. */
export function timeFault(time: number, now: number): 'time' | 'future' | undefined {
  if (!(time >= FIRST_TIME)) return 'time';
  return time > now + CLOCK_SLACK_MS ? 'future' : undefined;
}

/** An end that a calendar can name, or none; what ends before it begins has no known end. */
export function endOf(from: number, until: number): number | undefined {
  if (until >= LAST_DATE) return Number.POSITIVE_INFINITY;
  return until >= from ? until : undefined;
}

/** As wide as a ban by hand may be: what is wider is a slip. */
const WIDEST_IPV4 = 8;
const WIDEST_IPV6 = 19;
const NOBODY = ['0.0.0.0/8', '127.0.0.0/8', '224.0.0.0/4', '::/127', 'ff00::/8'].flatMap(
  (text) => parseNetwork(text) ?? [],
);

/**
 * The subject of a ban. Undefined for what is no address (fail2ban bans ids and names too), for a network that nobody
 * can have meant, and for addresses that no attacker has: unspecified, loopback, multicast.
 */
export function subjectOf(text: string): Network | undefined {
  const subject = looseNetwork(text.trim());
  if (!subject) return undefined;
  if (subject.bits < (isIPv4(subject.base) ? 96 + WIDEST_IPV4 : WIDEST_IPV6)) return undefined;
  return NOBODY.some((nobody) => contains(nobody, subject.base)) ? undefined : subject;
}

/** Others write networks with host bits; what they blocked is the network around. */
function looseNetwork(text: string): Network | undefined {
  const strict = parseNetwork(text);
  if (strict) return strict;
  const [, base = '', prefix = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const address = parseAddress(base);
  if (!address || Number(prefix) > (isIPv4(address) ? 32 : 128)) return undefined;
  return networkOf(address, Number(prefix));
}

/** No administrator wrote a longer one. */
const JAIL_CHARACTERS = 255;

/** A jail's name as it is recorded: without what could act on a terminal. */
export function jailName(text: string): string {
  const name = ellipsis(printable(text.trim()), JAIL_CHARACTERS);
  return name === '' ? 'unknown' : name;
}

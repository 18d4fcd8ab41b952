/** What an action may know of a ban: the values of its tags, each looked up only where a command has it. */
import { type Address, isIPv4, type Network } from '../../base/address.ts';
import { fieldOf, type TagValue } from './shell-text.ts';

export type Family = 'inet4' | 'inet6';

/** A ban as an action is told of it. What costs something is asked for when it is needed. */
export interface BanFacts {
  readonly subject: Network;
  /** When it was made, epoch milliseconds. */
  readonly time: number;
  /** In seconds; below zero: for good. */
  readonly banTime: number;
  /** This one included. */
  readonly banCount: number;
  /** It was made before the program began, and its actions were told of it once already. */
  readonly isRestored: boolean;
  failures(): number;
  /** The lines that led to it, readable text, the newest last. */
  matches(): readonly string[];
  /** What the filter captured, by its names: `user`, ... */
  fields(): ReadonlyMap<string, string>;
  /** The same of all bans of this subject that are remembered, of its jail or of all. */
  merged(extent: 'jail' | 'all'): { readonly failures: number; readonly matches: readonly string[] };
}

export interface JailCounts {
  readonly banned: number;
  readonly bannedTotal: number;
  readonly found: number;
  readonly foundTotal: number;
}

/** What is known beside the ban. */
export interface Surroundings {
  readonly clock: () => number;
  /** Of this host. */
  readonly names: { readonly full: string; readonly short: string };
  /** Seconds: how long the jail bans when nothing else is said. */
  readonly banTime: number;
  counts(): JailCounts;
  /** The name of an address by DNS; undefined when there is none, or nobody says. */
  hostName(address: Address): Promise<string | undefined>;
}

/** The operation of an action that is about no ban: `actionstart`, `actionstop`, ... */
export interface Occasion {
  readonly family: Family | '';
}

export function familyOf(subject: Network): Family {
  return isIPv4(subject.base) ? 'inet4' : 'inet6';
}

/** The values of those of the tags that there are. */
export async function valuesOf(
  tags: readonly string[],
  about: BanFacts | Occasion,
  around: Surroundings,
): Promise<ReadonlyMap<string, TagValue>> {
  const values = new Map<string, TagValue>();
  for (const tag of tags) {
    const value =
      jailValue(tag, around) ?? ('subject' in about ? await banValue(tag, about, around) : noBan(tag, about, around));
    if (value) values.set(tag, value);
  }
  return values;
}

/** What does not depend on a ban; replaced in checks and repairs too. */
export function hostValue(tag: string, { names }: Pick<Surroundings, 'names'>): TagValue | undefined {
  switch (tag) {
    case 'br':
      return ours('\n');
    case 'sp':
      return ours(' ');
    case 'fq-hostname':
      return hostText(names.full);
    case 'sh-hostname':
      return hostText(names.short);
    default:
      return undefined;
  }
}

function jailValue(tag: string, around: Surroundings): TagValue | undefined {
  switch (tag) {
    case 'jail.banned':
      return ours(around.counts().banned);
    case 'jail.banned_total':
      return ours(around.counts().bannedTotal);
    case 'jail.found':
      return ours(around.counts().found);
    case 'jail.found_total':
      return ours(around.counts().foundTotal);
    default:
      return hostValue(tag, around);
  }
}

/** What begins or ends a jail is told as of nobody. */
function noBan(tag: string, { family }: Occasion, { clock, banTime }: Surroundings): TagValue | undefined {
  switch (tag) {
    case 'family':
      return ours(family);
    case 'time':
      return ours(seconds(clock()));
    case 'bantime':
      return ours(Math.trunc(banTime));
    case 'failures':
    case 'ipfailures':
    case 'ipjailfailures':
    case 'bancount':
    case 'restored':
      return ours(0);
    default:
      return fieldOf(tag) !== undefined || LEFT_EMPTY.has(tag) ? ours('') : undefined;
  }
}

const LEFT_EMPTY: ReadonlySet<string> = new Set([
  ...['ip', 'fid', 'ip-rev', 'ip-host', 'matches', 'ipmatches', 'ipjailmatches', 'raw-ticket', 'F-*'],
]);

async function banValue(tag: string, ban: BanFacts, around: Surroundings): Promise<TagValue | undefined> {
  if (tag === 'ip-host') return theirs((await around.hostName(ban.subject.base)) ?? 'None');
  const field = fieldOf(tag);
  if (field !== undefined) return theirs(ban.fields().get(field) ?? '');
  return numberOf(tag, ban) ?? textOf(tag, ban);
}

function numberOf(tag: string, ban: BanFacts): TagValue | undefined {
  switch (tag) {
    case 'failures':
      return ours(ban.failures());
    case 'time':
      return ours(seconds(ban.time));
    case 'bantime':
      return ours(Math.trunc(ban.banTime));
    case 'bancount':
      return ours(ban.banCount);
    case 'restored':
      return ours(ban.isRestored ? 1 : 0);
    case 'ipfailures':
      return ours(ban.merged('all').failures);
    case 'ipjailfailures':
      return ours(ban.merged('jail').failures);
    default:
      return undefined;
  }
}

function textOf(tag: string, ban: BanFacts): TagValue | undefined {
  switch (tag) {
    case 'ip':
    case 'fid':
      return ours(ban.subject.text);
    case 'family':
      return ours(familyOf(ban.subject));
    case 'ip-rev':
      return ours(reversed(ban.subject));
    case 'matches':
      return theirs(ban.matches().join('\n'));
    case 'ipmatches':
      return theirs(ban.merged('all').matches.join('\n'));
    case 'ipjailmatches':
      return theirs(ban.merged('jail').matches.join('\n'));
    case 'F-*':
    case 'raw-ticket':
      return theirs(
        JSON.stringify({ ...Object.fromEntries(ban.fields()), failures: ban.failures(), matches: ban.matches() }),
      );
    default:
      return undefined;
  }
}

/** As a name of a DNS blocklist has it before the blocklist's own: `7.113.0.203.`. */
function reversed({ base, text }: Network): string {
  if (isIPv4(base)) return `${text.split('.').reverse().join('.')}.`;
  const words = [base.w0, base.w1, base.w2, base.w3].map((word) => (word >>> 0).toString(16).padStart(8, '0'));
  return `${[...words.join('')].reverse().join('.')}.`;
}

/** Whole seconds with a decimal point, as the original writes times. */
function seconds(time: number): string {
  return `${Math.floor(time / 1_000)}.0`;
}

/** A host may have been given any name. */
function hostText(name: string): TagValue {
  return /^[A-Za-z0-9._-]*$/.test(name) ? ours(name) : theirs(name);
}

function ours(text: string | number): TagValue {
  return { text: String(text), isOurs: true };
}

function theirs(text: string): TagValue {
  return { text, isOurs: false };
}

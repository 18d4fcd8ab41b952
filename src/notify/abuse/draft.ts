/** From the deeds of a day to drafts: one for each abuse contact, and one for each service that collects reports. */
import * as v from 'valibot';
import type { NewAbuseReport } from '../../ledger/ledger.ts';
import { type AbuseKind, type Deed, type Desk, type LeftOut, LeftOutTally } from './deed.ts';
import type { Culprit } from './gather.ts';
import { type AbuseLetter, letterOf } from './letter.ts';
import { entryOf, SERVICE_NAMES, type ServiceWay } from './services.ts';
import { type AbuseEntry, entrySchema, letterSchema, read } from './told.ts';
import type { Reporter } from './xarf.ts';

export interface DraftOptions {
  readonly day: number;
  readonly now: number;
  readonly kinds: ReadonlyMap<string, AbuseKind>;
  /** Undefined: nothing is mailed. */
  readonly reporter: Reporter | undefined;
  readonly services: readonly ServiceWay[];
}

export interface Drafted {
  readonly drafts: readonly NewAbuseReport[];
  /** The ways that were drafted for, whether there is anything to tell or not. */
  readonly ways: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/** What a draft holds, as the ledger keeps it. */
export type DraftContent =
  | { readonly way: 'mail'; readonly letter: AbuseLetter }
  | { readonly way: 'service'; readonly entries: readonly AbuseEntry[] };

/** A desk reads the first screen of a mail; whoever has more than this many attackers knows it. */
const ADDRESSES_MAX = 200;

export function draftsOf(culprits: readonly Culprit[], options: DraftOptions): Drafted {
  const leftOut = new LeftOutTally();
  const mails = options.reporter ? mailDrafts(culprits, { ...options, reporter: options.reporter }, leftOut) : [];
  const services = options.services.flatMap((way) => serviceDraft(way, culprits, options) ?? []);
  const ways = [...(options.reporter ? ['mail'] : []), ...options.services];
  return { drafts: [...mails, ...services], ways, leftOut: leftOut.list() };
}

function mailDrafts(
  culprits: readonly Culprit[],
  { day, now, kinds, reporter }: DraftOptions & { readonly reporter: Reporter },
  leftOut: LeftOutTally,
): NewAbuseReport[] {
  const desks = new Map<string, { readonly desk: Desk; readonly deeds: Deed[] }>();
  for (const { desk, deed } of culprits) {
    if (!desk) {
      leftOut.add('no contact', deed.address);
      continue;
    }
    const known = desks.get(desk.contact) ?? { desk, deeds: [] };
    known.deeds.push(deed);
    desks.set(desk.contact, known);
  }
  return [...desks.values()].map(({ desk, deeds: all }) => {
    const sorted = all.sort((a, b) => b.attempts - a.attempts || (a.address < b.address ? -1 : 1));
    const deeds = sorted.slice(0, ADDRESSES_MAX);
    for (const { address } of sorted.slice(ADDRESSES_MAX)) leftOut.add('too many', address);
    const content: DraftContent = { way: 'mail', letter: letterOf({ desk, day, deeds, reporter, kinds }) };
    return {
      ...{ way: 'mail', contact: desk.contact, organization: desk.organization, day, made: now },
      ...amountOf(deeds),
      content: JSON.stringify(content),
    };
  });
}

function serviceDraft(
  way: ServiceWay,
  culprits: readonly Culprit[],
  { day, now, kinds }: DraftOptions,
): NewAbuseReport | undefined {
  const found = culprits.flatMap(({ deed }) => {
    const entry = entryOf(way, deed, kinds);
    return entry ? [{ deed, entry }] : [];
  });
  if (found.length === 0) return undefined;
  const content: DraftContent = { way: 'service', entries: found.map(({ entry }) => entry) };
  return {
    ...{ way, contact: SERVICE_NAMES[way], organization: undefined, day, made: now },
    ...amountOf(found.map(({ deed }) => deed)),
    content: JSON.stringify(content),
  };
}

export function amountOf(deeds: readonly Deed[]): Pick<NewAbuseReport, 'attempts' | 'addresses'> {
  return {
    attempts: deeds.reduce((sum, { attempts }) => sum + attempts, 0),
    addresses: deeds.map(({ address }) => address),
  };
}

const schema = v.variant('way', [
  v.object({ way: v.literal('mail'), letter: letterSchema }),
  v.object({ way: v.literal('service'), entries: v.array(entrySchema) }),
]);

/** Undefined for what is none of ours. */
export function contentFrom(text: string | undefined): DraftContent | undefined {
  return text === undefined ? undefined : read(schema, text);
}

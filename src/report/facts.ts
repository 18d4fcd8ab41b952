/** All that the questions of a report are answered from: one pass over the bans, one over the tallies, one over the users. */
import type { Zone } from '../base/zone.ts';
import type { Scope } from '../model.ts';
import { type Aims, gatherAims } from './facts/aims.ts';
import { AttemptFacts } from './facts/attempt-facts.ts';
import { BanFacts } from './facts/ban-facts.ts';
import { type Comparison, compare } from './facts/before.ts';
import { type Dialogue, dialogueIn } from './facts/dialogue.ts';
import { Labels } from './facts/labels.ts';
import { Names } from './facts/names.ts';
import { type Neighborhoods, neighborhoodsOf } from './facts/neighborhoods.ts';
import type { Labeled, Pairs, Spreads } from './facts/pairs.ts';
import { labeledIn, relabel, spreadOf } from './facts/pairs.ts';
import { UnusualFacts } from './facts/unusual-facts.ts';
import { UserFacts } from './facts/user-facts.ts';
import type { BanPage, ReportRecords } from './records.ts';

/** What is counted over all of a period, a page at a time. */
export interface Counts {
  readonly hosts: readonly string[];
  /** Service and kind, of bans and attempts alike. */
  readonly deeds: Labels;
  readonly bans: BanFacts;
  /** Which address was banned under which service, on whatever host. */
  readonly bansByService: Pairs;
  /** By service, the addresses that were banned under it, and their bans. */
  readonly bannedByService: ReadonlyMap<number, Labeled>;
  readonly neighborhoods: Neighborhoods;
  readonly attempts: AttemptFacts;
  /** How many addresses and bans each service has, and how many addresses and attempts each deed; several tables tell it. */
  readonly spreads: { readonly services: Spreads; readonly deeds: Spreads };
  /** The period before, or why nothing is held against it. */
  readonly comparison: Comparison;
}

export interface Facts extends Counts {
  readonly unusual: UnusualFacts;
  readonly users: UserFacts;
  readonly aims: Aims;
  /** Undefined where no session tells anything. */
  readonly dialogue: Dialogue | undefined;
}

export interface Gathering {
  readonly scope: Scope;
  readonly zone: Zone;
  /** When the report is asked for. */
  readonly now: number;
}

/** `see`: who else looks at the pages of bans. */
export function countAll(
  records: ReportRecords,
  { scope, zone, now }: Gathering,
  see: (page: BanPage) => void = () => {},
): Counts {
  const deeds = new Labels(new Names(), new Names());
  const bans = new BanFacts(deeds, zone);
  for (const page of records.banPages(scope)) {
    bans.add(page);
    see(page);
  }
  const attempts = new AttemptFacts(deeds, bans);
  for (const page of records.tallyPages(scope)) attempts.add(page);
  const bansByService = relabel(bans.seen, (place) => bans.places.secondOf(place));
  return {
    ...{ hosts: records.hosts(scope), deeds, bans, bansByService, attempts },
    bannedByService: labeledIn(bansByService),
    neighborhoods: neighborhoodsOf(bans),
    spreads: { services: spreadOf(bansByService), deeds: spreadOf(attempts.seen) },
    comparison: compare(records, { scope, zone, now }),
  };
}

/** `counts`: of the same records, or of others that differ in what strangers wrote alone, where they are known already. */
export function gatherFacts(records: ReportRecords, gathering: Gathering, counts?: Counts): Facts {
  const { scope } = gathering;
  const unusual = new UnusualFacts();
  const see = (page: BanPage): void => unusual.add(page);
  if (counts !== undefined) for (const page of records.banPages(scope)) see(page);
  const all = counts ?? countAll(records, gathering, see);
  const users = new UserFacts();
  for (const tally of records.users(scope)) users.add(tally);
  const aims = gatherAims(records, all.bans);
  return { ...all, unusual, users, aims, dialogue: dialogueIn(aims, records) };
}

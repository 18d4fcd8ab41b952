/** All that the questions of a report are answered from: one pass over the bans, one over the tallies, one over the users. */
import type { Zone } from '../base/zone.ts';
import type { Period, Scope } from '../model.ts';
import { type Aims, gatherAims } from './facts/aims.ts';
import { AttemptFacts } from './facts/attempt-facts.ts';
import { BanFacts } from './facts/ban-facts.ts';
import type { Before } from './facts/before.ts';
import { gatherBefore } from './facts/before.ts';
import { Labels } from './facts/labels.ts';
import { Names } from './facts/names.ts';
import { type Neighborhoods, neighborhoodsOf } from './facts/neighborhoods.ts';
import type { Labeled, Pairs, Spreads } from './facts/pairs.ts';
import { labeledIn, relabel, spreadOf } from './facts/pairs.ts';
import { UnusualFacts } from './facts/unusual-facts.ts';
import { UserFacts } from './facts/user-facts.ts';
import type { ReportRecords } from './records.ts';

export interface Facts {
  readonly hosts: readonly string[];
  /** Service and kind, of bans and attempts alike. */
  readonly deeds: Labels;
  readonly bans: BanFacts;
  /** Which address was banned under which service, on whatever host. */
  readonly bansByService: Pairs;
  /** By service, the addresses that were banned under it, and their bans. */
  readonly bannedByService: ReadonlyMap<number, Labeled>;
  /** How many addresses and bans each service has, and how many addresses and attempts each deed; several tables tell it. */
  readonly spreads: { readonly services: Spreads; readonly deeds: Spreads };
  readonly neighborhoods: Neighborhoods;
  readonly unusual: UnusualFacts;
  readonly attempts: AttemptFacts;
  readonly users: UserFacts;
  readonly aims: Aims;
  /** Of the period to compare with; undefined when there is none, or the ledger has nothing of it. */
  readonly before: Before | undefined;
}

export interface Gathering {
  readonly scope: Scope;
  readonly before: Period | undefined;
  readonly zone: Zone;
}

export function gatherFacts(records: ReportRecords, { scope, before, zone }: Gathering): Facts {
  const deeds = new Labels(new Names(), new Names());
  const bans = new BanFacts(deeds, zone);
  const unusual = new UnusualFacts();
  const users = new UserFacts();
  for (const page of records.banPages(scope)) {
    bans.add(page);
    unusual.add(page);
  }
  const attempts = new AttemptFacts(deeds, bans);
  for (const page of records.tallyPages(scope)) attempts.add(page);
  for (const tally of records.users(scope)) users.add(tally);
  const bansByService = relabel(bans.seen, (place) => bans.places.secondOf(place));
  const neighborhoods = neighborhoodsOf(bans);
  return {
    ...{ hosts: records.hosts(scope), deeds, bans, bansByService, neighborhoods, unusual, attempts, users },
    bannedByService: labeledIn(bansByService),
    spreads: { services: spreadOf(bansByService), deeds: spreadOf(attempts.seen) },
    aims: gatherAims(records, bans),
    before: before === undefined ? undefined : gatherBefore(records, { ...scope, period: before }),
  };
}

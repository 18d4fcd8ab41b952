/** A campaign: all strikes of one attacker within the month, each of which earns it a ban. */
import { attemptsAt, type Burst, offsetsOf } from './burst.ts';
import type { MannerName } from './manners.ts';
import type { Host } from './month.ts';
import { itemAt, type Random } from './random.ts';
import { scheduleStrikes, type Window } from './schedule.ts';

export interface Campaign {
  readonly address: string;
  readonly window: Window;
  /** The share of the spare time before the first strike, from 0 to 1. */
  readonly first: number;
  readonly strikes: ReadonlyArray<{ readonly host: Host; readonly manner: MannerName }>;
}

export function burstsOf(campaign: Campaign, random: Random): Burst[] {
  const strikes = campaign.strikes.map((strike) => {
    const offsets = offsetsOf(strike.manner, random);
    return { ...strike, offsets, spanMs: offsets.at(-1) ?? 0 };
  });
  const starts = scheduleStrikes(strikes, campaign.window, { first: campaign.first, random });
  return strikes.map(({ host, manner, offsets }, index) => ({
    address: campaign.address,
    host,
    manner,
    attempts: attemptsAt(itemAt(starts, index), manner, offsets),
    bans: true,
  }));
}

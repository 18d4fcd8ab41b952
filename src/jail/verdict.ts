/** A ban, put together: how long it is, what it is for, which lines led to it. */
import type { Network } from '../base/address.ts';
import type { Attempt, Ban, CampaignReason, Evidence, Reason, SlowReason } from '../model.ts';
import type { CampaignFound } from './campaign.ts';
import type { JailCounter } from './counter.ts';
import type { EvidenceRing } from './evidence.ts';
import type { JailOptions } from './options.ts';
import type { SlowState } from './slow.ts';
import type { WideFound } from './wide.ts';
import { type Entry, HUNDREDTHS } from './window.ts';

/** Which limit was reached, with what led to it. */
export type Finding =
  | { readonly rule: 'threshold'; readonly score: number; readonly entries: readonly Entry[] }
  | { readonly rule: 'slow'; readonly state: SlowState }
  | { readonly rule: 'campaign'; readonly campaign: CampaignFound; readonly places: readonly number[] };

export interface Accused {
  readonly subject: Network;
  readonly jail: JailCounter;
  readonly finding: Finding;
  readonly prior: number;
  readonly forgeable: ReadonlySet<string> | undefined;
}

/** `attempt`: the one that completed it. */
export function banFor(
  attempt: Attempt,
  { subject, jail, finding, prior, forgeable }: Accused,
  ring: EvidenceRing,
): Ban {
  const { options } = jail;
  const from = attempt.time;
  const evidence = placesOf(finding).flatMap((place) => ring.read(place) ?? []);
  const kinds = kindsOf(evidence);
  const [most] = Object.entries(kinds).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const kind = most?.[0] ?? attempt.pattern.kind;
  const isForgeable = forgeable !== undefined && evidence.some((line) => forgeable.has(line.kind));
  return {
    ...{ subject, host: attempt.file.host, jail: options.name, service: attempt.pattern.service, kind, from, prior },
    until: from + lengthOf(jail, finding, { prior: isForgeable ? 0 : prior, from }),
    reason: reasonOf(options, finding, kinds),
    evidence,
  };
}

/** The ban of a network; `last`: the ban of the member that made it enough. */
export function wideBan(
  last: Ban,
  found: WideFound,
  { jail, prior, attacked }: { jail: JailCounter; prior: number; attacked: number },
): Ban {
  const { network, limit, findTime, banned, size, members, evidence } = found;
  // At least as long as the ban of the last member: that one would be back earlier for having company.
  const length = Math.max(jail.banLength(prior), last.until - last.from);
  return {
    ...last,
    ...{ subject: network, until: last.from + length, prior, evidence },
    reason: { rule: 'wide', banned, limit, findTime, size, attacked: Math.max(attacked, banned), members },
  };
}

/** Who took days to be found out is banned for as long: an hour means nothing to the patient. */
function lengthOf(jail: JailCounter, finding: Finding, { prior, from }: { prior: number; from: number }): number {
  const usual = jail.banLength(prior);
  if (finding.rule !== 'slow') return usual;
  return Math.min(jail.options.maxBanTime, Math.max(usual, from - finding.state.since));
}

function reasonOf(options: JailOptions, finding: Finding, kinds: Readonly<Record<string, number>>): Reason {
  switch (finding.rule) {
    case 'threshold': {
      const { maxRetry: limit, findTime } = options;
      return { rule: 'threshold', score: finding.score / HUNDREDTHS, limit, findTime, kinds };
    }
    case 'slow':
      return slowReason(options, finding.state);
    case 'campaign':
      return campaignReason(finding.campaign);
  }
}

function slowReason({ slow }: JailOptions, { sum, since }: SlowState): SlowReason {
  const { maxRetry: limit = 0, findTime = 0 } = slow ?? {};
  return { rule: 'slow', score: sum / HUNDREDTHS, limit, findTime, since: Math.round(since) };
}

function campaignReason({ user, service, addresses, findTime, since }: CampaignFound): CampaignReason {
  return { rule: 'campaign', user, service, addresses, findTime, since };
}

function placesOf(finding: Finding): readonly number[] {
  switch (finding.rule) {
    case 'threshold':
      return finding.entries.map(({ place }) => place);
    case 'slow':
      return finding.state.places;
    case 'campaign':
      return finding.places;
  }
}

function kindsOf(evidence: readonly Evidence[]): Record<string, number> {
  const kinds: Record<string, number> = Object.create(null);
  for (const each of evidence) kinds[each.kind] = (kinds[each.kind] ?? 0) + each.count;
  return kinds;
}

/** What was reached, in attempts, and the limit. */
export function reachedIn(finding: Finding, { maxRetry, slow }: JailOptions): { score: number; limit: number } {
  switch (finding.rule) {
    case 'threshold':
      return { score: finding.score / HUNDREDTHS, limit: maxRetry };
    case 'slow':
      return { score: finding.state.sum / HUNDREDTHS, limit: slow?.maxRetry ?? maxRetry };
    case 'campaign':
      return { score: finding.campaign.addresses, limit: finding.campaign.limit };
  }
}

/** What is told of attackers that no single line or window shows: floods, slow ones, networks, campaigns. Defaults filled in. */
import * as v from 'valibot';
import type { FloodOptions } from '../filter/filter.ts';
import type { CampaignOptions, SlowOptions, WideOptions } from '../jail/jail.ts';
import { count, duration, span, truth } from './values.ts';

const DAY = 86_400_000;

export const slow = v.strictObject({
  enabled: v.optional(truth),
  maxretry: v.optional(count(1, 100_000)),
  findtime: v.optional(duration),
});
type SlowInput = v.InferOutput<typeof slow>;

export const behaviorSchemas = {
  flood: v.optional(
    v.strictObject({
      enabled: v.optional(truth),
      requests: v.optional(count(20, 1_000_000)),
      // Shorter than a second is no span of a log that has seconds only; longer than an hour it is no burst.
      within: v.optional(span(1_000, 3_600_000)),
    }),
  ),
  wide: v.optional(
    v.strictObject({
      enabled: v.optional(truth),
      ipv4: v.optional(count(2, 256)),
      ipv6: v.optional(count(2, 256)),
      findtime: v.optional(duration),
    }),
  ),
  campaign: v.optional(
    v.strictObject({
      enabled: v.optional(truth),
      addresses: v.optional(count(2, 2_000)),
      tries: v.optional(count(1, 1_000)),
      findtime: v.optional(duration),
    }),
  ),
};
const behavior = v.strictObject(behaviorSchemas);
type BehaviorInput = v.InferOutput<typeof behavior>;

export interface BehaviorSettings {
  /** Undefined: floods of requests are not looked for. */
  readonly flood: FloodOptions | undefined;
  /** Undefined: no network is banned for its addresses. */
  readonly wide: WideOptions | undefined;
  /** Undefined: each address is judged alone. */
  readonly campaign: CampaignOptions | undefined;
}

export function behaviorSettings({ flood = {}, wide = {}, campaign = {} }: BehaviorInput): BehaviorSettings {
  return {
    flood: flood.enabled === false ? undefined : { requests: flood.requests ?? 200, withinMs: flood.within ?? 10_000 },
    wide:
      wide.enabled === false
        ? undefined
        : { ipv4: wide.ipv4 ?? 10, ipv6: wide.ipv6 ?? 5, findTime: wide.findtime ?? DAY },
    campaign:
      campaign.enabled === false
        ? undefined
        : { addresses: campaign.addresses ?? 100, tries: campaign.tries ?? 3, findTime: campaign.findtime ?? DAY },
  };
}

export function slowOptions({ enabled, maxretry, findtime }: SlowInput = {}): SlowOptions | undefined {
  return enabled === false ? undefined : { maxRetry: maxretry ?? 100, findTime: findtime ?? 14 * DAY };
}

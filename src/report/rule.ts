/** The rules in force, as far as a report tells of them: what bans were made by. Times are milliseconds. */

export interface JailRule {
  readonly name: string;
  readonly kinds: readonly string[];
  readonly maxRetry: number;
  readonly findTime: number;
  readonly banTime: number;
  readonly growth: number;
  readonly maxBanTime: number;
  readonly slow?: { readonly maxRetry: number; readonly findTime: number } | undefined;
}

/** From how many banned addresses of a /24, or parts of an IPv6 network, on all of it is banned. */
export interface NetworkRule {
  readonly ipv4: number;
  readonly ipv6: number;
  readonly findTime: number;
}

export interface CampaignRule {
  readonly addresses: number;
  readonly tries: number;
  readonly findTime: number;
}

export interface Rules {
  readonly jails: readonly JailRule[];
  readonly wide: NetworkRule | undefined;
  readonly campaign: CampaignRule | undefined;
}

/** The rules in force, a sentence each: what a report says that its bans were made by. */
import { formatDuration } from '../base/duration.ts';
import type { JailOptions } from '../jail/jail.ts';
import type { BehaviorSettings } from './behavior.ts';

export function ruleSentences({
  jails,
  wide,
  campaign,
}: Pick<BehaviorSettings, 'wide' | 'campaign'> & { readonly jails: readonly JailOptions[] }): string[] {
  const together: string[] = [];
  if (wide) {
    const { ipv4, ipv6, findTime } = wide;
    together.push(
      `networks: ${ipv4} banned addresses of an IPv4 /24 within ${formatDuration(findTime)}, or ${ipv6} banned parts of an IPv6 /56 or /48, lead to a ban of the network.`,
    );
  }
  if (campaign) {
    const { addresses, tries, findTime } = campaign;
    together.push(
      `campaigns: of ${addresses} addresses that try one account within ${formatDuration(findTime)}, those that failed ${tries} times are banned.`,
    );
  }
  return [...jails.map(jailSentence), ...together];
}

function jailSentence(jail: JailOptions): string {
  const { name, kinds, maxRetry, findTime, banTime, growth, maxBanTime, slow } = jail;
  const growing = growth === 1 ? '' : `, times ${growth} with every further ban, at most ${formatDuration(maxBanTime)}`;
  const patient = slow ? `, and so do ${slow.maxRetry} within ${formatDuration(slow.findTime)}` : '';
  return `${name}: ${maxRetry} weighted attempts (${kinds.join(', ')}) within ${formatDuration(findTime)} lead to a ban of ${formatDuration(banTime)}${growing}${patient}.`;
}

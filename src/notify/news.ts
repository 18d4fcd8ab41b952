/** What makes a ban news: that there was nothing like it before, that it has no effect, or that it is of many. */
import type { Reason } from '../model.ts';
import type { News, ToldBan } from './notice.ts';

/** What was known before the ban. */
export interface Known {
  /** Somebody of its network was banned before. */
  readonly network: boolean;
  /** Its kind led to a ban on its host before. */
  readonly kind: boolean;
  /** An earlier ban of its campaign was told of. */
  readonly campaign: boolean;
  /** The hosts that banned the same address before. */
  readonly hosts: ReadonlySet<string>;
}

export interface Decided {
  readonly host: string;
  readonly reason: Reason;
  readonly block: ToldBan['block'];
}

/** The weightiest first; empty: it is no news. */
export function newsOf({ host, reason, block }: Decided, known: Known): readonly News[] {
  const isFailed = block === 'refused' || block === 'ineffective';
  const news: News[] = isFailed ? ['ineffective'] : [];
  switch (reason.rule) {
    // Whoever did it knows it, and the other program told of its own.
    case 'manual':
    case 'imported':
      return reason.rule === 'manual' ? news : [];
    case 'wide':
      return [...news, 'wide'];
    case 'campaign':
      // It comes from a hundred networks, of which each would be new.
      return known.campaign ? news : [...news, 'campaign'];
    default:
      break;
  }
  if (known.hosts.size > 0 && !known.hosts.has(host)) news.push('hosts');
  if (!known.kind) news.push('kind');
  if (!known.network) news.push('network');
  return news;
}

/** What the bans of one campaign share; undefined for all others. */
export function campaignOf(reason: Reason): string | undefined {
  return reason.rule === 'campaign' ? `${reason.service} ${reason.since} ${reason.user}` : undefined;
}

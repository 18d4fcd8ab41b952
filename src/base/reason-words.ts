/** In words, why a ban was made that no single window led to. */
import type { CampaignReason, SlowReason, WideReason } from '../model.ts';
import { formatDuration } from './duration.ts';
import { fromLog, printable } from './text.ts';
import { isoTime } from './zone.ts';

/** `number`: how a count is written. */
export function reasonWords(
  reason: SlowReason | WideReason | CampaignReason,
  number: (value: number) => string = String,
): string {
  const within = formatDuration(reason.findTime);
  switch (reason.rule) {
    case 'slow': {
      const since = isoTime(reason.since)?.slice(0, 16).replace('T', ' ') ?? 'long ago';
      return `slow: ${number(reason.score)} since ${since} UTC, the limit is ${number(reason.limit)} in ${within}`;
    }
    case 'wide': {
      const { banned, size, attacked, limit } = reason;
      const took = `${number(banned)} parts of the network were banned within ${within} (it takes ${number(limit)})`;
      return `wide: ${took}; ${number(attacked)} of its ${number(size)} addresses attacked`;
    }
    case 'campaign': {
      const account = printable(fromLog(reason.user));
      return `campaign: one of ${number(reason.addresses)} addresses that tried "${account}" (${reason.service}) within ${within}`;
    }
  }
}

/** The rap sheet in English. */
import { formatDuration } from '../../../base/duration.ts';
import { isLeftToActions, LEFT_TO_ACTIONS } from '../../../base/left-to-actions.ts';
import { reasonWords } from '../../../base/reason-words.ts';
import type { Reason } from '../../../model.ts';
import type { Writing } from '../phrase.ts';
import type { Omission, SheetPhrases } from '../sheet.ts';

export function sheet(write: Writing): SheetPhrases {
  const { written } = write;
  return {
    user: (name) => `user name ${name}`,
    returns: ({ subject, host, times, soonestMs }) => {
      const when = soonestMs < 1_000 ? 'at once' : `after ${formatDuration(soonestMs)}`;
      return `${subject} was banned again ${times} times on ${host} within a day of the end of a ban, the soonest ${when}`;
    },
    adapted: ({ subject, host, beforeMs, afterMs, limit, findTimeMs }) => {
      const before = `an attempt every ${formatDuration(beforeMs)} before its ban`;
      const allowed = `the limit is ${limit} in ${formatDuration(findTimeMs)}`;
      return `${subject} slowed down on ${host}: ${before}, every ${formatDuration(afterMs)} after it; ${allowed}`;
    },
    further: ({ addresses }) => `and ${addresses} more addresses`,
    more: (count) => `${written(count)} more`,
    estimated: (place) => `${place} (estimated)`,
    said: ({ source, day, address }) => `(${source}, ${day}${address === undefined ? '' : `, of ${address}`})`,
    reverseName: ({ name, verified }) => `${name} (${verified ? 'confirmed' : 'not confirmed'})`,
    notOn: (lists) => `not on ${lists.join(', ')}`,
    listedBy: (listing) => `listed by ${listing}`,
    reason: (reason) => reasonIn(reason, write),
    block: (block) => {
      if (block.state === 'blocked') return 'blocked';
      if (block.state === 'dry-run') return 'not blocked (dry run)';
      if (isLeftToActions(block)) return LEFT_TO_ACTIONS;
      return block.state === 'refused' ? `not blocked: ${block.why}` : `blocked without effect: ${block.why}`;
    },
    released: ({ at, why }) => `released ${at === undefined ? 'at some time' : at} UTC${why === '' ? '' : `: ${why}`}`,
    neighborsOf: ({ type, name, outside }) =>
      `bans of others of the ${type} ${name}${outside === undefined ? '' : ` outside of ${outside}`}`,
    steps: ({ days }) => `Each step is ${days} days.`,
    lanes: ({ count }) => `The ${count} places with the most attempts; the others are counted together.`,
    tried: ({ times, led }) =>
      `The name was tried ${written(times)} times in all.${led ? ' What follows counts the attempts that led to bans.' : ''}`,
    omitted: (omission) => omitted(omission, write),
  };
}

/** `12 of at most 5 in 10m: ssh.login 12`; half counts come from kinds that weigh less. */
function reasonIn(reason: Reason, { written, compare }: Writing): string {
  if (reason.rule === 'manual') return `by ${reason.by}${reason.why === '' ? '' : `: ${reason.why}`}`;
  if (reason.rule !== 'threshold') return reasonWords(reason, (value) => written(value));
  const kinds = Object.entries(reason.kinds).sort((a, b) => b[1] - a[1] || compare(a[0], b[0]));
  const tried = kinds.map(([kind, attempts]) => `${kind} ${written(attempts)}`).join(', ');
  const limit = `the limit is ${written(reason.limit)} in ${formatDuration(reason.findTime)}`;
  return `reached ${written(reason.score)}, ${limit}: ${tried}`;
}

function omitted(omission: Omission, { written }: Writing): string {
  switch (omission.of) {
    case 'bans':
      return `The newest ${written(omission.read)} of ${written(omission.all)} bans are counted.`;
    case 'details':
      return `User names, lines and what others say are those of the newest ${written(omission.read)} bans.`;
    case 'members':
      return `Attempts are those of ${written(omission.read)} of ${written(omission.all)} banned addresses.`;
    case 'search':
      return `The oldest ${written(omission.unread)} bans were not searched for the name.`;
    case 'tallies':
      return `Attempts of addresses from ${omission.from} on are left out: there are too many.`;
    case 'neighbors': {
      const { where, read, all } = omission;
      return `Of ${where}, the newest ${written(read)} of ${written(all)} bans are looked at.`;
    }
  }
}

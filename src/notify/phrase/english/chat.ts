/** What chats say, in English. */
import { formatDuration } from '../../../base/duration.ts';
import { reasonWords } from '../../../base/reason-words.ts';
import { writerOf } from '../../../base/writer.ts';
import type { ToldBan } from '../../notice.ts';
import type { ChatPhrases } from '../chat.ts';

const { written, counted } = writerOf('en');
const addresses = (count: number): string => counted(count, 'address', 'addresses');

const EVERY = { hour: 'Hour', day: 'Day', week: 'Week', month: 'Month' } as const;

/** How the title of a ban begins. */
const TITLES: Readonly<Record<ToldBan['block'], string>> = {
  blocked: 'Banned',
  pending: 'Banned',
  left: 'Banned',
  'dry-run': 'Would be banned (dry run)',
  refused: 'Banned without effect',
  ineffective: 'Banned without effect',
};

export const chat: ChatPhrases = {
  labels: {
    who: 'Who: ',
    news: 'New: ',
    why: 'Why: ',
    done: 'Done: ',
    record: 'Record: ',
    undo: 'Undo: ',
    more: 'More: ',
    countries: 'Countries: ',
    organizations: 'Organizations: ',
    kinds: 'Kinds: ',
    hosts: 'Hosts: ',
    held: 'News that was held back: ',
  },
  news: {
    network: 'nobody of its network was banned before',
    kind: 'the first of its kind on this host',
    hosts: 'other hosts banned it, too',
    ineffective: 'the block has no effect',
    campaign: 'the first of a campaign',
    wide: 'a whole network',
  },
  banTitle: ({ block }, { subject, host, kind, where }) => {
    const from = where.length === 0 ? [] : [' (', ...where, ')'];
    return [`${TITLES[block]}: `, subject, ...from, ' on ', host, ', ', kind];
  },
  originUnknown: 'origin unknown',
  scanner: (name) => ['the research scanner ', name],
  jail: (name) => ['jail ', name],
  threshold: ({ score, limit, findTime }, counts) => [
    ...counts,
    ` in ${formatDuration(findTime)} (counted ${written(score)}, the limit is ${written(limit)})`,
  ],
  byHand: (by, why) => ['by hand, ', by, ...(why === undefined ? [] : [': ', why])],
  reason: (reason) => reasonWords(reason, written),
  done: (block, end, because) => {
    const length = end === undefined ? 'for good' : `for ${formatDuration(end.ms)}, until ${end.until}`;
    switch (block) {
      case 'blocked':
        return [`blocked ${length}`];
      case 'pending':
        return [`banned ${length}; the block is on its way`];
      case 'left':
        return [`banned ${length}; the actions of its jail block it`];
      case 'dry-run':
        return [`nothing, a dry run; it would be blocked ${length}`];
      case 'refused':
        return [`NOT blocked, though banned ${length}`, ...because];
      case 'ineffective':
        return [`blocked ${length}, and it still gets through`, ...because];
    }
  },
  record: ({ bans, first }, hosts, counts) => {
    const times = bans <= 1 ? 'banned for the first time' : `banned ${written(bans)} times since ${first}`;
    return [`${times}, on `, ...hosts, ...(counts.length === 0 ? [] : ['; in all ', ...counts])];
  },
  otherHosts: (count) => ` and ${counted(count, 'other host')}`,
  held: ({ subject, host, kind, where }) => [
    subject,
    ...(where.length === 0 ? [] : [' (', ...where, ')']),
    ...[' on ', host, ', ', kind],
  ],
  bans: (count) => counted(count, 'ban'),
  figures: (figures) =>
    `${counted(figures.bans, 'ban')}, ${addresses(figures.addresses)}, ${counted(figures.attempts, 'attempt')}`,
  digestTitle: (every, host, figures) => [EVERY[every], ...(host === undefined ? [] : [' of ', host]), `: ${figures}`],
  span: (from, until, figures) => `From ${from} to ${until}: ${figures}.`,
  before: (figures) => `Before that: ${figures}.`,
  campaign: (account) => ['campaign against ', account],
  group: (group) => `${counted(group.bans, 'ban')} of ${addresses(group.addresses)}`,
  rest: (bans) => `and ${counted(bans, 'ban')} of smaller groups`,
  reportTitle: (month, host) => ['Report ', ...(host === undefined ? [] : ['of ', host, ' ']), 'for ', month],
  reportPath: (path) => ['It is in ', path],
  testTitle: 'Test from Rapsheet',
  test: (by, time) => ['Messages arrive here. Sent by ', by, `, ${time}.`],
  link: 'Look further',
};

/** What alerts say, in English; in chats (chat.ts), and here in mails. */
import { formatDuration } from '../../../base/duration.ts';
import { FORM_WORDS } from '../../../base/reason-words.ts';
import { writerOf } from '../../../base/writer.ts';
import type { DigestNotice, News } from '../../notice.ts';
import type { BanPhrases, BanWords, DigestPhrases, Phrases, ReportPhrases, TestPhrases } from '../phrase.ts';
import { chat } from './chat.ts';

const { written: number, counted, list } = writerOf('en');
const ordinals = new Intl.PluralRules('en', { type: 'ordinal' });
const SUFFIXES: Readonly<Record<string, string>> = { one: 'st', two: 'nd', few: 'rd', other: 'th' };

const ordinal = (value: number): string => `${number(value)}${SUFFIXES[ordinals.select(value)] ?? 'th'}`;
const on = (host: string | undefined): string => (host === undefined ? '' : ` on ${host}`);

const UNITS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  w: ['week', 'weeks'],
  d: ['day', 'days'],
  h: ['h', 'h'],
  m: ['min', 'min'],
  s: ['s', 's'],
};

function duration(ms: number): string {
  return formatDuration(ms).replace(/(\d+)([wdhms])/g, (_, count: string, unit: string) => {
    const [one, many] = UNITS[unit] ?? [unit, unit];
    return `${count} ${count === '1' ? one : many}`;
  });
}

const forLength = ({ length }: BanWords): string => (length === undefined ? 'for good' : `for ${length}`);

/** What became of it, after the name of who was banned. */
function outcome(ban: BanWords): string {
  switch (ban.block) {
    case 'dry-run':
      return `would be banned ${forLength(ban)} (dry run)`;
    case 'refused':
      return 'could not be blocked';
    case 'ineffective':
      return 'is banned and gets through';
    default:
      return `banned ${forLength(ban)}`;
  }
}

const NEWS: Readonly<Record<News, string>> = {
  network: 'nobody of its network was banned before',
  kind: 'nothing of this kind led to a ban on this host before',
  hosts: 'other hosts banned the same address',
  ineffective: 'the block has no effect',
  campaign: 'it is the first of a campaign',
  wide: 'it is a whole network',
};

const ban: BanPhrases = {
  subject: (given, where) => {
    const after = [...where, ...(given.number > 1 ? [`${ordinal(given.number)} time`] : [])];
    return `${given.jail}: ${given.subject} ${outcome(given)}${after.length === 0 ? '' : ` - ${after.join(', ')}`}`;
  },
  lead: (given) => {
    const { subject, host, until, block } = given;
    const end = until === undefined ? '' : `, until ${until}`;
    switch (block) {
      case 'dry-run':
        return `${subject} would be banned on ${host} ${forLength(given)}${end}. This is a dry run: nothing was blocked.`;
      case 'refused':
        return `${subject} should be banned on ${host} ${forLength(given)}, and the firewall refused to block it.`;
      case 'ineffective':
        return `${subject} is banned on ${host} ${forLength(given)}${end}, and still gets through.`;
      default:
        return `${subject} is banned on ${host} ${forLength(given)}${end}.`;
    }
  },
  done: ({ block, until }, why) => {
    const cause = why === undefined || why === '' ? '.' : `: ${why}${/[.!?]$/.test(why) ? '' : '.'}`;
    switch (block) {
      case 'blocked':
        return `It is blocked at the firewall ${until === undefined ? 'for good' : `until ${until}`}.`;
      case 'pending':
        return 'It is decided; that the firewall blocks it was not confirmed yet when this mail was written.';
      case 'left':
        return 'It was left to the actions of its jail (an existing fail2ban); rapsheet status says how they fare.';
      case 'dry-run':
        return 'Nothing: Rapsheet only looks on (a dry run). Without it, the address would be blocked now.';
      case 'refused':
        return `The firewall refused the block, so nothing holds it back${cause}`;
      case 'ineffective':
        return `It is blocked at the firewall, and attempts still arrive${cause}`;
    }
  },
  why: (reason, jail, time) => {
    switch (reason.rule) {
      case 'threshold': {
        const { score, limit, findTime } = reason;
        return `Its attempts within ${duration(findTime)} weigh ${number(score)}; the limit of the jail ${jail} is ${number(limit)}.`;
      }
      case 'slow': {
        const { score, limit, findTime, since } = reason;
        const slow = `It stayed below the limit of the jail ${jail} and went on for days`;
        return `${slow}: its attempts weigh ${number(score)} since ${time(since)}; the limit of the long window is ${number(limit)} in ${duration(findTime)}.`;
      }
      case 'wide': {
        const { banned, limit, findTime, size, attacked } = reason;
        const parts = `${counted(banned, 'part')} of this network ${banned === 1 ? 'was' : 'were'} banned within ${duration(findTime)}`;
        return `${parts}; it takes ${number(limit)} for all of it. ${number(attacked)} of its ${number(size)} addresses attacked.`;
      }
      case 'campaign': {
        const { user, addresses, findTime, service, since } = reason;
        const many = `It is one of ${counted(addresses, 'address', 'addresses')} that tried the account "${user}" (${service})`;
        return `${many} within ${duration(findTime)}. The campaign began at ${time(since)}.`;
      }
      case 'manual':
        return `${reason.by} banned it${reason.why === '' ? ', without giving a reason' : `: ${reason.why}`}.`;
      case 'imported':
        return `It was imported from ${FORM_WORDS[reason.from]}${reason.text === '' ? '' : `: ${reason.text}`}.`;
    }
  },
  headings: {
    why: 'Why',
    tried: 'What it tried so far',
    done: 'What was done',
    lines: 'The lines that led to it',
    undo: 'Undo it',
    more: 'Read on',
  },
  facts: {
    organization: 'Organization',
    country: 'Country',
    network: 'Network',
    place: 'Place',
    bans: 'Record',
    hosts: 'Banned on',
    kinds: 'Attempts',
  },
  scanner: (name) => `${name}, a research scanner`,
  coordinates: (latitude, longitude) => {
    const [north, east] = [latitude < 0 ? 'S' : 'N', longitude < 0 ? 'W' : 'E'];
    return `${Math.abs(latitude).toFixed(1)}° ${north}, ${Math.abs(longitude).toFixed(1)}° ${east}`;
  },
  middleOf: (coordinates) => `${coordinates} (the middle of the country; nothing closer is known)`,
  map: (place) => `Map: ${place}`,
  record: (bans, first) => (bans === 1 ? 'first ban' : `${ordinal(bans)} ban, the first on ${first}`),
  line: (path, offset) => `${path}, at byte ${offset}`,
  noLines: 'No line is kept for this ban.',
  commands: {
    unban: 'ends this ban',
    allow: 'ends it, and never bans it again',
    allowOnly: 'never bans it',
    show: 'everything on record about it',
    explain: 'its standing now, and why',
  },
  news: (news) => (news.length === 0 ? '' : `Told at once because ${list(news.map((each) => NEWS[each]))}.`),
  foot: ({ host, id }) => `Rapsheet on ${host}, ban ${id}.`,
};

const SPANS: Readonly<Record<DigestNotice['every'], string>> = {
  hour: 'hour',
  day: 'day',
  week: 'week',
  month: 'month',
};

const digest: DigestPhrases = {
  subject: ({ every, bans, addresses }, host) => {
    const figures = bans === 0 ? 'no bans' : `${counted(bans, 'ban')}, ${counted(addresses, 'address', 'addresses')}`;
    return `Bans of the ${SPANS[every]}${on(host)}: ${figures}`;
  },
  lead: ({ bans, addresses, attempts }, { from, until, host }) => {
    const span = `from ${from} to ${until}${on(host)}`;
    if (bans === 0) return `Nobody was banned ${span}; ${counted(attempts, 'attempt')} recorded.`;
    const what = `${counted(bans, 'ban')} of ${counted(addresses, 'address', 'addresses')}`;
    return `${what} ${span}, with ${counted(attempts, 'attempt')} recorded.`;
  },
  headings: {
    held: 'New, and not told before',
    groups: 'All bans, by what they have in common',
    countries: 'Countries',
    organizations: 'Organizations',
    kinds: 'What they tried',
    hosts: 'Hosts',
    more: 'Read on',
  },
  columns: {
    figure: '',
    now: 'Now',
    before: 'Before',
    change: 'Change',
    who: 'Who',
    bans: 'Bans',
    addresses: 'Addresses',
    when: 'When',
    where: 'Where from',
  },
  figures: { bans: 'Bans', addresses: 'Addresses', attempts: 'Attempts' },
  held: 'These would have been mailed at once, but the most that may be sent in an hour was reached.',
  heldRest: (bans) => `And ${counted(bans, 'more ban', 'more bans')} that there is no room for here.`,
  campaign: (account) => `campaign against "${account}"`,
  rest: (bans) => `${counted(bans, 'more ban', 'more bans')}, in groups that there is no room for here.`,
  members: (members, of) => {
    const more = of - members.length;
    return more > 0 ? `${members.join(', ')} and ${number(more)} more` : members.join(', ');
  },
  commands: {
    show: 'everything on record about one',
    list: 'who is banned now',
    report: 'the month, with tables and maps',
  },
  foot: (every) => `A digest comes once ${every === 'hour' ? 'an' : 'a'} ${SPANS[every]}: [alerts] digest.`,
};

const report: ReportPhrases = {
  subject: (month, host) => `Bans of ${month}${on(host)}`,
  lead: (month, host) => `The report of ${month}${on(host)} is done.`,
  attached: (name) => `The whole report is attached: ${name}. It opens in any browser and needs no network.`,
  tooLarge: (path, megabytes) => `The whole report has ${megabytes} MB, too much for a mail. It is at ${path}`,
  gone: (path) => `The whole report cannot be read any more where it was written: ${path}`,
  again: 'makes it again',
  foot: 'A report comes once a month: [alerts] report.',
};

const test: TestPhrases = {
  subject: 'Test: mail from Rapsheet arrives',
  lead: (by) => `This is a test that ${by} asked for. Mail arrives.`,
  text: 'Bans that are news come like this, at once; everything else comes with the digest.',
  foot: 'rapsheet notify test',
};

export const english: Phrases = {
  ...{ language: 'en', number, duration, list, unknown: 'unknown' },
  moment: (local, zone) => `${local} ${zone}`,
  networkType: {
    hosting: 'servers for rent',
    access: 'people at home or on their phones',
    business: 'a company',
    education: 'a school or university',
    government: 'an authority',
    vpn: 'exits of a VPN or proxy',
    scanner: 'a research scanner',
  },
  ...{ ban, digest, report, test, chat },
};

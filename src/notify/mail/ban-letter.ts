/** The mail of one ban: who, from where, why, what became of it, the lines, and the way back. */
import { parseNetwork } from '../../base/address.ts';
import { LAST_DATE } from '../../base/zone.ts';
import type { Reason } from '../../model.ts';
import type { BanNotice, ToldBan } from '../notice.ts';
import type { BanWords } from '../phrase/phrase.ts';
import type { Command, Fact, Letter, LetterTable, Part, Picture, Tone } from './letter.ts';
import { logText, shown } from './letter.ts';
import type { Place } from './locator.ts';
import { organizationOf, shortName, type Writing } from './writing.ts';

/** Names of hosts that are read; `rapsheet show` has all. */
const HOSTS_MAX = 10;
const ACCOUNT_MAX = 100;
/** What somebody wrote as a reason: some lines. */
const WHY_MAX = 300;
/** Of dots of the screen that the map takes: a third of a page of mail. */
const MAP = { width: 520, height: 200 } as const;

export function banLetter({ ban, news, host }: BanNotice, writing: Writing): Letter {
  const { phrases } = writing;
  const words = banWords(ban, writing);
  const place = writing.placeOf(ban.origin);
  const picture = place && pictureOf(place, ban, writing);
  const { ban: say } = phrases;
  return {
    subject: say.subject(words, whereFrom(ban, writing)),
    lead: say.lead(words),
    tone: toneOf(ban),
    parts: [
      { type: 'facts', facts: factsOf(ban, place, writing) },
      ...(picture ? [{ type: 'picture' as const }] : []),
      { type: 'heading', text: say.headings.why },
      { type: 'text', text: whyOf(ban, writing) },
      ...kindsOf(ban, writing),
      { type: 'heading', text: say.headings.done },
      { type: 'text', text: say.done(words, ban.why === undefined ? undefined : shown(ban.why, WHY_MAX)) },
      { type: 'heading', text: say.headings.lines },
      linesOf(ban, writing),
      ...commandsOf(ban, writing),
    ],
    foot: [say.news(news), say.foot({ host: words.host, id: ban.id })].filter((line) => line !== ''),
    labels: labelsOf(ban, host ?? ban.host, news),
    thread: ban.subject,
    picture,
    files: [],
  };
}

/** A block that fails is to be seen to; one that is not confirmed yet is as good as any. */
function toneOf({ block }: ToldBan): Tone {
  if (block === 'refused' || block === 'ineffective') return 'bad';
  return block === 'dry-run' ? 'calm' : 'good';
}

export function banWords({ subject, host, jail, from, until, prior, block }: ToldBan, writing: Writing): BanWords {
  const hasEnd = until !== null && Math.abs(until) <= LAST_DATE;
  return {
    subject: shortName(subject),
    host: shortName(host),
    jail: shortName(jail),
    length: hasEnd ? writing.phrases.duration(until - from) : undefined,
    until: hasEnd ? writing.time(until) : undefined,
    number: prior + 1,
    block,
  };
}

/** The organization and the country, as far as they are known. */
export function whereFrom({ origin }: Pick<ToldBan, 'origin'>, { countryName }: Writing): string[] {
  const country = origin.country === undefined ? undefined : countryName(shortName(origin.country));
  return [organizationOf(origin), country].filter((name) => name !== undefined);
}

function factsOf({ origin, record, prior }: ToldBan, place: Place | undefined, writing: Writing): Fact[] {
  const { phrases, countryName } = writing;
  const { unknown } = phrases;
  const { facts: names } = phrases.ban;
  const { organization, asn, country, network, scanner, type } = origin;
  const company = [shownOr(organization), asn === undefined ? undefined : `AS${asn}`].filter(
    (part) => part !== undefined,
  );
  const who = scanner === undefined ? company : [...company, phrases.ban.scanner(shortName(scanner))];
  const nets = [shownOr(network), type && phrases.networkType[type]].filter((part) => part !== undefined);
  return [
    { name: names.organization, value: who.join(', ') || unknown },
    { name: names.country, value: country === undefined ? unknown : countryName(shortName(country)) },
    { name: names.network, value: nets.join(', ') || unknown },
    ...(place ? [{ name: names.place, value: placeText(place, writing) }] : []),
    {
      name: names.bans,
      value: phrases.ban.record(Math.max(record.bans, prior + 1), writing.time(record.first) ?? unknown),
    },
    { name: names.hosts, value: someOf(record.hosts, writing) },
  ];
}

const shownOr = (text: string | undefined): string | undefined => (text ? shortName(text) : undefined);

function placeText({ latitude, longitude, isMiddle }: Place, writing: Writing): string {
  const { coordinates, middleOf } = writing.phrases.ban;
  const where = coordinates(latitude, longitude);
  return isMiddle ? middleOf(where) : where;
}

function someOf(names: readonly string[], { phrases }: Writing): string {
  return phrases.digest.members(names.slice(0, HOSTS_MAX).map(shortName), names.length);
}

function pictureOf(place: Place, { origin }: ToldBan, writing: Writing): Picture | undefined {
  const png = writing.mapOf(place);
  const country = origin.country === undefined ? [] : [writing.countryName(shortName(origin.country))];
  return png && { png, ...MAP, alt: writing.phrases.ban.map([...country, placeText(place, writing)].join(', ')) };
}

function whyOf({ reason, jail }: ToldBan, { phrases, time }: Writing): string {
  return phrases.ban.why(readable(reason), shortName(jail), (at) => time(at) ?? phrases.unknown);
}

/** A text of a megabyte must not push the sentence around it out of the mail. */
function readable(reason: Reason): Reason {
  switch (reason.rule) {
    case 'campaign':
      return { ...reason, user: shown(logText(reason.user), ACCOUNT_MAX), service: shortName(reason.service) };
    case 'manual':
      return { ...reason, by: shortName(reason.by), why: shown(reason.why, WHY_MAX) };
    case 'imported':
      return { ...reason, text: shown(reason.text, WHY_MAX) };
    default:
      return reason;
  }
}

function kindsOf({ record }: ToldBan, { phrases, sentenceOf }: Writing): Part[] {
  if (record.kinds.length === 0) return [];
  const rows = record.kinds.map(({ name, count }) => {
    const sentence = sentenceOf(name);
    const kind = shortName(name);
    return { cells: [phrases.number(count), sentence === undefined ? kind : `${sentence} (${kind})`], under: '' };
  });
  const table: LetterTable = {
    columns: [
      { title: phrases.ban.facts.kinds, align: 'right' },
      { title: '', align: 'left' },
    ],
    rows,
  };
  return [
    { type: 'heading', text: phrases.ban.headings.tried },
    { type: 'table', table },
  ];
}

function linesOf({ evidence }: ToldBan, { phrases }: Writing): Part {
  if (evidence.length === 0) return { type: 'text', text: phrases.ban.noLines };
  return {
    type: 'lines',
    lines: evidence.map(({ path, offset, line }) => ({
      about: phrases.ban.line(shown(path, 200), offset),
      line: logText(line),
    })),
  };
}

function commandsOf({ subject, block }: ToldBan, { phrases }: Writing): Part[] {
  const network = parseNetwork(subject);
  // What is copied into a shell is an address or nothing.
  if (!network) return [];
  const { headings, commands } = phrases.ban;
  const command = (verb: 'unban' | 'allow' | 'show' | 'explain', about = commands[verb]): Command => ({
    ...{ command: `rapsheet ${verb} ${network.text}`, about },
  });
  const isWide = network.text.includes('/');
  // In a dry run there is nothing to end.
  const undo = block === 'dry-run' ? [command('allow', commands.allowOnly)] : [command('unban'), command('allow')];
  return [
    { type: 'heading', text: headings.undo },
    { type: 'commands', commands: undo },
    { type: 'heading', text: headings.more },
    { type: 'commands', commands: isWide ? [command('show')] : [command('show'), command('explain')] },
  ];
}

function labelsOf(ban: ToldBan, host: string, news: readonly string[]): Record<string, string> {
  const { subject, jail, kind, block, origin, reason } = ban;
  return {
    ...{ Host: host, Address: subject, Jail: jail, Kind: kind, Rule: reason.rule, Block: block },
    ...(origin.country === undefined ? {} : { Country: origin.country }),
    ...(origin.asn === undefined ? {} : { ASN: `AS${origin.asn}` }),
    ...(news.length === 0 ? {} : { News: news.join(' ') }),
  };
}

/** The mail of a digest: what changed, what was held back, and all bans by what they have in common. */
import type { Counted, DigestGroup, DigestNotice } from '../notice.ts';
import { banWords, whereFrom } from './ban-letter.ts';
import type { Command, Letter, LetterRow, LetterTable, Part } from './letter.ts';
import { logText, shown } from './letter.ts';
import { shortName, type Writing } from './writing.ts';

/** Groups, and bans that were held back, that a mail has room for: some pages. The notice has the count of the rest. */
const ROWS_MAX = 100;
/** Kinds and addresses of a group that a line has room for. */
const NAMES_MAX = 3;

export function digestLetter(digest: DigestNotice, writing: Writing): Letter {
  const { digest: say } = writing.phrases;
  const host = digest.host === undefined ? undefined : shortName(digest.host);
  const span = { from: timeOf(digest.from, writing), until: timeOf(digest.until, writing), host };
  return {
    subject: say.subject(digest, host),
    lead: say.lead(digest, span),
    tone: 'calm',
    parts: [
      { type: 'table', table: changes(digest, writing) },
      ...heldParts(digest, writing),
      ...groupParts(digest, writing),
      ...countParts(digest, writing),
      { type: 'heading', text: say.headings.more },
      { type: 'commands', commands: commandsOf(writing) },
    ],
    foot: [say.foot(digest.every)],
    labels: { ...(digest.host === undefined ? {} : { Host: digest.host }), Bans: String(digest.bans) },
    thread: undefined,
    picture: undefined,
    files: [],
  };
}

const timeOf = (at: number, { time, phrases }: Writing): string => time(at) ?? phrases.unknown;

function changes({ bans, addresses, attempts, before }: DigestNotice, { phrases }: Writing): LetterTable {
  const { figures, columns } = phrases.digest;
  const row = (name: string, now: number, then: number | undefined): LetterRow => ({
    cells: [
      name,
      phrases.number(now),
      ...(then === undefined ? [] : [phrases.number(then), changeOf(now - then, phrases.number)]),
    ],
    under: '',
  });
  const titles = before ? [columns.now, columns.before, columns.change] : [columns.now];
  return {
    columns: [{ title: columns.figure, align: 'left' }, ...titles.map((title) => ({ title, align: 'right' as const }))],
    rows: [
      row(figures.bans, bans, before?.bans),
      row(figures.addresses, addresses, before?.addresses),
      row(figures.attempts, attempts, before?.attempts),
    ],
  };
}

function changeOf(change: number, number: (value: number) => string): string {
  if (change === 0) return '=';
  return change > 0 ? `+${number(change)}` : number(change);
}

function heldParts({ held, heldRest }: DigestNotice, writing: Writing): Part[] {
  if (held.length === 0 && heldRest === 0) return [];
  const { digest: say } = writing.phrases;
  const more = heldRest + Math.max(0, held.length - ROWS_MAX);
  const rows = held.slice(0, ROWS_MAX).map((ban) => {
    const words = banWords(ban, writing);
    const where = whereFrom(ban, writing).join(', ') || writing.phrases.unknown;
    return { cells: [words.subject, timeOf(ban.from, writing)], under: `${words.jail} · ${where}` };
  });
  const table: LetterTable = {
    columns: [
      { title: say.columns.who, align: 'left' },
      { title: say.columns.when, align: 'right' },
    ],
    rows,
  };
  return [
    { type: 'heading', text: say.headings.held },
    { type: 'text', text: say.held },
    ...(rows.length === 0 ? [] : [{ type: 'table' as const, table }]),
    ...(more === 0 ? [] : [{ type: 'text' as const, text: say.heldRest(more) }]),
  ];
}

function groupParts({ groups, rest }: DigestNotice, writing: Writing): Part[] {
  if (groups.length === 0) return [];
  const { digest: say } = writing.phrases;
  const told = groups.slice(0, ROWS_MAX);
  const more = rest + groups.slice(ROWS_MAX).reduce((sum, { bans }) => sum + bans, 0);
  const table: LetterTable = {
    columns: [
      { title: say.columns.who, align: 'left' },
      { title: say.columns.bans, align: 'right' },
      { title: say.columns.addresses, align: 'right' },
    ],
    rows: told.map((group) => groupRow(group, writing)),
  };
  return [
    { type: 'heading', text: say.headings.groups },
    { type: 'table', table },
    ...(more === 0 ? [] : [{ type: 'text' as const, text: say.rest(more) }]),
  ];
}

function groupRow(group: DigestGroup, writing: Writing): LetterRow {
  const { phrases, countryName } = writing;
  const { by, name, organization, country, bans, addresses, kinds, members } = group;
  const named = by === 'campaign' ? phrases.digest.campaign(shown(logText(name), 60)) : shortName(name);
  const about = [
    organization === undefined ? undefined : shortName(organization),
    country === undefined ? undefined : countryName(shortName(country)),
    kinds.slice(0, NAMES_MAX).map(shortName).join(', '),
    by === 'address' ? '' : phrases.digest.members(members.slice(0, NAMES_MAX).map(shortName), addresses),
  ].filter((part) => part !== undefined && part !== '');
  return { cells: [named, phrases.number(bans), phrases.number(addresses)], under: about.join(' · ') };
}

function countParts({ countries, organizations, kinds, hosts }: DigestNotice, writing: Writing): Part[] {
  const { countryName, sentenceOf, phrases } = writing;
  const { headings } = phrases.digest;
  const described = (kind: string): string => {
    const sentence = sentenceOf(kind);
    return sentence === undefined ? shortName(kind) : `${sentence} (${shortName(kind)})`;
  };
  const lists: ReadonlyArray<readonly [title: string, counts: readonly Counted[], name: (name: string) => string]> = [
    [headings.countries, countries, (code) => countryName(shortName(code))],
    [headings.organizations, organizations, shortName],
    [headings.kinds, kinds, described],
    // Of one host there is nothing to compare.
    [headings.hosts, hosts.length > 1 ? hosts : [], shortName],
  ];
  return lists.flatMap(([title, counts, nameOf]): Part[] => {
    if (counts.length === 0) return [];
    const columns = [
      { title, align: 'left' as const },
      { title: phrases.digest.columns.bans, align: 'right' as const },
    ];
    const rows = counts.map(({ name, count }) => ({ cells: [nameOf(name), phrases.number(count)], under: '' }));
    return [{ type: 'table', table: { columns, rows } }];
  });
}

function commandsOf({ phrases }: Writing): Command[] {
  const { commands } = phrases.digest;
  return [
    { command: 'rapsheet show ADDRESS', about: commands.show },
    { command: 'rapsheet list', about: commands.list },
    { command: 'rapsheet report', about: commands.report },
  ];
}

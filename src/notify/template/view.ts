/** A notice as templates see it: text, lists of text, and groups of them by name. What is not known is not there. */
import { formatDuration } from '../../base/duration.ts';
import { fromLog } from '../../base/text.ts';
import { isoTime } from '../../base/zone.ts';
import type { Origin } from '../../model.ts';
import type { Counted, DigestGroup, DigestNotice, Notice, ToldBan } from '../notice.ts';
import type { Phrases } from '../phrase/phrase.ts';
import { plainReason } from '../words/ban.ts';
import { harmless, titleText } from '../words/word.ts';
import { wordsOf } from '../words/words.ts';

export type View = string | readonly View[] | { readonly [name: string]: View };

type Group = { readonly [name: string]: View };

export function viewOf(notice: Notice, phrases: Phrases): Group {
  const { news: words } = phrases.chat;
  const common = { title: titleText(wordsOf(notice, phrases)), made: time(notice.made) };
  switch (notice.sort) {
    case 'ban':
      return { ...common, ban: { ...banView(notice.ban, phrases), news: notice.news.map((each) => words[each]) } };
    case 'digest':
      return { ...common, digest: digestView(notice, phrases) };
    case 'report':
      return {
        ...common,
        report: known({ month: notice.month, summary: notice.summary.map(harmless), path: notice.path }),
      };
    case 'test':
      return { ...common, test: known({ by: notice.by }) };
  }
}

/** `2026-11-27T10:00:00Z`. */
function time(at: number): string {
  return isoTime(at)?.replace('.000Z', 'Z') ?? '';
}

/** Without what is not known; text made harmless, numbers as text. */
function known(facts: Readonly<Record<string, View | number | null | undefined>>): Group {
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, fact]): [string, View][] => {
      if (fact === undefined || fact === null) return [];
      if (typeof fact === 'number') return [[name, String(fact)]];
      return [[name, typeof fact === 'string' ? harmless(fact) : fact]];
    }),
  );
}

function banView(ban: ToldBan, phrases: Phrases): Group {
  const { id, subject, host, jail, service, kind, from, until, prior, reason, origin, block, why, evidence, record } =
    ban;
  return known({
    ...{
      id,
      subject,
      host,
      jail,
      service,
      kind,
      prior,
      rule: reason.rule,
      reason: plainReason(reason, phrases),
      block,
      why,
    },
    from: time(from),
    ...(until === null ? {} : { until: time(until), duration: formatDuration(until - from) }),
    origin: originView(origin),
    evidence: evidence.map((each) =>
      known({ time: time(each.time), path: each.path, offset: each.offset, line: fromLog(each.line) }),
    ),
    record: known({
      bans: record.bans,
      first: time(record.first),
      hosts: record.hosts.map(harmless),
      kinds: record.kinds.map(countedView),
    }),
  });
}

function originView({ country, asn, organization, network, scanner, type }: Origin): Group {
  return known({ country, asn, organization, network, scanner, type });
}

function countedView({ name, count }: Counted): Group {
  return known({ name, count });
}

function digestView(notice: DigestNotice, phrases: Phrases): Group {
  const { every, from, until, bans, addresses, attempts, before, rest, heldRest } = notice;
  return known({
    ...{ every, from: time(from), until: time(until), bans, addresses, attempts },
    before: before && known(before),
    countries: notice.countries.map(countedView),
    organizations: notice.organizations.map(countedView),
    kinds: notice.kinds.map(countedView),
    hosts: notice.hosts.map(countedView),
    groups: notice.groups.map(groupView),
    rest: rest > 0 ? rest : undefined,
    held: notice.held.map((ban) => banView(ban, phrases)),
    heldRest: heldRest > 0 ? heldRest : undefined,
  });
}

function groupView({ by, name, organization, country, bans, addresses, kinds, members }: DigestGroup): Group {
  return known({
    ...{ by, organization, country, bans, addresses, kinds: kinds.map(harmless), members: members.map(harmless) },
    name: by === 'campaign' ? fromLog(name) : name,
  });
}

/** One ban in short: who, why, what was done, what is known of them, the lines that tipped the scales, how to undo it. */
import type { Origin, Reason } from '../../model.ts';
import type { BanNotice, Counted, News, ToldBan } from '../notice.ts';
import type { Phrases } from '../phrase/phrase.ts';
import { timeWords } from './time.ts';
import {
  bold,
  code,
  line,
  log,
  name,
  type Part,
  type Span,
  type Spans,
  title,
  type Urgency,
  type Words,
} from './word.ts';

/** Kinds and hosts that a line has room for. */
const NAMED_MAX = 5;
const LINES_MAX = 5;

export function banWords({ ban, news }: BanNotice, phrases: Phrases): Words {
  const { labels, news: words } = phrases.chat;
  const parts: Part[] = [
    line(bold(labels.who), name(ban.subject), ...whereFrom(ban.origin, phrases)),
    line(bold(labels.why), ...reasonSpans(ban.reason, phrases), ', ', ...phrases.chat.jail(name(ban.jail))),
    line(bold(labels.done), ...doneSpans(ban, phrases)),
    line(bold(labels.record), ...recordSpans(ban, phrases)),
  ];
  if (news.length > 0) parts.splice(1, 0, line(bold(labels.news), news.map((each) => words[each]).join('; ')));
  if (ban.evidence.length > 0) parts.push(log(ban.evidence.slice(-LINES_MAX).map((each) => each.line)));
  parts.push(
    line(labels.undo, name(`rapsheet unban ${ban.subject}`)),
    line(labels.more, name(`rapsheet show ${ban.subject}`)),
  );
  return { title: banTitle(ban, phrases), urgency: urgencyOf(ban, news), parts };
}

function banTitle(ban: ToldBan, { chat }: Phrases): readonly Span[] {
  const { organization, country } = ban.origin;
  const where = joined([organization, country].flatMap((part) => (part === undefined ? [] : [[code(part)]])));
  return title(...chat.banTitle(ban, { ...namesOf(ban), where }));
}

function namesOf({ subject, host, kind }: ToldBan): Readonly<Record<'subject' | 'host' | 'kind', Span>> {
  return { subject: name(subject), host: name(host), kind: name(kind) };
}

/** With commas between. */
function joined(items: readonly Spans[]): Spans {
  return items.flatMap((item, i) => (i > 0 ? [', ', ...item] : item));
}

function urgencyOf({ block }: ToldBan, news: readonly News[]): Urgency {
  if (block === 'refused' || block === 'ineffective') return 'urgent';
  return news.length > 0 ? 'high' : 'normal';
}

function whereFrom({ organization, asn, country, scanner }: Origin, { chat }: Phrases): Spans {
  const known: Spans[] = [];
  if (organization !== undefined) known.push([code(organization)]);
  if (asn !== undefined) known.push([`AS${asn}`]);
  if (country !== undefined) known.push([code(country)]);
  if (scanner !== undefined) known.push(chat.scanner(code(scanner)));
  return [', ', ...joined(known.length > 0 ? known : [[chat.originUnknown]])];
}

/** A reason that has words of others in it is all code. */
function reasonSpans(reason: Reason, phrases: Phrases): Spans {
  const { chat } = phrases;
  switch (reason.rule) {
    case 'threshold': {
      const kinds = Object.entries(reason.kinds).map(([kind, count]) => ({ name: kind, count }));
      kinds.sort((a, b) => b.count - a.count);
      return chat.threshold(reason, countSpans(kinds.slice(0, NAMED_MAX), phrases));
    }
    case 'manual':
      return chat.byHand(code(reason.by), reason.why === '' ? undefined : code(reason.why));
    default:
      return [code(chat.reason(reason))];
  }
}

/** `12 × ssh.login, 3 × ssh.user`. */
function countSpans(counts: readonly Counted[], { number }: Phrases): Spans {
  return joined(counts.map(({ name: kind, count }) => [`${number(count)} × `, name(kind)]));
}

/** The reason in one line of plain text. */
export function plainReason(reason: Reason, phrases: Phrases): string {
  return reasonSpans(reason, phrases)
    .map((span) => (typeof span === 'string' ? span : span.text))
    .join('');
}

function doneSpans({ block, why, from, until }: ToldBan, phrases: Phrases): Spans {
  const end = until === null ? undefined : { ms: until - from, until: timeWords(until, phrases) };
  return phrases.chat.done(block, end, why === undefined ? [] : [': ', code(why)]);
}

function recordSpans({ record }: ToldBan, phrases: Phrases): Spans {
  const { bans, first, hosts, kinds } = record;
  const more = kinds.length > NAMED_MAX ? [', …'] : [];
  const counts = [...countSpans(kinds.slice(0, NAMED_MAX), phrases), ...more];
  const names = joined(hosts.slice(0, NAMED_MAX).map((host) => [name(host)]));
  const others = hosts.length > NAMED_MAX ? [phrases.chat.otherHosts(hosts.length - NAMED_MAX)] : [];
  return phrases.chat.record({ bans, first: timeWords(first, phrases) }, [...names, ...others], counts);
}

/** A ban in one line, as digests list what was held back. */
export function heldSpans(ban: ToldBan, { chat }: Phrases): Spans {
  const { organization } = ban.origin;
  return chat.held({ ...namesOf(ban), where: organization === undefined ? [] : [code(organization)] });
}

/** One ban in short: who, why, what was done, what is known of them, the lines that tipped the scales, how to undo it. */
import { formatDuration } from '../../base/duration.ts';
import { reasonWords } from '../../base/reason-words.ts';
import type { Origin, Reason } from '../../model.ts';
import type { BanNotice, News, ToldBan } from '../notice.ts';
import {
  bold,
  code,
  counted,
  endWords,
  line,
  log,
  name,
  number,
  type Part,
  type Span,
  timeWords,
  title,
  type Urgency,
  type Words,
} from './word.ts';

/** Why it is told at once. */
export const NEWS_WORDS: Readonly<Record<News, string>> = {
  network: 'nobody of its network was banned before',
  kind: 'the first of its kind on this host',
  hosts: 'other hosts banned it, too',
  ineffective: 'the block has no effect',
  campaign: 'the first of a campaign',
  wide: 'a whole network',
};

/** Kinds and hosts that a line has room for. */
const NAMED_MAX = 5;
const LINES_MAX = 5;

export function banWords({ ban, news }: BanNotice): Words {
  const parts: Part[] = [
    line(bold('Who: '), name(ban.subject), ...whereFrom(ban.origin)),
    line(bold('Why: '), ...reasonSpans(ban.reason), ', jail ', name(ban.jail)),
    line(bold('Done: '), ...doneSpans(ban)),
    line(bold('Record: '), ...recordSpans(ban)),
  ];
  if (news.length > 0) parts.splice(1, 0, line(bold('New: '), news.map((each) => NEWS_WORDS[each]).join('; ')));
  if (ban.evidence.length > 0) parts.push(log(ban.evidence.slice(-LINES_MAX).map((each) => each.line)));
  parts.push(
    line('Undo: ', name(`rapsheet unban ${ban.subject}`)),
    line('More: ', name(`rapsheet show ${ban.subject}`)),
  );
  return { title: banTitle(ban), urgency: urgencyOf(ban, news), parts };
}

function banTitle({ subject, host, kind, origin, block }: ToldBan): readonly Span[] {
  const from = [origin.organization, origin.country].flatMap((part, i) =>
    part === undefined ? [] : [i > 0 && origin.organization !== undefined ? ', ' : '', code(part)],
  );
  const what = block === 'refused' || block === 'ineffective' ? 'Banned without effect' : 'Banned';
  const where = from.length === 0 ? [] : [' (', ...from, ')'];
  return title(`${what}: `, name(subject), ...where, ' on ', name(host), ', ', name(kind));
}

function urgencyOf({ block }: ToldBan, news: readonly News[]): Urgency {
  if (block === 'refused' || block === 'ineffective') return 'urgent';
  return news.length > 0 ? 'high' : 'normal';
}

function whereFrom({ organization, asn, country, scanner }: Origin): (string | Span)[] {
  const known: (string | Span)[] = [];
  if (organization !== undefined) known.push(', ', code(organization));
  if (asn !== undefined) known.push(`, AS${asn}`);
  if (country !== undefined) known.push(', ', code(country));
  if (scanner !== undefined) known.push(', the research scanner ', code(scanner));
  return known.length > 0 ? known : [', origin unknown'];
}

/** A reason that has words of others in it is all code. */
function reasonSpans(reason: Reason): (string | Span)[] {
  if (reason.rule === 'threshold') {
    const { kinds, score, limit, findTime } = reason;
    const counts = Object.entries(kinds)
      .sort(([, a], [, b]) => b - a)
      .slice(0, NAMED_MAX);
    const list = counts.flatMap(([kind, count], i) => [`${i > 0 ? ', ' : ''}${number(count)} × `, name(kind)]);
    return [...list, ` in ${formatDuration(findTime)} (counted ${number(score)}, the limit is ${number(limit)})`];
  }
  if (reason.rule === 'manual') {
    const why: (string | Span)[] = reason.why === '' ? [] : [': ', code(reason.why)];
    return ['by hand, ', code(reason.by), ...why];
  }
  return [code(reasonWords(reason, number))];
}

/** The reason in one line of plain text. */
export function plainReason(reason: Reason): string {
  return reasonSpans(reason)
    .map((span) => (typeof span === 'string' ? span : span.text))
    .join('');
}

function doneSpans({ block, why, from, until }: ToldBan): (string | Span)[] {
  const end = endWords(from, until);
  const because: (string | Span)[] = why === undefined ? [] : [': ', code(why)];
  switch (block) {
    case 'blocked':
      return [`blocked ${end}`];
    case 'pending':
      return [`banned ${end}; the block is on its way`];
    case 'dry-run':
      return [`nothing, a dry run; it would be blocked ${end}`];
    case 'refused':
      return [`NOT blocked, though banned ${end}`, ...because];
    case 'ineffective':
      return [`blocked ${end}, and it still gets through`, ...because];
  }
}

function recordSpans({ record }: ToldBan): (string | Span)[] {
  const { bans, first, hosts, kinds } = record;
  const times = bans <= 1 ? 'banned for the first time' : `banned ${number(bans)} times since ${timeWords(first)}`;
  const spans: (string | Span)[] = [`${times}, on `, ...list(hosts)];
  if (kinds.length === 0) return spans;
  const counts = kinds
    .slice(0, NAMED_MAX)
    .flatMap(({ name: kind, count }, i) => [`${i > 0 ? ', ' : ''}${number(count)} × `, name(kind)]);
  return [...spans, '; in all ', ...counts, kinds.length > NAMED_MAX ? ', …' : ''];
}

function list(names: readonly string[]): (string | Span)[] {
  const shown = names.slice(0, NAMED_MAX).flatMap((each, i) => (i > 0 ? [', ', name(each)] : [name(each)]));
  return names.length > NAMED_MAX ? [...shown, ` and ${counted(names.length - NAMED_MAX, 'other host')}`] : shown;
}

/** A ban in one line, as digests list what was held back. */
export function heldSpans({ subject, host, kind, origin }: ToldBan): (string | Span)[] {
  const from = origin.organization === undefined ? [] : [' (', code(origin.organization), ')'];
  return [name(subject), ...from, ' on ', name(host), ', ', name(kind)];
}

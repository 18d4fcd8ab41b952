/** A digest in short: the figures beside those before, where they come from, the largest groups, what was held back. */
import { fromLog } from '../../base/text.ts';
import type { Counted, DigestGroup, DigestNotice } from '../notice.ts';
import type { Ranked } from '../phrase/chat.ts';
import type { Phrases } from '../phrase/phrase.ts';
import { heldSpans } from './ban.ts';
import { timeWords } from './time.ts';
import { bold, code, line, name, type Part, type Spans, title, type Words } from './word.ts';

/** Two screens of a phone; `rapsheet report` has all. */
const GROUPS_MAX = 10;
const RANKS_MAX = 5;
const KINDS_MAX = 3;
/** What we or an administrator named, rather than others. */
const OWN: ReadonlySet<Ranked> = new Set(['kinds', 'hosts']);

export function digestWords(notice: DigestNotice, phrases: Phrases): Words {
  const { every, from, until, before, groups, held, heldRest, host } = notice;
  const { chat } = phrases;
  const figures = chat.figures(notice);
  const parts: Part[] = [line(chat.span(timeWords(from, phrases), timeWords(until, phrases), figures))];
  if (before) parts.push(line(chat.before(chat.figures(before))));
  for (const ranked of ['countries', 'organizations', 'kinds', 'hosts'] as const) {
    parts.push(...ranks(ranked, notice[ranked], phrases));
  }
  for (const group of groups.slice(0, GROUPS_MAX)) parts.push(groupLine(group, phrases));
  const rest = notice.rest + groups.slice(GROUPS_MAX).reduce((sum, group) => sum + group.bans, 0);
  if (rest > 0) parts.push(line(`• ${chat.rest(rest)}`));
  if (held.length + heldRest > 0) {
    parts.push(line(bold(chat.labels.held), chat.bans(held.length + heldRest)));
    for (const ban of held) parts.push(line('• ', ...heldSpans(ban, phrases)));
  }
  const urgency = held.length + heldRest > 0 ? 'normal' : 'low';
  const of = host === undefined ? undefined : name(host);
  return { title: title(...chat.digestTitle(every, of, figures)), urgency, parts };
}

function ranks(ranked: Ranked, list: readonly Counted[], { chat, number }: Phrases): Part[] {
  if (list.length === 0) return [];
  const as = OWN.has(ranked) ? name : code;
  const spans = list
    .slice(0, RANKS_MAX)
    .flatMap(({ name: of, count }, i): Spans => [i > 0 ? ', ' : '', as(of), ` ${number(count)}`]);
  return [line(bold(chat.labels[ranked]), ...spans, list.length > RANKS_MAX ? ', …' : '')];
}

function groupLine(group: DigestGroup, { chat }: Phrases): Part {
  const { by, name: of, organization, country, kinds } = group;
  const who = by === 'campaign' ? chat.campaign(code(fromLog(of))) : [name(of)];
  const where = [organization, country].flatMap((part): Spans => (part === undefined ? [] : [', ', code(part)]));
  const what = kinds.slice(0, KINDS_MAX).flatMap((kind): Spans => [', ', name(kind)]);
  return line('• ', ...who, ...where, `: ${chat.group(group)}`, ...what);
}

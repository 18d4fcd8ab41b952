/** A digest in short: the figures beside those before, where they come from, the largest groups, what was held back. */
import { fromLog } from '../../base/text.ts';
import type { Counted, DigestGroup, DigestNotice } from '../notice.ts';
import { heldSpans } from './ban.ts';
import { bold, code, counted, line, name, number, type Part, type Span, timeWords, title, type Words } from './word.ts';

const EVERY: Readonly<Record<DigestNotice['every'], string>> = {
  hour: 'Hour',
  day: 'Day',
  week: 'Week',
  month: 'Month',
};
/** Two screens of a phone; `rapsheet report` has all. */
const GROUPS_MAX = 10;
const RANKS_MAX = 5;
const KINDS_MAX = 3;

export function digestWords(notice: DigestNotice): Words {
  const { every, from, until, bans, addresses, attempts, before, groups, held, heldRest } = notice;
  const of = notice.host === undefined ? [] : [' of ', name(notice.host)];
  const figures = `${counted(bans, 'ban')}, ${counted(addresses, 'address')}, ${counted(attempts, 'attempt')}`;
  const parts: Part[] = [line(`From ${timeWords(from)} to ${timeWords(until)}: ${figures}.`)];
  if (before) {
    const then = `${counted(before.bans, 'ban')}, ${counted(before.addresses, 'address')}, ${counted(before.attempts, 'attempt')}`;
    parts.push(line(`Before that: ${then}.`));
  }
  parts.push(...ranks('Countries', notice.countries), ...ranks('Organizations', notice.organizations));
  parts.push(...ranks('Kinds', notice.kinds, name), ...ranks('Hosts', notice.hosts, name));
  for (const group of groups.slice(0, GROUPS_MAX)) parts.push(groupLine(group));
  const rest = notice.rest + groups.slice(GROUPS_MAX).reduce((sum, group) => sum + group.bans, 0);
  if (rest > 0) parts.push(line(`• and ${counted(rest, 'ban')} of smaller groups`));
  if (held.length + heldRest > 0) {
    parts.push(line(bold('News that was held back: '), counted(held.length + heldRest, 'ban')));
    for (const ban of held) parts.push(line('• ', ...heldSpans(ban)));
  }
  const urgency = held.length + heldRest > 0 ? 'normal' : 'low';
  return { title: title(EVERY[every], ...of, `: ${figures}`), urgency, parts };
}

function ranks(heading: string, list: readonly Counted[], as = code): Part[] {
  if (list.length === 0) return [];
  const spans = list
    .slice(0, RANKS_MAX)
    .flatMap(({ name: of, count }, i) => [i > 0 ? ', ' : '', as(of), ` ${number(count)}`]);
  return [line(bold(`${heading}: `), ...spans, list.length > RANKS_MAX ? ', …' : '')];
}

function groupLine({ by, name: of, organization, country, bans, addresses, kinds }: DigestGroup): Part {
  const who: (string | Span)[] = by === 'campaign' ? ['campaign against ', code(fromLog(of))] : [name(of)];
  const where = [organization, country].flatMap((part) => (part === undefined ? [] : [', ', code(part)]));
  const what = kinds.slice(0, KINDS_MAX).flatMap((kind) => [', ', name(kind)]);
  return line('• ', ...who, ...where, `: ${counted(bans, 'ban')} of ${counted(addresses, 'address')}`, ...what);
}

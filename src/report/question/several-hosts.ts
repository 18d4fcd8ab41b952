/** Who was banned on several hosts: how many addresses on how many, and which. */
import { count, percent, rankColumns, text } from '../column.ts';
import { Numbers } from '../facts/numbers.ts';
import { WORD } from '../facts/profiles.ts';
import { type Draft, finishTable, item, rankNotes, rest } from '../finish.ts';
import type { Entry } from '../rank.ts';
import { rankEntries } from '../rank.ts';
import type { Table } from '../table.ts';
import { placesOf } from './offenders.ts';
import type { Inquiry } from './question.ts';
import { countryOf } from './question.ts';

/** Beyond it, one row says "and more": a fleet's hosts would make a list of hundreds. */
const HOST_ROWS = 10;

export function severalHosts(inquiry: Inquiry): readonly Table[] {
  if (inquiry.facts.bans.hosts.size < 2) return [];
  const counts = hostCounts(inquiry);
  return [spreadTable(inquiry, counts), addressTable(inquiry, counts)];
}

/** On how many hosts each address was banned. One pass, without a set for each: there may be a million. */
function hostCounts(inquiry: Inquiry): Numbers {
  const { seen, places, hosts, subjects } = inquiry.facts.bans;
  const counts = new Numbers();
  // By host, the last address that was seen there, plus 1.
  const last = new Float64Array(hosts.size);
  for (let subject = 0; subject < subjects.size; subject++) {
    let count = 0;
    for (let pair = seen.first(subject); pair >= 0; pair = seen.next(pair)) {
      const host = places.firstOf(seen.label(pair));
      if (last[host] === subject + 1) continue;
      last[host] = subject + 1;
      count++;
    }
    counts.put(subject, count);
  }
  return counts;
}

function spreadTable(inquiry: Inquiry, hostCount: Numbers): Table {
  const { bans } = inquiry.facts;
  const sums = Array.from({ length: Math.min(bans.hosts.size, HOST_ROWS) }, () => ({ addresses: 0, bans: 0 }));
  for (let subject = 0; subject < bans.subjects.size; subject++) {
    const sum = sums[Math.min(hostCount.at(subject), HOST_ROWS) - 1];
    if (sum === undefined) continue;
    sum.addresses++;
    sum.bans += bans.of(subject, WORD.bans);
  }
  const nameOf = (size: number): string =>
    inquiry.phrases.notes.hosts({ count: size, orMore: size === HOST_ROWS && bans.hosts.size > HOST_ROWS });
  const draft: Draft = {
    name: 'host-spread',
    title: 'On how many hosts',
    base: 'unique addresses banned',
    columns: [
      count('number', 'Number', { rule: { type: 'label' }, show: 'data' }),
      text('hosts', 'Banned on'),
      count('addresses', 'Unique addresses', { measure: 'addresses' }),
      percent('addresses'),
      count('bans', 'Bans', { measure: 'bans' }),
    ],
    rows: sums.map((sum, i) => item({ number: i + 1, hosts: nameOf(i + 1), ...sum })),
    total: {},
    order: { by: 'number', direction: 'rising', amongEquals: [] },
    bar: 'addresses',
  };
  return finishTable(draft, inquiry);
}

function addressTable(inquiry: Inquiry, hostCount: Numbers): Table {
  const { bans } = inquiry.facts;
  const { top } = inquiry.options;
  const entries: Entry<number>[] = [];
  for (let subject = 0; subject < bans.subjects.size; subject++) {
    if (hostCount.at(subject) > 1) entries.push({ item: subject, count: bans.of(subject, WORD.bans) });
  }
  const labels = (subject: number): readonly string[] => [bans.subjects.text(subject)];
  const ranking = rankEntries(entries, { top, labels, compare: inquiry.compare });
  const others = ranking.rest.reduce((sum, entry) => sum + entry.count, 0);
  const oneHost = bans.total - entries.reduce((sum, entry) => sum + entry.count, 0);
  const listOf = (subject: number): string => {
    const names = placesOf(inquiry, subject).hosts;
    return names.length <= HOST_ROWS ? names.join(', ') : `${names.slice(0, HOST_ROWS).join(', ')}, …`;
  };
  const draft: Draft = {
    name: 'several-hosts',
    title: 'Banned on several hosts',
    base: 'bans',
    columns: [
      ...rankColumns(),
      text('subject', 'Address', { overflow: 'whole' }),
      count('bans', 'Bans', { measure: 'bans' }),
      count('hostCount', 'Hosts', { rule: { type: 'label' } }),
      text('hosts', 'Which', { show: 'roomy', overflow: 'fold' }),
      text('organization', 'Organization', { show: 'wide', absent: 'unknown' }),
      text('country', 'Country', { show: 'wide', absent: 'unknown' }),
    ],
    rows: [
      ...ranking.listed.map(({ item: subject, rank, tied, count: times }) =>
        item({
          ...{ rank, tied, subject: bans.subjects.text(subject), bans: times, hostCount: hostCount.at(subject) },
          hosts: listOf(subject),
          organization: bans.nameOf(subject, 'organization') ?? null,
          country: countryOf(inquiry, subject) ?? null,
        }),
      ),
      ...rest({ subject: 'others on several hosts', bans: others }, others),
      ...rest({ subject: 'on one host only', bans: oneHost }, oneHost),
    ],
    total: {},
    notes: [
      ...rankNotes(ranking, { things: 'addresses', counts: 'bans' }, inquiry),
      inquiry.phrases.notes.onSeveralHosts({ addresses: entries.length, of: bans.subjects.size }),
    ],
    order: { by: 'bans', direction: 'falling', amongEquals: ['subject'] },
    top,
    bar: 'bans',
  };
  return finishTable(draft, inquiry);
}

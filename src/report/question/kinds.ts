/** What they tried: attempts by kind, by group of kinds, and by service. */
import { count, percent, text } from '../column.ts';
import type { Spreads } from '../facts/pairs.ts';
import { spreadOf } from '../facts/pairs.ts';
import { type Draft, finishTable, item } from '../finish.ts';
import type { NotePhrases } from '../phrase/note.ts';
import { sortEntries } from '../rank.ts';
import type { Cells, Column, Table } from '../table.ts';
import type { Words } from '../words.ts';
import type { Inquiry, ReportOptions } from './question.ts';

export function kinds(inquiry: Inquiry): readonly Table[] {
  return [kindTable(inquiry), groupTable(inquiry), serviceTable(inquiry)];
}

/** Kinds that people count together, though their names say less: which mailbox protocol it was does not matter. */
export const MAILBOX_LOGINS: ReadonlySet<string> = new Set(['mail.auth.imap', 'mail.auth.pop3']);

/** What they are called together. */
export const MAILBOX_GROUP = 'IMAP and POP3 logins';

function kindTable(inquiry: Inquiry): Table {
  const { deeds } = inquiry.facts;
  const kindOf = (deed: number): string => deeds.second.text(deeds.secondOf(deed));
  const sentenceOf = sentencesIn(inquiry.options.kinds, inquiry);
  const serviceOf = (deed: number): string => deeds.first.text(deeds.firstOf(deed));
  return deedTable(inquiry, {
    name: 'kinds',
    title: 'Kinds of attack',
    size: deeds.size,
    labelOf: (deed) => deed,
    labels: (deed) => ({
      kind: kindOf(deed),
      service: serviceOf(deed),
      sentence: sentenceOf(kindOf(deed)),
    }),
    spreads: inquiry.facts.spreads.deeds,
    columns: [
      text('kind', 'Kind', { overflow: 'whole' }),
      text('service', 'Service', { show: 'wide' }),
      text('sentence', 'What they did', { show: 'roomy', overflow: 'fold' }),
    ],
    several: 'kinds',
    by: undefined,
  });
}

function groupTable(inquiry: Inquiry): Table {
  const { deeds, attempts } = inquiry.facts;
  const groups = groupsOf(inquiry);
  const groupOf = new Map<number, number>();
  for (const [id, group] of groups.entries()) for (const deed of group.deeds) groupOf.set(deed, id);
  const labelOf = (deed: number): number => groupOf.get(deed) ?? -1;
  return deedTable(inquiry, {
    name: 'kind-groups',
    title: 'Groups of kinds',
    size: groups.length,
    labelOf,
    labels: (id) => {
      const group = groups[id];
      const members = [...(group?.deeds ?? [])].map((deed) => deeds.second.text(deeds.secondOf(deed)));
      return {
        group: inquiry.say(group?.name ?? ''),
        service: group?.service ?? '',
        kinds: members.sort(inquiry.compare).join(', '),
      };
    },
    spreads: spreadOf(attempts.seen, { labelOf }),
    columns: [
      text('group', 'Group', { overflow: 'whole' }),
      text('service', 'Service', { show: 'wide' }),
      text('kinds', 'Kinds', { show: 'wide', overflow: 'fold' }),
    ],
    several: 'groups',
    by: undefined,
  });
}

function serviceTable(inquiry: Inquiry): Table {
  const { deeds, attempts } = inquiry.facts;
  return deedTable(inquiry, {
    name: 'kind-services',
    title: 'Attempts by service',
    size: deeds.first.size,
    labelOf: (deed) => deeds.firstOf(deed),
    labels: (service) => ({ service: deeds.first.text(service) }),
    spreads: spreadOf(attempts.seen, { labelOf: (deed) => deeds.firstOf(deed) }),
    columns: [text('service', 'Service')],
    several: 'services',
    by: 'service',
  });
}

type Several = Parameters<NotePhrases['triedSeveral']>[0]['several'];

/** A way to sum up deeds (service and kind) under labels of its own, numbered from 0. */
interface Summary {
  readonly name: string;
  readonly title: string;
  readonly size: number;
  readonly labelOf: (deed: number) => number;
  readonly labels: (label: number) => Cells;
  readonly spreads: Spreads;
  /** The columns of `labels`; the first one, with the service, decides among equals. */
  readonly columns: readonly Column[];
  readonly several: Several;
  readonly by: string | undefined;
}

function deedTable(inquiry: Inquiry, summary: Summary): Table {
  const { spreads, labels } = summary;
  const sums = sumDeeds(inquiry, summary);
  const key = summary.columns[0]?.key ?? '';
  const order = key === 'service' ? [key] : [key, 'service'];
  const entries = sums.map(({ attempts }, label) => ({ item: label, count: attempts }));
  const labelTexts = (label: number): string[] => order.map((name) => `${labels(label)[name] ?? ''}`);
  const rows = sortEntries(entries, { labels: labelTexts, compare: inquiry.compare }).flatMap(({ item: label }) => {
    const { attempts = 0, bans = 0 } = sums[label] ?? {};
    const { things: addresses, shared } = spreads.of(label);
    return attempts + bans === 0 ? [] : [item({ ...labels(label), attempts, addresses, shared, bans })];
  });
  const draft: Draft = {
    name: summary.name,
    title: summary.title,
    base: 'attempts',
    columns: [...summary.columns, ...deedColumns(summary.by)],
    rows,
    total: { addresses: spreads.all.things, shared: spreads.all.shared },
    notes: overlapNote(inquiry, spreads.all.shared, summary.several),
    order: { by: 'attempts', direction: 'falling', amongEquals: order },
    bar: 'attempts',
  };
  return finishTable(draft, inquiry);
}

function deedColumns(by: string | undefined): readonly Column[] {
  const overlaps = { type: 'overlaps', shared: 'shared' } as const;
  return [
    count('attempts', 'Attempts', { measure: 'attempts' }),
    percent('attempts', 'wide'),
    count('addresses', 'Unique addresses', { rule: overlaps, measure: 'attempting' }),
    count('shared', 'Also elsewhere', { rule: { type: 'shared' }, show: 'data' }),
    count('bans', 'Bans', { measure: 'bans', by }),
  ];
}

/** Attempts, and bans in which the kind was the most frequent one, by label. */
function sumDeeds(inquiry: Inquiry, summary: Summary): Array<{ attempts: number; bans: number }> {
  const { deeds, attempts, bans } = inquiry.facts;
  const sums = Array.from({ length: summary.size }, () => ({ attempts: 0, bans: 0 }));
  for (let deed = 0; deed < deeds.size; deed++) {
    const sum = sums[summary.labelOf(deed)];
    if (sum === undefined) continue;
    sum.attempts += attempts.byDeed.at(deed);
    sum.bans += bans.byDeed.at(deed);
  }
  return sums;
}

/** What each kind means, in the language of the report; `null` where nobody says. */
export function sentencesIn(kinds: ReportOptions['kinds'], { say }: Words): (kind: string) => string | null {
  return (kind) => {
    const sentence = kinds.get(kind)?.sentence;
    return sentence === undefined ? null : say(sentence);
  };
}

interface Group {
  readonly name: string;
  readonly service: string;
  readonly deeds: number[];
}

function groupsOf(inquiry: Inquiry): readonly Group[] {
  const { deeds } = inquiry.facts;
  const groups = new Map<string, Group>();
  for (let deed = 0; deed < deeds.size; deed++) {
    const kind = deeds.second.text(deeds.secondOf(deed));
    const service = deeds.first.text(deeds.firstOf(deed));
    const name = groupName(kind);
    const key = JSON.stringify([service, name]);
    const group: Group = groups.get(key) ?? { name, service, deeds: [] };
    group.deeds.push(deed);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** `web.probe` for `web.probe.git`: the first two words of the kind. */
function groupName(kind: string): string {
  if (MAILBOX_LOGINS.has(kind)) return MAILBOX_GROUP;
  return kind.split('.').slice(0, 2).join('.');
}

function overlapNote({ phrases }: Inquiry, addresses: number, several: Several): string[] {
  const rule = 'A ban counts under the kind that was tried most before it.';
  return addresses === 0 ? [rule] : [rule, phrases.notes.triedSeveral({ addresses, several })];
}

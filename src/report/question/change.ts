/** What changed against the period before, where the ledger has it. */
import { count, text } from '../column.ts';
import type { Before } from '../facts/before.ts';
import { type Draft, finishTable, item } from '../finish.ts';
import type { Row, Table } from '../table.ts';
import { percentOf } from '../table.ts';
import type { Inquiry } from './question.ts';

/** Services with lines of their own: those with the most bans in either period. */
const SERVICES = 5;
/** The row of all bans is followed by those of services, which sum to it. */
const RULE = { type: 'itemized', by: 'service' } as const;

export function change(inquiry: Inquiry): readonly Table[] {
  const { before } = inquiry.facts.comparison;
  if (before === undefined) return [];
  const now = inquiry.periodName(inquiry.options.scope.period.name);
  const { phrases } = inquiry;
  const draft: Draft = {
    name: 'change',
    title: 'Against the period before',
    base: 'bans, unique addresses and attempts',
    columns: [
      text('what', 'What'),
      text('service', 'Service', { show: 'data' }),
      count('before', inquiry.periodName(before.period.name), { rule: RULE }),
      count('now', now, { rule: RULE }),
      { ...text('change', 'Change'), align: 'right' },
    ],
    rows: comparisons(inquiry, before).map((comparison) => changeRow(inquiry, comparison)),
    total: undefined,
    notes: [phrases.notes.comparedWith({ period: inquiry.periodName(before.period.name) })],
  };
  return [finishTable(draft, inquiry)];
}

interface Counts {
  readonly before: number;
  readonly now: number;
}

interface Comparison extends Counts {
  readonly what: string;
  /** Whose bans they are; all bans are the sum of those. */
  readonly service: string | null;
}

function comparisons(inquiry: Inquiry, before: Before): Comparison[] {
  const { bans, attempts } = inquiry.facts;
  return [
    { what: inquiry.say('Bans'), service: null, before: before.bans, now: bans.total },
    ...services(inquiry, before),
    { what: inquiry.say('Unique addresses'), service: null, before: before.addresses, now: bans.subjects.size },
    { what: inquiry.say('Attempts'), service: null, before: before.attempts, now: attempts.total },
  ];
}

/** Those of either period: one that has no ban any more is a change, too. */
function services({ facts, compare, say }: Inquiry, before: Before): Comparison[] {
  const { bans, spreads } = facts;
  const counts = new Map<string, Counts>(
    before.services.map((name) => [name, { before: before.bansOf(name), now: 0 }]),
  );
  for (const [id, name] of bans.services.texts().entries()) {
    const now = spreads.services.of(id).count;
    // Some have attempts only.
    if (now > 0) counts.set(name, { before: before.bansOf(name), now });
  }
  const most = (each: Counts): number => Math.max(each.before, each.now);
  const sorted = [...counts].sort(([a, of], [b, other]) => most(other) - most(of) || compare(a, b));
  const others = sorted.slice(SERVICES).map(([, each]) => each);
  const sum = (key: keyof Counts): number => others.reduce((all, each) => all + each[key], 0);
  const rest =
    others.length === 0 ? [] : [[say('other services'), { before: sum('before'), now: sum('now') }] as const];
  return [...sorted.slice(0, SERVICES), ...rest].map(([service, each]) => ({
    ...each,
    what: `${say('Bans')}: ${service}`,
    service,
  }));
}

function changeRow(inquiry: Inquiry, { what, service, before, now }: Comparison): Row {
  return item({ what, service, before, now, change: changeText(inquiry, before, now) });
}

/** `+12 (+3.4%)`; without a percentage where there was nothing. */
function changeText({ language }: Inquiry, before: number, now: number): string {
  const signed = new Intl.NumberFormat(language, { signDisplay: 'exceptZero' });
  const difference = signed.format(now - before);
  const share = percentOf(Math.abs(now - before), before);
  if (share === null) return difference;
  const percent = new Intl.NumberFormat(language, {
    ...{ style: 'percent', signDisplay: 'exceptZero', minimumFractionDigits: 1, maximumFractionDigits: 1 },
  });
  return `${difference} (${percent.format((now < before ? -share : share) / 100)})`;
}

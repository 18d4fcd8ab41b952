/** What changed against the period before, where the ledger has it. */
import { count, text } from '../column.ts';
import type { Before } from '../facts/before.ts';
import { type Draft, finishTable, item } from '../finish.ts';
import type { Row, Table } from '../table.ts';
import { percentOf } from '../table.ts';
import type { Inquiry } from './question.ts';

/** Services with lines of their own: those with the most bans now. */
const SERVICES = 5;

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
      count('before', inquiry.periodName(before.period.name)),
      count('now', now),
      { ...text('change', 'Change'), align: 'right' },
    ],
    rows: comparisons(inquiry, before).map((comparison) => changeRow(inquiry, comparison)),
    total: undefined,
    notes: [phrases.notes.comparedWith({ period: inquiry.periodName(before.period.name) })],
  };
  return [finishTable(draft, inquiry)];
}

interface Comparison {
  readonly what: string;
  readonly before: number;
  readonly now: number;
}

function comparisons(inquiry: Inquiry, before: Before): Comparison[] {
  const { bans, spreads, attempts } = inquiry.facts;
  const services = bans.services
    .texts()
    .map((service, id) => ({ what: service, before: before.bansOf(service), now: spreads.services.of(id).count }))
    .sort((a, b) => b.now - a.now || inquiry.compare(a.what, b.what))
    .slice(0, SERVICES)
    .map((each) => ({ ...each, what: `${inquiry.say('Bans')}: ${each.what}` }));
  return [
    { what: inquiry.say('Bans'), before: before.bans, now: bans.total },
    ...services,
    { what: inquiry.say('Unique addresses'), before: before.addresses, now: bans.subjects.size },
    { what: inquiry.say('Attempts'), before: before.attempts, now: attempts.total },
  ];
}

function changeRow(inquiry: Inquiry, { what, before, now }: Comparison): Row {
  return item({ what, before, now, change: changeText(inquiry, before, now) });
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

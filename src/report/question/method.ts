/** How the figures came about: the data and the rules behind them, what is missing, and what could not be computed. */
import { FORM_WORDS } from '../../base/reason-words.ts';
import { text } from '../column.ts';
import { finishTable, item } from '../finish.ts';
import type { Row, Table } from '../table.ts';
import type { Inquiry } from './question.ts';

/** Sources that are named; a ledger that had more data versions within one report says how many more. */
const SOURCES = 40;

export function method(inquiry: Inquiry): readonly Table[] {
  const { options } = inquiry;
  const rows = [
    ...lines('Remark', options.remarks),
    ...lines('Counted', [COUNTING]),
    ...lines('Origins', sources(inquiry)),
    ...lines('Credit', credits(inquiry)),
    ...lines('Unknown', unknowns(inquiry)),
    ...lines('Imported', imported(inquiry)),
    ...lines('Rule', rules(inquiry)),
    ...lines('Not computed', missing(inquiry)),
  ];
  const table = finishTable({
    name: 'method',
    title: 'Method',
    base: 'the records of the period',
    columns: [text('topic', 'Topic'), text('statement', 'Statement', { overflow: 'fold' })],
    rows,
    total: undefined,
  });
  return [table];
}

const COUNTING =
  'Percentages are rounded half up to one decimal, each by itself. Entries with equal counts share a rank, and all that tie with the last are listed.';

function lines(topic: string, statements: readonly string[]): Row[] {
  return statements.map((statement) => item({ topic, statement }));
}

function sources(inquiry: Inquiry): string[] {
  const { bySource, withoutSource } = inquiry.facts.bans;
  const found = [...bySource].sort((a, b) => b[1].bans - a[1].bans || inquiry.compare(a[0], b[0]));
  const named = found.slice(0, SOURCES).map(([source, { bans }]) => `${source} (${inquiry.counted(bans, 'ban')})`);
  const more = found.length - named.length;
  return [
    ...named,
    ...(more > 0 ? [`${inquiry.counted(more, 'further source')}.`] : []),
    ...(withoutSource > 0 ? [`${inquiry.counted(withoutSource, 'ban has', 'bans have')} no origin data.`] : []),
  ];
}

/** A source line reads `country, asn: NAME DATE`. */
function credits(inquiry: Inquiry): string[] {
  const used = [...inquiry.facts.bans.bySource.keys()];
  const names = [...inquiry.options.credits].filter(([name]) => used.some((source) => source.includes(`: ${name} `)));
  return [...new Set(names.map(([, credit]) => credit))];
}

/** Whose decisions the others were: our rules are not theirs. */
function imported(inquiry: Inquiry): string[] {
  const { byForm } = inquiry.facts.bans;
  if (byForm.size === 0) return [];
  const each = [...byForm].sort((a, b) => b[1] - a[1] || inquiry.compare(a[0], b[0]));
  return [
    ...each.map(
      ([form, bans]) => `${inquiry.counted(bans, 'ban')} from ${FORM_WORDS[form]}, by its rules and no other.`,
    ),
    'Their origins were looked up when they were imported, their kinds follow from the names of jails, and their attempts are those that were recorded there.',
  ];
}

/** Those in force, where any ban of the period is one of ours. */
function rules(inquiry: Inquiry): readonly string[] {
  const { total, byForm } = inquiry.facts.bans;
  const others = [...byForm.values()].reduce((sum, bans) => sum + bans, 0);
  return total > 0 && others === total ? [] : inquiry.options.rules;
}

function unknowns(inquiry: Inquiry): string[] {
  const { bans } = inquiry.facts;
  const { written, counted } = inquiry;
  const all = counted(bans.subjects.size, 'address', 'addresses');
  const without = (trait: 'country' | 'organization'): number => {
    let unknown = 0;
    for (let subject = 0; subject < bans.subjects.size; subject++) if (bans.of(subject, trait) === 0) unknown++;
    return unknown;
  };
  const { moved } = bans;
  return [
    `Country: ${written(without('country'))} of ${all}. Organization: ${written(without('organization'))} of ${all}.`,
    ...(moved > 0
      ? [`${counted(moved, 'address', 'addresses')} changed country or organization; the latest one counts.`]
      : []),
  ];
}

function missing(inquiry: Inquiry): string[] {
  const { bans, attempts, unusual, users } = inquiry.facts;
  const { counted } = inquiry;
  return [
    ...(bans.total === 0 ? ['Bans: the ledger has none in this period.'] : []),
    ...(attempts.total === 0 ? ['Attempts: the ledger has no tallies of this period.'] : []),
    ...(users.total === 0 ? ['User names: the ledger has none of this period.'] : []),
    ...(bans.names.country.size === 0 && bans.total > 0 ? ['Countries: no origin names one.'] : []),
    ...(bans.names.organization.size === 0 && bans.total > 0
      ? ['Organizations: no origin names one; the country data that comes with Rapsheet has none.']
      : []),
    ...dropped(bans.dropped, (count) => `${counted(count, 'ban')}: more addresses than a report holds.`),
    ...dropped(attempts.dropped, (count) => `${counted(count, 'attempt')}: more addresses than a report holds.`),
    ...dropped(
      users.others,
      (count) => `${counted(count, 'attempt')} with further user names: more than a report holds.`,
    ),
    ...dropped(
      unusual.dropped,
      (count) => `Stories of ${counted(count, 'ban')}: more slow attackers, networks or campaigns than are told apart.`,
    ),
    ...dropped(
      bans.subjects.unreadable,
      (count) =>
        `Networks of ${counted(count, 'entry', 'entries')} that are hidden, or that the ledger spells in no known way.`,
    ),
  ];
}

function dropped(count: number, sentence: (count: number) => string): string[] {
  return count === 0 ? [] : [sentence(count)];
}

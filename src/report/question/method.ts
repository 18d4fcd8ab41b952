/** How the figures came about: the data and the rules behind them, what is missing, and what could not be computed. */
import { text } from '../column.ts';
import { WORD } from '../facts/profiles.ts';
import { type Draft, finishTable, item } from '../finish.ts';
import type { Row, Table } from '../table.ts';
import type { Words } from '../words.ts';
import { missing } from './missing.ts';
import type { Inquiry } from './question.ts';

/** Sources that are named; a ledger that had more data versions within one report says how many more. */
const SOURCES = 40;

export function method(inquiry: Inquiry): readonly Table[] {
  const { options } = inquiry;
  const { say } = inquiry;
  const lines = (topic: string, statements: readonly string[]): Row[] =>
    statements.map((statement) => item({ topic: say(topic), statement }));
  const rows = [
    ...lines('Remark', options.remarks.map(say)),
    ...lines('Counted', [say(COUNTING)]),
    ...lines('Origins', sources(inquiry)),
    ...lines('Credit', credits(inquiry)),
    ...lines('Unknown', unknowns(inquiry)),
    ...lines('Imported', imported(inquiry)),
    ...lines('Rule', rules(inquiry)),
    ...lines('Not computed', missing(inquiry)),
  ];
  const draft: Draft = {
    name: 'method',
    title: 'Method',
    base: 'the records of the period',
    columns: [text('topic', 'Topic'), text('statement', 'Statement', { overflow: 'fold' })],
    rows,
    total: undefined,
  };
  return [finishTable(draft, inquiry)];
}

const COUNTING =
  'Percentages are rounded half up to one decimal, each by itself. Entries with equal counts share a rank, and all that tie with the last are listed.';

function sources(inquiry: Inquiry): string[] {
  const { bySource, withoutSource } = inquiry.facts.bans.origins;
  const found = [...bySource].sort((a, b) => b[1].bans - a[1].bans || inquiry.compare(a[0], b[0]));
  const { method } = inquiry.phrases;
  const named = found
    .slice(0, SOURCES)
    .map(([source, { bans }]) => method.source({ source: sourceText(source, inquiry), bans }));
  const more = found.length - named.length;
  return [
    ...named,
    ...(more > 0 ? [method.furtherSources({ count: more })] : []),
    ...(withoutSource > 0 ? [method.withoutOrigin({ bans: withoutSource })] : []),
  ];
}

/** A source line reads `country, asn: NAME DATE`; what it tells of is said in the language of the report. */
export function sourceText(source: string, { say }: Words): string {
  const [fields = '', ...name] = source.split(/(?=: )/);
  return [fields.split(', ').map(say).join(', '), ...name].join('');
}

function credits(inquiry: Inquiry): string[] {
  const used = [...inquiry.facts.bans.origins.bySource.keys()];
  return [...new Set(inquiry.options.creditsOf(used).values())];
}

/** Whose decisions the others were: our rules are not theirs. */
function imported(inquiry: Inquiry): string[] {
  const { byForm } = inquiry.facts.bans;
  if (byForm.size === 0) return [];
  const each = [...byForm].sort((a, b) => b[1] - a[1] || inquiry.compare(a[0], b[0]));
  return [
    ...each.map(([from, bans]) => inquiry.phrases.method.imported({ bans, from })),
    inquiry.say(
      'Their origins were looked up when they were imported, their kinds follow from the names of jails, and their attempts are those that were recorded there.',
    ),
  ];
}

/** Those in force, where any ban of the period is one of ours. */
function rules(inquiry: Inquiry): readonly string[] {
  const { total, byForm } = inquiry.facts.bans;
  const others = [...byForm.values()].reduce((sum, bans) => sum + bans, 0);
  if (total > 0 && others === total) return [];
  const { jails, wide, campaign } = inquiry.options.rules;
  const { method: say } = inquiry.phrases;
  return [
    ...jails.map((jail) => say.jail(jail)),
    ...(wide === undefined ? [] : [say.networks(wide)]),
    ...(campaign === undefined ? [] : [say.campaigns(campaign)]),
  ];
}

function unknowns(inquiry: Inquiry): string[] {
  const { bans } = inquiry.facts;
  const { method: say } = inquiry.phrases;
  const without = (trait: 'country' | 'organization'): number => {
    let unknown = 0;
    for (let subject = 0; subject < bans.subjects.size; subject++) if (bans.of(subject, WORD[trait]) === 0) unknown++;
    return unknown;
  };
  const { moved } = bans.origins;
  return [
    say.unknown({
      countries: without('country'),
      organizations: without('organization'),
      of: bans.subjects.size,
    }),
    ...(moved > 0 ? [say.moved({ addresses: moved })] : []),
  ];
}

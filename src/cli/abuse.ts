/** `rapsheet abuse`: reports to whom attackers' networks belong. Drafts are looked at here, and nothing goes out before. */
import { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import { printable, printableJson } from '../base/text.ts';
import { dayName, isoTime } from '../base/zone.ts';
import { type Config, loadConfig } from '../config/config.ts';
import type { AbuseReport, Ledger } from '../ledger/ledger.ts';
import { answered, approve, currentOf, draftAt, drop, settleDelivered, stateOf } from '../notify/abuse/abuse.ts';
import { askForContacts, draftDays, reviewPeriod } from './abuse-drafts.ts';
import { draftText, leftOutLines, reportLines } from './abuse-text.ts';
import { print } from './daemon-call.ts';
import { openLedgerFor } from './open.ts';
import { programFolder } from './program.ts';

interface AbuseOptions {
  readonly config?: string;
  readonly ledger?: string;
  readonly ask?: boolean;
  readonly allOf?: string;
  readonly yes?: boolean;
  readonly bounced?: boolean;
  readonly answered?: boolean;
  readonly note?: string;
  readonly json?: boolean;
}

export function abuseCommand(): Command {
  return new Command('abuse')
    .description('reports to abuse desks, AbuseIPDB and blocklist.de: list, show, send, drop, answer')
    .argument('<verb>', 'list, show, send, drop or answer')
    .argument('[what...]', 'list: a month, a day or a year; the others: numbers of reports')
    .option('--ask', 'list: first ask the registries for contacts that are not known, where [origin] rdap is on')
    .option('--all-of <organization>', 'send: all drafts for an organization or contact')
    .option('--yes', 'send: they were looked at')
    .option('--bounced', 'answer: it came back')
    .option('--answered', 'answer: somebody answered')
    .option('--note <text>', 'answer: what they said, a line')
    .option('--json', 'list, show: JSON')
    .option('-c, --config <file>', 'configuration instead of /etc/rapsheet/rapsheet.toml')
    .option('--ledger <file>', 'the ledger to read and to write')
    .addHelpText('after', EXAMPLES)
    .action(abuse);
}

const EXAMPLES = `
list    drafts what there is to report of the last seven days that are over (or of the days you name), one mail for each abuse
        contact and day, and lists it with what went out already. It says what is left out, and why: research scanners, your
        own addresses, imported bans, dry runs, what can be forged, and addresses for which nobody knows a contact.
show    the report, as it would go out, and what became of it.
send    hands reports to "rapsheet notify run", which sends them. It needs --yes: nothing goes out that nobody looked at.
drop    nothing is sent to this contact about this day.
answer  records that a report bounced or was answered; "rapsheet show ADDRESS" tells it.

Nothing is drafted until [abuse] of the configuration says who reports. Exit status 1 when there is nothing to send, 64 for a
report that is no draft, 78 when nothing is configured.

Examples:
  rapsheet abuse list
  rapsheet abuse list 2024-10-03 --ask
  rapsheet abuse show 12
  rapsheet abuse send 12 13 --yes
  rapsheet abuse send --all-of 'Emanual Hosting' --yes
  rapsheet abuse answer 12 --answered --note 'customer was informed'`;

type Act = (what: readonly string[], place: Place) => Promise<void> | void;

interface Place {
  readonly ledger: Ledger;
  readonly config: Config;
  readonly options: AbuseOptions;
  readonly now: number;
}

const VERBS: Readonly<Record<string, Act>> = { list, show, send, drop: dropAll, answer };

async function abuse(verb: string, what: readonly string[], options: AbuseOptions): Promise<void> {
  const act = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (!act) {
    const hint = 'list, show, send, drop, answer';
    throw new ProblemError(EXIT.usage, { what: `abuse ${verb}: there is no such verb`, hint });
  }
  const config = loadConfig({ program: programFolder(), file: options.config });
  // One that is not there must not be made.
  (await openLedgerFor(options, config, 'read')).close();
  const ledger = await openLedgerFor(options, config, verb === 'show' ? 'read' : 'write');
  try {
    await act(what, { ledger, config, options, now: systemClock() });
  } finally {
    ledger.close();
  }
}

async function list(what: readonly string[], { ledger, config, options, now }: Place): Promise<void> {
  if (what.length > 1) throw new ProblemError(EXIT.usage, { what: 'abuse list takes one month, day or year' });
  const days = reviewPeriod(what[0], { zone: ledger.zone, now });
  if (options.ask) await askForContacts(days, { ledger, config });
  settleDelivered(ledger, now);
  const leftOut = await draftDays(days, { ledger, config, now });
  const reports = currentOf(ledger.abuse.ofDays(days.first, days.last));
  if (options.json) {
    print([printableJson({ reports: reports.map(reportJson), leftOut })]);
    return;
  }
  const span = `${dayName(days.first)} to ${dayName(days.last)}`;
  const none = `Nothing is to be reported of ${days.first === days.last ? dayName(days.first) : span}.`;
  print([...(reports.length === 0 ? [none] : reportLines(reports)), ...leftOutLines(leftOut)]);
}

function reportJson(report: AbuseReport): object {
  const { id, way, contact, organization, day, made, addresses, attempts, steps } = report;
  return {
    ...{ id, way, contact, organization: organization ?? null, day: dayName(day), made: isoTime(made) },
    ...{ addresses, attempts, state: stateOf(report) },
    steps: steps.map(({ state, at, note }) => ({ state, at: isoTime(at), note })),
  };
}

function show(what: readonly string[], { ledger, config, options }: Place): void {
  for (const id of numbersOf('show', what)) {
    const { report, content } = draftAt(ledger, id);
    if (options.json) print([printableJson({ ...reportJson(report), content })]);
    else print(draftText(report, content, config.alerts.abuse.reporter));
  }
}

function send(what: readonly string[], { ledger, options, now }: Place): void {
  const ids = options.allOf === undefined ? numbersOf('send', what) : draftsFor(options.allOf, what, ledger);
  const reports = ids.map((id) => draftAt(ledger, id).report);
  if (!options.yes) {
    const hint = 'look at them with "rapsheet abuse show", then add --yes';
    const named = reports.map(({ id, contact }) => `${id} to ${contact}`).join(', ');
    throw new ProblemError(EXIT.usage, { what: `nothing is sent without --yes: ${named}`, hint });
  }
  record(ledger, () => {
    for (const id of new Set(ids)) approve(ledger, id, now);
  });
  print([
    ...reports.map(({ id, contact }) => printable(`Report ${id} goes to ${contact}.`)),
    '"rapsheet notify run" sends them; "rapsheet abuse list" says what became of them.',
  ]);
}

/** The drafts of a contact or an organization, of all days. */
function draftsFor(name: string, what: readonly string[], ledger: Ledger): number[] {
  if (what.length > 0) {
    throw new ProblemError(EXIT.usage, { what: 'numbers with --all-of: which of them?', hint: 'write one of the two' });
  }
  const wanted = name.toLowerCase();
  const drafts = currentOf(ledger.abuse.ofDays(0, LAST_DAY)).filter((report) => stateOf(report) === 'draft');
  const found = drafts.filter((report) =>
    [report.contact, report.organization].some((each) => each?.toLowerCase() === wanted),
  );
  if (found.length > 0) return found.map(({ id }) => id);
  const hint = 'rapsheet abuse list shows what there is';
  throw new ProblemError(EXIT.no, { what: `there is no draft for "${name}"`, hint });
}

/** Of the calendar, in days since 1970. */
const LAST_DAY = 100_000_000;

function dropAll(what: readonly string[], { ledger, now }: Place): void {
  const ids = numbersOf('drop', what);
  record(ledger, () => {
    for (const id of ids) drop(ledger, id, now);
  });
  print(ids.map((id) => `Report ${id} is dropped: nothing is sent to its contact about its day.`));
}

function answer(what: readonly string[], { ledger, options, now }: Place): void {
  const ids = numbersOf('answer', what);
  if (options.bounced === options.answered) {
    throw new ProblemError(EXIT.usage, { what: 'abuse answer takes either --bounced or --answered' });
  }
  const state = options.bounced ? 'bounced' : 'answered';
  record(ledger, () => {
    for (const id of ids) answered(ledger, id, { state, note: options.note ?? '', now });
  });
  print(ids.map((id) => `Report ${id}: ${state}.`));
}

function numbersOf(verb: string, what: readonly string[]): number[] {
  const wrong = what.find((text) => !/^[1-9]\d{0,14}$/.test(text));
  if (what.length > 0 && wrong === undefined) return what.map(Number);
  throw new ProblemError(EXIT.usage, {
    what:
      wrong === undefined ? `abuse ${verb} takes the numbers of reports` : `"${wrong}" is not the number of a report`,
    hint: 'rapsheet abuse list shows them',
  });
}

/** All or nothing. */
function record(ledger: Ledger, work: () => void): void {
  ledger.begin();
  try {
    work();
    ledger.commit();
  } catch (error) {
    ledger.rollback();
    throw error;
  }
}

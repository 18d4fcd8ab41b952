/** `rapsheet show`: the rap sheet of an address, a network, an ASN, an organization or a user name. */
import { Command } from 'commander';
import { parseNetwork } from '../base/address.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import { printable, toLog } from '../base/text.ts';
import { loadConfig } from '../config/config.ts';
import type { Ledger } from '../ledger/ledger.ts';
import {
  audit,
  makePublicSheet,
  makeRapSheet,
  renderReport,
  type SheetSubject,
  sheetFamily,
} from '../report/report.ts';
import { expectNoLeak } from './leak.ts';
import { nearlyNetwork } from './network-argument.ts';
import { openLedgerFor } from './open.ts';
import { gatherPrivacy } from './privacy.ts';
import { programFolder } from './program.ts';
import { drawnAs, formatOf, withFormat, withReaders } from './report-files.ts';
import { shapeFor, writeFiles } from './report-output.ts';
import { sheetRecords } from './show-records.ts';

interface ShowOptions {
  readonly config?: string;
  readonly ledger?: string;
  readonly lines?: string;
  readonly format?: string;
  readonly output?: string;
  readonly language?: string;
  readonly json?: boolean;
  readonly public?: boolean;
}

/** Lines of evidence that fit a few screens; --lines shows more. */
const LINES = 20;

export function showCommand(): Command {
  const command = new Command('show')
    .description(
      'the rap sheet of an address, a network, an ASN, an organization or a user name, down to the log lines',
    )
    .argument('<subject>', "203.0.113.7, 203.0.113.0/24, 2001:db8::/64, AS64500, 'Emanual Hosting', user:root")
    .option('--lines <n>', `bans and lines of evidence to list, or "all" (${LINES})`);
  return withReaders(withFormat(command))
    .option('-c, --config <file>', 'configuration instead of /etc/rapsheet/rapsheet.toml')
    .option('--ledger <file>', 'the ledger to read')
    .addHelpText('after', EXAMPLES)
    .action(show);
}

const EXAMPLES = `
Who and where, first and last seen, every ban with its length and reason, a timeline across services and hosts, neighbors
that were banned too, and the raw lines with file and offset. What has too many bans is cut to the newest; the sheet says so.
org:NAME is an organization whose name looks like something else. html is one page that needs no network and no script.

--public hides what is yours, as rapsheet report --public does; of your own addresses, users and customers there is no such
sheet.

Exit status 1 when the ledger knows nothing of it.

Examples:
  rapsheet show 203.0.113.7
  rapsheet show 203.0.113.7 -o attacker.html
  rapsheet show 203.0.113.7 --public -o attacker.html
  rapsheet show 203.0.113.0/24 --lines all
  rapsheet show AS64500 --json
  rapsheet show 'Emanual Hosting'
  rapsheet show user:root`;

async function show(text: string, options: ShowOptions): Promise<void> {
  const subject = subjectOf(text);
  const lines = linesOf(options.lines);
  const format = formatOf(options);
  const config = loadConfig({ program: programFolder(), file: options.config });
  const ledger = await openLedgerFor(options, config, 'read');
  try {
    ledger.begin();
    const records = sheetRecords(ledger);
    const asked = {
      ...{ subject, lines, top: config.report.top, kinds: config.kinds, zone: ledger.zone },
      tries: triesOf(subject, ledger),
      language: options.language ?? config.report.language,
    };
    const drawn = drawnAs(format);
    const terminal = shapeFor(options.output);
    const found = options.public
      ? makePublicSheet(
          { records, options: asked, privacy: await gatherPrivacy({ config, ledger }) },
          { format: drawn, terminal },
        )
      : undefined;
    const sheet = found?.report ?? makeRapSheet(records, asked);
    const problems = audit(sheet);
    if (problems.length > 0) throw new ProblemError(EXIT.badData, problems);
    const files = renderReport(sheet, drawn, terminal);
    if (found !== undefined) expectNoLeak(found, sheet, files);
    await writeFiles(files, { output: options.output, format, family: sheetFamily, hasTable: false });
    if (sheet.tables.length === 0) {
      process.exitCode = EXIT.no;
      if (subject.type === 'organization') tellOfUser(subject.organization, ledger);
    }
  } finally {
    ledger.rollback();
    ledger.close();
  }
}

function subjectOf(text: string): SheetSubject {
  const network = parseNetwork(text);
  if (network) return { type: 'network', network };
  const asn = /^[Aa][Ss]([1-9]\d{0,9})$/.exec(text)?.[1];
  if (asn !== undefined) return { type: 'asn', asn: Number(asn) };
  const user = /^user:(.+)$/s.exec(text)?.[1];
  if (user !== undefined) return { type: 'user', user };
  const organization = /^org:(.+)$/s.exec(text)?.[1] ?? (isName(text) ? text : undefined);
  if (organization !== undefined) return { type: 'organization', organization };
  throw new ProblemError(
    EXIT.usage,
    nearlyNetwork(text) ?? {
      what: `"${text}" is not an address, a network, an ASN, an organization or a user name`,
      hint: "write 203.0.113.7, 203.0.113.0/24, 2001:db8::/64, AS64500, 'Emanual Hosting' or user:root",
    },
  );
}

/** Whether it may be meant as an organization: not what is nearly an address or an ASN, nor what begins like a user name. */
function isName(text: string): boolean {
  return /\p{L}/u.test(text) && !/^[\da-f.:]*[.:][\da-f.:]*(?:\/|$)/i.test(text) && !/^(?:user:|org:|as\d)/i.test(text);
}

function linesOf(text: string | undefined): number | 'all' {
  if (text === undefined) return LINES;
  if (text === 'all') return text;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new ProblemError(EXIT.usage, {
    what: `--lines ${text}: not a number`,
    hint: 'write --lines 50 or --lines all',
  });
}

/** How often a name was tried in all, beside the attempts that led to bans; undefined for what is none, or was never tried. */
function triesOf(subject: SheetSubject, ledger: Ledger): number | undefined {
  if (subject.type !== 'user') return undefined;
  const tries = ledger.usersNamed(toLog(subject.user)).reduce((sum, { count }) => sum + count, 0);
  return tries === 0 ? undefined : tries;
}

/** A name without anything before it is looked for among organizations; it may be a user's. */
function tellOfUser(name: string, ledger: Ledger): void {
  if (ledger.usersNamed(toLog(name)).length === 0) return;
  process.stderr.write(
    `rapsheet: ${printable(name)} was tried as a user name: rapsheet show user:${printable(name)}\n`,
  );
}

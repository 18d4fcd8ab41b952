/** `rapsheet show`: the rap sheet of an address, a network, an ASN or a user name. */
import { Command } from 'commander';
import { parseNetwork } from '../base/address.ts';
import { EXIT, ProblemError } from '../base/problem.ts';
import { toLog } from '../base/text.ts';
import { dayOf, type Zone } from '../base/zone.ts';
import { loadConfig } from '../config/config.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { BanRecord, Tally } from '../model.ts';
import {
  audit,
  makeRapSheet,
  type RapSheetRecords,
  type Report,
  renderReport,
  type SheetEvidence,
  type SheetSubject,
} from '../report/report.ts';
import { programFolder } from './program.ts';
import { openLedgerFor } from './stages.ts';
import { outputShape } from './terminal.ts';

interface ShowOptions {
  readonly config?: string;
  readonly ledger?: string;
  readonly lines?: string;
  readonly json?: boolean;
}

/** Lines of evidence that fit a few screens; --lines shows more. */
const LINES = 20;

export function showCommand(): Command {
  return new Command('show')
    .description('the rap sheet of an address, a network, an ASN or a user name, down to the log lines')
    .argument('<subject>', '203.0.113.7, 203.0.113.0/24, 2001:db8::/64, AS64500, user:root')
    .option('--lines <n>', `bans and lines of evidence to list, or "all" (${LINES})`)
    .option('--json', 'print one JSON object')
    .option('-c, --config <file>', 'configuration instead of /etc/rapsheet/rapsheet.toml')
    .option('--ledger <file>', 'the ledger to read')
    .addHelpText(
      'after',
      `
Exit status 1 when the ledger knows nothing of it.

Examples:
  rapsheet show 203.0.113.7
  rapsheet show 203.0.113.0/24 --lines all
  rapsheet show AS64500 --json
  rapsheet show user:root`,
    )
    .action(show);
}

async function show(text: string, options: ShowOptions): Promise<void> {
  const subject = subjectOf(text);
  const config = loadConfig({ program: programFolder(), file: options.config });
  const ledger = await openLedgerFor(options, config, 'read');
  try {
    ledger.begin();
    const made = makeRapSheet(sheetRecords(ledger), {
      subject,
      top: config.report.top,
      lines: linesOf(options.lines),
      kinds: config.kinds,
      language: config.report.language,
      zone: ledger.zone,
    });
    const sheet = subject.type === 'user' ? withTries(made, ledger, subject.user) : made;
    const problems = audit(sheet);
    if (problems.length > 0) throw new ProblemError(EXIT.badData, problems);
    for (const file of renderReport(sheet, options.json ? 'json' : 'text', outputShape())) {
      for (const piece of file.pieces) process.stdout.write(piece);
    }
    if (sheet.tables.length === 0) process.exitCode = EXIT.no;
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
  throw new ProblemError(EXIT.usage, {
    what: `"${text}" is not an address, a network, an ASN or a user name`,
    hint: 'write 203.0.113.7, 203.0.113.0/24, 2001:db8::/64, AS64500 or user:root',
  });
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

/** The ledger's answers in the rap sheet's words. */
function sheetRecords(ledger: Ledger): RapSheetRecords {
  return {
    *bansOf(subject) {
      for (const ban of recordsOf(ledger, subject)) {
        const reason = ledger.reasonOf(ban.id);
        if (reason) yield { ...ban, reason };
      }
    },
    *talliesOf(subject) {
      if (subject.type === 'network') yield* ledger.talliesOf(subject.network);
      else for (const line of evidenceOf(ledger, subject)) yield tallyOf(line, ledger.zone);
    },
    evidenceOf: (subject) => evidenceOf(ledger, subject),
    *findingsOf(subject) {
      for (const { id } of recordsOf(ledger, subject)) {
        for (const finding of ledger.findingsOf(id)) yield { ...finding, ban: id };
      }
    },
  };
}

function recordsOf(ledger: Ledger, subject: SheetSubject): Iterable<BanRecord> {
  if (subject.type === 'network') return ledger.bansOf(subject.network);
  return subject.type === 'asn' ? ledger.bansOfAsn(subject.asn) : ledger.bansNaming(toLog(subject.user));
}

function* evidenceOf(ledger: Ledger, subject: SheetSubject): Generator<SheetEvidence> {
  const user = subject.type === 'user' ? toLog(subject.user) : undefined;
  for (const { id, host } of recordsOf(ledger, subject)) {
    for (const evidence of ledger.evidenceOf(id)) {
      if (user === undefined || evidence.user === user) yield { ...evidence, ban: id, host };
    }
  }
}

/** Attempts are tallied by address; of an ASN or a name the ledger can count those that led to bans. */
function tallyOf(line: SheetEvidence, zone: Zone): Tally {
  const { host, kind, count, time } = line;
  const service = kind.split('.')[0] ?? kind;
  return { day: dayOf(zone, time), host, address: line.address.text, service, kind, count, first: time, last: time };
}

/** Says how often a name was tried in all, beside the attempts that led to bans. */
function withTries(sheet: Report, ledger: Ledger, user: string): Report {
  const tries = ledger.usersNamed(toLog(user)).reduce((sum, { count }) => sum + count, 0);
  if (tries === 0) return sheet;
  const statement = `The name was tried ${tries.toLocaleString('en')} times in all. What follows counts the attempts that led to bans.`;
  return { ...sheet, preface: [statement] };
}

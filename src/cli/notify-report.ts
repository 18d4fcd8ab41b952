/** The report of a month, made by this program in a process of its own: it takes a while, and memory that is given back. */
import { resolve } from 'node:path';
import * as v from 'valibot';
import { EXIT, ProblemError } from '../base/problem.ts';
import { ProgramError, type ProgramResult, runProgram } from '../base/program.ts';
import type { MadeReport } from '../notify/notify.ts';

export interface ScheduledReport {
  /** `bin/rapsheet`, or whatever runs now. */
  readonly program: string;
  readonly ledger: string;
  readonly config: string | undefined;
  readonly folder: string;
  /** Whether it is the one to publish. */
  readonly isPublic: boolean;
}

/** A report over ten million bans takes a quarter of a minute. */
const TIMEOUT_MS = 600_000;
/** Sentences of the summary, which has five. */
const SENTENCES_MAX = 10;

const answer = v.object({ summary: v.array(v.string()) });

/** @throws ProblemError with what the report said against being made */
export async function makeScheduledReport(month: string, report: ScheduledReport): Promise<MadeReport> {
  const path = resolve(report.folder, `rapsheet-${month}.html`);
  await runReport(month, report, ['-o', path]);
  const { out } = await runReport(month, report, ['--json', '--top', '3']);
  return { path, summary: summaryIn(out).slice(0, SENTENCES_MAX) };
}

async function runReport(month: string, report: ScheduledReport, more: readonly string[]): Promise<ProgramResult> {
  const { program, ledger, config, isPublic } = report;
  const args = [
    ...[program, 'report', month, '--ledger', resolve(ledger)],
    ...(config === undefined ? [] : ['--config', resolve(config)]),
    ...(isPublic ? ['--public'] : []),
    ...more,
  ];
  const { TZ } = process.env;
  const result = await run(args, TZ === undefined ? {} : { TZ });
  if (result.status === 0) return result;
  const what =
    result.err
      .trim()
      .replace(/^rapsheet: /, '')
      .split('\n')[0] || `it ended with ${result.status}`;
  throw new ProblemError(EXIT.unavailable, { what });
}

async function run(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<ProgramResult> {
  try {
    return await runProgram(process.execPath, args, { timeoutMs: TIMEOUT_MS, environment });
  } catch (cause) {
    if (!(cause instanceof ProgramError)) throw cause;
    throw new ProblemError(EXIT.unavailable, { what: cause.message }, { cause });
  }
}

function summaryIn(text: string): readonly string[] {
  try {
    return v.parse(answer, JSON.parse(text)).summary;
  } catch (cause) {
    throw new ProblemError(EXIT.unavailable, { what: 'the report as JSON has no summary' }, { cause });
  }
}

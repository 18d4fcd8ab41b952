/** Which span of time a person means: `2024-10`, `2024-10-03`, `2024`, or --since and --until. */
import type { Command } from 'commander';
import { EXIT, ProblemError } from '../base/problem.ts';
import type { Zone } from '../base/zone.ts';
import type { Period } from '../model.ts';

const ALWAYS: Period = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY, name: 'all time' };

export interface SpanOptions {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** A command that is about a span of time. */
export function withSpan(command: Command): Command {
  return command
    .argument('[period]', 'a month, a day or a year: 2024-10, 2024-10-03, 2024; without it, all time')
    .option('--since <day>', 'from the beginning of this day or month')
    .option('--until <day>', 'to the end of this day or month');
}

/** @throws ProblemError (64) when it is not a span. */
export function periodOf(text: string | undefined, span: SpanOptions, zone: Zone): Period {
  if (text !== undefined && (span.since !== undefined || span.until !== undefined)) {
    const what = `${text} with --since or --until: which of them?`;
    throw new ProblemError(EXIT.usage, { what, hint: 'write a period, or --since and --until' });
  }
  if (text !== undefined) return named(text, zone);
  if (span.since === undefined && span.until === undefined) return ALWAYS;
  const from = span.since === undefined ? ALWAYS.from : named(span.since, zone).from;
  const until = span.until === undefined ? ALWAYS.until : named(span.until, zone).until;
  if (from >= until)
    throw new ProblemError(EXIT.usage, { what: `--since ${span.since} is not before --until ${span.until}` });
  return { from, until, name: [span.since, span.until].map((day) => day ?? '…').join(' to ') };
}

function named(text: string, zone: Zone): Period {
  const match = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/.exec(text);
  const [year, month, day] = (match ?? []).slice(1).map((part) => (part === undefined ? undefined : Number(part)));
  if (year === undefined) throw notASpan(text);
  const from = Date.UTC(year, (month ?? 1) - 1, day ?? 1);
  if (!new Date(from).toISOString().startsWith(text)) throw notASpan(text);
  const next = day === undefined ? Date.UTC(year, month ?? 12, 1) : Date.UTC(year, (month ?? 1) - 1, day + 1);
  return { from: zone.fromLocal(from), until: zone.fromLocal(next), name: text };
}

function notASpan(text: string): ProblemError {
  return new ProblemError(EXIT.usage, {
    what: `"${text}" is not a month or a day`,
    hint: 'write 2024-10, 2024-10-03 or 2024',
  });
}

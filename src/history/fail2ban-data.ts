/** What fail2ban keeps with a ban, as JSON: the lines that matched, how many failures there were, the name that was tried. */
import * as v from 'valibot';
import { parsedJson } from '../base/json.ts';
import { toLog } from '../base/text.ts';
import { LINE_BYTES, LINES_MAX } from './source.ts';

export interface FailureData {
  readonly failures: number;
  /** Latin1, the newest last. */
  readonly matches: readonly string[];
  /** Latin1. */
  readonly user: string | undefined;
}

const NOTHING: FailureData = { failures: 0, matches: [], user: undefined };
/** As the ledger cuts them (ledger/user-book.ts). */
const USER_BYTES = 255;
/** No window holds as many. */
const FAILURES_MAX = 1_000_000_000;

/** A line, or the parts of one before its time, its time, and after it. */
const match = v.union([v.string(), v.pipe(v.array(v.string()), v.maxLength(16))]);
const schema = v.object({
  matches: v.fallback(v.optional(v.array(v.unknown()), []), []),
  failures: v.fallback(v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(FAILURES_MAX))), undefined),
  user: v.fallback(v.optional(v.string()), undefined),
});

/** Of what cannot be read, nothing. */
export function failureData(bytes: Buffer | undefined): FailureData {
  const parsed = v.safeParse(schema, bytes === undefined ? undefined : parsedJson(bytes.toString('utf8')));
  if (!parsed.success) return NOTHING;
  const { matches: given, failures, user } = parsed.output;
  const matches = given.slice(-LINES_MAX).flatMap((each) => lineOf(each) ?? []);
  return { failures: failures ?? matches.length, matches, user: user ? toLog(user).slice(0, USER_BYTES) : undefined };
}

function lineOf(given: unknown): string | undefined {
  const parsed = v.safeParse(match, given);
  if (!parsed.success) return undefined;
  const text = typeof parsed.output === 'string' ? parsed.output : parsed.output.join('');
  // Half a character is what Python made of a byte that is none; as UTF-8 it can only be written as a replacement.
  const line = toLog(text).replace(/[\r\n]+$/, '');
  return line === '' ? undefined : line.slice(0, LINE_BYTES);
}

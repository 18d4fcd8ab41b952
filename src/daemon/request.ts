/** Requests as they come in over the control socket: checked field by field before anybody acts on them. */
import * as v from 'valibot';
import { isIPv4, type Network, parseAddress, parseNetwork } from '../base/address.ts';
import { EXIT, likeliest, type Problem, ProblemError } from '../base/problem.ts';
import type { Request } from './protocol.ts';

/** A hundred years: longer is a slip of the pen. */
const FOR_MAX_MS = 100 * 365 * 86_400_000;
/** The sentence of a reason; more belongs into a ticket. */
export const WHY_MAX = 500;
/** What people may ban as one network: larger ones are continents. */
const WIDEST = { v4: 8, v6: 19 } as const;

const text = (most: number) =>
  v.pipe(v.string('must be a text'), v.nonEmpty('must not be empty'), v.maxLength(most, `is longer than ${most}`));
const why = v.optional(v.pipe(v.string('must be a text'), v.maxLength(WHY_MAX, `is longer than ${WHY_MAX}`)));
const by = text(128);
const words = v.pipe(v.string('must be a text'), v.maxLength(4_096, 'is longer than 4096'));
const address = v.pipe(
  text(64),
  v.check((value) => parseAddress(value) !== undefined, 'is not an address'),
);
const subject = v.pipe(
  text(64),
  v.check((value) => parseNetwork(value) !== undefined, 'is not an address or a network without host bits'),
);
const bannable = v.pipe(
  subject,
  v.check((value) => !isTooWide(parseNetwork(value)), `is wider than /${WIDEST.v4} (IPv6: /${WIDEST.v6})`),
);
const forMs = v.pipe(
  v.number('must be a number'),
  v.integer('must be whole milliseconds'),
  v.minValue(1, 'must be at least 1'),
  v.maxValue(FOR_MAX_MS, 'is longer than 100 years'),
);

/** Strict: a field that this daemon does not know might change what is meant. */
const REQUESTS = [
  v.strictObject({ verb: v.literal('status') }),
  v.strictObject({ verb: v.literal('list'), jail: v.optional(text(128)) }),
  v.strictObject({ verb: v.literal('ban'), subject: bannable, forMs: v.optional(forMs), why, by }),
  v.strictObject({ verb: v.literal('unban'), subject, why, by }),
  v.strictObject({ verb: v.literal('unban-all'), why, by }),
  v.strictObject({ verb: v.literal('explain'), address }),
  v.strictObject({ verb: v.literal('reload'), confirmed: v.boolean('must be true or false') }),
  v.strictObject({ verb: v.literal('confirm') }),
  v.strictObject({ verb: v.literal('metrics') }),
  v.strictObject({
    verb: v.literal('fail2ban'),
    command: v.pipe(v.array(words), v.minLength(1), v.maxLength(1_000)),
    by,
  }),
] as const;

const VERBS = REQUESTS.map((request) => request.entries.verb.literal);
const requestSchema = v.variant('verb', REQUESTS);

/** Whether a network is wider than any that a person may ban. */
export function isTooWide(network: Network | undefined): boolean {
  if (!network) return false;
  return isIPv4(network.base) && network.bits >= 96 ? network.bits - 96 < WIDEST.v4 : network.bits < WIDEST.v6;
}

/** One line of the socket as a request. @throws ProblemError (64) with everything that is wrong with it. */
export function readRequest(line: string): Request {
  const value = objectOf(line);
  const verb: unknown = Reflect.get(value, 'verb');
  if (typeof verb !== 'string') throw usage({ what: '"verb" is missing', hint: `one of ${VERBS.join(', ')}` });
  if (!VERBS.some((known) => known === verb)) {
    const near = likeliest(verb.slice(0, 64), VERBS);
    const hint = near === undefined ? `one of ${VERBS.join(', ')}` : `did you mean "${near}"?`;
    throw usage({ what: `there is no verb "${verb.slice(0, 64)}"`, hint });
  }
  const result = v.safeParse(requestSchema, value);
  if (!result.success) throw new ProblemError(EXIT.usage, result.issues.map(problemOf));
  return requestOf(result.output);
}

function objectOf(line: string): object {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below, for whatever is not one.
  }
  throw usage({ what: 'a request is one JSON object on a line', hint: 'such as {"verb":"status"}' });
}

function problemOf(issue: v.BaseIssue<unknown>): Problem {
  const name = (issue.path ?? []).map((item) => String(item.key)).join('.');
  if (issue.type === 'strict_object' && issue.expected === 'never') return { what: `unknown field "${name}"` };
  if (issue.received === 'undefined') return { what: `"${name}" is missing` };
  return { what: `${name} ${issue.message}` };
}

/** Fields that were not given are left out, not undefined. */
function requestOf(input: v.InferOutput<typeof requestSchema>): Request {
  switch (input.verb) {
    case 'list':
      return { verb: input.verb, ...(input.jail === undefined ? {} : { jail: input.jail }) };
    case 'ban':
      return {
        ...{ verb: input.verb, subject: input.subject, by: input.by, ...whyOf(input.why) },
        ...(input.forMs === undefined ? {} : { forMs: input.forMs }),
      };
    case 'unban':
      return { verb: input.verb, subject: input.subject, by: input.by, ...whyOf(input.why) };
    case 'unban-all':
      return { verb: input.verb, by: input.by, ...whyOf(input.why) };
    default:
      return input;
  }
}

function whyOf(given: string | undefined): { readonly why?: string } {
  return given === undefined ? {} : { why: given };
}

function usage(problem: Problem): ProblemError {
  return new ProblemError(EXIT.usage, problem);
}

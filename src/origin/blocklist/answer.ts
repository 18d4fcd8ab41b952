/**
 * What the addresses that a blocklist answers with mean. Only 127.0.0.0/8 means anything, and not all of that is a listing:
 * operators say in the same way that they refuse to answer. Everything else comes from a resolver that rewrites answers, or
 * from whoever bought the name of a list that there is no more.
 */
import { type Address, isIPv4, parseAddress } from '../../base/address.ts';

export type Verdict =
  | { readonly type: 'listed'; readonly codes: readonly string[] }
  /** By the operator: the questions come through a public resolver, or are too many. */
  | { readonly type: 'refused'; readonly code: string }
  /** No answer of a blocklist. */
  | { readonly type: 'strange'; readonly code: string };

/** Spamhaus has ten; the rest of a larger answer is noise. */
const CODES_MAX = 16;

/** Of at least one address. */
export function verdictOf(records: readonly string[]): Verdict {
  const [first = ''] = records;
  const within = records.filter((record) => isAnswer(parseAddress(record)));
  const refusal = within.find(isRefusal);
  if (refusal !== undefined) return { type: 'refused', code: refusal };
  const codes = [...new Set(within)].sort(byNumber).slice(0, CODES_MAX);
  return codes.length > 0 ? { type: 'listed', codes } : { type: 'strange', code: first };
}

function isAnswer(address: Address | undefined): boolean {
  return address !== undefined && isIPv4(address) && address.w3 >>> 24 === 127;
}

/**
 * 127.255.255.0/24 is Spamhaus' own for errors, and others follow it; 127.0.0.1 is what several answer to whom they block,
 * and RFC 5782 has no list use it.
 */
function isRefusal(code: string): boolean {
  return code.startsWith('127.255.255.') || code === '127.0.0.1' || code === '127.0.0.0';
}

/** Why it was refused, and what to do: `what` as a sentence's end. */
export function refusalWords(code: string): { readonly what: string; readonly hint: string } {
  switch (code) {
    case '127.255.255.252':
      return { what: `refuses to answer: there is a typing error in its name (${code})`, hint: 'see blocklists.zones' };
    case '127.255.255.254':
      return {
        what: `refuses to answer: the questions come through a public resolver (${code})`,
        hint: 'ask through a resolver of your own: blocklists.resolver',
      };
    case '127.255.255.255':
      return {
        what: `refuses to answer: there were too many questions (${code})`,
        hint: 'others may share your resolver: ask through one of your own, or subscribe to the zone',
      };
    default:
      return { what: `refuses to answer (${code})`, hint: 'its operator says what the answer means' };
  }
}

function byNumber(a: string, b: string): number {
  return (parseAddress(a)?.w3 ?? 0) - (parseAddress(b)?.w3 ?? 0);
}

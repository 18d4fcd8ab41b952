/** What the answers of well-known zones mean. Those of others are taken at their word: whatever they list is listed. */
import { parseAddress } from '../../base/address.ts';

export interface Meaning {
  /** The operator's name for it; undefined where nobody told us. */
  readonly name: string | undefined;
  /**
   * Whether somebody on it did something. A list of policy has the connections from which no mail should come directly, which
   * are most homes: their people are no attackers.
   */
  readonly isAbuse: boolean;
}

/** Each of the four numbers within one of its ranges. */
export type AnswerRanges = ReadonlyArray<ReadonlyArray<readonly [from: number, to: number]>>;

const SPAMHAUS = /(?:^|\.)(?:zen|sbl|xbl|pbl|sbl-xbl|authbl)\.(?:dq\.spamhaus\.net|spamhaus\.org)$/;
/** By the last number of 127.0.0.x. */
const SPAMHAUS_CODES: ReadonlyMap<number, Meaning> = new Map([
  [2, abuse('SBL')],
  [3, abuse('SBL CSS')],
  [4, abuse('XBL')],
  [5, abuse('XBL')],
  [6, abuse('XBL')],
  [7, abuse('XBL')],
  [9, abuse('DROP')],
  [10, { name: 'PBL', isAbuse: false }],
  [11, { name: 'PBL', isAbuse: false }],
  [20, abuse('AuthBL')],
  [30, abuse('BCL')],
]);

export function meaningOf(zone: string, code: string): Meaning {
  if (!SPAMHAUS.test(zone)) return { name: undefined, isAbuse: true };
  const known = code.startsWith('127.0.0.') ? SPAMHAUS_CODES.get(Number(code.slice(8))) : undefined;
  // What there is not yet will not be for everybody at home; and it may be anything.
  return known ?? { name: undefined, isAbuse: false };
}

/** Whether a code is within the ranges. */
export function isWithin(ranges: AnswerRanges, code: string): boolean {
  const word = parseAddress(code)?.w3 ?? 0;
  return ranges.every((each, index) => {
    const number = (word >>> (24 - 8 * index)) & 255;
    return each.some(([from, to]) => number >= from && number <= to);
  });
}

function abuse(name: string): Meaning {
  return { name, isAbuse: true };
}

/**
 * Feeds `ipset restore`, which does line after line and stops at the first that fails, with the number of that line: what
 * the line asked for is refused, and the rest goes on behind it.
 */
import type { ProgramResult } from '../base/program.ts';
import { ellipsis, printable } from '../base/text.ts';
import { FirewallError } from './firewall.ts';
import type { Screening, Wanted } from './screening.ts';

/** So many lines that are at fault, each alone, are not: something else is wrong. */
const REFUSALS_MAX = 100;
/** Enough for the sentence. */
const SHOWN_MAX = 200;

export interface RestoreLine {
  readonly text: string;
  /** What it adds; undefined when it prepares sets. */
  readonly adds?: { readonly set: string; readonly wanted: Wanted };
}

export async function restoreLines(
  all: readonly RestoreLine[],
  screening: Screening,
  feed: (input: string) => Promise<ProgramResult>,
): Promise<void> {
  let rest = all;
  for (let refusals = 0; rest.length > 0; refusals++) {
    const { status, err } = await feed(`${rest.map(({ text }) => text).join('\n')}\n`);
    if (status === 0) return;
    const number = Number(/Error in line (\d+):/.exec(err)?.[1] ?? 0);
    const failed = rest[number - 1]?.adds;
    if (!failed || refusals >= REFUSALS_MAX) throw ipsetFailure(err);
    const full = /full/i.test(err);
    const why = full ? 'the set of ipset is full' : sentenceOf(err);
    screening.refuse(failed.wanted, why);
    rest = rest.slice(number).filter(({ adds }) => {
      if (!full || adds?.set !== failed.set) return true;
      screening.refuse(adds.wanted, why);
      return false;
    });
  }
}

export function ipsetFailure(said: string): FirewallError {
  if (/Operation not permitted|Permission denied|must be root/i.test(said)) {
    return new FirewallError('ipset and iptables are not permitted to change the firewall', {
      hint: 'run as root, or give the process CAP_NET_ADMIN and CAP_NET_RAW',
    });
  }
  return new FirewallError(`ipset or iptables: ${sentenceOf(said)}`);
}

function sentenceOf(said: string): string {
  const [line] = said.trim().split('\n');
  return ellipsis(printable((line ?? '').replace(/^ipset v[\d.]+: (?:Error in line \d+: )?/, '')), SHOWN_MAX);
}

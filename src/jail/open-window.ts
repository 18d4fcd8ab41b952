/** Windows that are still open when a run ends, as they are saved and opened again. */
import { serviceOf } from '../base/kind.ts';
import type { Attempt, Evidence } from '../model.ts';

/** A window's content, to be saved with the ledger and opened again. */
export interface OpenWindow {
  readonly jail: string;
  readonly host: string;
  readonly weight: number;
  readonly evidence: Evidence;
  /** What a jail of fail2ban has counted, of which the evidence is the last lines. */
  readonly ticket?: TicketState | undefined;
}

export interface TicketState {
  readonly first: number;
  readonly last: number;
  readonly retry: number;
}

/** The attempt again, as far as its evidence tells. */
export function attemptOf(evidence: Evidence, host: string): Attempt {
  const { kind, filter, pattern, time, address, user, target, path, offset, count, line } = evidence;
  const service = serviceOf(kind);
  return {
    time,
    address,
    pattern: { filter, number: pattern, service, kind, voice: undefined, syslog: false, success: false },
    user,
    target,
    file: { host, path, modified: 0 },
    offset,
    count,
    session: '',
    line,
  };
}

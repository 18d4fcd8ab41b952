/** Times as people ask for them: how long ago, how long still. */
import { formatDuration } from '../base/duration.ts';

/** `3m ago`; `never` for none. */
export function ago(time: string | null, now: number): string {
  const at = time === null ? Number.NaN : Date.parse(time);
  return Number.isNaN(at) ? 'never' : `${formatDuration(now - at)} ago`;
}

/** `2h 5m`; `for good` without an end. */
export function still(until: string | null, now: number): string {
  if (until === null) return 'for good';
  const at = Date.parse(until);
  return Number.isNaN(at) ? 'unknown' : formatDuration(at - now);
}

/** Looking at what jails have in view, without changing it: for `status`, `explain`, and what is saved. */
import type { Address, Network } from '../base/address.ts';
import type { JailCounter } from './counter.ts';
import type { EvidenceRing } from './evidence.ts';
import type { HostNumbers } from './hosts.ts';
import type { OpenWindow } from './open-window.ts';
import type { OverLimit, Standing } from './options.ts';
import type { SlowState } from './slow.ts';
import { HUNDREDTHS } from './window.ts';

/** How far a subject is in the short windows and in the long ones. */
export function standingIn(
  jails: readonly JailCounter[],
  { base, host, now, slow }: { base: Address; host: number; now: number; slow: readonly SlowState[] },
): Standing[] {
  const short = jails.flatMap(({ options, windows }) => {
    const entries = windows.entries(base, host, now);
    const [first] = entries;
    if (!first) return [];
    const score = entries.reduce((sum, { weight }) => sum + weight, 0) / HUNDREDTHS;
    const { name: jail, maxRetry: limit, findTime } = options;
    return [{ jail, score, limit, findTime, oldest: first.time, entries: entries.length }];
  });
  const long = slow.flatMap(({ jail, sum, since: oldest, places }) => {
    const { name, slow: options } = jails[jail]?.options ?? {};
    if (name === undefined || !options) return [];
    const { maxRetry: limit, findTime } = options;
    return [{ jail: `${name} (slow)`, score: sum / HUNDREDTHS, limit, findTime, oldest, entries: places.length }];
  });
  return [...short, ...long];
}

/** Whose windows are full, as old windows may be by new limits: the next attempt bans them. Looks at every window. */
export function overLimitIn(
  jails: readonly JailCounter[],
  { hosts, subjectOf, now }: { hosts: HostNumbers; subjectOf: (base: Address) => Network; now: number },
): OverLimit[] {
  return jails.flatMap(({ options, windows, limit }) =>
    [...windows.holding(limit, now)].map(({ base, host, sum }) => ({
      ...{ subject: subjectOf(base), host: hosts.name(host), jail: options.name },
      ...{ score: sum / HUNDREDTHS, limit: options.maxRetry },
    })),
  );
}

/** What the windows hold at a time, for `restore`. */
export function openWindowsOf(
  jails: readonly JailCounter[],
  { hosts, ring, now }: { hosts: HostNumbers; ring: EvidenceRing; now: number },
): OpenWindow[] {
  const saved: OpenWindow[] = [];
  for (const { options, windows } of jails) {
    for (const window of windows.all(now)) {
      for (const entry of window.entries) {
        const evidence = ring.read(entry.place);
        if (evidence) saved.push({ jail: options.name, host: hosts.name(window.host), weight: entry.weight, evidence });
      }
    }
  }
  return saved.sort((a, b) => a.evidence.time - b.evidence.time);
}

/** Hears of changes that somebody else made in the firewall: one call for all that belong together, and never too many. */
import type { Firewall } from '../firewall/firewall.ts';

/** Told as one change, however many lines the monitor has of it. */
const SETTLE_MS = 20;
/** Whoever changes it more often in a minute does so in answer to our mending: another of our kind, say. */
const CALLS_A_MINUTE = 20;
/** Then it is mended at this pace only, and somebody is told. */
const SLOW_MS = 5_000;
const MINUTE_MS = 60_000;

/** `isFight`: it was changed again and again. Returns how to stop. */
export function watchSettled(firewall: Firewall, onChange: (who: string, isFight: boolean) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let calls = 0;
  const forget = setInterval(() => {
    calls = 0;
  }, MINUTE_MS);
  forget.unref();
  const stop = firewall.watch?.((who) => {
    const isFight = calls >= CALLS_A_MINUTE;
    // While it is fought over, the first change of a pause counts: the next ones must not put it off for ever.
    if (isFight && timer) return;
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        timer = undefined;
        calls++;
        onChange(who, isFight);
      },
      isFight ? SLOW_MS : SETTLE_MS,
    );
  });
  return () => {
    clearInterval(forget);
    clearTimeout(timer);
    stop?.();
  };
}

/** Hears of changes that somebody else made in the firewall: one call for all that belong together. */
import type { Firewall } from '../firewall/firewall.ts';

/** Told as one change, however many lines the monitor has of it. */
const SETTLE_MS = 20;

/** Returns how to stop. */
export function watchSettled(firewall: Firewall, onChange: (who: string) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const stop = firewall.watch?.((who) => {
    clearTimeout(timer);
    timer = setTimeout(() => onChange(who), SETTLE_MS);
  });
  return () => {
    clearTimeout(timer);
    stop?.();
  };
}

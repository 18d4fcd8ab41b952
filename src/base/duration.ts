/** Durations as people write them: `"90s"`, `"10m"`, `"1h 30m"`, `"7d"`, `"4w"`. Milliseconds inside. */

const UNITS: ReadonlyArray<readonly [unit: string, ms: number]> = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
];

/** Milliseconds, or undefined when the text is not a duration. A bare number is not one: of what unit? */
export function parseDuration(text: string): number | undefined {
  const parts = text.trim().split(/\s+/);
  let total = 0;
  for (const part of parts) {
    const match = /^(\d{1,9})(w|d|h|m|s)$/.exec(part);
    const unit = UNITS.find(([name]) => name === match?.[2]);
    if (!match || !unit) return undefined;
    total += Number(match[1]) * unit[1];
  }
  return Number.isSafeInteger(total) ? total : undefined;
}

/** The two largest units: `1h 30m`, `7d`; `0s` for nothing. */
export function formatDuration(ms: number): string {
  let rest = Math.round(Math.max(0, ms) / 1000) * 1000;
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    if (count === 0) {
      if (parts.length > 0) break;
      continue;
    }
    parts.push(`${count}${unit}`);
    rest -= count * size;
    if (parts.length === 2) break;
  }
  return parts.length > 0 ? parts.join(' ') : '0s';
}

/** From counts to lengths, areas and shades. */

const STEPS = [1, 2, 5];

/** At most `most` round numbers from 0 on, the last of which reaches `greatest`: 0, 20, 40, 60, 80 for 71. */
export function ticksOf(greatest: number, most: number): number[] {
  if (greatest <= 0) return [0];
  for (let magnitude = 1; ; magnitude *= 10) {
    for (const step of STEPS) {
      const size = step * magnitude;
      const count = Math.ceil(greatest / size);
      if (count < most) return Array.from({ length: count + 1 }, (_, i) => i * size);
    }
  }
}

/** The radius of a circle whose area is to `greatest`'s as the counts are; nothing of nothing. */
export function radiusOf(count: number, greatest: number, largest: number): number {
  return greatest <= 0 || count <= 0 ? 0 : largest * Math.sqrt(count / greatest);
}

/** Round numbers for a legend of circles, small to large: about a hundredth, a tenth and nearly all of the greatest. */
export function legendCounts(greatest: number): number[] {
  const counts = [greatest / 100, greatest / 8, greatest].map(roundedDown);
  return [...new Set(counts)].filter((count) => count <= greatest);
}

/** The next 1, 2 or 5 with zeros behind it that is no more than `count`; 1 at least. */
export function roundedDown(count: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(Math.max(1, count)));
  return [5, 2, 1].map((step) => step * magnitude).find((value) => value <= count) ?? 1;
}

/** Shades of a field: 0 for nothing, then five of equal width. */
export const SHADES = 5;

export function shadeOf(count: number, greatest: number): number {
  return count <= 0 ? 0 : Math.min(SHADES, Math.ceil((count * SHADES) / greatest));
}

/** The counts that a shade stands for; undefined when there are none. */
export function shadeRange(shade: number, greatest: number): readonly [from: number, to: number] | undefined {
  if (shade === 0) return [0, 0];
  const from = Math.floor(((shade - 1) * greatest) / SHADES) + 1;
  const to = Math.floor((shade * greatest) / SHADES);
  return from <= to ? [from, to] : undefined;
}

/** Where a figure stands in a text by itself, and not within a longer one or an address; from a place on, -1 for nowhere. */
export function placeOf(text: string, written: string, from = 0): number {
  for (let at = text.indexOf(written, from); at >= 0; at = text.indexOf(written, at + 1)) {
    const before = text.slice(Math.max(0, at - 2), at);
    const after = text.slice(at + written.length, at + written.length + 2);
    if (!/\d[.,:]?$|[.,:]$/.test(before) && !/^[.,:]?\d/.test(after)) return at;
  }
  return -1;
}

/** Which color is which series: swatches with names, in as many lines as they take. */
import type { Markup } from '../../../base/markup.ts';
import { markup } from '../../../base/markup.ts';
import { fitted, widthOf } from './measure.ts';
import type { Pen } from './pen.ts';
import { TEXT } from './pen.ts';

const LINE = 22;
const SWATCH = 12;
const GAP = 20;

export function legendOf(names: readonly string[], pen: Pen): { height: number; drawn: readonly Markup[] } {
  let [x, y] = [0, 0];
  const drawn = names.map((name, i) => {
    const text = fitted(name, TEXT, pen.width - SWATCH - 6);
    const width = SWATCH + 6 + widthOf(text, TEXT);
    if (x > 0 && x + width > pen.width) [x, y] = [0, y + LINE];
    const left = x;
    x += width + GAP;
    return markup`<rect class="s${i + 1}" x="${left}" y="${y + 3}" width="${SWATCH}" height="${SWATCH}" rx="2"/><text class="t" x="${left + SWATCH + 6}" y="${y + 14}">${text}</text>`;
  });
  return { height: y + LINE + 10, drawn };
}

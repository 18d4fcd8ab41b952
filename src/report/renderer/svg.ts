/** SVG: a file for each map and chart. */
import type { Drawing } from '../drawing.ts';
import { drawingsOf } from '../drawing.ts';
import { formatForPeople } from '../format.ts';
import type { Report } from '../table.ts';
import { fileNameOf } from './file-name.ts';
import type { RenderedFile } from './renderer.ts';
import { fileOf } from './renderer.ts';
import type { Colors } from './svg/drawing.ts';
import { wholeSvg } from './svg/drawing.ts';
import { penOf } from './svg/pen.ts';

export function renderSvg(report: Report): readonly RenderedFile[] {
  return filesOf(report, 'changing');
}

/** The same on light paper, without anything that simple programs do not know: to be made into pictures. */
export function renderPlainSvg(report: Report): readonly RenderedFile[] {
  return filesOf(report, 'light');
}

function filesOf(report: Report, colors: Colors): readonly RenderedFile[] {
  const pen = penOf('wide', report.language, formatForPeople(report));
  const draw = (drawing: Drawing): string[] => {
    const drawn = wholeSvg(drawing, pen, colors);
    return drawn === undefined ? [] : [drawn.text];
  };
  return drawingsOf(report).map((drawing) => fileOf(`${fileNameOf(drawing.figure.name)}.svg`, () => draw(drawing)));
}

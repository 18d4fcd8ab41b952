/**
 * What a renderer is: a function from a report to files. It decides about form only; no figure is computed in it.
 * A new format is a file beside this one and a line in index.ts.
 */
import type { Report } from '../table.ts';

/** Where a text is read. Formats that are not for a terminal ignore it. */
export interface Terminal {
  /** In columns. */
  readonly width: number;
  readonly color: boolean;
  /** Its locale has no letters but ASCII's: no map is drawn. False where nothing is said. */
  readonly ascii?: boolean;
}

export interface RenderedFile {
  /** With its extension, safe as a file name: `report.md`, `countries.csv`. */
  readonly name: string;
  /** The content, in pieces to be written one after the other: a list of everything can be longer than a string. */
  readonly pieces: Iterable<string>;
}

/** A file whose content is made anew each time it is read. */
export function fileOf(name: string, make: () => Iterable<string>): RenderedFile {
  return { name, pieces: { [Symbol.iterator]: () => make()[Symbol.iterator]() } };
}

export type Renderer = (report: Report, terminal: Terminal) => readonly RenderedFile[];

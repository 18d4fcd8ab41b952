/** Tells from its first lines what a log is, so that only the filters for that format look at it. */
import { UTC } from '../base/zone.ts';
import { FORMATS, type Format } from './definition.ts';
import { ENVELOPES } from './envelope/index.ts';
import { Timestamps } from './timestamp.ts';

/** A log may begin with a banner or a half line; so many lines are asked, and the most votes win. */
const LINES = 32;

/** The format of a text in whole lines, or undefined when no line is of any. */
export function sniffFormat(text: string, modified: number): Format | undefined {
  const votes = new Map<Format, number>();
  const timestamps = new Timestamps({ zone: UTC, modified });
  let start = 0;
  for (let asked = 0; asked < LINES; asked++) {
    const end = text.indexOf('\n', start);
    if (end < 0) break;
    const format = FORMATS.find((name) => ENVELOPES[name]({ text, start, end }, timestamps) !== undefined);
    if (format) votes.set(format, (votes.get(format) ?? 0) + 1);
    start = end + 1;
  }
  const [first] = [...votes].sort((a, b) => b[1] - a[1]);
  return first?.[0];
}

/** The lines that stand with a failure because the line that completed it is not all that it was read from. */
import type { LogLine } from '../../model.ts';
import type { Line } from './line.ts';

/** A person reads no more to understand one failure, and the longest filter that is shipped reads ten lines together. */
const LINES_MAX = 9;
/** Attackers write them, so they must not crowd out what others left: two lines of the longest kind, and dozens of usual ones. */
const BYTES_MAX = 16_384;

type Place = Pick<LogLine, 'file' | 'offset'>;

/** `lines`: all of the failure; `own`: where the one stands that completed it. The first names the client as a rule, so it stays. */
export function earlierLines(lines: readonly Line[], own: Place): readonly LogLine[] | undefined {
  const latest: LogLine[] = [];
  let bytes = 0;
  for (let i = lines.length - 1; i > 0 && latest.length < LINES_MAX - 1; i--) {
    const line = otherThan(own, lines[i]);
    if (!line) continue;
    bytes += line.line.length;
    if (bytes > BYTES_MAX) break;
    latest.push(line);
  }
  const first = otherThan(own, lines[0]);
  if (first) latest.push(first);
  return latest.length === 0 ? undefined : latest.reverse();
}

function otherThan({ file, offset }: Place, line: Line | undefined): LogLine | undefined {
  const origin = line?.origin;
  return origin?.offset === offset && origin.file === file ? undefined : origin;
}

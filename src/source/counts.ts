/** What is counted about a log while it is read: everything that was left out, and everything odd that was let through. */
import { isUtf8 } from 'node:buffer';

/** Counts of one file in one run. Those of lines count lines, whatever their number of odd bytes. */
export interface SourceCounts {
  /** Uncompressed bytes read in this run. */
  readonly bytes: number;
  /** Lines longer than 64 KiB, left out whole. */
  readonly oversize: number;
  /** 1 when the log ends in a line without newline, which is left for the next run. */
  readonly partial: number;
  /** Lines that hold a NUL byte. Passed on unchanged. */
  readonly nul: number;
  /** Lines that are not UTF-8. Passed on unchanged. */
  readonly invalidUtf8: number;
  /** Lines that end in CR LF. Passed on unchanged. */
  readonly crlf: number;
  /** 1 when the rest of the file could not be read: damaged gzip, a disk error. */
  readonly damaged: number;
}

const NUL = 0;
const NEWLINE = 10;
const RETURN = 13;

/** The counts while they grow. */
export class LineCounts implements SourceCounts {
  bytes = 0;
  oversize = 0;
  partial = 0;
  nul = 0;
  invalidUtf8 = 0;
  crlf = 0;
  damaged = 0;

  /** Looks whole lines over. Clean lines cost three passes at memory speed; only odd ones are counted one by one. */
  audit(lines: Buffer): void {
    if (lines.includes(NUL)) this.nul += linesWithNul(lines);
    if (lines.includes(RETURN)) this.crlf += linesWithReturn(lines);
    if (!isUtf8(lines)) this.invalidUtf8 += linesNotUtf8(lines);
  }
}

function linesWithNul(lines: Buffer): number {
  let count = 0;
  let at = lines.indexOf(NUL);
  while (at >= 0) {
    count++;
    const next = lines.indexOf(NEWLINE, at);
    at = next < 0 ? next : lines.indexOf(NUL, next);
  }
  return count;
}

function linesWithReturn(lines: Buffer): number {
  let count = 0;
  for (let at = lines.indexOf(RETURN); at >= 0; at = lines.indexOf(RETURN, at + 1)) {
    if (lines[at + 1] === NEWLINE) count++;
  }
  return count;
}

/** Halves the lines until the halves are clean or single, so that a few bad lines are found in a few steps. */
function linesNotUtf8(lines: Buffer): number {
  const middle = lines.indexOf(NEWLINE, lines.length >> 1) + 1;
  const cut = middle < lines.length ? middle : lines.lastIndexOf(NEWLINE, lines.length - 2) + 1;
  if (cut === 0) return 1;
  const first = lines.subarray(0, cut);
  const second = lines.subarray(cut);
  return (isUtf8(first) ? 0 : linesNotUtf8(first)) + (isUtf8(second) ? 0 : linesNotUtf8(second));
}

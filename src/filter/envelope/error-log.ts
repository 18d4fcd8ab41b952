/** The error logs of nginx and Apache. */
import type { Timestamps } from '../timestamp.ts';
import type { Envelope, Span } from './envelope.ts';

/** `2024/10/03 12:00:01 [error] 349#349: *12 MESSAGE`; the process is `349#349`, the pid the connection `*12`. */
export function readNginxError(line: Span, timestamps: Timestamps): Envelope | undefined {
  const { text, end } = line;
  const time = timestamps.slashed(text, line.start);
  if (Number.isNaN(time) || text.charCodeAt(timestamps.end + 1) !== 91) return undefined;
  const level = text.indexOf('] ', timestamps.end);
  const colon = text.indexOf(': ', level);
  if (level < 0 || colon < 0 || colon >= end) return undefined;
  const process = text.slice(level + 2, colon);
  if (!/^\d+#\d+$/.test(process)) return undefined;
  let start = colon + 2;
  let connection = '';
  if (text.charCodeAt(start) === 42) {
    const space = text.indexOf(' ', start);
    if (space < 0 || space >= end) return undefined;
    connection = text.slice(start, space);
    start = space + 1;
  }
  return { time, field: { text, start, end }, process, pid: connection };
}

/** `[Thu Oct 03 12:00:01.123456 2024] [core:error] [pid 12:tid 34] MESSAGE`, 2.2's form without module and pid too. */
export function readApacheError(line: Span, timestamps: Timestamps): Envelope | undefined {
  const { text, end } = line;
  if (text.charCodeAt(line.start) !== 91) return undefined;
  const time = timestamps.ctime(text, line.start + 1);
  if (Number.isNaN(time) || text.charCodeAt(timestamps.end) !== 93) return undefined;
  const level = text.indexOf('] ', timestamps.end + 2);
  if (level < 0 || level >= end) return undefined;
  let start = level + 2;
  let pid = '';
  if (text.startsWith('[pid ', start)) {
    const close = text.indexOf('] ', start);
    if (close < 0 || close >= end) return undefined;
    pid = text.slice(start + 5, close).replace(/:.*$/, '');
    start = close + 2;
  }
  return { time, field: { text, start, end }, process: '', pid };
}

/**
 * Syslog as daemons on Linux write it: RFC 3339 and classic files, RFC 5424, rsyslog's and journald's JSON,
 * and the bare form of daemons that log to a file of their own (`Nov 22 11:41:46 imap-login: Info: ...`).
 */
import type { Timestamps } from '../timestamp.ts';
import type { Envelope, Span } from './envelope.ts';
import { readJson } from './json.ts';

const SPACE = 32;
const LESS = 60;
const BRACE = 123;

export function readSyslog(line: Span, timestamps: Timestamps): Envelope | undefined {
  const first = line.text.charCodeAt(line.start);
  if (first === BRACE) return readJson(line, timestamps);
  if (first === LESS) return readWithPriority(line, timestamps);
  if (first >= 48 && first <= 57) {
    const time = timestamps.rfc3339(line.text, line.start);
    if (Number.isNaN(time)) return undefined;
    const envelope = readTagged(line, timestamps.end, time);
    // `2024-10-03 12:00:01 shop core: started`: syslog writes a `T`, applications a blank. A process id decides.
    const isOwn = line.text.charCodeAt(line.start + 10) === SPACE && envelope?.process !== '' && envelope?.pid === '';
    return isOwn ? undefined : envelope;
  }
  const time = timestamps.classic(line.text, line.start);
  return Number.isNaN(time) ? undefined : readTagged(line, timestamps.end, time);
}

/** `<38>1 TIME HOST PROGRAM PID MSGID DATA MESSAGE`, or a priority before the older forms. */
function readWithPriority(line: Span, timestamps: Timestamps): Envelope | undefined {
  const close = line.text.indexOf('>', line.start);
  if (close < 0 || close > line.start + 4) return undefined;
  if (line.text.charCodeAt(close + 1) !== 49 || line.text.charCodeAt(close + 2) !== SPACE) {
    return readSyslog({ ...line, start: close + 1 }, timestamps);
  }
  const time = timestamps.rfc3339(line.text, close + 3);
  if (Number.isNaN(time)) return undefined;
  const host = timestamps.end;
  const program = line.text.indexOf(' ', host + 1);
  const pid = line.text.indexOf(' ', program + 1);
  const id = line.text.indexOf(' ', pid + 1);
  const data = line.text.indexOf(' ', id + 1);
  if (program < 0 || pid < 0 || id < 0 || data < 0 || data >= line.end) return undefined;
  const after = endOfStructuredData(line, data + 1);
  if (after < 0) return undefined;
  return {
    time,
    field: { text: line.text, start: skipSpaces(line, after), end: line.end },
    process: line.text.slice(program + 1, pid),
    pid: line.text.slice(pid + 1, id) === '-' ? '' : line.text.slice(pid + 1, id),
  };
}

/** Behind `-` or `[id name="value"]...`; -1 when it does not close. A value escapes `"`, `\` and `]`. */
function endOfStructuredData(line: Span, at: number): number {
  if (line.text.charCodeAt(at) === 45) return at + 1;
  let quoted = false;
  for (let i = at; i < line.end; i++) {
    const code = line.text.charCodeAt(i);
    if (code === 92) i++;
    else if (code === 34) quoted = !quoted;
    else if (code === 93 && !quoted && line.text.charCodeAt(i + 1) !== 91) return i + 1;
  }
  return -1;
}

/** ` HOST PROGRAM[PID]: MESSAGE` behind the time, or the bare form without host and program. */
function readTagged(line: Span, at: number, time: number): Envelope | undefined {
  const { text, end } = line;
  if (text.charCodeAt(at) !== SPACE) return undefined;
  const host = skipSpaces(line, at);
  // What no host's name begins with: it is a field of an application's log.
  if ('[(<|"*'.includes(text.charAt(host))) return undefined;
  let i = host;
  while (i < end && text.charCodeAt(i) !== SPACE) i++;
  if (text.charCodeAt(i - 1) === 58) {
    // Programs are written small. `ERROR: …` is the log of an application (envelope/text.ts).
    const first = text.charCodeAt(host);
    if (first < 97 || first > 122) return undefined;
    return { time, field: { text, start: host, end }, process: '', pid: '' };
  }
  const tag = i + 1;
  let name = tag;
  for (; name < end; name++) {
    const code = text.charCodeAt(name);
    if (code === 58 || code === 91 || code === SPACE) break;
  }
  if (name >= end) return undefined;
  let pid = '';
  let colon = name;
  if (text.charCodeAt(name) === 91) {
    const close = text.indexOf(']', name);
    if (close < 0 || close >= end) return undefined;
    pid = text.slice(name + 1, close);
    colon = close + 1;
  }
  if (text.charCodeAt(colon) !== 58) return undefined;
  return { time, field: { text, start: skipSpaces(line, colon + 1), end }, process: text.slice(tag, name), pid };
}

function skipSpaces(line: Span, at: number): number {
  let i = at;
  while (i < line.end && line.text.charCodeAt(i) === SPACE) i++;
  return i;
}

/**
 * Tells from the first bytes of a file that it is no log of lines. Only its very beginning decides, apart from well-known
 * signatures: that part is written by the daemon, while further on an attacker could write bytes that make a log look binary.
 */

export interface NotALog {
  readonly reason: string;
  readonly hint: string | undefined;
}

/** Signature (latin1), where it stands, what has it, and the command that makes a log of it. */
const SIGNATURES: ReadonlyArray<readonly [signature: string, at: number, what: string, command?: string]> = [
  ['\xfd7zXZ\0', 0, 'xz-compressed', 'xz -dc'],
  ['\x28\xb5\x2f\xfd', 0, 'zstd-compressed', 'zstd -dc'],
  ['BZh', 0, 'bzip2-compressed', 'bzip2 -dc'],
  ['\x04\x22\x4d\x18', 0, 'lz4-compressed', 'lz4 -dc'],
  ['\x1f\x9d', 0, 'compressed by compress', 'gzip -dc'],
  ['\x1f\x8b', 0, 'compressed twice', 'gzip -dc'],
  ['LPKSHHRH', 0, 'a journal of systemd', 'journalctl -o json --file'],
  ['\xff\xfe', 0, 'UTF-16', 'iconv -f UTF-16 -t UTF-8'],
  ['\xfe\xff', 0, 'UTF-16', 'iconv -f UTF-16 -t UTF-8'],
  ['\0\0\xfe\xff', 0, 'UTF-32', 'iconv -f UTF-32 -t UTF-8'],
  ['ustar', 257, 'a tar archive', 'tar -xOf'],
  ['PK\x03\x04', 0, 'a zip archive', 'unzip -p'],
  ['7z\xbc\xaf\x27\x1c', 0, 'a 7-Zip archive'],
  ['\x7fELF', 0, 'a program'],
  ['SQLite format 3\0', 0, 'an SQLite database'],
  ['\x89PNG', 0, 'a picture'],
  ['GIF8', 0, 'a picture'],
  ['\xff\xd8\xff', 0, 'a picture'],
  ['%PDF-', 0, 'a PDF document'],
];

/** Files that lie among logs and are none, even while they are empty. */
const NAMES: ReadonlyArray<readonly [name: RegExp, what: string, hint?: string]> = [
  [/\.journal~?$/, 'a journal of systemd', 'journalctl -o json --file FILE | rapsheet replay -'],
  [/^[wb]tmp(?:[-.].*)?$/, 'a login record, not a log of lines', 'last -f FILE shows it'],
  [/^(?:lastlog|faillog|tallylog)(?:[-.].*)?$/, 'a login record, not a log of lines'],
];

/** As long as a timestamp and a bit; random bytes pass with a chance of one in eighty. */
const START_BYTES = 32;
/** NUL runs that a log may have in its first 4096 bytes; a crash leaves one or two, UTF-16 and records leave hundreds. */
const NUL_RUNS = 64;

/** Why a file that begins so (uncompressed) is no log; undefined when it may be one. */
export function notALog(head: Buffer): NotALog | undefined {
  for (const [signature, at, what, command] of SIGNATURES) {
    if (head.subarray(at, at + signature.length).toString('latin1') !== signature) continue;
    return { reason: what, hint: command === undefined ? undefined : `${command} FILE | rapsheet replay -` };
  }
  if (head.length > 0 && !looksLikeText(head)) return { reason: 'binary, not a log', hint: undefined };
  return undefined;
}

/** Why a file of this name is no log; undefined when it may be one. */
export function notALogByName(name: string): NotALog | undefined {
  const found = NAMES.find(([expression]) => expression.test(name));
  return found && { reason: found[1], hint: found[2] };
}

function looksLikeText(head: Buffer): boolean {
  // A log that was truncated under a daemon that does not append begins with a hole, read as NULs.
  const first = head.findIndex((byte) => byte !== 0);
  if (first < 0) return false;
  return !head.subarray(first, first + START_BYTES).some(isControl) && nulRuns(head) <= NUL_RUNS;
}

/** Controls that no text begins with: all but tab, newline, return and escape, which colors some logs. */
function isControl(byte: number): boolean {
  return (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 27) || byte === 0x7f;
}

function nulRuns(head: Buffer): number {
  let runs = 0;
  for (let i = 0; i < head.length; i++) if (head[i] === 0 && head[i - 1] !== 0) runs++;
  return runs;
}

/**
 * What is read of the lines of a web log without taking them apart, by format: of some lines the time and the peer, of
 * others a number that tells roughly whose they are. All of it depends on the line alone.
 */

import type { Format } from '../definition.ts';
import type { Span } from '../envelope/envelope.ts';
import { glanceAtJsonLog, timeOfJsonLog } from '../envelope/json-log.ts';
import { LINE_MAX, RECORD_MAX } from '../line-cutter.ts';
import { AccessLooks } from './access-looks.ts';
import type { Looks } from './looks.ts';

export interface WebLines {
  /** The log is divided into cells of so many bytes; the first line that begins in a cell is looked at for its time. */
  readonly cell: number;
  /** A line longer than this is not looked at, here as anywhere (line-cutter.ts). */
  readonly longest: number;
  looks(): Looks;
  /**
   * Below `BUCKETS`, from the peer of the line that begins at `at` (its newline is at `end`). Lines of one peer share a
   * bucket, and so do IPv6 peers of one /32: an attacker has many addresses there.
   */
  bucketOf(bytes: Buffer, at: number, end: number): number;
}

/** Peers share buckets when there are thousands at a time; then more lines are taken apart than need be. */
export const BUCKETS = 4_096;

/**
 * Cells of 8 KiB have some forty lines: to look at one costs little beside them, and forty requests are few beside a flood.
 * A line of JSON is longer and takes longer to parse.
 */
export const WEB_LINES: Readonly<Partial<Record<Format, WebLines>>> = {
  access: {
    ...{ cell: 8_192, longest: LINE_MAX },
    ...{ looks: () => new AccessLooks(), bucketOf: bucketOfAccess },
  },
  json: {
    ...{ cell: 16_384, longest: RECORD_MAX },
    ...{ looks: () => JSON_LOOKS, bucketOf: bucketOfJson },
  },
};

const JSON_LOOKS: Looks = {
  time: (bytes, line, timestamps) => timeOfJsonLog(spanOf(bytes, line), timestamps),
  glance: (bytes, line, timestamps) => glanceAtJsonLog(spanOf(bytes, line), timestamps),
};

/** The line as a text of its own. */
export function spanOf(bytes: Buffer, { at, end }: { at: number; end: number }): Span {
  return { text: bytes.toString('latin1', at, end + 1), start: 0, end: end - at };
}

const SPACE = 32;
const QUOTE = 34;
const DASH = 45;
const DOT = 46;
const COLON = 58;

/** Neither an address nor a host's name is longer than this. */
const PEER_MAX = 256;
/** FNV-1a. */
const SEED = 0x811c9dc5;
const PRIME = 0x01000193;

/** `ADDRESS - ` or `HOST ADDRESS - `: the address is what stands before a blank and a dash. */
function bucketOfAccess(bytes: Buffer, at: number, end: number): number {
  const stop = Math.min(end, at + PEER_MAX);
  let hash = SEED;
  let colons = 0;
  for (let i = at; i < stop; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === SPACE) {
      if (bytes[i + 1] === DASH) break;
      hash = SEED;
      colons = 0;
    } else {
      if (byte === COLON) colons++;
      if (colons < 2) hash = Math.imul(hash ^ byte, PRIME);
    }
  }
  return folded(hash);
}

/** What the peer is called in the logs of Caddy, nginx and Traefik, as they write it. */
const PEERS = ['client_ip', 'remote_ip', 'remote_addr', 'ClientHost'].map((name) => Buffer.from(`"${name}":"`));

/** A line that calls it otherwise is in the first bucket, with all others of its kind. */
function bucketOfJson(bytes: Buffer, at: number, end: number): number {
  const line = bytes.subarray(at, end);
  for (const key of PEERS) {
    const found = line.indexOf(key);
    if (found >= 0) return bucketOfText(line, found + key.length);
  }
  return 0;
}

/** Of an address to its quote, without the port that may stand behind it. */
function bucketOfText(line: Buffer, at: number): number {
  const stop = Math.min(line.length, at + PEER_MAX);
  let hash = SEED;
  let groups = 2;
  for (let i = at; i < stop && groups > 0; i++) {
    const byte = line[i] ?? 0;
    if (byte === QUOTE) break;
    if (byte === DOT) groups = 1;
    if (byte === COLON) groups--;
    hash = Math.imul(hash ^ byte, PRIME);
  }
  return folded(hash);
}

/** The upper bits depend on all bytes. */
function folded(hash: number): number {
  return (hash ^ (hash >>> 12) ^ (hash >>> 24)) & (BUCKETS - 1);
}

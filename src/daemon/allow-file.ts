/**
 * The emergency allow file: one address or network a line, `#` for comments. It works with nothing but an editor, while the
 * daemon hangs or its configuration is broken: whoever stands in it is released and not banned.
 */
import { mkdirSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Network, parseNetwork } from '../base/address.ts';
import { EXIT, type Problem, ProblemError } from '../base/problem.ts';
import { ellipsis, printable } from '../base/text.ts';
import { readSmall, replaceSmall, type SmallFile } from './safe-file.ts';

export interface AllowedEntry {
  readonly network: Network;
  /** The comment on its line; may be empty. */
  readonly why: string;
  /** From 1. */
  readonly line: number;
}

export interface AllowFile {
  readonly entries: readonly AllowedEntry[];
  /** Lines that are no address, and what else is wrong with the file. The other lines hold. */
  readonly problems: readonly Problem[];
}

/** Written by hand in an emergency: a thousand lines are many. What is longer is some other file. */
const FILE_BYTES = 262_144;
const ENTRIES = 4_096;
const WHY_LENGTH = 200;
/** Nobody else needs to read it, and nobody else may write it. */
const FILE_MODE = 0o640;

const HINT = 'write one address or network a line, such as 203.0.113.7 or 2001:db8::/64';

/** What the file says; nothing when there is none. Never throws: what cannot be read is a problem. */
export function readAllowFile(path: string): AllowFile {
  try {
    const file = contentOf(path);
    if (!file) return { entries: [], problems: [] };
    const read = parseAllowFile(file.text, path);
    if ((file.stats.mode & 0o002) === 0) return read;
    const open: Problem = { where: path, what: 'anybody may write this file, and so lift any ban', hint: 'chmod o-w' };
    return { entries: read.entries, problems: [open, ...read.problems] };
  } catch (error) {
    if (error instanceof ProblemError) return { entries: [], problems: error.problems };
    throw error;
  }
}

/** Strict: what is not exactly an address or a network allows nobody. */
export function parseAllowFile(text: string, path: string): AllowFile {
  const entries: AllowedEntry[] = [];
  const problems: Problem[] = [];
  for (const [index, row] of text.split('\n').entries()) {
    const { subject, why } = partsOf(row);
    if (subject === '') continue;
    const line = index + 1;
    const network = parseNetwork(subject);
    if (network && entries.length < ENTRIES) entries.push({ network, why, line });
    else problems.push(problemOf(network, `${path}:${line}`, subject));
    // The hundredth mistake tells nothing that the first did not.
    if (problems.length >= 100) break;
  }
  return { entries, problems };
}

function problemOf(network: Network | undefined, where: string, subject: string): Problem {
  if (network) return { where, what: `is beyond the limit of ${ENTRIES} entries, and allows nobody` };
  return { where, what: `"${ellipsis(printable(subject), 60)}" is not an address or a network`, hint: HINT };
}

function partsOf(row: string): { subject: string; why: string } {
  const comment = row.indexOf('#');
  const subject = (comment < 0 ? row : row.slice(0, comment)).trim();
  return { subject, why: comment < 0 ? '' : ellipsis(printable(row.slice(comment + 1).trim()), WHY_LENGTH) };
}

/** Adds a line, and makes the file when there is none. False when the file allows exactly this already. */
export function addAllowed(path: string, network: Network, why: string): boolean {
  const text = contentOf(path)?.text ?? '';
  const { entries } = parseAllowFile(text, path);
  if (entries.some((entry) => entry.network.text === network.text)) return false;
  const row = why === '' ? network.text : `${network.text}  # ${oneLine(why)}`;
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  const after = `${before}${row}\n`;
  if (entries.length >= ENTRIES || Buffer.byteLength(after) > FILE_BYTES) {
    throw new ProblemError(EXIT.badData, {
      where: path,
      what: 'the file is full',
      hint: 'remove lines, or allow a network',
    });
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
  replaceSmall(placeOf(path), after, FILE_MODE);
  return true;
}

/** Takes away every line for exactly this address or network; all others stay as they are. False when there is none. */
export function removeAllowed(path: string, network: Network): boolean {
  const text = contentOf(path)?.text ?? '';
  const rows = text.split('\n');
  const kept = rows.filter((row) => parseNetwork(partsOf(row).subject)?.text !== network.text);
  if (kept.length === rows.length) return false;
  replaceSmall(placeOf(path), kept.join('\n'), FILE_MODE);
  return true;
}

/** A comment cannot become a line of its own. */
function oneLine(why: string): string {
  return ellipsis(printable(why.replace(/\s+/g, ' ').trim()), WHY_LENGTH);
}

function contentOf(path: string): SmallFile | undefined {
  return readSmall(placeOf(path), FILE_BYTES);
}

/** The folder is root's: a link in it is the administrator's own, and followed. */
function placeOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

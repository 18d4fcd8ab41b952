/**
 * Names that are also words. Hiding `admin` in `/wp-admin/` would tell that there is an admin, and a search for `mail` finds
 * the service: such names are hidden where they are a name, and not searched for anywhere else.
 */
import type { Sort } from './privacy.ts';
import { lowered, type Secret } from './secret-words.ts';

/** Two letters are in every request. */
const SHORT = 2;

/** What lists of guesses and paths of web applications are full of. */
const GUESSED =
  `admin administrator api app apache backup bin blog bot client cloud contact data database db debian demo
  deploy dev developer docker ec2 elastic email ftp ftpuser game git guest home hr http https images info install jenkins login
  mail master minecraft mysql network new news nginx node office operator oracle order owner password php pi postfix postgres
  postmaster public readme redis root sales scan server service setup shop spam ssh staff static steam student support sysadmin
  system temp test tester tmp tomcat ubuntu upload user vagrant web webmaster wordpress work wp www`.split(/\s+/);

export interface Divided {
  /** Searched for and hidden everywhere. */
  readonly clear: readonly Secret[];
  /** How many of each sort are not. */
  readonly left: ReadonlyMap<Sort, number>;
}

/** `open`: the words of the report for other reasons than a secret. Domains, paths and names with a dot are never common. */
export function withoutCommonWords(secrets: readonly Secret[], open: ReadonlySet<string>): Divided {
  const guessed = new Set(GUESSED);
  const clear: Secret[] = [];
  const left = new Map<Sort, number>();
  for (const secret of secrets) {
    const text = lowered(secret.text);
    const isWord = /^[\p{L}\p{M}\p{N}]+$/u.test(text);
    const isCommon = isWord && (guessed.has(text) || open.has(text) || /^\p{N}+$/u.test(text));
    if (isCommon || text.length <= SHORT) left.set(secret.sort, (left.get(secret.sort) ?? 0) + 1);
    else clear.push(secret);
  }
  return { clear, left };
}

/** The words of a text, in lower case. */
export function wordsIn(text: string): Set<string> {
  return new Set(lowered(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? []);
}

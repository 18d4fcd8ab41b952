/**
 * Finds many names in a text at once, as whole words and in any case. Names are looked up by their first word, so that a
 * page of a megabyte and ten thousand names take one pass over the page.
 */
import type { Sort } from './privacy.ts';

export interface Secret {
  readonly sort: Sort;
  readonly text: string;
  /** What readers see instead. */
  readonly shown: string;
}

export interface Found {
  readonly from: number;
  readonly until: number;
  readonly secret: Secret;
}

interface Candidate {
  readonly secret: Secret;
  readonly lowered: string;
  /** Characters before its first word. */
  readonly lead: number;
}

export class SecretWords {
  readonly #byFirstWord = new Map<string, Candidate[]>();

  constructor(secrets: Iterable<Secret>) {
    for (const secret of secrets) {
      const text = lowered(secret.text);
      const first = /[\p{L}\p{N}]+/u.exec(text);
      if (first === null) continue;
      const candidates = this.#byFirstWord.get(first[0]) ?? [];
      candidates.push({ secret, lowered: text, lead: first.index });
      // The longest first: `web1.example.org` before `web1`.
      candidates.sort((a, b) => b.lowered.length - a.lowered.length);
      this.#byFirstWord.set(first[0], candidates);
    }
  }

  /** In the order of the text; none overlap. */
  *find(text: string): Generator<Found> {
    if (this.#byFirstWord.size === 0) return;
    const low = lowered(text);
    let end = 0;
    for (const word of low.matchAll(/[\p{L}\p{N}]+/gu)) {
      const candidates = this.#byFirstWord.get(word[0]);
      if (candidates === undefined || word.index < end) continue;
      for (const { secret, lowered: wanted, lead } of candidates) {
        const from = word.index - lead;
        if (from < end || !low.startsWith(wanted, from) || !isWhole(low, from, from + wanted.length)) continue;
        const until = from + wanted.length;
        const start = secret.sort === 'domain' ? beginningOfName(low, from, end) : from;
        yield { from: start, until, secret };
        end = until;
        break;
      }
    }
  }

  replace(text: string): string {
    let replaced = '';
    let end = 0;
    for (const { from, until, secret } of this.find(text)) {
      replaced += text.slice(end, from) + secret.shown;
      end = until;
    }
    return replaced + text.slice(end);
  }
}

/** In lower case, character for character: a letter whose small form is longer stays as it is. */
export function lowered(text: string): string {
  return text.replace(/\p{Lu}/gu, (letter) => {
    const small = letter.toLowerCase();
    return small.length === letter.length ? small : letter;
  });
}

/** Whether no letter or digit goes on before or after. An ellipsis is where a longer word was cut. */
function isWhole(text: string, from: number, until: number): boolean {
  const isWordAt = (at: number): boolean => at >= 0 && at < text.length && /[\p{L}\p{N}\p{M}…]/u.test(text[at] ?? '');
  const begins = /[\p{L}\p{N}]/u.test(text[from] ?? '');
  return !(begins && isWordAt(from - 1)) && !isWordAt(until);
}

/** `www.example.org` of `example.org`. */
function beginningOfName(text: string, from: number, least: number): number {
  let start = from;
  // A name has 255 characters at the most.
  while (start > least && from - start < 255 && /[\p{L}\p{N}._-]/u.test(text[start - 1] ?? '')) start--;
  return start;
}

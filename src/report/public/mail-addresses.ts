/**
 * Finds mail addresses in running text. Attackers write it: each repetition here has a limit, those that mail itself has,
 * so that the time is in proportion to the text.
 */

/** A character of the part before the sign, as most have it; the others end a word in a log or a request. */
const PLAIN = String.raw`[^\s<>()[\]{}"'\x60“”„‟«»‘’…,;:=&?/|\\@]`;
/** Part of a name between such characters (`o'neil`), and a quotation mark around one; also as pages and logs write it. */
const APOSTROPHE = String.raw`(?:['’]|&#39;|&#x27;|&apos;|\\x27)`;
/** Not within what stands for one character (`\\x0d@`): that is read again without its escapes. */
const BEGIN = String.raw`(?<!\\(?=[xu][0-9a-f]{2}))(?<!\\x[0-9a-f]?)(?<!\\u[0-9a-f]{0,3})`;
const LOCAL = `${BEGIN}${PLAIN}(?:(?:${PLAIN}|${APOSTROPHE}){0,62}${PLAIN})?`;

const MARK = String.raw`(?:"|&quot;|&#34;|&#x22;|\\x22|%22)`;
/** `"john smith"@example.org`; the marks may be escaped themselves, and so may what is between them. */
const QUOTED = String.raw`(?:${MARK}(?:[^"\\\r\n]|\\.){1,64}?\\?${MARK}|'[^'\s]{1,64}')`;

/** Also of `root@192.0.2.1` and `root@mail`. */
const DOMAIN = String.raw`(?=[\p{L}\p{N}])[\p{L}\p{N}.-]{1,255}`;
/** Where nothing before the sign is a name, the domain is known by its dot. */
const DOTTED = String.raw`(?=[\p{L}\p{N}])[\p{L}\p{N}-]{1,63}\.${DOMAIN}`;
/** After the sign as quoted-printable text writes it (`=40`), which may also begin a number: `limit=40`, `page=404.html`. */
const NO_NUMBER = String.raw`(?=\p{N}{0,62}\p{L})[\p{L}\p{N}-]{1,63}\.(?=\p{L})${DOMAIN}`;

/** With the sign as addresses of pages write it, too. */
const WRITTEN = new RegExp(
  [
    `${LOCAL}(?:(?:@|%40)${DOMAIN}|=40${NO_NUMBER})`,
    `${QUOTED}(?:(?:@|%40)${DOTTED}|=40${NO_NUMBER})`,
    `(?:@|%40)${DOTTED}|=40${NO_NUMBER}`,
  ].join('|'),
  'giu',
);
/** From the sign, then backwards: in a page of a megabyte there are few of them. */
const FROM_SIGN = new RegExp(`@(?:(?<=(${LOCAL})@)${DOMAIN}|${DOTTED})|=40(?:(?<=(${LOCAL})=40)|)${NO_NUMBER}`, 'giu');

/** The text with other words for the addresses. */
export function withoutMails(text: string, shown: string): string {
  return /@|[%=]40/.test(text) ? text.replace(WRITTEN, shown) : text;
}

/** The addresses of a text without escapes. Of a quoted one the domain alone. */
export function* mailsOf(text: string): Generator<string> {
  for (const [domain, plain, coded] of text.matchAll(FROM_SIGN)) {
    // At the end of a sentence it is no other one.
    yield `${plain ?? coded ?? ''}${domain.replace(/[.-]+$/, '')}`;
  }
}

/** A mail address is hidden with all of its parts, in whatever form, and found where it was not; no text takes long. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withoutMails } from './mail-addresses.ts';
import { SecretWords } from './secret-words.ts';
import { Secrets } from './secrets.ts';

const secrets = new Secrets(new SecretWords([]), []);

test.each([
  ['RCPT TO:<"john smith"@firma.de>: denied', 'RCPT TO:<[mail]>: denied'],
  [String.raw`"to":"\"john smith\"@firma.de"`, '"to":[mail]"'],
  [String.raw`to="john\"x\" smith"@firma.de`, 'to=[mail]'],
  [String.raw`GET /?m=\x22john smith\x22@firma.de`, 'GET /?m=[mail]'],
  ['GET /?m=%22john+smith%22%40firma.de&x=1', 'GET /?m=[mail]&x=1'],
  ['&quot;john smith&quot;@firma.de', '[mail]'],
  ["'john'@firma.de", '[mail]'],
  ["from=<o'neil@firma.de>", 'from=<[mail]>'],
  ['o&#39;neil@firma.de', '[mail]'],
  ["name='anna@firma.de'", "name='[mail]'"],
  ['Subject: anna=40firma.de', 'Subject: [mail]'],
  ['/?to=o%27neil%40firma.de', '/?to=[mail]'],
  ['"john smith"=40firma.de', '[mail]'],
  ['user=<anna@firma>, method=LOGIN', 'user=<[mail]>, method=LOGIN'],
  ['/?limit=40&size=4096.5&page=404.html&w=40px', '/?limit=40&size=4096.5&page=404.html&w=40px'],
  ["'root'@'localhost' @media x@", "'root'@'localhost' @media x@"],
  [`["a","@SUM(A1)"]`, `["a","@SUM(A1)"]`],
])('%j is shown as %j', (text, hidden) => {
  expect(secrets.hide(text)).toBe(hidden);
  expect(secrets.sortIn(text)).toBe(text === hidden ? undefined : 'mail');
  expect(secrets.sortIn(hidden)).toBe(undefined);
});

const word = fc.stringMatching(/^quok[a-z0-9]{1,12}$/);
const local = fc.oneof(
  word,
  fc.tuple(word, fc.constantFrom("'", '.', '+', '-', '_', '%', '!', '#'), word).map((parts) => parts.join('')),
  fc.tuple(word, fc.constantFrom(' ', '@', ', ', ':', '\\"', '\\\\', '<'), word).map((parts) => `"${parts.join('')}"`),
);
const sign = fc.constantFrom('@', '%40', '=40');
const domain = fc.tuple(fc.stringMatching(/^zebra[a-z0-9]{0,9}$/), fc.constantFrom('de', 'co.uk', 'example.org'));
const around = fc.constantFrom(
  ...([
    ['', ''],
    ['<', '>'],
    ['to=<', '>,'],
    ['GET /?mail=', '&x=1'],
    ['"', '"'],
    ["'", "'"],
    ['mailto:', ' '],
    ['(', ')'],
  ] as const),
);
const encoded = fc.constantFrom<(text: string) => string>(
  (text) => text,
  (text) => text.replaceAll("'", '&#39;').replaceAll('"', '&quot;'),
  (text) => text.replaceAll("'", '%27').replaceAll('"', '%22').replaceAll(' ', '%20'),
);

describe('of any address', () => {
  test('nothing is left when it is hidden, and it is found when it is not', () => {
    fc.assert(
      fc.property(local, sign, domain, around, encoded, (before, at, [name, end], [open, close], encode) => {
        const text = `x ${open}${encode(before)}${at}${name}.${end}${close} y`;

        expect(secrets.sortIn(text)).toBe('mail');
        expect(secrets.hide(text)).not.toMatch(/quok|zebra/);
        expect(secrets.sortIn(secrets.hide(text))).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });

  test('without a sign no text is changed', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const plain = text.replace(/[@%=]/g, '');
        expect(withoutMails(plain, '[mail]')).toBe(plain);
      }),
    );
  });
});

test.each(["a'", '"a', '\\"', '"\\', 'a=40', '&#39;a', '%22a ', 'a%40', '"a" ', "'a", 'a.', '\\x22a', '@a', '=40a'])(
  'a text of nothing but %j takes time in proportion to its length',
  (piece) => {
    const timeOf = (length: number): number => {
      const text = `${piece.repeat(length / piece.length)}@`;
      const start = process.cpuUsage().user;
      secrets.hide(text);
      return process.cpuUsage().user - start;
    };
    timeOf(10_000);
    // In microseconds. What is not linear takes minutes for it.
    expect(timeOf(200_000)).toBeLessThan(5_000_000);
  },
);

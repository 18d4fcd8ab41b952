/** Whatever text others choose, nothing of it acts, and where there is code for it, it is shown as it is. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PAYLOADS } from '../testing/hostile.ts';
import { actingIn, bareMarkdown, htmlIn } from '../testing/rules.ts';
import { fitted, written } from './fit.ts';
import { defang, discordMarkup, htmlMarkup, json, plain, slackMarkup } from './markup.ts';
import { cut, line, log, spelled, type Words } from './word.ts';

/** Pieces of attacks in any order, as `spelled` leaves them. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(...PAYLOADS, ...'@<>&"\'`*_~|\\[]()#:/.-{} \n', '://', '```', 'a', 'évil', '.example', '0'),
      fc.string(),
    ),
  )
  .map((pieces) => spelled(pieces.join('')));

it.each([
  ['https://evil.example/x', 'https[:]//evil[.]example/x'],
  ['www.evil.example.', 'www[.]evil[.]example.'],
  ['évil.中国 x.xn--p1ai', 'évil[.]中国 x[.]xn--p1ai'],
  ['evil。example', 'evil[。]example'],
  ['@everyone a@b.example', '[@]everyone a[@]b[.]example'],
  ['POST /wp-login.php /x/.env /.git/config', 'POST /wp-login.php /x/.env /.git/config'],
  ['evil.php.example', 'evil.php[.]example'],
  ['from 203.0.113.7 port 22 at 10:00:00.123', 'from 203.0.113.7 port 22 at 10:00:00.123'],
  ['sshd[12]: 2001:db8::7', 'sshd[12]: 2001:db8::7'],
])('breaks up what would be a link or a mention: %s', (text, broken) => {
  expect(defang(text)).toBe(broken);
});

it('leaves nothing that acts in any format', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(actingIn(plain.value(text))).toEqual([]);
      expect(actingIn(plain.log([text]))).toEqual([]);
      expect(htmlIn(htmlMarkup.code(text))).toEqual({ text, bare: '', tags: ['code', 'code'] });
      expect(htmlIn(htmlMarkup.log([text]))).toEqual({ text, bare: '', tags: ['pre', 'pre'] });
      const { bare, tags } = htmlIn(htmlMarkup.value(text));
      expect([tags, actingIn(bare)]).toEqual([[], []]);
      expect(JSON.parse(`"${json.value(text)}"`)).toBe(plain.value(text));
      expect(slackMarkup.value(text)).not.toMatch(/[<>`*~]|:\/\/|&(?!amp;|lt;|gt;)|(?<!\[)@/);
      expect(slackMarkup.log([text])).toMatch(/^```[^`<>]*```$/);
      expect(bareMarkdown(discordMarkup.value(text))).not.toMatch(/[\\<>@*_~|`[\]#]|:\/\//);
      if (text !== '') expect(bareMarkdown(`${discordMarkup.code(text)}\n${discordMarkup.log([text])}`)).toBe('\n');
    }),
    { numRuns: 2_000 },
  );
});

it('is undone by those who show it: nothing is lost behind backslashes', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(discordMarkup.value(text).replace(/\\([^A-Za-z0-9\s])/g, '$1')).toBe(text);
    }),
  );
});

it('cuts between characters', () => {
  expect(cut('a💩b', 3)).toBe('a…');
  expect(cut('a💩b', 4)).toBe('a💩b');
  expect(cut('', 0)).toBe('');
});

it('leaves out the oldest lines of logs first, then the end, then all', () => {
  const words: Words = { title: [], urgency: 'low', parts: [line('first'), log(['old', 'new']), line('last')] };
  const texts = (max: number) =>
    written(
      fitted(words, (some) => written(some, plain).length <= max),
      plain,
    );
  expect(texts(100)).toBe('first\n> old\n> new\nlast');
  expect(texts(20)).toBe('first\n> new\nlast');
  expect(texts(12)).toBe('first\nlast');
  expect(texts(6)).toBe('first');
  expect(texts(1)).toBe('');
});

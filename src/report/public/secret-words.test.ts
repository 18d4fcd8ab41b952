/** Names are found as whole words, in any case, the longest first. */
import { expect, test } from 'vitest';
import { type Secret, SecretWords } from './secret-words.ts';

const secrets: readonly Secret[] = [
  { sort: 'host', text: 'web1', shown: 'host 1' },
  { sort: 'host', text: 'web1.example.org', shown: 'host 1' },
  { sort: 'user', text: 'anna', shown: '[user]' },
  { sort: 'user', text: 'René', shown: '[user]' },
  { sort: 'domain', text: 'example.org', shown: '[domain]' },
  { sort: 'path', text: '/srv/logs/shop.log', shown: '[path]' },
];

test.each([
  ['web1 and WEB1', 'host 1 and host 1'],
  ['web1.example.org', 'host 1'],
  ['web12 xweb1 web1x', 'web12 xweb1 web1x'],
  ['anna, annabelle, hanna, wp-anna_2', '[user], annabelle, hanna, wp-[user]_2'],
  ['annab was cut: anna…', 'annab was cut: anna…'],
  ['RENÉ rené renée', '[user] [user] renée'],
  ['https://www.shop.example.org/x', 'https://[domain]/x'],
  ['notexample.org example.orgs', 'notexample.org example.orgs'],
  ['read /srv/logs/shop.log.', 'read [path].'],
  ['/srv/logs/shop.logs', '/srv/logs/shop.logs'],
  ['', ''],
])('replace(%j) is %j', (text, replaced) => {
  expect(new SecretWords(secrets).replace(text)).toBe(replaced);
});

test('ten thousand names are found in a long text at once', () => {
  const many = Array.from({ length: 10_000 }, (_, i): Secret => ({ sort: 'user', text: `person${i}`, shown: '-' }));
  const text = 'nobody person9999 '.repeat(50_000);

  expect([...new SecretWords(many).find(text)]).toHaveLength(50_000);
});

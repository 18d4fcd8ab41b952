/** Secrets are found in every spelling that a renderer or a stranger may use, and what is hidden is found no more. */
import { describe, expect, test } from 'vitest';
import { networksOf, type Sort, tellingNetworks } from './privacy.ts';
import { SecretWords } from './secret-words.ts';
import { Secrets } from './secrets.ts';

const networks = networksOf(['192.0.2.7', '10.1.0.0/16', '2001:db8:1::/64', '127.0.0.0/8', '::1']);
const words = new SecretWords([
  { sort: 'user', text: 'anna', shown: '[user]' },
  { sort: 'user', text: 'René', shown: '[user]' },
  { sort: 'domain', text: 'example.org', shown: '[domain]' },
]);
const secrets = new Secrets(words, tellingNetworks(networks));

describe('sortIn', () => {
  test.each<[string, Sort | undefined]>([
    ['anna', 'user'],
    ['&#97;nna', 'user'],
    ['&#x61;nna', 'user'],
    ['%61nna', 'user'],
    ['%2561nna', 'user'],
    ['Ren%C3%A9', 'user'],
    ['Ren\\xc3\\xa9', 'user'],
    ['\\u0061nna', 'user'],
    ['DOMAIN\\nanna x\\nanna', 'user'],
    ['an\\_na', undefined],
    ['a "&quot;anna&quot;"', 'user'],
    ['example&#46;org', 'domain'],
    ['example\\.org', 'domain'],
    ['x%40y.net', 'mail'],
    ['x&#64;y.net', 'mail'],
    ['"x y"@y.net', 'mail'],
    ['\\x0d@SUM(A1)', undefined],
    ['\\u200b@SUM(A1)', 'mail'],
    ['DOMAIN\\xaver@SUM', 'mail'],
    ['\\x0dabc@SUM', 'mail'],
    ['@media (x){}@font-face', undefined],
    ['192.0.2.7', 'address'],
    ['192.0.2.7:443 and 192.0.2.7.', 'address'],
    [':192.0.2.7:', 'address'],
    ['ip.192.0.2.7.x 1.192.0.2.7', 'address'],
    ['rip:2001:db8:1::5,', 'address'],
    [':2001:db8:1::5:', 'address'],
    ['192.0.2.7/24', 'address'],
    ['192.0.2.70', undefined],
    ['192.0.2.0/24', undefined],
    ['http://10.1.2.3/x', 'address'],
    ['10.1.0.0/16', 'address'],
    ['10.0.0.0/8', undefined],
    ['::ffff:10.1.2.3', 'address'],
    ['[2001:DB8:1::5]:443', 'address'],
    ['from 2001:db8:1:0:0:0:0:5: x', 'address'],
    ['2001:db8:1::/64', 'address'],
    ['2001:db8:2::5', undefined],
    ['127.0.0.1 ::1 12:30:05 annabelle', undefined],
    ['&#99999999; &#1114112; %zz \\x', undefined],
  ])('sortIn(%j) is %s', (text, sort) => {
    expect(secrets.sortIn(text)).toBe(sort);
  });
});

describe('hide', () => {
  test.each([
    ['user=<anna@example.org>, lip=192.0.2.7', 'user=<[mail]>, lip=[address]'],
    ['GET /?mail=anna%40example.org&x=1', 'GET /?mail=[mail]&x=1'],
    ['Invalid user root from 203.0.113.5', 'Invalid user root from 203.0.113.5'],
    ['GET https://www.example.org/', 'GET https://[domain]/'],
    ['GET /%61nna', '[hidden]'],
  ])('hide(%j) is %j', (text, hidden) => {
    expect(secrets.hide(text)).toBe(hidden);
    expect(secrets.sortIn(hidden)).toBe(undefined);
  });
});

test('a mail address that the report itself names, as credits do, is no leak', () => {
  expect(new Secrets(words, [], new Set(['data@y.net'])).sortIn('of data@y.net')).toBe(undefined);
});

test('a mail address at the end of a sentence is the same one', () => {
  const open = new Secrets(words, [], new Set(['data@y.net']));
  expect(open.sortIn('of data@y.net.')).toBe(undefined);
  expect(open.sortIn('of data@y.net.org.')).toBe('mail');
  expect(open.sortIn('of other@y.net.')).toBe('mail');
});

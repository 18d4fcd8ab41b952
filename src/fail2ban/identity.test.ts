import { describe, expect, it } from 'vitest';
import { addressMistake, hostOf, parseIdentity, parseUseDns, reverseName } from './identity.ts';

describe('parseIdentity()', () => {
  it.each([
    ['192.0.2.1', 'network', '192.0.2.1'],
    ['[192.0.2.1]', 'network', '192.0.2.1'],
    ['2001:DB8::0001', 'network', '2001:db8::1'],
    ['[2001:db8::1]', 'network', '2001:db8::1'],
    ['::ffff:192.0.2.1', 'network', '192.0.2.1'],
    ['192.0.2.77/24', 'network', '192.0.2.0/24'],
    ['192.0.2.77/255.255.255.192', 'network', '192.0.2.64/26'],
    ['2001:db8::77/ffff:ffff::', 'network', '2001:db8::/32'],
    ['::ffff:192.0.2.77/120', 'network', '192.0.2.0/24'],
    ['0.0.0.0/0', 'network', '0.0.0.0/0'],
    ['192.0.2.1/33', 'text', '192.0.2.1/33'],
    ['192.0.2.1/255.0.255.0', 'text', '192.0.2.1/255.0.255.0'],
    ['::ffff:192.0.2.77/64', 'text', '::ffff:192.0.2.77/64'],
    ['192.0.2.1/', 'text', '192.0.2.1/'],
    ['010.1.1.1', 'text', '010.1.1.1'],
    ['127.1', 'text', '127.1'],
    ['fe80::1%eth0', 'text', 'fe80::1%eth0'],
    ['١٢.٣.٤.٥', 'text', '١٢.٣.٤.٥'],
    ['host.example', 'text', 'host.example'],
    ['', 'text', ''],
  ])('%s is a %s, %s', (text, type, canonical) => {
    expect(parseIdentity(text)).toMatchObject({ type, text: canonical });
  });

  it('takes a family or a prefix that is known otherwise', () => {
    expect(parseIdentity('192.0.2.77', { prefix: 28 }).text).toBe('192.0.2.64/28');
    expect(parseIdentity('2001:db8::1', { family: 6, prefix: 64 }).text).toBe('2001:db8::/64');
    expect(parseIdentity('192.0.2.77', { family: 6 }).type).toBe('text');
    expect(parseIdentity('::ffff:192.0.2.77', { family: 6 }).text).toBe('192.0.2.77');
  });
});

describe('hostOf()', () => {
  it.each([
    ['192.0.2.1', 'no', { type: 'network', text: '192.0.2.1' }],
    ['[2001:db8::1]', 'warn', { type: 'network', text: '2001:db8::1' }],
    ['host.example', 'yes', { type: 'name', text: 'host.example', isDoubtful: false }],
    ['host.example', 'warn', { type: 'name', text: 'host.example', isDoubtful: true }],
    ['host.example', 'no', undefined],
    ['192.0.2.0/24', 'no', undefined],
    ['192.0.2.1', 'raw', { type: 'text', text: '192.0.2.1' }],
  ] as const)('%s with usedns = %s', (text, useDns, host) => {
    if (host) expect(hostOf(text, useDns)).toMatchObject(host);
    else expect(hostOf(text, useDns)).toBeUndefined();
  });

  it('parseUseDns() takes what it does not know for no', () => {
    expect(['YES', 'Warn', 'raw', 'no', 'maybe', ''].map(parseUseDns)).toEqual([
      'yes',
      'warn',
      'raw',
      'no',
      'no',
      'no',
    ]);
  });
});

it('reverseName() is the name in DNS', () => {
  expect(reverseName(parseIdentity('192.0.2.1'))).toBe('1.2.0.192.in-addr.arpa.');
  expect(reverseName(parseIdentity('2001:db8::1'))).toMatch(/^1\.(?:0\.){23}8\.b\.d\.0\.1\.0\.0\.2\.ip6\.arpa\.$/);
  expect(reverseName(parseIdentity('host'))).toBe('');
});

describe('addressMistake()', () => {
  it.each([
    ['192.0.2.0/33', '"192.0.2.0/33" is no network: behind an address of IPv4 stands /0 to /32'],
    ['2001:db8::/200', '"2001:db8::/200" is no network: behind an address of IPv6 stands /0 to /128'],
    ['300.1.1.1', '"300.1.1.1" is neither an address nor a network'],
    ['10.1', '"10.1" is neither an address nor a network'],
    ['2001:db8::g', '"2001:db8::g" is neither an address nor a network'],
    ['home.example/24', '"home.example/24" is neither an address nor a network'],
  ])('%s is a mistake', (word, mistake) => {
    expect(addressMistake(word)).toBe(mistake);
  });

  it.each(['127.0.0.1/8', '192.0.2.7/255.255.255.0', '[::1]', 'home.example', 'web1', '1.example'])(
    '%s is none',
    (word) => {
      expect(addressMistake(word)).toBeUndefined();
    },
  );
});

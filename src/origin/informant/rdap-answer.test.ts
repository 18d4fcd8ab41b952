import { describe, expect, it } from 'vitest';
import { entity, networkAnswer } from '../testing/rdap-server.ts';
import { address } from '../testing/scratch.ts';
import { networkBetween, registrationFrom } from './rdap-answer.ts';

const from = (given: Readonly<Record<string, unknown>>, text = '203.0.113.7') =>
  registrationFrom(networkAnswer(given), address(text));

describe('registrationFrom()', () => {
  it('takes network, name, holder, country and where complaints go', () => {
    expect(from({})).toEqual({
      about: 'registration',
      network: '203.0.113.0/24',
      name: 'EXAMPLE-NET',
      holder: 'Example Hosting B.V.',
      country: 'NL',
      abuse: ['abuse@example.net'],
    });
  });

  it('takes an organization before whoever maintains the entry, and an organization without its kind before nothing', () => {
    const keeper = entity(['registrant'], [['fn', 'EXAMPLE-MNT']]);
    const holder = entity(
      ['registrant'],
      [
        ['kind', 'org'],
        ['fn', 'Example GmbH'],
      ],
    );
    expect(from({ entities: [keeper, holder] })).toMatchObject({ holder: 'Example GmbH', abuse: [] });
    expect(from({ entities: [keeper] })).toMatchObject({ holder: 'EXAMPLE-MNT' });
  });

  it('takes the first line of a description where nobody is the registrant', () => {
    const remarks = [
      { title: 'remarks', description: ['not this'] },
      { title: 'description', description: ['Example Telecom', 'Somewhere'] },
    ];
    expect(from({ entities: [], remarks })).toMatchObject({ holder: 'Example Telecom' });
    expect(from({ entities: [] })).toMatchObject({ holder: undefined, abuse: [] });
  });

  it('finds contacts wherever they are nested, each once, four at most', () => {
    const mail = (...values: string[]) =>
      entity(
        ['abuse', 'technical'],
        values.map((value) => ['email', value] as const),
      );
    const entities = [
      mail('a@example.net'),
      entity(['registrant'], [], [entity([], [], [mail('mailto:b@example.net', 'a@example.net')])]),
      mail('c@example.net', 'd@example.net', 'e@example.net'),
    ];
    expect(from({ entities })).toMatchObject({
      abuse: ['a@example.net', 'b@example.net', 'c@example.net', 'd@example.net'],
    });
  });

  it.each([
    ['a header', 'abuse@example.net\r\nBcc: all@example.org'],
    ['an escape of mail(1)', '\n~! touch /tmp/pwned'],
    ['SMTP', 'a@example.net>\r\n.\r\nMAIL FROM:<x@example.org'],
    ['HTML', '<img src=x>@example.net'],
    ['quotes', '"a b"@example.net'],
    ['an address as a domain', 'a@[203.0.113.7]'],
    ['a name', 'Abuse <abuse@example.net>'],
    ['bidi', 'abuse@exam\u202eple.net'],
    ['an option of a program', '-oQ/tmp@example.net'],
    ['nothing before the at', '@example.net'],
    ['no domain', 'abuse@localhost'],
    ['two', 'a@example.net,b@example.net'],
    ['a long one', `${'a'.repeat(65)}@example.net`],
    ['a number', 7],
    ['an object', { toString: 'x' }],
  ])('does not take %s for a mail address', (_, value) => {
    expect(from({ entities: [entity(['abuse'], [['email', value]])] })).toMatchObject({ abuse: [] });
  });

  it('makes the texts of strangers harmless and short', () => {
    const evil = '\u001b[31m\u202e<script>\r\n\u0000';
    const entities = [
      entity(
        ['registrant'],
        [
          ['kind', 'org'],
          ['fn', evil + 'x'.repeat(10_000)],
        ],
      ),
    ];
    const found = from({ entities, name: evil, country: 'N\u0000' });
    expect(found).toMatchObject({ name: '\\x1b[31m\\u202e<script> \\x00', country: undefined });
    if ('what' in found) throw new Error(found.what);
    expect(found.holder).toMatch(/^\\x1b\[31m\\u202e<script> \\x00x+$/);
    expect(found.holder?.length).toBeLessThan(260);
  });

  it.each([
    ['no object', null, 'is not about a network'],
    ['an array', [networkAnswer()], 'is not about a network'],
    ['an entity', { ...networkAnswer(), objectClassName: 'entity' }, 'is not about a network'],
    ['a network without a range', networkAnswer({ startAddress: undefined }), 'does not say which network it is about'],
    ['a range of names', networkAnswer({ endAddress: 'localhost' }), 'does not say which network it is about'],
    [
      'the network of another',
      networkAnswer({ startAddress: '198.51.100.0', endAddress: '198.51.100.255' }),
      'is about another network, 198.51.100.0 - 198.51.100.255',
    ],
    [
      'a network that ends before it begins',
      networkAnswer({ startAddress: '203.0.113.255', endAddress: '203.0.113.0' }),
      'is about another network, 203.0.113.255 - 203.0.113.0',
    ],
  ])('refuses %s', (_, value, what) => {
    expect(registrationFrom(value, address('203.0.113.7'))).toEqual({ what });
  });

  it.each([
    ['entities that are no list', { entities: { length: 1e9 } }],
    ['cards of nothing', { entities: [null, 7, 'x', { vcardArray: 'vcard' }, { vcardArray: ['vcard', 'x'] }] }],
    [
      'properties of nothing',
      {
        entities: [
          entity(
            ['registrant', 'abuse'],
            [
              ['fn', null],
              ['email', []],
            ],
          ),
        ],
      },
    ],
    ['a prototype', JSON.parse('{"entities":[{"roles":["abuse"],"__proto__":{"vcardArray":["vcard",[]]}}]}')],
  ])('makes nothing of %s', (_, given) => {
    expect(from(given)).toMatchObject({ network: '203.0.113.0/24', holder: undefined, abuse: [] });
  });

  it('looks at a hundred entities, however many there are', () => {
    const entities = Array.from({ length: 5_000 }, () => entity([], []));
    expect(from({ entities: [...entities, entity(['abuse'], [['email', 'a@example.net']])] })).toMatchObject({
      abuse: [],
    });
  });

  it('takes an IPv6 network, and a range that is no network', () => {
    const given = { startAddress: '2001:db8::', endAddress: '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff' };
    expect(from(given, '2001:db8::7')).toMatchObject({ network: '2001:db8::/32' });
    const odd = { startAddress: '203.0.113.0', endAddress: '203.0.113.99' };
    expect(from(odd)).toMatchObject({ network: '203.0.113.0 - 203.0.113.99' });
  });
});

it.each([
  ['0.0.0.0', '255.255.255.255', '0.0.0.0/0'],
  ['0.0.0.0', '0.255.255.255', '0.0.0.0/8'],
  ['203.0.112.0', '203.0.113.255', '203.0.112.0/23'],
  ['203.0.113.7', '203.0.113.7', '203.0.113.7'],
  ['203.0.113.0', '203.0.113.254', undefined],
  ['203.0.113.1', '203.0.113.255', undefined],
  ['203.0.113.128', '203.0.114.127', undefined],
  ['2001:db8::', '2001:db8::ffff:ffff:ffff:ffff', '2001:db8::/64'],
  ['2001:db8::', '2001:db8:0:2:ffff:ffff:ffff:ffff', undefined],
  ['203.0.113.0', '2001:db8::', undefined],
])('networkBetween(%s, %s)', (first, last, network) => {
  expect(networkBetween(address(first), address(last))?.text).toBe(network);
});

import { describe, expect, it } from 'vitest';
import { address, codes, listed, MINUTE, makeScene, ZONE } from './testing/blocklist-scene.ts';
import { type Reply, workingZone } from './testing/dns-server.ts';

describe('lookup()', () => {
  it('finds who is listed, with the reason and the time', async () => {
    const { lists, time } = await makeScene(workingZone(ZONE, { '7.113.0.203': listed('127.0.0.4', '127.0.0.2') }));
    const reason = `see https://${ZONE}/7.113.0.203`;
    const common = { zone: ZONE, meaning: undefined, reason, counts: true, checkedAt: time.now };
    expect(await lists.lookup(address('203.0.113.7'))).toEqual([
      { ...common, code: '127.0.0.2' },
      { ...common, code: '127.0.0.4' },
    ]);
    expect(await lists.lookup(address('203.0.113.8'))).toEqual([]);
    expect(lists.counts).toEqual([{ zone: ZONE, state: 'good', listed: 1, unlisted: 1, failed: 0 }]);
    expect(lists.problems().size).toBe(0);
  });

  it('asks for octets and nibbles, and takes IPv4-mapped IPv6 for IPv4', async () => {
    const { lists, asked } = await makeScene(workingZone(ZONE));
    for (const text of ['2001:db8::567:89ab', '::ffff:203.0.113.7']) await lists.lookup(address(text));
    const nibbles = 'b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2';
    expect(asked()).toEqual([`${nibbles}.${ZONE}`, `7.113.0.203.${ZONE}`]);
  });

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '192.168.0.1',
    '100.64.3.4',
    '169.254.1.1',
    '::1',
    'fe80::1',
    'fd00::1',
    '0.0.0.0',
  ])('never asks about %s', async (text) => {
    const { lists, server } = await makeScene(() => listed('127.0.0.2'));
    expect(await lists.lookup(address(text))).toEqual([]);
    expect(server.asked).toEqual([]);
  });

  it('knows what the answers of Spamhaus mean, and that home connections are no abuse', async () => {
    const zone = 'zen.spamhaus.org';
    const reply = workingZone(zone, { '7.113.0.203': listed('127.0.0.3', '127.0.0.9', '127.0.0.11', '127.0.0.99') });
    const { lists } = await makeScene(reply, { zones: [{ name: zone, title: zone, answers: undefined }] });
    const found = await lists.lookup(address('203.0.113.7'));
    expect(found.map(({ code, meaning, counts }) => [code, meaning, counts])).toEqual([
      ['127.0.0.3', 'SBL CSS', true],
      ['127.0.0.9', 'DROP', true],
      ['127.0.0.11', 'PBL', false],
      ['127.0.0.99', undefined, false],
    ]);
  });

  it('counts the answers that the configuration names, and calls the zone by its title', async () => {
    const answers = [
      [[127, 127]],
      [[0, 0]],
      [[0, 0]],
      [
        [2, 3],
        [11, 11],
      ],
    ] as const;
    const reply = workingZone(ZONE, { '7.113.0.203': listed('127.0.0.3', '127.0.0.4', '127.0.0.11') });
    const { lists } = await makeScene(reply, { zones: [{ name: ZONE, title: 'ours', answers }] });
    const found = await lists.lookup(address('203.0.113.7'));
    expect(found.map(({ zone, counts }) => [zone, counts])).toEqual([
      ['ours', true],
      ['ours', false],
      ['ours', true],
    ]);
  });

  it.each<readonly [string, Reply]>([
    ['a refusal', listed('127.255.255.254')],
    ['a refusal among listings', listed('127.0.0.2', '127.255.255.255')],
    ['an answer that no blocklist gives', listed('198.51.100.7')],
    ['127.0.0.1', listed('127.0.0.1')],
    ['REFUSED', 'refused'],
    ['SERVFAIL', 'servfail'],
    ['silence', 'silence'],
    ['a cut answer', 'truncated'],
    ['an answer to another question', 'mismatched'],
    ['garbage', 'garbage'],
    ['half an answer', 'half'],
    ['texts only', { texts: ['listed, believe me'] }],
    ['no such name', 'none'],
  ])('takes %s for no listing', async (_, reply) => {
    const { lists } = await makeScene(workingZone(ZONE, { '7.113.0.203': reply }));
    expect(await lists.lookup(address('203.0.113.7'))).toEqual([]);
  });

  it('takes what is within 127.0.0.0/8 of an answer, and no more than a few', async () => {
    const many = Array.from({ length: 200 }, (_, n) => `127.0.1.${n}`);
    const { lists } = await makeScene(
      workingZone(ZONE, {
        '7.113.0.203': listed('198.51.100.7', '127.0.0.2'),
        '8.113.0.203': listed(...many.slice(0, 20)),
      }),
    );
    expect(await codes(lists, '203.0.113.7')).toEqual(['127.0.0.2']);
    expect((await codes(lists, '203.0.113.8')).length).toBe(16);
  });

  it('keeps a hostile reason byte by byte, and short', async () => {
    const text = `\u001b[2Jcaf\xc3\xa9 ${'x'.repeat(600)}`;
    const { lists } = await makeScene(({ name, type }) => {
      if (!name.startsWith('7.113')) return workingZone(ZONE)({ name, type });
      return type === 'A' ? listed('127.0.0.2') : { texts: [text, text, ' '] };
    });
    const [found] = await lists.lookup(address('203.0.113.7'));
    expect(found?.reason?.startsWith('\u001b[2Jcaf\xc3\xa9 xxx')).toBe(true);
    expect(found?.reason?.length).toBeLessThanOrEqual(302);
    expect([...(found?.reason ?? '')].every((character) => character <= '\xff')).toBe(true);
  });

  it('finds a listing without its reason', async () => {
    const { lists } = await makeScene(({ name, type }) => {
      if (type === 'TXT') return 'silence';
      return workingZone(ZONE, { '7.113.0.203': listed('127.0.0.2') })({ name, type });
    });
    expect(await lists.lookup(address('203.0.113.7'))).toMatchObject([{ code: '127.0.0.2', reason: undefined }]);
  });

  it('asks every zone, and one that fails hides no other', async () => {
    const zones = ['a.example.net', 'b.example.net'].map((name) => ({ name, title: name, answers: undefined }));
    const { lists } = await makeScene(
      (question) =>
        question.name.endsWith('a.example.net')
          ? 'servfail'
          : workingZone('b.example.net', { '7.113.0.203': listed('127.0.0.2') })(question),
      { zones },
    );
    expect((await lists.lookup(address('203.0.113.7'))).map(({ zone }) => zone)).toEqual(['b.example.net']);
    expect([...lists.problems().keys()]).toEqual(['a.example.net']);
  });
});

describe('the cache', () => {
  it('asks once about an address that comes often, also at the same moment', async () => {
    const { lists, asked } = await makeScene(workingZone(ZONE, { '7.113.0.203': listed('127.0.0.2') }));
    await Promise.all([codes(lists, '203.0.113.7'), codes(lists, '203.0.113.7')]);
    expect(await codes(lists, '203.0.113.7')).toEqual(['127.0.0.2']);
    for (let n = 0; n < 3; n++) await codes(lists, '203.0.113.8');
    expect(asked()).toEqual([`7.113.0.203.${ZONE}`, `8.113.0.203.${ZONE}`]);
  });

  it('asks again when the time of the answer is over, and sooner who was not listed', async () => {
    const reply: Reply = { addresses: ['127.0.0.2'], ttl: 1_800 };
    const { lists, asked, time } = await makeScene(workingZone(ZONE, { '7.113.0.203': reply }));
    const both = async (): Promise<number> => {
      for (const text of ['203.0.113.7', '203.0.113.8']) await codes(lists, text);
      return asked().length;
    };
    expect(await both()).toBe(2);
    time.now += 11 * MINUTE;
    expect(await both()).toBe(3);
    time.now += 20 * MINUTE;
    expect(await both()).toBe(5);
    // A clock that is set back makes no answer last for longer.
    time.now -= 600 * MINUTE;
    expect(await both()).toBe(7);
  });

  it('can be off', async () => {
    const { lists, asked } = await makeScene(workingZone(ZONE), { cacheMs: 0 });
    for (let n = 0; n < 3; n++) await codes(lists, '203.0.113.7');
    expect(asked().length).toBe(3);
  });
});

describe('limits', () => {
  it('asks so many at once, lets some wait, and leaves out the rest', async () => {
    const { lists, asked } = await makeScene(workingZone(ZONE));
    await codes(lists, '203.0.113.7');
    const flood = Array.from({ length: 1_500 }, (_, n) => codes(lists, `198.51.${n >> 8}.${n & 255}`));
    await flood[0];
    expect(lists.dropped).toBe(500);
    // The clock stands still, so there is nothing to earn.
    await expect.poll(() => asked().length).toBe(297);
    lists.close();
  });

  it('close() ends what is under way', async () => {
    const { lists, server } = await makeScene(() => 'silence', { timeoutMs: 3_600_000 });
    const answer = codes(lists, '203.0.113.7');
    await expect.poll(() => server.asked.length).toBe(3);
    lists.close();
    expect(await answer).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Blocklists } from '../blocklist.ts';
import { codes, listed, MINUTE, makeScene, ZONE } from '../testing/blocklist-scene.ts';
import { type Question, type Reply, workingZone } from '../testing/dns-server.ts';

const problem = (lists: Blocklists): string => [...lists.problems().values()].map(({ what }) => what).join('\n');

describe('a zone', () => {
  it('is tried before anybody is looked up in it, also by look() alone', async () => {
    const { lists, server } = await makeScene(workingZone(ZONE));
    lists.look();
    lists.look();
    await codes(lists, '203.0.113.7');
    const tests = [`1.0.0.127.${ZONE}`, `1.0.0.0.0.0.f.7.f.f.f.f.${'0.'.repeat(20)}${ZONE}`, `2.0.0.127.${ZONE}`];
    expect(server.asked.map(({ name }) => name)).toEqual([...tests, `7.113.0.203.${ZONE}`]);
  });

  it.each([
    ['everything', (): Reply => listed('127.0.0.2'), /lists everything/],
    [
      'everything of IPv6',
      (question: Question): Reply => (question.name.length > 60 ? listed('127.0.0.2') : workingZone(ZONE)(question)),
      /lists everything/,
    ],
    [
      'addresses of the internet',
      (): Reply => listed('198.51.100.7'),
      /answers 198\.51\.100\.7, which no blocklist does/,
    ],
  ])('that lists %s is set aside', async (_, reply, message) => {
    const { lists, asked, time } = await makeScene(reply);
    expect(await codes(lists, '203.0.113.7')).toEqual([]);
    expect(problem(lists)).toMatch(message);
    time.now += 30 * MINUTE;
    expect(await codes(lists, '203.0.113.8')).toEqual([]);
    expect([asked(), lists.counts[0]?.state]).toEqual([[], 'broken']);
  });

  it.each([
    ['127.255.255.252', /typing error/],
    ['127.255.255.254', /public resolver/],
    ['127.255.255.255', /too many questions/],
    ['127.255.255.250', /refuses to answer/],
    ['127.0.0.1', /refuses to answer/],
  ])('that answers %s refuses, and is not asked', async (code, message) => {
    const { lists, asked } = await makeScene(() => listed(code));
    expect([await codes(lists, '203.0.113.7'), asked()]).toEqual([[], []]);
    expect(problem(lists)).toMatch(message);
    expect(lists.counts[0]?.state).toBe('refusing');
  });

  it('that does not list its test address is asked, and told of', async () => {
    const { lists } = await makeScene(({ name, type }) =>
      name.startsWith('7.') && type === 'A' ? listed('127.0.0.2') : 'none',
    );
    expect(await codes(lists, '203.0.113.7')).toEqual(['127.0.0.2']);
    expect(problem(lists)).toMatch(/does not list 127\.0\.0\.2/);
  });

  it('that fails at IPv6 is asked about IPv4 only, so that nobody can make it fail', async () => {
    const { lists, asked } = await makeScene((question) =>
      question.name.length > 60 ? 'servfail' : workingZone(ZONE, { '7.113.0.203': listed('127.0.0.2') })(question),
    );
    for (let n = 1; n < 9; n++) await codes(lists, `2001:db8::${n}`);
    expect([await codes(lists, '203.0.113.7'), asked().length, problem(lists)]).toEqual([['127.0.0.2'], 1, '']);
  });

  it('that falls silent is asked no more until it is well again', async () => {
    let isSilent = false;
    const { lists, asked, time } = await makeScene((question) => {
      return isSilent ? 'silence' : workingZone(ZONE, { '9.113.0.203': listed('127.0.0.2') })(question);
    });
    expect(await codes(lists, '203.0.113.1')).toEqual([]);
    isSilent = true;
    for (const last of [2, 3, 4]) await codes(lists, `203.0.113.${last}`);
    expect(problem(lists)).toMatch(/nobody can be looked up: no answer/);
    const before = asked().length;
    for (const last of [5, 6, 7]) await codes(lists, `203.0.113.${last}`);
    expect(asked().length).toBe(before);
    isSilent = false;
    time.now += MINUTE;
    lists.look();
    // A trial is under way, and nobody waits for it.
    expect(await codes(lists, '203.0.113.9')).toEqual([]);
    await expect.poll(() => lists.counts[0]?.state).toBe('good');
    expect([problem(lists), await codes(lists, '203.0.113.9')]).toEqual(['', ['127.0.0.2']]);
  });

  it('that cannot be reached is a problem, and no error', async () => {
    const { lists } = await makeScene(workingZone(ZONE), { resolver: { host: '127.0.0.1', port: 1 } });
    expect(await codes(lists, '203.0.113.7')).toEqual([]);
    expect(problem(lists)).toMatch(/no resolver could be reached/);
  });
});
